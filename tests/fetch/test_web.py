"""Looking at a URL politely."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from monitor import urls
from monitor.errors import BadStatus, Challenge, FetchError, Refused, TooLarge, Unreachable, WrongType
from monitor.fetch import Web, user_agent
from monitor.model import Failed, Fetched, FetchOutcome, HostState, NotModified, Validators
from monitor.net import HttpClient
from tests.fetch.builders import NOW, PAGE, Site, StillClock, a_host, ok, open_host, to
from tests.net.loopback import http, serving

FEED = "https://dawn.example/feed"
HELD = Validators(url=FEED, etag='W/"1"', last_modified="Sun, 29 Jun 2025 10:00:00 GMT")


async def look(
    site: Site, url: str = FEED, *, host: HostState | None = None, robots: bool = False, **options
) -> FetchOutcome:
    return await site.web().fetch(url, host=host or open_host(), robots=robots, **options)


async def error_of(site: Site, url: str = FEED, **options) -> FetchError:
    looked = await look(site, url, **options)
    assert isinstance(looked.result, Failed)
    assert looked.result.url == url
    return looked.result.error


# --- who asks ---------------------------------------------------------------------------------------------------------


async def test_we_say_who_we_are():
    """Name, version and contact go with every request, of robots.txt too."""
    site = Site({FEED: ok()})
    await look(site, host=a_host(), robots=True)
    agents = {request.headers["user-agent"] for request in site.requests}
    assert len(site.requests) == 2
    assert agents == {user_agent("https://desk.example")}
    assert agents.pop().startswith("Monitor/")


@pytest.mark.parametrize("contact", ["", "  ", "a\nb", "میز"])
def test_nobody_asks_without_a_contact(contact: str):
    """Who runs this must be reachable: without it nothing starts."""
    with pytest.raises(ValueError, match="contact"):
        Web(HttpClient(user_agent="test"), contact=contact, clock=StillClock())


# --- conditional GET --------------------------------------------------------------------------------------------------


async def test_a_page_comes_with_its_validators():
    """ETag and Last-Modified, byte for byte, bound to the URL that was asked."""
    site = Site({FEED: ok(ETag='W/"1"', Last_Modified="Sun, 29 Jun 2025 10:00:00 GMT")})
    outcome = (await look(site)).result
    assert isinstance(outcome, Fetched)
    assert (outcome.url, outcome.final_url, outcome.body, outcome.at) == (FEED, FEED, PAGE, NOW)
    assert outcome.validators == HELD
    assert outcome.header("etag") == 'W/"1"'


async def test_without_validators_there_are_none():
    """A page that names neither is looked at in full each time."""
    outcome = (await look(Site({FEED: ok()}))).result
    assert isinstance(outcome, Fetched)
    assert outcome.validators is None


async def test_an_unchanged_page_renews_its_validators():
    """304: what we hold is current, and what the answer renews is taken over."""
    site = Site({FEED: httpx.Response(304, headers={"etag": 'W/"2"'})})
    outcome = (await look(site, validators=HELD)).result
    assert outcome == NotModified(
        url=FEED,
        validators=Validators(url=FEED, etag='W/"2"', last_modified=HELD.last_modified),
        headers=(("etag", 'W/"2"'),),
        at=NOW,
    )
    sent = site.requests[0].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == (HELD.etag, HELD.last_modified)


async def test_validators_go_to_their_very_url():
    """Those of another URL are not sent, and a 304 to no question is a failure."""
    site = Site({FEED + "/2": httpx.Response(304)})
    error = await error_of(site, FEED + "/2", validators=HELD)
    assert isinstance(error, BadStatus)
    assert "if-none-match" not in site.requests[0].headers


async def test_validators_do_not_travel_with_a_redirect():
    """The next host learns nothing of what we hold from the first, and gives no validators for it."""
    site = Site({FEED: to("https://other.example/feed"), "https://other.example/feed": ok(ETag='"9"')})
    outcome = (await look(site, validators=HELD)).result
    assert isinstance(outcome, Fetched)
    assert outcome.validators is None
    assert "if-none-match" in site.requests[0].headers
    assert not {"if-none-match", "if-modified-since"} & set(site.requests[1].headers)


# --- redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False), ((303,), False), ((307, 308), False)],
)
async def test_only_an_all_permanent_way_moves_a_source(statuses, moved):
    """One temporary hop, and the stored URL stays."""
    steps = [FEED, *(f"https://dawn.example/{n}" for n in range(len(statuses)))]
    pages = {url: to(steps[n + 1], status) for n, (url, status) in enumerate(zip(steps, statuses, strict=False))}
    outcome = (await look(Site(pages | {steps[-1]: ok()}))).result
    assert isinstance(outcome, Fetched)
    assert outcome.final_url == steps[-1]
    assert outcome.moved_to == (steps[-1] if moved else "")


@pytest.mark.parametrize("location", ["/rss", "rss", "//dawn.example/rss", "https://DAWN.example/rss#top", " /rss "])
async def test_a_relative_redirect_is_joined(location: str):
    """Location is read against the URL that gave it."""
    site = Site({FEED: to(location), "https://dawn.example/rss": ok()})
    assert isinstance((await look(site)).result, Fetched)


async def test_a_redirect_in_raw_utf8_is_followed():
    """Urdu and Persian addresses come unescaped in Location."""
    raw = httpx.Response(302, headers=[(b"Location", "/خبر".encode())])
    site = Site({FEED: lambda request: raw, "https://dawn.example/%D8%AE%D8%A8%D8%B1": ok()})
    assert isinstance((await look(site)).result, Fetched)


@pytest.mark.parametrize(
    "location",
    ["ftp://dawn.example/", "javascript:alert(1)", "file:///etc/passwd", "https://a:b@dawn.example/", "http://[",
     "https://dawn.example\\@10.0.0.1/", "https://dawn.example/" + "a" * 70_000],
)  # fmt: skip
async def test_a_redirect_off_the_web_is_refused(location: str):
    """Only http and https, without credentials and tricks."""
    site = Site({FEED: to(location)})
    error = await error_of(site)
    assert isinstance(error, Refused)
    assert len(str(error)) < 500
    assert site.asked == [FEED]


async def test_a_redirect_without_an_address_is_a_bad_answer():
    """A 302 that does not say where."""
    assert isinstance(await error_of(Site({FEED: httpx.Response(302)})), BadStatus)


async def test_ten_redirects_and_no_more():
    """The eleventh is not followed."""
    pages = {f"https://dawn.example/{n}": to(f"https://dawn.example/{n + 1}") for n in range(15)}
    site = Site(pages)
    assert isinstance(await error_of(site, "https://dawn.example/0"), Unreachable)
    assert len(site.asked) == 11
    assert isinstance(
        (await look(Site(pages | {"https://dawn.example/10": ok()}), "https://dawn.example/0")).result, Fetched
    )


async def test_a_loop_ends_at_once():
    """A page that sends us to itself, and sets no cookie, is asked once."""
    site = Site({FEED: to(FEED)})
    assert "without end" in str(await error_of(site))
    assert site.asked == [FEED]


async def test_every_hop_is_guarded():
    """A public page that redirects to a private address reaches nobody."""
    async with serving(http(b"secret")) as private:
        target = f"http://127.0.0.1:{private.port}/"
        async with serving(http(b"", f"Location: {target}", status="302 Found")) as server:

            async def resolver(host, port):
                return [("127.0.0.1", server.port)] if host == "dawn.example" else [(host, port)]

            net = HttpClient(resolver=resolver, allow={("dawn.example", 80)}, user_agent="test")
            web = Web(net, contact="https://desk.example", clock=StillClock())
            outcome = (await web.fetch("http://dawn.example/", host=a_host(), robots=False)).result
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Refused)
        assert (server.dialled, private.dialled) == (1, 0)


async def test_the_whole_way_has_one_deadline():
    """Slow redirects share the time of one look."""

    async def slow(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(http(b"", f"Location: /{len(slow_requests)}", status="302 Found"))
        slow_requests.append(1)

    slow_requests: list[int] = []
    async with serving(slow) as server:
        web = Web(server.net(), contact="https://desk.example", clock=StillClock(), deadline=0.5)
        outcome = (await web.fetch("http://dawn.example/a", host=a_host(), robots=False)).result
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unreachable)
    assert len(slow_requests) < 4


# --- statuses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(404, True), (410, True), (451, True), (400, True), (401, False), (403, False), (408, False), (429, False),
     (500, False), (502, False), (503, False), (204, False), (206, False), (300, False), (305, False)],
)  # fmt: skip
async def test_a_status_that_is_no_page(status: int, permanent):
    """Gone is for good; everything else may come back."""
    error = await error_of(Site({FEED: httpx.Response(status, content=b"sorry")}))
    assert isinstance(error, BadStatus)
    assert (error.status, error.permanent) == (status, permanent)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("Sun, 29 Jun 2025 12:30:00 GMT", timedelta(minutes=30)),
        ("Sun Jun 29 12:30:00 2025", timedelta(minutes=30)),
        ("99999999999", timedelta(hours=24)),
        ("9" * 500, timedelta(hours=24)),
        ("Sun, 29 Jun 2036 12:30:00 GMT", timedelta(hours=24)),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("Sun, 29 Jun 2025 11:30:00 GMT", None),
        ("soon", None),
        ("٣٠", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_holds_for_the_whole_host(value: str, wait, status: int):
    """Seconds or a date, up to a day; junk asks for nothing. The host is left alone as long, not the URL only."""
    site = Site({FEED: httpx.Response(status, headers=[(b"retry-after", value.encode())])})
    looked = await look(site)
    assert isinstance(looked.result, Failed)
    assert looked.result.error.retry_after == wait
    assert looked.host.ready_at == NOW + (wait or timedelta(seconds=5))


# --- what is no page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x", "image/jpeg"),
        (b"x", "application/pdf"),
        (b"x", "Video/MP4; codecs=1"),
        (b"%PDF-1.7 ...", "text/html"),
        (b"\x89PNG....", ""),
        (b"\x1f\x8b....", "application/xml"),
        (b"", "text/html"),
        (b" \r\n ", "text/html"),
    ],
)
async def test_what_holds_no_text(body: bytes, content_type: str):
    """Images, documents and empty bodies are not read as pages, whatever they say they are."""
    assert isinstance(await error_of(Site({FEED: ok(body, Content_Type=content_type)})), WrongType)


@pytest.mark.parametrize(
    "content_type", ["", "text/html", "application/octet-stream", "text/plain", "application/rss+xml", "junk"]
)
async def test_odd_types_are_read(content_type: str):
    """Feeds come as anything; the body decides."""
    assert isinstance((await look(Site({FEED: ok(Content_Type=content_type)}))).result, Fetched)


WALLS = [
    httpx.Response(403, headers={"cf-mitigated": "challenge"}, content=b"<html>"),
    httpx.Response(503, content=b"<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"),
    httpx.Response(200, content=b"<html><TITLE>\n Attention Required! | Cloudflare </TITLE>"),
    httpx.Response(200, content=b"<html><title>Are you a robot?</title>"),
    httpx.Response(200, content=b"<title>Transferring to the website...</title><script>document.cookie='__arcsjs=1'"),
    httpx.Response(403, content=b'<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>'),
    httpx.Response(200, content=b'<html><script src="/_Incapsula_Resource?x=1"></script></html>'),
    httpx.Response(202, headers={"x-amzn-waf-action": "challenge"}, content=b""),
    httpx.Response(403, content=b'<script src="https://geo.captcha-delivery.com/c.js">'),
]


@pytest.mark.parametrize("wall", WALLS)
async def test_a_wall_is_no_page(wall: httpx.Response):
    """A captcha or a browser check is told from the page that it hides, whatever its status."""
    assert isinstance(await error_of(Site({FEED: wall})), Challenge)


@pytest.mark.parametrize(
    "body",
    [
        PAGE + b"<p>The site shows 'just a moment' to readers behind Cloudflare.</p>",
        b"<title>Just a moment... of peace on the border</title><p>News.</p>",
        PAGE + b" " * 5000 + b'<script src="/_Incapsula_Resource?SWJIYLWA=1"></script>',
        PAGE
        + b"<script>(function(){window.__CF$cv$params={r:'1'};'/cdn-cgi/challenge-platform/scripts/jsd/main.js'})()</script>",
        PAGE + b'<div class="g-recaptcha"></div><form action="/login">',
        PAGE + b'<script src="https://check.ddos-guard.net/check.js"></script>',
    ],
)
async def test_a_page_that_speaks_of_walls_is_a_page(body: bytes):
    """Comment forms with a captcha and scripts of a protector stand in real pages: they are no wall."""
    assert isinstance((await look(Site({FEED: ok(body)}))).result, Fetched)


@pytest.mark.parametrize(
    "door", ["/login", "/en/signin/?next=/news", "/wp-login.php", "https://consent.other.example/consent"]
)
async def test_a_redirect_to_a_door_is_a_challenge(door: str):
    """A login or consent page came in place of the text."""
    url = "https://dawn.example/news/1"
    target = urls.resolve(url, door)
    assert isinstance(await error_of(Site({url: to(door), target: ok()}), url), Challenge)


@pytest.mark.parametrize("home", ["/", "https://www.dawn.example", "/index.html", "/en/", "/?utm_source=gone"])
async def test_a_redirect_to_the_home_page_is_no_article(home: str):
    """Outlets send the readers of a removed text home: its front page must not be stored in its place."""
    url = "https://dawn.example/news/1"
    target = urls.resolve(url, home)
    error = await error_of(Site({url: to(home), target: ok()}), url)
    assert isinstance(error, WrongType)
    assert "home page" in str(error)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://dawn.example/", "https://www.dawn.example/"),
        ("https://dawn.example/", "https://dawn.example/en/"),
        ("https://dawn.example/?p=12", "https://dawn.example/news/12"),
        ("https://dawn.example/a", "https://dawn.example/?p=12"),
    ],
)
async def test_other_redirects_are_the_page(url: str, target: str):
    """A home page may move, and an article may live at the root with its number."""
    assert isinstance((await look(Site({url: to(target), target: ok()}), url)).result, Fetched)


async def test_too_large_a_body():
    """The limit holds for what is looked at."""
    site = Site({FEED: ok(b"x" * 1001)})
    looked = await site.web(max_body_size=1000).fetch(FEED, host=a_host(), robots=False)
    assert isinstance(looked.result, Failed)
    assert isinstance(looked.result.error, TooLarge)


@pytest.mark.parametrize("url", ["", "ftp://dawn.example/", "https://dawn.example:22/", "https://a:b@dawn.example/"])
async def test_a_url_that_is_none(url: str):
    """Refused, as a value, with and without robots."""
    for robots in (False, True):
        site = Site({})
        assert isinstance(await error_of(site, url, robots=robots), Refused)


# --- pace -------------------------------------------------------------------------------------------------------------


async def test_the_next_request_waits_for_the_gap():
    """After a look the host is left alone for five seconds, and the caller is told until when."""
    looked = await look(Site({FEED: ok()}))
    assert looked.host == open_host(ready_at=NOW + timedelta(seconds=5))


async def test_a_look_waits_for_its_turn():
    """A host that is not ready yet is waited for, up to a minute."""
    site = Site({FEED: ok()})
    await look(site, host=open_host(ready_at=NOW + timedelta(seconds=3)))
    assert site.clock.slept == [3.0]


async def test_a_host_that_wants_us_later_is_not_asked():
    """A long Retry-After is kept even where the caller did not look."""
    site = Site({FEED: ok()})
    error = await error_of(site, host=open_host(ready_at=NOW + timedelta(hours=2)))
    assert isinstance(error, Refused)
    assert error.retry_after == timedelta(hours=2)
    assert not error.permanent
    assert site.asked == []


async def test_robots_and_page_keep_the_gap():
    """robots.txt is a request to the host like any other."""
    site = Site({FEED: ok()})
    looked = await look(site, host=a_host(), robots=True)
    assert site.asked == ["https://dawn.example/robots.txt", FEED]
    assert site.clock.slept == [5.0]
    assert looked.host.ready_at == NOW + timedelta(seconds=10)


async def test_a_hop_on_the_same_host_need_not_wait():
    """A redirect is the first half of one answer."""
    site = Site({FEED: to("/rss"), "https://dawn.example/rss": ok()})
    await look(site)
    assert site.clock.slept == []


async def test_crawl_delay_is_the_gap():
    """What robots.txt asks for holds for feeds as well, up to a minute."""
    for asked, seconds in (("20", 20), ("600", 60), ("1", 5), ("junk", 5)):
        looked = await look(Site({FEED: ok()}), host=open_host(robots=f"User-agent: *\nCrawl-delay: {asked}"))
        assert looked.host.ready_at == NOW + timedelta(seconds=seconds)


async def test_a_failure_keeps_the_gap():
    """A host in trouble is not hurried."""

    def fail(request):
        raise httpx.ConnectError("refused")

    looked = await look(Site({FEED: fail}))
    assert isinstance(looked.result, Failed)
    assert looked.host.ready_at == NOW + timedelta(seconds=5)


# --- robots -----------------------------------------------------------------------------------------------------------

ARTICLE = "https://dawn.example/news/1"
ROBOTS = "https://dawn.example/robots.txt"


async def test_robots_are_asked_once_a_day():
    """Kept in the host's state, asked again after 24 hours."""
    site = Site({ARTICLE: ok(), ROBOTS: ok(b"User-agent: *\nDisallow: /private")})
    web = site.web()
    host = (await web.fetch(ARTICLE, host=a_host(), robots=True)).host
    assert host.robots == "User-agent: *\nDisallow: /private"
    site.clock.now = NOW + timedelta(hours=23)
    host = (await web.fetch(ARTICLE, host=host, robots=True)).host
    assert site.asked == [ROBOTS, ARTICLE, ARTICLE]
    site.clock.now = NOW + timedelta(hours=25)
    await web.fetch(ARTICLE, host=host, robots=True)
    assert site.asked[3:] == [ROBOTS, ARTICLE]


