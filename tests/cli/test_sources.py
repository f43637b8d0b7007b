"""`monitor sources`: states, pauses, and checks of a source or a site."""

from datetime import timedelta

from monitor.cli.views.source_text import check_json, check_lines
from monitor.services.check_source import SourceCheck, check_source, discover_source
from tests.cli.builders import DAWN, NOW, Site, a_config, a_feed, a_source, visiting
from tests.cli.test_health import store_unreadable_pages

LISTING = "".join(
    f'<li><h2><a href="/story/{number}/word">{title}</a></h2></li>'
    for number, title in enumerate(
        [
            "Iran and Pakistan reopen the border at Taftan",
            "Traders wait for the rial and the rupee to settle",
            "Police find stolen cars in a valley near Panjgur",
            "Two ministers meet on the margins of a summit",
        ],
        2001,
    )
)


def test_list_includes_unpolled_sources(monitor):
    """A configured source is listed before its first poll."""
    assert monitor("sources", "list").out.splitlines()[1].split()[:2] == ["dawn", "new"]


def test_list_includes_stored_sources(monitor, played):
    """Stored sources that are no longer configured are listed with their times."""
    rows = {row["id"]: row for row in monitor("sources", "list", "--json").json}
    assert rows["dawn"]["state"] == "new"
    assert rows["zagros-agency"]["last_ok"].startswith("2025-0")


def test_list_reports_a_changed_layout(monitor, db):
    """A source that answers but whose last pages could not be read has the state "changed"."""
    store_unreadable_pages(db)
    (dawn,) = monitor("sources", "list", "--json").json
    assert dawn["state"] == "changed"
    assert dawn["why"] == "its last 3 pages could not be read (no main text): its layout may have changed"


def test_list_reports_a_changed_layout_of_a_silent_source(monitor, db):
    """A silent source shows both reasons."""
    store_unreadable_pages(db, since=timedelta(days=5))
    (dawn,) = monitor("sources", "list", "--json").json
    assert dawn["state"] == "blind"
    assert dawn["why"].startswith("not polled: ")
    assert dawn["why"].endswith("; its last 3 pages could not be read (no main text): its layout may have changed")


def test_pause_and_resume(monitor):
    """A pause is stored with its reason, also for a source that was never polled."""
    assert monitor("sources", "pause", "dawn", "--reason", "a shell").code == 0
    (row,) = monitor("sources", "list", "--json").json
    assert (row["state"], row["why"]) == ("paused", "a shell")
    assert monitor("sources", "resume", "dawn").out == "dawn: resumed\n"
    assert monitor("sources", "list", "--json").json[0]["state"] == "new"


def test_pause_changes_no_file(monitor, desk):
    """Pausing a source changes no configuration file."""
    before = {file: file.read_bytes() for file in desk.rglob("*.yaml")}
    monitor("sources", "pause", "dawn")
    assert {file: file.read_bytes() for file in desk.rglob("*.yaml")} == before


async def _check(pages: dict[str, str], url: str = "", **source) -> SourceCheck:
    async with visiting(Site(pages), a_config()) as context:
        return await (discover_source(context, url, {}) if url else check_source(context, a_source(**source), {}))


async def test_check_gives_the_entries_of_a_poll():
    """A check counts the entries and lists them newest first."""
    check = await _check({"dawn.example/feed": a_feed("First of all", "Second to it")})
    assert (check.error, len(check.entries), check.entries[0].title) == (None, 2, "First of all")
    lines = "\n".join(check_lines(check))
    assert "entries           2\n" in lines
    assert "2 h ago" in lines


async def test_check_returns_the_error():
    """A missing feed, or a page that is not a feed, is an error value and not an exception."""
    missing = await _check({"dawn.example/feed": "404"})
    assert "HTTP 404" in str(missing.error)
    page = await _check({"dawn.example/feed": "<html><p>a shell</p></html>"})
    assert page.error is not None
    assert check_json(page)["ok"] is False


async def test_discover_a_feed_by_its_url():
    """The URL of a feed gives that feed."""
    check = await _check({"dawn.example/feed": a_feed("One")}, f"{DAWN}/feed")
    assert (check.source.url, check.source.kind, check.title) == (f"{DAWN}/feed", "feed", "Dawn of Test")


async def test_discover_the_feed_that_a_page_links():
    """The first linked feed with entries is used; an empty one is skipped."""
    links = "".join(f'<link rel=alternate type="application/rss+xml" href="/{path}">' for path in ("none", "feed"))
    pages = {"dawn.example/": f"<html><head>{links}</head></html>", "dawn.example/feed": a_feed("One")}
    check = await _check(pages | {"dawn.example/none": a_feed()}, f"{DAWN}/")
    assert (check.error, check.source.url) == (None, f"{DAWN}/feed")


async def test_discover_a_listing():
    """If a page links no feed, its headlines are the entries."""
    check = await _check({"dawn.example/": f"<html><ul>{LISTING}</ul></html>"}, f"{DAWN}/")
    assert (check.error, check.source.kind, len(check.entries)) == (None, "listing", 4)


async def test_a_listing_obeys_robots_txt():
    """A listing is a page: if robots.txt forbids it, the check has an error."""
    pages = {"dawn.example/": f"<ul>{LISTING}</ul>", "dawn.example/robots.txt": "User-agent: *\nDisallow: /"}
    check = await _check(pages, f"{DAWN}/")
    assert "robots.txt forbids it" in str(check.error)


def test_check_without_times():
    """The output says that no entry has a time."""
    assert "no entry has a time" in "\n".join(check_lines(SourceCheck(source=a_source(), at=NOW)))
