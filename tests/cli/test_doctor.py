"""`monitor doctor` checks every part; each failure names its fix."""

from datetime import timedelta

import pytest

from monitor import errors
from monitor.channels import MailServer
from monitor.model import Channel
from monitor.services.doctor import SetupCheck, check_network, fix_for
from tests.channels.servers import Receiver, ScriptedMail, listening
from tests.cli.builders import NOW, SECRET, Site, a_config, a_feed, a_source, visiting


def test_invalid_configuration_is_the_only_check(monitor, desk):
    """Nothing else can be checked without a configuration; the check names the location of the error."""
    (desk / "monitor.yaml").write_text("contat: me\n")
    result = monitor("doctor", "--json")
    (check,) = result.json["checks"]
    assert (result.code, check["name"], check["ok"]) == (1, "configuration", False)
    assert "monitor.yaml:1:1" in check["says"]


def test_missing_contact_is_reported(monitor, desk):
    """Without a contact nothing is fetched, so only the configuration and the store are checked."""
    (desk / "monitor.yaml").write_text("contact: ''\n")
    result = monitor("doctor")
    assert result.code == 1
    assert "ok   store:" in result.out
    assert "FAIL contact:" in result.out
    assert "set contact: in monitor.yaml" in result.out


async def _checks_by_name(site: Site, *sources, **settings) -> dict[str, SetupCheck]:
    config = a_config(*sources, **settings)
    async with visiting(site, config) as context:
        return {check.name: check for check in await check_network(context, config)}


async def test_each_source_is_checked():
    """A working source shows the age of its newest entry, a failing one its fix; disabled sources are skipped."""
    site = Site({"dawn.example/feed": a_feed("One", "Two"), "geo.example/feed": "403", "off.example/feed": "404"})
    off = a_source("off", enabled=False)
    checks = await _checks_by_name(site, a_source("dawn"), a_source("geo"), off)
    assert checks["source dawn"].detail == "2 entries, the newest 2 h old, 2 in 24 h"
    assert not checks["source geo"].ok
    assert "proxy:" in checks["source geo"].fix
    assert "source off" not in checks


async def test_abandoned_feed_fails():
    """A feed whose newest entry is from last year fails the check."""
    checks = await _checks_by_name(
        Site({"dawn.example/feed": a_feed("One", at=NOW - timedelta(days=400))}), a_source("dawn")
    )
    assert not checks["source dawn"].ok
    assert "400 d" in checks["source dawn"].detail


async def test_no_network_is_reported_once():
    """If no source answers, there is one failed check and not one for each source."""
    checks = await _checks_by_name(Site({}), *(a_source(name, url=f"http://{name}.invalid/feed") for name in "abc"))
    assert list(checks) == ["clock", "sources"]
    assert "online" in checks["sources"].fix


@pytest.mark.parametrize(("off", "ok"), [(timedelta(minutes=2), True), (timedelta(minutes=20), False)])
async def test_clock_is_compared_with_date_headers(off, ok):
    """Alerts and digests use our clock; the Date headers of outlets show if it is wrong."""
    checks = await _checks_by_name(Site({"dawn.example/feed": a_feed("One")}, now=NOW + off), a_source("dawn"))
    assert checks["clock"].ok is ok


@pytest.mark.parametrize(("script", "ok"), [({}, True), ({"MAIL": "530 log in first"}, False)])
async def test_mail_server_is_checked_without_a_message(script, ok):
    """The check goes as far as the sender, which many servers accept only after a login; it sends no message."""
    mail = ScriptedMail(script)
    async with listening(mail) as port:
        server = MailServer(host="127.0.0.1", port=port, tls="none", sender="monitor@desk.example")
        checks = await _checks_by_name(Site({}), mail=server)
    check = checks[f"mail 127.0.0.1:{port}"]
    assert check.ok is ok
    assert {command.split()[0].upper() for command in mail.commands} <= {"EHLO", "MAIL", "QUIT"}
    assert ok or "530 log in first" in check.detail


@pytest.mark.parametrize(("answer", "ok"), [(b"HTTP/1.1 204 No\r\n\r\n", True), (b"HTTP/1.1 401 No\r\n\r\n", False)])
async def test_webhooks_get_a_signed_ping(answer, ok):
    """A webhook gets a signed request as for a delivery; its path, which can be a secret, is not printed."""
    receiver = Receiver(answer=answer)
    async with listening(receiver) as port:
        channel = Channel(
            id="bot",
            kind="webhook",
            recipients=(f"http://127.0.0.1:{port}/hidden",),
            secret=SECRET,
            allow_private=(("127.0.0.1", port),),
        )
        checks = await _checks_by_name(Site({}), channels=(channel,))
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
def test_every_failure_has_a_fix(error):
    """Whatever fails, the fix names a command of ours."""
    assert "monitor sources" in fix_for(error, "dawn")
