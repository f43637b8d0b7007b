"""vcrpy records and replays above the guard."""

from pathlib import Path

import pytest

from monitor.errors import Refused
from monitor.net import HttpClient
from tests.net.loopback import http, serving

vcr = pytest.importorskip("vcr", reason="vcrpy is an extra")

OPTIONS = {"headers": {}, "deadline": 5, "limit": 1000}


async def test_a_cassette_records_and_replays(tmp_path: Path):
    """What went through the guard is recorded; its replay asks neither names nor network."""
    cassette = str(tmp_path / "act.yaml")
    async with serving(http(b"news", 'ETag: "1"')) as server:
        with vcr.use_cassette(cassette, record_mode="all"):
            live = await server.net().request("GET", "http://dawn.example/feed", **OPTIONS)
        dialled = server.dialled

    async def no_names(host: str, port: int) -> list[tuple[str, int]]:
        raise AssertionError(host)

    with vcr.use_cassette(cassette, record_mode="none"):
        played = await HttpClient(resolver=no_names, user_agent="test").request(
            "GET", "http://dawn.example/feed", **OPTIONS
        )
    assert dialled == 1
    assert (
        (played.status, played.body, played.header("etag")) == (live.status, live.body, '"1"') == (200, b"news", '"1"')
    )


async def test_recording_does_not_open_the_guard(tmp_path: Path):
    """A private address is refused while recording, and nothing of it is kept."""
    async with serving(http(b"secret")) as server:
        with vcr.use_cassette(str(tmp_path / "act.yaml"), record_mode="all") as cassette, pytest.raises(Refused):
            await HttpClient(user_agent="test").request("GET", f"http://127.0.0.1:{server.port}/", **OPTIONS)
        assert (server.dialled, len(cassette)) == (0, 0)
