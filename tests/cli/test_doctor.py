"""`monitor doctor`: every part is looked at, and each failure names its cure."""

from datetime import timedelta

import pytest

from monitor import errors
from monitor.channels import MailServer
from monitor.model import Channel
from monitor.services.doctor import SetupCheck, check_network, fix_for
from tests.channels.servers import Receiver, ScriptedMail, listening
from tests.cli.builders import NOW, SECRET, Site, a_config, a_feed, a_source, visiting


def test_broken_configuration_is_all_there_is_to_say(monitor, desk):
    """Nothing can be looked at without one; the place of the fault stands in the report."""
    (desk / "monitor.yaml").write_text("contat: me\n")
    ran = monitor("doctor", "--json")
    (check,) = ran.json["checks"]
    assert (ran.code, check["name"], check["ok"]) == (1, "configuration", False)
    assert "monitor.yaml:1:1" in check["says"]


def test_missing_contact_is_named(monitor, desk):
    """Without a contact nothing is fetched, and nothing else is asked."""
    (desk / "monitor.yaml").write_text("contact: ''\n")
    ran = monitor("doctor")
    assert ran.code == 1
    assert "ok   store:" in ran.out
    assert "FAIL contact:" in ran.out
    assert "set contact: in monitor.yaml" in ran.out


async def _visited(site: Site, *sources, **settings) -> dict[str, SetupCheck]:
    config = a_config(*sources, **settings)
    async with visiting(site, config) as kit:
        return {check.name: check for check in await check_network(kit, config)}


async def test_sources_are_looked_at_one_by_one():
    """A good one with the age of its newest entry, a dead one with what to do; those switched off or paused are left."""
    site = Site({"dawn.example/feed": a_feed("One", "Two"), "geo.example/feed": "403", "off.example/feed": "404"})
    off = a_source("off", enabled=False)
    checks = await _visited(site, a_source("dawn"), a_source("geo"), off)
    assert checks["source dawn"].detail == "2 entries, the newest 2 h old, 2 in 24 h"
    assert not checks["source geo"].ok
    assert "proxy:" in checks["source geo"].fix
    assert "source off" not in checks


async def test_source_without_news_is_left_behind():
    """A feed that answers with the entries of last year is not well."""
    checks = await _visited(Site({"dawn.example/feed": a_feed("One", at=NOW - timedelta(days=400))}), a_source("dawn"))
    assert not checks["source dawn"].ok
    assert "400 d" in checks["source dawn"].detail


async def test_no_network_is_said_once():
    """Where nothing answers it is us: one line, not one for each source."""
    checks = await _visited(Site({}), *(a_source(name, url=f"http://{name}.invalid/feed") for name in "abc"))
    assert list(checks) == ["clock", "sources"]
    assert "online" in checks["sources"].fix


@pytest.mark.parametrize(("off", "ok"), [(timedelta(minutes=2), True), (timedelta(minutes=20), False)])
async def test_clock_is_held_against_the_outlets(off, ok):
    """Alerts and digests go by our clock: the outlets' Date tells when it is wrong."""
    checks = await _visited(Site({"dawn.example/feed": a_feed("One")}, now=NOW + off), a_source("dawn"))
    assert checks["clock"].ok is ok


@pytest.mark.parametrize(("script", "ok"), [({}, True), ({"MAIL": "530 log in first"}, False)])
async def test_mail_server_is_asked_without_a_message(script, ok):
    """As far as the sender, which many servers take only after a login; no recipient, no message."""
    mail = ScriptedMail(script)
    async with listening(mail) as port:
        server = MailServer(host="127.0.0.1", port=port, tls="none", sender="monitor@desk.example")
        checks = await _visited(Site({}), mail=server)
    check = checks[f"mail 127.0.0.1:{port}"]
    assert check.ok is ok
    assert {command.split()[0].upper() for command in mail.commands} <= {"EHLO", "MAIL", "QUIT"}
    assert ok or "530 log in first" in check.detail


@pytest.mark.parametrize(("answer", "ok"), [(b"HTTP/1.1 204 No\r\n\r\n", True), (b"HTTP/1.1 401 No\r\n\r\n", False)])
async def test_webhooks_get_a_signed_ping(answer, ok):
    """A webhook is asked as a delivery asks it; its path, often a secret, is not printed."""
    receiver = Receiver(answer=answer)
    async with listening(receiver) as port:
        hook = Channel(
            id="bot",
            kind="webhook",
            recipients=(f"http://127.0.0.1:{port}/hidden",),
            secret=SECRET,
            allow_private=(("127.0.0.1", port),),
        )
        checks = await _visited(Site({}), channels=(hook,))
    assert checks["webhook bot at 127.0.0.1"].ok is ok
    (_, headers, body) = receiver.requests[0]
    assert headers["webhook-signature"].startswith("v1,")
    assert b"monitor.ping" in body
    assert "hidden" not in repr(checks)


@pytest.mark.parametrize(
    "error",
    [
        errors.BadStatus("http://a.example/", 404),
        errors.BadStatus("http://a.example/", 403),
        errors.BadStatus("http://a.example/", 500),
        errors.Challenge("http://a.example/", "a login page"),
        errors.Refused("http://a.example/", "robots.txt forbids it"),
        errors.Unreachable("http://a.example/", "no such name"),
        errors.TooLarge("http://a.example/", "9 MB"),
        errors.WrongType("http://a.example/", "an image"),
        errors.ParseError("http://a.example/", "not a feed"),
        errors.WorkerError("killed"),
    ],
)
def test_every_failure_has_a_cure(error):
    """Whatever fails, the report says what to do, with a command of ours."""
    assert "monitor sources" in fix_for(error, "dawn")
