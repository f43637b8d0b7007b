"""Logs: one line for each event, without any secret."""

import json
import logging
import sys
from contextlib import suppress
from enum import Enum
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
    """Restores the global logging set-up."""
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if handler.get_name() != "monitor"]
    root.setLevel(logging.WARNING)


def fail_with(canary):
    """Logs an error whose text and traceback contain the canary."""
    try:
        int(canary)
    except ValueError:
        structlog.get_logger().exception("row.broken", reason=canary, password=canary)
        logging.getLogger("library").exception("could not log in with %s", canary)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_secret_is_masked_everywhere(as_json, capsys):
    """In a value, in a text, in a traceback, escaped for JSON, and in records of libraries."""
    set_up(json=as_json, level=logging.INFO, secrets={CANARY})
    fail_with(CANARY)
    output = capsys.readouterr().err
    assert "ValueError" in output
    assert CANARY not in output
    assert json.dumps(CANARY, ensure_ascii=False)[1:-1] not in output
    assert "wörd" not in output


@pytest.mark.parametrize(
    ("url", "output"),
    [
        ("http://desk:hunter2@a.example/feed", "http://***@a.example/feed"),
        ("http://a.example/feed?id=7&api_key=hunter2&page=2", "http://a.example/feed?id=7&api_key=***&page=2"),
        ("http://a.example/feed?TOKEN=hunter2: timeout", "http://a.example/feed?TOKEN=***"),
        ("http://a.example/@desk/feed?id=7", "http://a.example/@desk/feed?id=7"),
    ],
)
def test_keys_in_urls_are_masked(url, output, capsys):
    """Feeds for subscribers carry a key in the URL, and every error about them contains the URL."""
    set_up(json=True, level=logging.INFO)
    structlog.get_logger().info("source.polled", reason=url)
    assert json.loads(capsys.readouterr().err)["reason"].startswith(output)


def test_library_records_have_our_form(capsys):
    """A warning of a library is a JSON line too; its records below a warning are dropped."""
    set_up(json=True, level=logging.INFO)
    logging.getLogger("library").info("chatter")
    logging.getLogger("library").warning("odd: %d", 7)
    (line,) = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["event"], json.loads(line)["level"]) == ("odd: 7", "warning")


def test_set_up_again_writes_each_line_once(capsys):
    """Reloading the configuration brings new secrets and no second handler."""
    for _ in range(2):
        set_up(json=True, level=logging.INFO)
    logging.getLogger("library").warning("odd")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_unwritable_log_raises_nothing(monkeypatch):
    """A full disk below the log must not stop the service."""
    set_up(json=True, level=logging.INFO)
    full = Path("/dev/full").open("w")  # noqa: SIM115 - to close it fails as well
    monkeypatch.setattr(sys, "stderr", full)
    structlog.get_logger().info("source.polled")
    logging.getLogger("library").warning("odd")
    with suppress(OSError):
        full.close()


def test_the_secrets_of_a_configuration():
    """Passwords, keys of webhooks, and the long URL path that identifies a sender to a chat service."""
    channel = Channel(id="bot", kind="webhook", recipients=(HOOK, "https://b.example/hook"), secret="whsec_x")
    desk = Channel(id="desk", kind="email", recipients=("desk@a-long-name.example",))
    config = SimpleNamespace(channels=(channel, desk), mail=SimpleNamespace(password="hunter2"))
    assert secrets(config) == {"whsec_x", "hunter2", "/hooks/T0001/B0002/x7Gq93kLmQ"}


class Status(Enum):
    """A status as the pipeline logs it."""

    FAILED = "fetch-failed"


def test_lines_are_tidy(capsys):
    """Time, level and event come first, enums are values, and None is left out."""
    set_up(json=True, level=logging.INFO)
    structlog.get_logger().info("page.failed", url="u", status=Status.FAILED, reason=None)
    line = json.loads(capsys.readouterr().err)
    assert list(line) == ["timestamp", "level", "event", "url", "status"]
    assert line["status"] == "fetch-failed"


def test_routine_events_are_left_out(capsys):
    """An operator's log has neither finished rounds nor polls that brought nothing; debug has them."""
    for routine, expected in ((False, ["source.polled"]), (True, ["source.polled", "source.polled", "step.finished"])):
        set_up(json=True, level=logging.INFO, routine=routine)
        structlog.get_logger().info("source.polled", status="new")
        structlog.get_logger().info("source.polled", status="unchanged")
        structlog.get_logger().info("step.finished", step="poll")
        assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == expected
