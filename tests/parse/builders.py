"""Bodies of sources in a word or two, and their reading at one fixed time."""

from datetime import UTC, datetime

from monitor import parse

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://outlet.example/feeds/all.xml"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)


def read(body, kind="feed", *, url=URL, content_type="", zone="UTC", language="", options=None):
    """What a body, bytes or text, holds as a source of this kind."""
    return parse.parse_source(
        kind,
        body.encode() if isinstance(body, str) else body,
        url=url,
        headers=(("content-type", content_type),) if content_type else (),
        zone=zone,
        language=language,
        now=NOW,
        options=options,
    )


def an_item(number=1, fields="", *, link=None):
    """An <item> of RSS with a link and a title."""
    link = f"https://outlet.example/{number}" if link is None else link
    return f"<item><title>Title {number}</title><link>{link}</link>{fields}</item>"


def an_rss(*items, head=""):
    """An RSS feed of these items."""
    channel = f"<channel><title>Outlet</title>{head}{''.join(items)}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}>{channel}</rss>'
