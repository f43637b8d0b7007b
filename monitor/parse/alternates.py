"""The feeds that a page names: how a source is found from the address of its front page."""

from selectolax.lexbor import LexborHTMLParser

from monitor import charset, urls

FEEDS = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}


def alternates(body: bytes, *, url: str, content_type: str = "") -> tuple[str, ...]:
    """The addresses of the feeds that a page at `url` names by `<link rel=alternate>`, each once, in its order.

    A site's own feed stands before those of its comments and sections, by custom. Raises nothing.
    """
    tree = LexborHTMLParser(charset.decode(body, content_type))
    base = tree.css_first("base[href]")
    start = urls.absolute(url, (base.attributes.get("href") or "") if base else "") or url
    named = (
        urls.absolute(start, link.attributes.get("href") or "")
        for link in tree.css("link[rel][type][href]")
        if _is_feed(link.attributes)
    )
    return tuple(dict.fromkeys(filter(None, named)))


def _is_feed(attributes: dict[str, str | None]) -> bool:
    relations = (attributes["rel"] or "").lower().split()
    kind = (attributes["type"] or "").partition(";")[0].strip().lower()
    return "alternate" in relations and kind in FEEDS
