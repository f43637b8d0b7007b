"""Bodies to entries: feeds, news sitemaps, listing pages. Pure, and fit to run in a worker process."""

from datetime import datetime

from monitor import charset
from monitor.errors import ParseError
from monitor.model import ListingSelectors, Parsed, SourceKind
from monitor.parse import feed, jsonfeed, sitemap
from monitor.parse import listing as page
from monitor.parse.entries import Origin

__all__ = ["source"]


def source(
    kind: SourceKind,
    body: bytes,
    *,
    url: str,
    headers: tuple[tuple[str, str], ...],
    zone: str,
    language: str,
    now: datetime,
    listing: ListingSelectors | None,
) -> Parsed:
    """What a source's body held.

    Entries without a usable link are counted as bad, and a body that was cut short is not `complete`. `headers` have
    lower-case names; times without a zone are read in `zone`; a listing page without selectors is read by the shape of
    its links. Raises ParseError, and nothing else, where the body is not of its kind or every entry is bad.
    """
    origin = Origin(url=url, zone=zone, language=language, now=now)
    text = _text(body, dict(headers).get("content-type", ""), origin)
    match kind:
        case SourceKind.SITEMAP:
            return sitemap.parse(text, origin)
        case SourceKind.LISTING:
            return page.parse(text, origin, listing)
        case SourceKind.FEED:
            return jsonfeed.parse(text, origin) if text.startswith("{") else feed.parse(text, origin)


def _text(body: bytes, content_type: str, origin: Origin) -> str:
    if body.startswith(b"\x1f\x8b"):
        raise ParseError(origin.url, "packed bytes (gzip) that the server did not declare")
    text = charset.decode(body, content_type).lstrip("\ufeff \t\r\n")
    if not text:
        raise ParseError(origin.url, "an empty body")
    return text
