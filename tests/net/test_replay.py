"""Recorded HTTP by the clock: the newest answer as of now, 304 where it is due, and a miss that nothing swallows."""

import base64
import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
import yaml

from monitor.errors import ConfigError
from monitor.fetch import Web
from monitor.model import Fetched, HostState, NotModified, Validators
from monitor.net import HttpClient
from monitor.net.replay import ReplayMiss, ReplayTransport, cassettes
from monitor.pipeline.context import ActClock

MONDAY = datetime(2024, 1, 22, 12, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
FEED = "http://outlet.example/feed"

Replaying = Callable[..., ReplayTransport]


def an_interaction(
    *,
    url: str = FEED,
    at: datetime = MONDAY,
    asked: dict[str, str] | None = None,
    body: Any = "",
    code: int = 200,
    **headers: str,
) -> dict[str, Any]:
    """One request with its answer, as vcrpy writes them."""
    answered = {"Date": format_datetime(at, usegmt=True)} | {name.replace("_", "-"): v for name, v in headers.items()}
    return {
        "request": {"method": "GET", "uri": url, "body": "", "headers": {n: [v] for n, v in (asked or {}).items()}},
        "response": {
            "status": {"code": code, "message": ""},
            "headers": {name: [value] for name, value in answered.items()},
            "body": {"string": body},
        },
    }


@pytest.fixture
def replaying(tmp_path: Path) -> Replaying:
    """A transport over one cassette with these interactions, at a standing clock."""

    def replay(*interactions: dict[str, Any], now: datetime = TUESDAY) -> ReplayTransport:
        file = tmp_path / "outlet.yaml"
        file.write_text(yaml.safe_dump({"version": 1, "interactions": list(interactions)}), encoding="utf-8")
        return ReplayTransport([file], clock=lambda: now)

    return replay


async def ask(transport: ReplayTransport, url: str = FEED, **conditions: str) -> tuple[int, bytes]:
    """Status and body of the answer to one GET."""
    headers = {name.replace("_", "-"): value for name, value in conditions.items()}
    response = await transport.handle_async_request(httpx.Request("GET", url, headers=headers))
    return response.status_code, await response.aread()


async def test_newest_answer_of_its_time(replaying):
    """The clock decides: the newest answer that is not of the future, in whatever order the file holds them."""
    told = an_interaction(at=TUESDAY, body="tuesday"), an_interaction(at=MONDAY, body="monday")
    assert await ask(replaying(*told, now=TUESDAY)) == (200, b"tuesday")
    assert await ask(replaying(*told, now=TUESDAY - timedelta(seconds=1))) == (200, b"monday")


async def test_miss_is_kept_and_is_no_httpx_error(replaying):
    """What was never recorded, or not yet, is a ReplayMiss that no handler of HTTP errors takes for a dead source."""
    transport = replaying(an_interaction(at=TUESDAY), now=MONDAY)
    with pytest.raises(ReplayMiss, match=r"GET http://outlet\.example/feed: in none of 1 cassettes as of 2024-01-22"):
        await ask(transport)
    with pytest.raises(ReplayMiss):
        await ask(transport, "http://outlet.example/other")
    assert transport.misses == ["GET http://outlet.example/feed", "GET http://outlet.example/other"]
    assert not issubclass(ReplayMiss, httpx.HTTPError | OSError)


async def test_miss_passes_through_net_and_web(replaying):
    """A miss is not turned into a Failed: a flow test must see it."""
    web = Web(HttpClient(transport=replaying(), user_agent="t"), contact="desk@outlet.example", clock=ActClock(MONDAY))
    with pytest.raises(ReplayMiss):
        await web.fetch(FEED, host=HostState(host="outlet.example"), robots=False)


async def test_asked_as_recorded_answered_as_recorded(replaying):
    """A server that sends the page although nothing changed is replayed as the server it is."""
    first = an_interaction(body="page", ETag='"1"')
    again = an_interaction(at=TUESDAY, asked={"if-none-match": '"1"'}, body="page again", ETag='"1"')
    assert await ask(replaying(first, again), If_None_Match='"1"') == (200, b"page again")


async def test_validators_of_the_page_as_of_now_give_304(replaying):
    """Asked on other days than the recording: 304 for what is still current, the page for what has moved on."""
    monday = an_interaction(body="monday", ETag='"m"', Last_Modified="Mon, 22 Jan 2024 11:00:00 GMT")
    tuesday = an_interaction(at=TUESDAY, asked={"if-none-match": '"m"'}, body="tuesday", ETag='"t"')
    between = TUESDAY - timedelta(hours=1)
    assert await ask(replaying(monday, tuesday, now=between), If_None_Match='"m"') == (304, b"")
    assert await ask(replaying(monday, tuesday), If_None_Match='"t"') == (304, b"")
    assert await ask(replaying(monday, tuesday), If_None_Match='"old"') == (200, b"tuesday")


async def test_if_none_match_goes_before_if_modified_since(replaying):
    """RFC 9110, 13.2.2: with an ETag asked for, the date does not count; alone it does."""
    told = an_interaction(body="page", ETag='"1"', Last_Modified="Mon, 22 Jan 2024 11:00:00 GMT")
    since = "Mon, 22 Jan 2024 11:00:00 GMT"
    assert await ask(replaying(told), If_None_Match='"0"', If_Modified_Since=since) == (200, b"page")
    assert await ask(replaying(told), If_Modified_Since=since) == (304, b"")


async def test_full_look_after_a_304_gives_the_page(replaying):
    """A look without validators, which we take once a day, gets the page although a 304 was recorded last."""
    page = an_interaction(body="page", ETag='"1"')
    same = an_interaction(at=TUESDAY, asked={"if-none-match": '"1"'}, code=304, ETag='"1"')
    assert await ask(replaying(page, same)) == (200, b"page")
    assert await ask(replaying(page, same), If_None_Match='"1"') == (304, b"")


async def test_web_sees_the_304_of_a_replay(replaying):
    """From cassette to outcome: first the page with its validators, then NotModified with the same."""
    transport = replaying(an_interaction(body="<rss/>", ETag='"1"', Content_Type="text/xml"))
    web = Web(HttpClient(transport=transport, user_agent="t"), contact="desk@outlet.example", clock=ActClock(TUESDAY))
    first = (await web.fetch(FEED, host=HostState(host="outlet.example"), robots=False)).result
    assert isinstance(first, Fetched)
    assert first.validators == Validators(url=FEED, etag='"1"')
    looked = await web.fetch(FEED, host=HostState(host="outlet.example"), validators=first.validators, robots=False)
    assert isinstance(looked.result, NotModified)
    assert looked.result.validators == first.validators


async def test_bodies_in_letters_bytes_and_gzip(replaying):
    """Text is UTF-8, bytes are bytes, and a body that was recorded packed is unpacked by the client as ever."""
    packed = gzip.compress("سراوان".encode(), mtime=0)
    transport = replaying(
        an_interaction(url=FEED + "/a", body="پنجگور 🇮🇷"),
        an_interaction(url=FEED + "/b", body=b"\xed\xff"),
        an_interaction(url=FEED + "/c", body=packed, Content_Encoding="gzip"),
    )
    assert await ask(transport, FEED + "/a") == (200, "پنجگور 🇮🇷".encode())
    assert await ask(transport, FEED + "/b") == (200, b"\xed\xff")
    answer = await HttpClient(transport=transport, user_agent="t").request(
        "GET", FEED + "/c", headers={}, deadline=1, limit=1000
    )
    assert answer.body == "سراوان".encode()


async def test_persian_path_is_one_url(replaying):
    """A path in letters and its percent-encoded form ask for the same recording."""
    transport = replaying(an_interaction(url="http://outlet.example/%D9%BE%D9%86%D8%AC", body="page"))
    assert await ask(transport, "http://outlet.example/پنج") == (200, b"page")


async def test_cassette_as_vcrpy_writes_it(tmp_path):
    """A cassette from vcrpy's own serializer replays: people record with `monitor record` or with vcrpy alone."""
    file = tmp_path / "plain.yaml"
    with vcr.use_cassette(str(file)) as cassette:
        request = vcr.request.Request("GET", FEED, b"", {"If-None-Match": ["x"]})
        told = {"status": {"code": 200, "message": "OK"}, "headers": {"date": ["Mon, 22 Jan 2024 12:00:00 GMT"]}}
        cassette.append(request, told | {"body": {"string": "ایران".encode()}})
    transport = ReplayTransport([file], clock=lambda: TUESDAY)
    assert await ask(transport) == (200, "ایران".encode())


@pytest.mark.parametrize(
    "text",
    [
        "interactions: [",
        "- a list",
        "version: 1",
        "interactions: [{request: {}}]",
        "interactions: 3",
        base64.b64encode(b"x").decode(),
    ],
)
async def test_broken_cassette_is_named(tmp_path, text):
    """A file that is no cassette says which one it is and what to do, at the first request."""
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"(?s)broken\.yaml: not a cassette: .*record it again"):
        await ask(ReplayTransport([file], clock=lambda: MONDAY))


def test_cassettes_of_one_act(tmp_path):
    """Cassettes lie one folder down; what lies beside the folders is none."""
    for name in ("acts.yaml", "b/june.yaml", "a/june.yaml", "a/january.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert cassettes(tmp_path) == [tmp_path / "a/january.yaml", tmp_path / "a/june.yaml", tmp_path / "b/june.yaml"]
    assert cassettes(tmp_path, act="june") == [tmp_path / "a/june.yaml", tmp_path / "b/june.yaml"]