async def test_what_robots_forbid_is_not_asked_for():
    """Refused for good, without a request to the page."""
    site = Site({ARTICLE: ok(), ROBOTS: ok(b"\xef\xbb\xbfUser-agent: *\nDisallow: /news")})
    error = await error_of(site, ARTICLE, host=a_host(), robots=True)
    assert isinstance(error, Refused)
    assert error.permanent
    assert site.asked == [ROBOTS]


async def test_feeds_do_not_ask_for_leave():
    """A feed is there to be polled."""
    site = Site({FEED: ok(), ROBOTS: ok(b"User-agent: *\nDisallow: /")})
    assert isinstance((await look(site, host=a_host())).result, Fetched)
    assert site.asked == [FEED]


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(403), httpx.Response(401), to("/robots.txt")])
async def test_without_a_robots_txt_all_is_allowed(answer: httpx.Response):
    """4xx and redirects without end: there is none."""
    looked = await look(Site({ARTICLE: ok(), ROBOTS: answer}), ARTICLE, host=a_host(), robots=True)
    assert isinstance(looked.result, Fetched)
    assert (looked.host.robots, looked.host.robots_at) == ("", NOW)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("slow")


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(503), httpx.Response(429), unreachable])
async def test_a_robots_txt_that_does_not_answer_forbids_all(answer):
    """Nothing is asked for until it answers; it is asked again after ten minutes, not at every page."""
    site = Site({ARTICLE: ok(), ROBOTS: answer})
    web = site.web()
    looked = await web.fetch(ARTICLE, host=a_host(), robots=True)
    assert isinstance(looked.result, Failed)
    assert isinstance(looked.result.error, Refused)
    assert not looked.result.error.permanent
    assert looked.result.error.retry_after == timedelta(minutes=10)
    site.clock.now = NOW + timedelta(minutes=9)
    looked = await web.fetch(ARTICLE, host=looked.host, robots=True)
    assert site.asked == [ROBOTS]
    site.clock.now = NOW + timedelta(minutes=11)
    site.pages[ROBOTS] = httpx.Response(404)
    assert isinstance((await web.fetch(ARTICLE, host=looked.host, robots=True)).result, Fetched)


