"""Logs: one line an event, and no secret in any of them."""

import json
import logging
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from monitor.cli.logs import secrets, set_up
from monitor.model import Channel

CANARY = 'p"ss\\wörd'
HOOK = "https://chat.example/hooks/T0001/B0002/x7Gq93kLmQ"


@pytest.fixture(autouse=True)
def _restored():
    """The set-up is global."""
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if one.get_name() != "monitor"]
    root.setLevel(logging.WARNING)


def fail_with(canary):
    """An error whose text and traceback hold the canary."""
    try:
        int(canary)
    except ValueError:
        structlog.get_logger().exception("row.broken", reason=canary, password=canary)
        logging.getLogger("library").exception("could not log in with %s", canary)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_secret_is_masked_wherever_it_stands(as_json, capsys):
    """As a value, in a text, in a traceback, escaped for JSON, in what a library logs."""
    set_up(json=as_json, level=logging.INFO, secrets={CANARY})
    fail_with(CANARY)
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert CANARY not in written
    assert json.dumps(CANARY, ensure_ascii=False)[1:-1] not in written
    assert "wörd" not in written


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("http://desk:hunter2@a.example/feed", "http://***@a.example/feed"),
        ("http://a.example/feed?id=7&api_key=hunter2&page=2", "http://a.example/feed?id=7&api_key=***&page=2"),
        ("http://a.example/feed?TOKEN=hunter2: timeout", "http://a.example/feed?TOKEN=***"),
        ("http://a.example/@desk/feed?id=7", "http://a.example/@desk/feed?id=7"),
    ],
)
def test_keys_in_urls_are_masked(url, written, capsys):
    """Feeds of subscribers carry their key in the URL, and the URL stands in every error about it."""
    set_up(json=True, level=logging.INFO)
    structlog.get_logger().info("source.polled", reason=url)
    assert json.loads(capsys.readouterr().err)["reason"].startswith(written)


def test_libraries_log_as_we_do(capsys):
    """What comes by way of `logging` is a JSON line too; below a warning it stays away."""
    set_up(json=True, level=logging.INFO)
    logging.getLogger("library").info("chatter")
    logging.getLogger("library").warning("odd: %d", 7)
    (line,) = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["event"], json.loads(line)["level"]) == ("odd: 7", "warning")


def test_set_up_again_writes_each_line_once(capsys):
    """A configuration read anew brings new secrets, not a second log."""
    for _ in range(2):
        set_up(json=True, level=logging.INFO)
    logging.getLogger("library").warning("odd")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_log_that_nobody_takes_stops_nothing(monkeypatch):
    """A full disk below the log is not a reason to stop polling."""
    set_up(json=True, level=logging.INFO)
    full = Path("/dev/full").open("w")  # noqa: SIM115 - to close it fails as well
    monkeypatch.setattr(sys, "stderr", full)
    structlog.get_logger().info("source.polled")
    logging.getLogger("library").warning("odd")
    with suppress(OSError):
        full.close()


def test_the_secrets_of_a_configuration():
    """Passwords, keys of webhooks, and the long path by which a chat service knows its sender."""
    hook = Channel(id="bot", kind="webhook", recipients=(HOOK, "https://b.example/hook"), secret="whsec_x")
    desk = Channel(id="desk", kind="email", recipients=("desk@a-long-name.example",))
    config = SimpleNamespace(channels=(hook, desk), mail=SimpleNamespace(password="hunter2"))
    assert secrets(config) == {"whsec_x", "hunter2", "/hooks/T0001/B0002/x7Gq93kLmQ"}
