"""`monitor record` writes cassettes without personal data."""

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


async def test_a_recording_can_be_replayed(tmp_path):
    """Feed, robots.txt and the newest pages are replayed from the cassette."""
    async with visiting(Site(PAGES), a_config()) as context:
        recording = await record_source(context, a_source(), tmp_path, pages=2)
    assert (recording.responses, recording.error) == (4, None)
    assert cassettes(tmp_path) == [recording.file]
    transport = ReplayTransport([recording.file], clock=lambda: NOW)
    client = HttpClient(transport=transport, user_agent="t")
    response = await client.request("GET", f"{DAWN}/news/1", headers={}, deadline=5, limit=100_000)
    assert b"A text of an outlet" in response.body


async def test_a_recording_has_no_personal_data(tmp_path):
    """Contact, cookies and keys of the URL are removed."""
    site = Site(PAGES, headers="Set-Cookie: visit=1234\r\nX-Request-Id: 77")
    async with visiting(site, a_config()) as context:
        recording = await record_source(context, a_source(url=f"{DAWN}/feed?api_key=hush&page=2"), tmp_path, pages=0)
    assert site.requests == ["dawn.example/feed?api_key=hush&page=2"]
    text = recording.file.read_text("utf-8")
    assert "feed?page=2" in text
    for secret in ("hush", "visit=1234", "X-Request-Id", "desk@monitor.example", "ser-"):
        assert secret not in text


async def test_an_error_response_is_recorded(tmp_path):
    """A response that is not a feed makes a cassette too, because replays need such cases."""
    async with visiting(Site({"dawn.example/feed": "403"}), a_config()) as context:
        recording = await record_source(context, a_source(), tmp_path, pages=2)
    assert recording.responses == 1
    assert "403" in str(recording.error)


async def test_an_unreachable_source_makes_no_cassette(tmp_path):
    """If nothing answers, the error is raised and no file is written."""
    async with visiting(Site({}), a_config()) as context:
        with pytest.raises(Unreachable):
            await record_source(context, a_source(url="http://dawn.invalid/feed"), tmp_path, pages=2)
    assert list(tmp_path.rglob("*.yaml")) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/?api_key=1&q=2", "https://a.example/?q=2"),
        ("https://a.example/?access_token=1", "https://a.example/"),
        ("https://a.example/?X-Amz-Signature=1", "https://a.example/"),
        ("https://a.example/?keyword=iran&design=1", "https://a.example/?keyword=iran&design=1"),
        ("/relative?q=%20", "/relative?q=%20"),
    ],
)
def test_secret_parameters_are_removed(url, expected):
    """Parameters that carry a secret are removed; similar names stay."""
    assert without_secrets(url) == expected


def test_a_missing_extra_is_named(desk, tmp_path):
    """Without vcrpy the command says how to install it."""
    code = (
        "import sys; sys.modules['vcr'] = None\nfrom monitor.cli import main\n"
        f"main(['--config', {str(desk)!r}, 'record', 'dawn', '--out', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'iran-pakistan-monitor[record]'" in done.stderr
