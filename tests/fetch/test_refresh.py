"""Pages that send their reader elsewhere without a redirect."""

from datetime import timedelta

import httpx
import pytest

from monitor.errors import Challenge, Refused, Unreachable, WrongType
from monitor.fetch.responses import parse_refresh
from monitor.model import Failed, Fetched, FetchResult
from tests.fetch.builders import Site, ok, open_host

OLD, NEW = "https://dawn.example/short/7", "https://dawn.example/news/1"
TEXT = "<p>" + "The two ministers met on Monday and agreed on the border market. " * 12 + "</p>"


def meta(content: str) -> str:
    return f'<meta http-equiv="refresh" content="{content}">'


async def visit(page: str | httpx.Response, **others: httpx.Response) -> FetchResult:
    """The result of visiting OLD, which answers with this page; NEW is a page."""
    response = ok(page.encode()) if isinstance(page, str) else page
    site = Site({OLD: response, NEW: ok(b"<title>News</title><p>The text.</p>")} | others)
    return (await site.web(host_delay=timedelta(0)).fetch(OLD, host=open_host(), robots=True)).result


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head>{meta('0; url=/news/1')}</head></html>",
        f"<html><head>{meta('0;URL=https://dawn.example/news/1')}</head><body>Moved.</body></html>",
        meta("0; /news/1"),
        meta("5; url = '/news/1'"),
        meta("1.5,url=/news/1"),
        meta("0;url=/news/1#top").replace('"', "'"),
        "<META content=0;url=/news/1 HTTP-EQUIV=Refresh />",
        meta("300") + meta("0;url=/news/1"),
        meta("0;url=&#x2F;news&sol;1"),
        f"<noscript>{meta('0;url=/news/1')}</noscript><script>location.replace('/news/1')</script>",
        f"<title>Redirecting</title>{meta('3;url=/news/1')}<p>You are being redirected. <a href=/news/1>Continue</a></p>",
        f"<html><head>{meta('0;url=/news/1')}</head><body>{TEXT}</body></html>",
        ok(b"", refresh="0; url=/news/1"),
        ok(b"Moved.", refresh="2;URL=https://dawn.example/news/1"),
        ok(b"<p>Moved.</p>", refresh="0;/news/1"),
    ],
)
async def test_a_refresh_is_followed(page: str | httpx.Response):
    """As browsers parse it, at once or after a few seconds; the page that it leads to is the one that counts."""
    result = await visit(page)
    assert isinstance(result, Fetched)
    assert result.final_url == NEW
    assert (result.validators, result.moved_to) == (None, "")


@pytest.mark.parametrize(
    "page",
    [
        meta("300"),
        meta("0;url="),
        meta("900; url=/news/1"),
        meta("0;url=javascript:alert(1)"),
        f"<!-- {meta('0;url=/news/1')} --><p>Text.</p>",
        f"<script>var page = '{meta('0;url=/news/1')}'</script><p>Text.</p>",
        f"<html><head>{meta('10; url=/news/1')}</head><body>{TEXT}</body></html>",
        f"<html><head>{meta('0; url=/short/7')}</head><body>{TEXT}</body></html>",
        f"<html><head><noscript>{meta('0; url=/news/1')}</noscript></head><body>{TEXT}</body></html>",
        f"<rss><channel><item><description><![CDATA[{meta('0;url=/news/1')}]]></description></item></channel></rss>",
        f'{{"items": [{{"content_html": "{meta("0;url=/news/1")}"}}]}}',
        ok(TEXT.encode(), refresh="300; url=/news/1"),
        ok(TEXT.encode(), refresh="300"),
    ],
)
async def test_a_page_with_a_text_of_its_own_stays(page: str | httpx.Response):
    """A reload, a refresh that readers do not see, and one inside of a feed."""
    result = await visit(page)
    assert isinstance(result, Fetched)
    assert result.final_url == OLD


async def test_a_refresh_has_the_checks_of_any_redirect():
    """Robots, the number of hops, home pages and walls; a loop has no end."""
    forbidden = "https://other.example/robots.txt"
    result = await visit(meta("0;url=https://other.example/1"), **{forbidden: ok(b"User-agent: *\nDisallow: /")})
    assert isinstance(result, Failed)
    assert isinstance(result.error, Refused)
    result = await visit(meta("0;url=/news/1"), **{NEW: ok(meta("0;url=/short/7").encode())})
    assert isinstance(result, Failed)
    assert isinstance(result.error, Unreachable)
    result = await visit(meta("0;url=/"), **{"https://dawn.example/": ok()})
    assert isinstance(result, Failed)
    assert isinstance(result.error, WrongType)
    result = await visit(meta("0;url=/.well-known/sgcaptcha/?r=1"))
    assert isinstance(result, Failed)
    assert isinstance(result.error, Challenge)


async def test_a_refresh_that_waits_for_a_cookie():
    """A stub that sets a cookie and reloads itself."""

    def page(request: httpx.Request) -> httpx.Response:
        return ok() if "cookie" in request.headers else ok(meta("1;url=/short/7").encode(), Set_Cookie="seen=1")

    site = Site({OLD: page})
    result = (await site.web(host_delay=timedelta(0)).fetch(OLD, host=open_host(), robots=False)).result
    assert isinstance(result, Fetched)
    assert len(site.requests) == 2


@pytest.mark.parametrize(
    ("value", "refresh"),
    [
        ("0;url=/a", (0, "/a")),
        ("0;URL='/a b' ignored", (0, "/a b")),
        ('7 ; url = "/a"', (7, "/a")),
        (".5;/a", (0, "/a")),
        ("0 /a", (0, "/a")),
        ("", None),
        ("60", None),
        ("url=/a", None),
        ("99999999999;url=/a", None),
    ],
)
def test_a_refresh_is_parsed_as_browsers_do(value: str, refresh: tuple[int, str] | None):
    """Delay in whole seconds and URL."""
    assert parse_refresh(value) == refresh
