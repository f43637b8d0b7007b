"""The newsroom answers as outlets do, at the act's time; the cassettes say what it says."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import yaml

from monitor import config
from monitor.errors import Refused, Unreachable
from monitor.net import HttpClient
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline.context import ActClock
from tests.newsroom import pages, record
from tests.newsroom.content import CASSETTES, acts, outlets
from tests.newsroom.server import resolver, serving

OUTLETS, ACTS = outlets(), acts()
LEDGER, SAHIL, COURIER = OUTLETS["indus-ledger"], OUTLETS["roznama-sahil"], OUTLETS["quetta-courier"]
NOON = datetime(2024, 1, 19, 12, tzinfo=UTC)
FAULTS = ACTS["faults"]
PLAYED = [(act, OUTLETS[name]) for act in ACTS.values() for name in act.sources]
PLAIN = [(act, outlet) for act, outlet in PLAYED if act != FAULTS]


async def ask(url, *, now=NOON, method="GET", **conditions):
    """One exchange with the newsroom through the guarded client."""
    headers = {name.replace("_", "-"): value for name, value in conditions.items()}
    async with serving(OUTLETS.values(), clock=ActClock(now)) as port:
        net = HttpClient(
            resolver=resolver(port),
            allow=[(host, 80) for outlet in OUTLETS.values() for host in outlet.hosts],
            user_agent="t",
        )
        return await net.request(method, url, headers=headers, deadline=5, limit=1_000_000)


async def test_date_is_the_acts():
    """Every answer carries the time of the act, so a cassette knows which day it tells of."""
    assert (await ask(LEDGER.url)).header("date") == "Fri, 19 Jan 2024 12:00:00 GMT"


async def test_packed_when_asked():
    """Our client asks for gzip and gets it."""
    answer = await ask(LEDGER.url)
    assert answer.header("content-encoding") == "gzip"
    assert answer.body.startswith(b"<?xml")


@pytest.mark.parametrize("name", ["indus-ledger", "bogaz-haber"])
async def test_etag_gives_304(name):
    """The ETag of a feed, strong or weak, gives 304 with the ETag and no body, until there is something new."""
    outlet = OUTLETS[name]
    now = ACTS["june-2025"].moments[-1]
    etag = (await ask(outlet.url, now=now)).header("etag")
    same = await ask(outlet.url, now=now, if_none_match=etag)
    assert (same.status, same.body, same.header("etag")) == (304, b"", etag)
    assert (await ask(outlet.url, now=now - timedelta(days=1), if_none_match=etag)).status == 200


async def test_last_modified_gives_304():
    """An outlet with dates alone answers 304 to its own date and the feed to an older one."""
    first = await ask(SAHIL.url)
    assert not first.header("etag")
    assert (await ask(SAHIL.url, if_modified_since=first.header("last-modified"))).status == 304
    assert (await ask(SAHIL.url, if_modified_since="Tue, 16 Jan 2024 00:00:00 GMT")).status == 200


async def test_some_outlets_have_no_validators():
    """A listing page offers nothing to ask conditionally with: the body's hash has to tell."""
    answer = await ask(COURIER.url)
    assert {"etag", "last-modified"}.isdisjoint(name for name, _ in answer.headers)


async def test_nothing_is_there_before_its_time():
    """A page answers 404 until it is published, and for ever where its outlet took it down."""
    piece = next(piece for piece in LEDGER.pieces if piece.at > NOON)
    assert (await ask(pages.link(LEDGER, piece))).status == 404
    assert (await ask(pages.link(LEDGER, piece), now=piece.at)).status == 200
    gone = next(piece for piece in LEDGER.pieces if piece.gone)
    assert (await ask(pages.link(LEDGER, gone), now=gone.at)).status == 404


async def test_tracking_parameters_do_not_matter():
    """The link of the feed, with its tracking, shows the page."""
    assert (await ask(pages.link(LEDGER, LEDGER.pieces[0], tracking=True))).status == 200


async def test_only_get_and_only_our_hosts():
    """Another method, another host on our port, another name: each is refused in its way."""
    assert (await ask(LEDGER.url, method="POST")).status == 405
    with pytest.raises(Refused):
        await ask("http://stranger.example/")
    with pytest.raises(Unreachable):
        await ask("http://outlet.test/")


async def test_a_turn_takes_the_place_of_what_is_there():
    """A fault has its hours: before and after them the outlet answers as ever, at each of its addresses."""
    herald, watch = OUTLETS["panjgur-herald"], OUTLETS["gwadar-watch"]
    busy, free = datetime(2024, 3, 5, 6, tzinfo=UTC), datetime(2024, 3, 5, 10, tzinfo=UTC)
    asked = await ask(herald.url, now=busy)
    assert (asked.status, asked.header("retry-after")) == (429, "14400")
    assert (await ask(herald.url, now=free)).status == 200
    moved = await ask(watch.url, now=busy)
    assert (moved.status, moved.header("location")) == (301, "http://gwadarwatch.example/feed/")
    assert (await ask(moved.header("location"), now=busy)).body.startswith(b"<?xml")


async def test_old_page_in_windows_1256():
    """One page of the Urdu daily comes from the old system: its charset stands in the page alone."""
    old = next(piece for piece in SAHIL.pieces if piece.charset != "utf-8")
    answer = await ask(pages.link(SAHIL, old))
    assert answer.header("content-type") == "text/html"
    assert "جیش العدل".replace("ی", "ي") in answer.body.decode("windows-1256")


