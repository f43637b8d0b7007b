"""`monitor record`: answers for replays, and nothing that tells who recorded."""

import subprocess
import sys

import pytest

from monitor.errors import Unreachable
from monitor.net import HttpClient
from monitor.net.replay import ReplayTransport, cassettes
from monitor.services.record import record_source, without_secrets
from tests.cli.builders import DAWN, NOW, Site, a_config, a_feed, a_source, an_article, visiting

PAGES = {
    "dawn.example/feed": a_feed("One", "Two", "Three"),
    **{f"dawn.example/news/{number}": an_article("A text of an outlet." * 20) for number in (1, 2, 3)},
}


async def test_recording_is_replayed(tmp_path):
    """Feed, robots.txt and the newest pages are answered again from the cassette."""
    async with visiting(Site(PAGES), a_config()) as kit:
        recorded = await record_source(kit, a_source(), tmp_path, pages=2)
    assert (recorded.responses, recorded.error) == (4, None)
    assert cassettes(tmp_path) == [recorded.file]
    transport = ReplayTransport([recorded.file], clock=lambda: NOW)
    net = HttpClient(transport=transport, user_agent="t")
    answer = await net.request("GET", f"{DAWN}/news/1", headers={}, deadline=5, limit=100_000)
    assert b"A text of an outlet" in answer.body


async def test_nothing_tells_who_recorded(tmp_path):
    """No contact, cookie, or key of the address is kept."""
    site = Site(PAGES, headers="Set-Cookie: visit=1234\r\nX-Request-Id: 77")
    async with visiting(site, a_config()) as kit:
        recorded = await record_source(kit, a_source(url=f"{DAWN}/feed?api_key=hush&page=2"), tmp_path, pages=0)
    assert site.asked == ["dawn.example/feed?api_key=hush&page=2"]
    text = recorded.file.read_text("utf-8")
    assert "feed?page=2" in text
    for secret in ("hush", "visit=1234", "X-Request-Id", "desk@monitor.example", "ser-"):
        assert secret not in text


async def test_refusal_is_recorded_as_well(tmp_path):
    """An answer that is no feed makes a cassette too: such are what a replay is for."""
    async with visiting(Site({"dawn.example/feed": "403"}), a_config()) as kit:
        recorded = await record_source(kit, a_source(), tmp_path, pages=2)
    assert recorded.responses == 1
    assert "403" in str(recorded.error)


async def test_silence_makes_no_cassette(tmp_path):
    """Where nothing answers, the reason is raised and no file is left."""
    async with visiting(Site({}), a_config()) as kit:
        with pytest.raises(Unreachable):
            await record_source(kit, a_source(url="http://dawn.invalid/feed"), tmp_path, pages=2)
    assert list(tmp_path.rglob("*.yaml")) == []


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/?api_key=1&q=2", "https://a.example/?q=2"),
        ("https://a.example/?access_token=1", "https://a.example/"),
        ("https://a.example/?X-Amz-Signature=1", "https://a.example/"),
        ("https://a.example/?keyword=iran&design=1", "https://a.example/?keyword=iran&design=1"),
        ("/relative?q=%20", "/relative?q=%20"),
    ],
)
def test_keys_leave_an_address(url, kept):
    """Parameters that open a door go; those that only look alike stay."""
    assert without_secrets(url) == kept


def test_missing_extra_is_named_with_its_cure(desk, tmp_path):
    """Without vcrpy the command says how to get it."""
    code = (
        "import sys; sys.modules['vcr'] = None\nfrom monitor.cli import main\n"
        f"main(['--config', {str(desk)!r}, 'record', 'dawn', '--out', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'iran-pakistan-monitor[record]'" in done.stderr