async def test_an_old_robots_txt_serves_while_the_new_one_does_not_answer():
    """A server in trouble does not change what it had said."""
    site = Site({ARTICLE: ok(), ROBOTS: httpx.Response(500)})
    old = a_host(robots="User-agent: *\nDisallow: /private", robots_at=NOW - timedelta(days=2))
    looked = await look(site, ARTICLE, host=old, robots=True)
    assert isinstance(looked.result, Fetched)
    assert looked.host.robots == old.robots


async def test_robots_may_redirect():
    """To another host too, as RFC 9309 has it; the rules are those of the host that was asked."""
    elsewhere = "https://www.dawn.example/robots.txt"
    site = Site({ARTICLE: ok(), ROBOTS: to(elsewhere), elsewhere: ok(b"User-agent: Monitor\nDisallow: /news")})
    assert isinstance(await error_of(site, ARTICLE, host=a_host(), robots=True), Refused)


async def test_robots_of_every_hop():
    """Where a redirect leads, that host's robots.txt is asked too, once: its answer is kept for the next look."""
    www = "https://www.dawn.example/news/1"
    site = Site(
        {ARTICLE: to(www), www: ok(), "https://www.dawn.example/robots.txt": ok(b"User-agent: *\nDisallow: /news/2")}
    )
    web = site.web()
    for _ in range(2):
        looked = await web.fetch(ARTICLE, host=open_host(), robots=True)
        assert isinstance(looked.result, Fetched)
        assert looked.host.host == "dawn.example"
    assert site.asked == [ARTICLE, "https://www.dawn.example/robots.txt", www, ARTICLE, www]
    site.pages[ARTICLE] = to("https://www.dawn.example/news/2")
    assert isinstance((await web.fetch(ARTICLE, host=open_host(), robots=True)).result, Failed)
