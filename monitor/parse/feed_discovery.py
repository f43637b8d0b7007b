"""Feed autodiscovery: the feeds that a page links to, so that a source can be added by the URL of its front page."""

from selectolax.lexbor import LexborHTMLParser

from monitor import charset, urls

FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}


def feed_links(body: bytes, *, url: str, content_type: str = "") -> tuple[str, ...]:
    """Returns the URLs of the feeds that a page at `url` names by `<link rel=alternate>`, each once, in page order.

    By convention the first is the site's main feed; feeds of comments and sections follow. Raises nothing.
    """
    tree = LexborHTMLParser(charset.decode(body, content_type))
    base = tree.css_first("base[href]")
    base_url = urls.resolve(url, (base.attributes.get("href") or "") if base else "") or url
    links = (
        urls.resolve(base_url, link.attributes.get("href") or "")
        for link in tree.css("link[rel][type][href]")
        if is_feed_link(link.attributes)
    )
    return tuple(dict.fromkeys(filter(None, links)))


def is_feed_link(attributes: dict[str, str | None]) -> bool:
    """Whether the attributes of a <link> name a feed."""
    relations = (attributes["rel"] or "").lower().split()
    media_type = (attributes["type"] or "").partition(";")[0].strip().lower()
    return "alternate" in relations and media_type in FEED_TYPES
