"""Which entry is new, which one is known and edited: end to end, from the feed to the mail."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from tests.quality.world import run

START = datetime(2026, 11, 30, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = "https://ledger.example/feed"
ACCORD = "Iran and Pakistan sign gas pipeline accord in Islamabad"
STRIKE = "Iran strikes targets in Pakistan near Panjgur, Islamabad protests"
SENTENCES = (
    "Iranian and Pakistani ministers announced it in Islamabad on Monday after two days of talks. "
    "Pakistan's foreign office said that Iran had agreed to every point on the list. "
    "Officials of both countries will meet again in Tehran in the first week of the new year."
)


def item(title: str, link: str = "", *, guid: str = "", at: datetime | None = START, summary: str = "") -> str:
    """An entry of a feed."""
    parts = {"title": title, "link": link, "description": summary, "pubDate": format_datetime(at) if at else ""}
    fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items() if value)
    return f'<item>{fields}<guid isPermaLink="false">{escape(guid)}</guid></item>' if guid else f"<item>{fields}</item>"


def feed(*items: str) -> dict[str, Any]:
    body = f"<rss><channel><title>Ledger</title><link>https://ledger.example/</link>{''.join(items)}</channel></rss>"
    return {"status": 200, "headers": {"content-type": "application/rss+xml"}, "body": body}


def page(title: str, text: str = SENTENCES) -> dict[str, Any]:
    body = (
        f"<title>{escape(title)}</title><article><h1>{escape(title)}</h1><p>{title}. {text}</p><p>{text}</p></article>"
    )
    return {"status": 200, "headers": {"content-type": "text/html"}, "body": body}


def world(*steps: dict[str, Any], sources: tuple[str, ...] = (FEED,), every: timedelta = HOUR) -> dict[str, Any]:
    """The result of serving each step for a while; the first poll of the sources sees only an old entry."""
    old = item("Rain in the hills", "https://ledger.example/rain", at=START - 3 * HOUR)
    first = dict.fromkeys(sources, feed(old)) | {
        "https://ledger.example/rain": page("Rain in the hills", "It rained. " * 60)
    }
    return run(
        {
            "sources": [
                {"id": f"s{number}", "url": url, "language": "en", "country": "PK", "interval": "30m"}
                for number, url in enumerate(sources)
            ],
            "channels": [{"id": "desk", "kind": "email", "recipients": ["desk@desk.example"], "times": ["18:00"]}],
            "steps": [
                {"at": (START + number * every).isoformat(), "serve": served}
                for number, served in enumerate((first, *steps))
            ],
        }
    )


def statuses(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and status of each entry but the first, by title."""
    return sorted((one["title"], one["status"]) for one in result["entries"][1:])


def alerts(result: dict[str, Any]) -> list[str]:
    return [message["subject"] for message in result["messages"] if message["kind"] == "alert"]


def test_entries_that_share_a_link_are_several_and_judged_by_their_own_words():
    """A ministry links all its statements to one page, which holds none of them."""
    press = "https://ledger.example/press"
    at = START + HOUR
    result = world(
        {
            FEED: feed(
                item(ACCORD, press, guid="st-1", at=at, summary=SENTENCES),
                item("The minister opens a library for children", press, guid="st-2", at=at, summary="Books. " * 9),
                item(
                    "Office hours in the winter season", press, guid="st-3", at=at, summary="The office opens at nine."
                ),
            ),
            press: page("All statements of the ministry", "Statements are listed below by year. " * 30),
        },
    )
    assert statuses(result) == [
        (ACCORD, "delivered"),
        ("Office hours in the winter season", "rejected"),
        ("The minister opens a library for children", "rejected"),
    ]
    assert len(alerts(result)) == 1


def test_a_post_added_to_a_live_page_is_an_entry():
    """The fragment tells it from the post an hour before, also when it comes alone."""
    live = "https://ledger.example/live"
    result = world(
        {FEED: feed(item("Markets open without change", f"{live}#p1", at=START + HOUR, summary="Quiet. " * 5))},
        {FEED: feed(item(ACCORD, f"{live}#p2", at=START + 2 * HOUR, summary=SENTENCES))},
    )
    assert [title for title, _ in statuses(result)] == [ACCORD, "Markets open without change"]
    assert len(alerts(result)) == 1
    assert f"{live}#p2" in result["messages"][0]["text"]


def test_a_permalink_in_the_guid_is_the_page_of_an_entry_that_links_home():
    """All entries link to the front page: the guid leads to the text."""
    home, own = "https://ledger.example/", "https://ledger.example/news/7"
    entries = (
        item("Weather for the week", home, guid="https://ledger.example/news/6", at=START + HOUR),
        item("Agreement reached after talks", home, guid=own, at=START + HOUR),
    )
    result = world({FEED: feed(*entries), own: page(ACCORD), home: page("Ledger", "News of the day. " * 40)})
    assert ("Agreement reached after talks", "delivered") in statuses(result)
    assert own in result["messages"][0]["text"]


def test_guids_that_change_at_every_poll_make_no_new_entries():
    """Nor does a second feed of the outlet with guids of its own."""
    second = "https://ledger.example/world/feed"
    link = "https://ledger.example/accord"

    def polled(number: int) -> dict[str, Any]:
        return {
            FEED: feed(item(ACCORD, link, guid=f"a{number}", at=START + HOUR)),
            second: feed(item(f"{ACCORD} - Ledger", link, guid=f"b{number}", at=START + HOUR)),
            link: page(ACCORD),
        }

    result = world(*(polled(number) for number in range(4)), sources=(FEED, second))
    assert statuses(result) == [(ACCORD, "delivered")]
    assert len(result["messages"]) == 1