def test_every_piece_is_listed_at_a_moment():
    """No text is written in vain: each stands in its source's list at some moment of an act, or is said to be missed."""
    listed = {
        (outlet.id, piece.path)
        for act, outlet in PLAYED
        for moment in act.moments
        for piece in pages.listed(outlet, moment)
    }
    written = {(outlet.id, piece.path) for outlet in OUTLETS.values() for piece in outlet.pieces}
    assert written - listed == {("iranshahr-news", "/i/3/tax-on-lorries-dropped")}


@pytest.mark.parametrize(("act", "outlet"), PLAIN, ids=[f"{act.id}-{outlet.id}" for act, outlet in PLAIN])
async def test_cassettes_say_what_the_newsroom_says(act, outlet):
    """Replayed at each moment, source, robots.txt and pages are the newsroom's, byte for byte; none is missing."""
    clock = ActClock(act.moments[0])
    replay = ReplayTransport(cassettes(CASSETTES, act=act.id), clock=clock)
    net = HttpClient(transport=replay, user_agent="t")
    for moment in act.moments:
        clock.set(moment)
        readable = [piece for piece in pages.listed(outlet, moment) if "/photo/" not in piece.path]
        links = [pages.link(outlet, piece, tracking=True) for piece in readable]
        for url in [outlet.url, f"http://{outlet.host}/robots.txt", *links]:
            told = await net.request("GET", url, headers={}, deadline=5, limit=1_000_000)
            meant = pages.answer(outlet, url.partition(".example")[2], moment)
            assert (told.status, told.body) == (meant.status, meant.body), f"{url}: run python -m tests.newsroom.record"
    assert not replay.misses


@pytest.mark.parametrize("name", FAULTS.sources)
def test_cassettes_of_faults_say_what_the_newsroom_says(name: str):
    """Each answer on record, good or bad, is what the newsroom gives to its URL at its time."""
    for one in _interactions(CASSETTES / name / f"{FAULTS.id}.yaml"):
        told = one["response"]
        headers = {key.lower(): values[0] for key, values in told["headers"].items()}
        now = parsedate_to_datetime(headers["date"])
        meant = pages.answer(OUTLETS[name], _target(OUTLETS[name], one["request"]["uri"]), now)
        if told["status"]["code"] == 304:
            assert headers["etag"] == meant.etag
            continue
        body = told["body"]["string"]
        assert told["status"]["code"] == meant.status
        assert (body.encode() if isinstance(body, str) else body) == meant.body
        assert (headers.get("location", ""), headers.get("retry-after", "")) == (meant.location, meant.retry_after)


def _interactions(file: Path):
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["interactions"]


def _target(outlet, uri: str) -> str:
    return uri.removeprefix(f"http://{outlet.host}")


@pytest.mark.parametrize(
    ("act", "name"), [("june-2025", "bogaz-haber"), ("faults", "gwadar-watch"), ("faults", "taftan-wire")]
)
def test_recording_again_changes_nothing(tmp_path: Path, act: str, name: str):
    """Recording is deterministic: the same newsroom gives the same bytes."""
    record.record(OUTLETS[name], ACTS[act], tmp_path / "again.yaml")
    assert (tmp_path / "again.yaml").read_bytes() == (CASSETTES / name / f"{act}.yaml").read_bytes()


def test_sources_are_written_as_they_are(tmp_path: Path):
    """cassettes/sources.yaml names the outlets of the newsroom, as they are."""
    record.write_sources([outlet.source() for outlet in OUTLETS.values()], tmp_path / "sources.yaml")
    assert (tmp_path / "sources.yaml").read_bytes() == (CASSETTES / "sources.yaml").read_bytes()


def test_cassettes_keep_no_secret_and_no_machine():
    """Cookies, our own name and the address of the recording are in none of the cassettes."""
    for file in cassettes(CASSETTES):
        text = file.read_text(encoding="utf-8").lower()
        assert not [word for word in ("set-cookie", "visit=", "monitor", "127.0.0.1", "\\u06") if word in text], file


def test_cassettes_are_readable():
    """Bodies are blocks of lines in letters; bytes only where a page is not UTF-8."""
    binary = {
        answer["request"]["uri"]
        for file in cassettes(CASSETTES)
        for answer in _interactions(file)
        if isinstance(answer["response"]["body"]["string"], bytes)
    }
    assert binary == {
        "http://roznamasahil.example/story/2590733/",
        "http://almina.example/a/901",
        "http://almina.example/a/917",
        "http://kinara.example/khabar/6014/",
    }


async def test_client_that_leaves_does_not_matter():
    """A connection without a request ends quietly."""
    async with serving([LEDGER], clock=ActClock(NOON)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0)


def test_sources_load_as_configuration(tmp_path: Path):
    """cassettes/sources.yaml is a file of the configuration: loaded, it gives the newsroom's sources."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "newsroom.yaml").write_bytes((CASSETTES / "sources.yaml").read_bytes())
    (tmp_path / "monitor.yaml").write_text("contact: desk@outlet.example\n")
    loaded = config.load(tmp_path, env={})
    assert loaded.sources == tuple(outlet.source() for outlet in OUTLETS.values())
