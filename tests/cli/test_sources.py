"""`monitor sources`: state, pauses, and what one look gives."""

from datetime import timedelta

from monitor.cli.views.source_text import check_json, check_lines
from monitor.services.check_source import SourceCheck, check_source, discover_source
from tests.cli.builders import DAWN, NOW, Site, a_config, a_feed, a_source, visiting
from tests.cli.test_health import unread

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


def test_list_shows_what_was_never_polled(monitor):
    """A configured source is listed before its first poll, and looking writes nothing."""
    assert monitor("sources", "list").out.splitlines()[1].split()[:2] == ["dawn", "new"]


def test_list_knows_what_the_store_knows(monitor, played):
    """Sources of the store stand beside those of the configuration, with their times; those taken out are as they were."""
    rows = {row["id"]: row for row in monitor("sources", "list", "--json").json}
    assert rows["dawn"]["state"] == "new"
    assert rows["zagros-agency"]["last_ok"].startswith("2025-0")


def test_list_tells_of_a_changed_layout(monitor, db):
    """A source that is polled well and whose pages are read no more."""
    unread(db)
    (dawn,) = monitor("sources", "list", "--json").json
    assert dawn["state"] == "changed"
    assert dawn["why"] == "its last 3 pages could not be read (no main text): its layout may have changed"


def test_list_tells_of_a_changed_layout_though_blind(monitor, db):
    """Whoever brings the source back wants to know of both."""
    unread(db, since=timedelta(days=5))
    (dawn,) = monitor("sources", "list", "--json").json
    assert dawn["state"] == "blind"
    assert dawn["why"].startswith("not polled: ")
    assert dawn["why"].endswith("; its last 3 pages could not be read (no main text): its layout may have changed")


def test_pause_and_resume(monitor):
    """A pause is kept in the store with its reason, also of a source that was never polled."""
    assert monitor("sources", "pause", "dawn", "--reason", "a shell").code == 0
    (row,) = monitor("sources", "list", "--json").json
    assert (row["state"], row["why"]) == ("paused", "a shell")
    assert monitor("sources", "resume", "dawn").out == "dawn: resumed\n"
    assert monitor("sources", "list", "--json").json[0]["state"] == "new"


def test_pause_changes_no_file(monitor, desk):
    """A user's file is never rewritten."""
    before = {file: file.read_bytes() for file in desk.rglob("*.yaml")}
    monitor("sources", "pause", "dawn")
    assert {file: file.read_bytes() for file in desk.rglob("*.yaml")} == before


async def _seen(pages: dict[str, str], url: str = "", **source) -> SourceCheck:
    async with visiting(Site(pages), a_config()) as kit:
        return await (discover_source(kit, url, {}) if url else check_source(kit, a_source(**source), {}))


async def test_look_gives_what_a_poll_would():
    """A look counts the entries and names the newest, first."""
    seen = await _seen({"dawn.example/feed": a_feed("First of all", "Second to it")})
    assert (seen.error, len(seen.entries), seen.entries[0].title) == (None, 2, "First of all")
    lines = "\n".join(check_lines(seen))
    assert "entries           2\n" in lines
    assert "2 h ago" in lines


async def test_look_names_the_failure():
    """A source that is gone, or no feed, is an error with its reason and not an exception."""
    gone = await _seen({"dawn.example/feed": "404"})
    assert "HTTP 404" in str(gone.error)
    page = await _seen({"dawn.example/feed": "<html><p>a shell</p></html>"})
    assert page.error is not None
    assert check_json(page)["ok"] is False


async def test_find_takes_a_feed_as_it_is():
    """The address of a feed stands for that feed."""
    seen = await _seen({"dawn.example/feed": a_feed("One")}, f"{DAWN}/feed")
    assert (seen.source.url, seen.source.kind, seen.title) == (f"{DAWN}/feed", "feed", "Dawn of Test")


async def test_find_follows_what_a_page_names():
    """A front page names its feeds; the first that has entries is taken, an empty one passed over."""
    named = "".join(f'<link rel=alternate type="application/rss+xml" href="/{path}">' for path in ("none", "feed"))
    pages = {"dawn.example/": f"<html><head>{named}</head></html>", "dawn.example/feed": a_feed("One")}
    seen = await _seen(pages | {"dawn.example/none": a_feed()}, f"{DAWN}/")
    assert (seen.error, seen.source.url) == (None, f"{DAWN}/feed")


async def test_find_reads_a_page_without_feeds_as_a_listing():
    """Where no feed is named, the headlines of the page itself are the entries."""
    seen = await _seen({"dawn.example/": f"<html><ul>{LISTING}</ul></html>"}, f"{DAWN}/")
    assert (seen.error, seen.source.kind, len(seen.entries)) == (None, "listing", 4)


async def test_find_asks_leave_for_a_listing():
    """A listing is a page: robots.txt may forbid it, and then nothing is found."""
    pages = {"dawn.example/": f"<ul>{LISTING}</ul>", "dawn.example/robots.txt": "User-agent: *\nDisallow: /"}
    seen = await _seen(pages, f"{DAWN}/")
    assert "robots.txt forbids it" in str(seen.error)


def test_look_without_times_says_so():
    """A source whose entries have no time has no newest one."""
    assert "no entry has a time" in "\n".join(check_lines(SourceCheck(source=a_source(), at=NOW)))