def test_an_entry_without_a_link_is_judged_by_its_words():
    """A telegram channel mirrored as a feed has text, and no link."""
    entries = (
        item(ACCORD, at=START + HOUR, summary=SENTENCES),
        item("Film festival opens in the capital", at=START + HOUR, summary="Films. " * 9),
    )
    result = world({FEED: feed(*entries)}, {FEED: feed(*entries)})
    assert [one["link"] for one in result["entries"][1:]] == ["", ""]
    assert statuses(result) == [("Film festival opens in the capital", "rejected"), (ACCORD, "delivered")]
    (message,) = result["messages"]
    assert SENTENCES[:40] in message["text"]


def test_an_edited_headline_is_judged_and_read_again():
    """A flash grows under one address: its first minute was not relevant."""
    link = "https://ledger.example/flash"
    flash = "Blast heard in the border region"
    result = world(
        {FEED: feed(item(flash, link, at=START + HOUR)), link: page(flash, "A blast was heard. " * 30)},
        {FEED: feed(item(STRIKE, link, at=START + HOUR)), link: page(STRIKE)},
        {FEED: feed(item(STRIKE, link, at=START + 3 * HOUR)), link: page(STRIKE)},
    )
    assert statuses(result) == [(STRIKE, "delivered")]
    assert len(alerts(result)) == 1
    assert len(result["messages"]) == 1


def test_an_edited_headline_alerts_if_its_page_cannot_be_read_again():
    """The feed's words are enough; an edit that brings nothing leaves the entry as it was."""
    link = "https://ledger.example/flash"
    flash = "Blast heard in the border region"
    result = world(
        {FEED: feed(item(flash, link, at=START + HOUR)), link: page(flash, "A blast was heard. " * 30)},
        {FEED: feed(item(STRIKE, link, at=START + HOUR, summary=SENTENCES)), link: {"status": 404, "body": "gone"}},
    )
    assert statuses(result) == [(STRIKE, "delivered")]
    assert len(alerts(result)) == 1


def test_a_second_notice_of_an_edited_story_is_not_sent():
    """A better headline of a delivered story is a version of it, and no news."""
    link = "https://ledger.example/accord"
    edited = "Pakistan and Iran sign accord on a gas pipeline in Islamabad"
    result = world(
        {FEED: feed(item(ACCORD, link, at=START + HOUR)), link: page(ACCORD)},
        {FEED: feed(item(edited, link, at=START + HOUR)), link: page(edited)},
    )
    assert statuses(result) == [(edited, "delivered")]
    assert len(result["messages"]) == 1


def test_a_feed_that_dates_its_archive_anew_is_no_news():
    """Known links with new dates cause nothing."""
    links = [f"https://ledger.example/accord-{number}" for number in range(3)]
    pages = {link: page(ACCORD) for link in links}
    old = START - timedelta(days=20)

    def dated(at: datetime) -> dict[str, Any]:
        return {FEED: feed(*(item(f"{ACCORD}, part {place}", link, at=at) for place, link in enumerate(links)))}

    result = world(dated(old) | pages, dated(START + 2 * HOUR), dated(START + 3 * HOUR))
    assert alerts(result) == []
    assert len(result["entries"]) == 4


def test_a_correction_of_a_delivered_story_is_marked_as_such():
    """Other figures in the headline of an alert reach its readers with the next digest, beside the old headline."""
    link = "https://ledger.example/markets"
    wrong, right = (f"Iran and Pakistan agree to reopen {number} border markets" for number in (3, 6))
    result = world(
        {FEED: feed(item(wrong, link, at=START + HOUR)), link: page(wrong)},
        {FEED: feed(item(right, link, at=START + HOUR)), link: page(right)},
    )
    assert [message["kind"] for message in result["messages"]] == ["alert", "digest"]
    assert f"corrected; the headline was: {wrong}" in " ".join(result["messages"][1]["text"].split())
    assert [(one["kind"], one["reason"]) for one in result["decisions"]] == [("update", "correction")]


def test_a_correction_under_another_address_is_no_copy():
    """An agency sends the corrected text anew."""
    first, second = "https://ledger.example/a", "https://ledger.example/b"
    result = world(
        {FEED: feed(item(ACCORD, first, at=START + HOUR)), first: page(ACCORD)},
        {FEED: feed(item(f"CORRECTED-{ACCORD}", second, at=START + 2 * HOUR)), second: page(f"CORRECTED-{ACCORD}")},
    )
    assert [message["kind"] for message in result["messages"]] == ["alert", "digest"]
    assert f"CORRECTED-{ACCORD}" in result["messages"][1]["text"]


def test_an_unknown_archive_that_a_feed_dates_anew_is_no_news():
    """The structured data of its pages, or their addresses, tell the day."""
    by_page, by_address = "https://ledger.example/news/1", "https://ledger.example/2025/03/02/accord"
    dated = page(ACCORD)
    data = f'{{"@type": "NewsArticle", "headline": "{ACCORD}", "datePublished": "2025-04-09T08:00:00Z"}}'
    dated["body"] = f'<script type="application/ld+json">{data}</script>{dated["body"]}'
    result = world(
        {
            FEED: feed(item(ACCORD, by_page, at=START + HOUR), item(f"{STRIKE} again", by_address, at=START + HOUR)),
            by_page: dated,
            by_address: page(STRIKE),
        }
    )
    assert statuses(result) == [(ACCORD, "too-old"), (f"{STRIKE} again", "too-old")]
    assert result["messages"] == []
