"""The message to the operator about an outage of sources."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.digest import render_outage
from monitor.model import OutageChange, OutageReport, SilentSource

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
SILENT = tuple(
    SilentSource(source=f"s{number}", since=NOW - timedelta(hours=1), reason='<b>no such "name"</b>')
    for number in range(25)
)
REPORT = OutageReport(
    channel="ops",
    zone="Asia/Karachi",
    change=OutageChange.ONSET,
    sources=30,
    silent=SILENT,
    start=NOW,
    at=NOW,
)


def test_onset():
    """The subject has the numbers, the text the reasons and the next steps, in the zone of the channel."""
    rendered = render_outage(REPORT)
    assert rendered.subject == "Monitor: 25 of 30 sources silent"
    assert "21 Nov 2026, 18:00 PKT" in rendered.text
    assert "- s0 (since 21 Nov 2026, 17:00 PKT): " in rendered.text
    assert "- and 5 more" in rendered.text
    assert "`monitor doctor`" in rendered.text
    assert len(rendered.data["silent"]) == 25


def test_recovery():
    """The message names the period, and the sources that are still silent."""
    report = replace(REPORT, change=OutageChange.RECOVERY, silent=SILENT[:1], at=NOW + timedelta(hours=2))
    rendered = render_outage(report)
    assert rendered.subject == "Monitor: sources answer again (29 of 30)"
    assert "ended by 21 Nov 2026, 20:00 PKT. 1 source still silent:" in " ".join(rendered.text.split())
    assert (rendered.data["kind"], rendered.data["stories"]) == ("recovery", [])


def test_reasons_are_escaped():
    """An error can quote what a server sent."""
    html = render_outage(REPORT).html
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
