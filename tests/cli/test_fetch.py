"""`monitor fetch`: one poll, its counts, silence and exit codes."""

import pytest

from monitor.cli.commands.fetch import exit_code, failure_lines
from monitor.services.fetch_once import FetchProgress, FetchSummary, fetch_once, report_progress
from tests.cli.builders import Site, a_config, a_feed, a_source, visiting


def a_summary(**changes) -> FetchSummary:
    """A run that polled nothing, with changes."""
    counts = dict.fromkeys(("ok", "unchanged", "failed", "new", "relevant", "stories"), 0)
    return FetchSummary(**({**counts, "entry_statuses": {}, "silent_sources": ()} | changes))


async def test_only_the_polled_sources_are_reported():
    """The silence of sources that were not polled is not the result of this run, and a first failure is not silence."""
    feeds = [a_source("dawn"), a_source("geo"), a_source("far")]
    async with visiting(
        Site({"dawn.example/feed": a_feed("One"), "geo.example/feed": "503"}), a_config(*feeds)
    ) as context:
        summary = await fetch_once(context, only=["dawn", "geo"])
    assert (summary.ok, summary.failed, summary.silent_sources) == (1, 1, ())
    assert exit_code(summary) == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ok": 1}, 0),
        ({"ok": 1, "failed": 1}, 0),
        ({"failed": 2}, 1),
        ({"ok": 1, "silent_sources": ("geo: HTTP 503",)}, 3),
    ],
)
def test_exit_codes(changes, expected):
    """0 done, 1 no source answered, 3 a polled source is silent."""
    assert exit_code(a_summary(**changes)) == expected


def test_an_offline_machine_is_one_line():
    """If no source answered, the fault is on our side: one line, not one for each source."""
    silent = tuple(f"s{number}: no such name" for number in range(29))
    (line,) = failure_lines(a_summary(failed=29, silent_sources=silent))
    assert line.startswith("none of 29 sources answered")
    assert list(failure_lines(a_summary(ok=1, failed=1, silent_sources=silent[:1]))) == ["silent: s0: no such name"]


def test_quiet_prints_nothing(monitor, desk):
    """-q leaves the exit code alone to say what happened."""
    (desk / "sources" / "own.yaml").write_text("sources: []\n")
    assert (monitor("fetch", "-q").out, monitor("fetch").out != "") == ("", True)


async def test_progress_counts_sources_and_entries(monkeypatch):
    """The progress has the polled sources of the run and its judged entries."""
    monkeypatch.setattr("monitor.services.fetch_once.PROGRESS_INTERVAL_S", 0.0)
    reports: list[FetchProgress] = []

    class Stop(Exception):
        """Ends the reporting."""

    def collect(progress: FetchProgress) -> None:
        reports.append(progress)
        raise Stop

    site = Site({"dawn.example/feed": a_feed("One", "Two"), "geo.example/feed": "503"})
    async with visiting(site, a_config(a_source("dawn"), a_source("geo"))) as context:
        await fetch_once(context)
        with pytest.raises(Stop):
            await report_progress(context, collect, only=())
    assert (reports[0].sources, reports[0].polled >= 0) == (2, True)
