"""OPML 2.0: lists of feeds that feed readers import and export."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from monitor import urls
from monitor.errors import MonitorError
from monitor.model import Source
from monitor.parse import SOURCE_KINDS
from monitor.text import clean

MAX_FILE_BYTES = 10 << 20  # a thousand feeds take 0.2 MB
MAX_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOutline:
    """One feed of a list."""

    title: str
    url: str
    language: str = ""


class DoctypeRejectingBuilder(ET.TreeBuilder):
    """Builds the tree, but refuses document types.

    Entities, which only a document type can declare, expand a small file to gigabytes or include local files.
    """

    def doctype(self, name: str, *_identifiers: str | None) -> None:
        """Raises MonitorError."""
        raise MonitorError(f"the OPML file has a document type ({name}), which is not accepted")


def read(content: bytes) -> tuple[FeedOutline, ...]:
    """Returns the feeds of an OPML file, whatever folders they are in; a feed without a usable URL has url "".

    Raises MonitorError if the bytes are not OPML.
    """
    if len(content) > MAX_FILE_BYTES:
        raise MonitorError(f"the OPML file is larger than {MAX_FILE_BYTES >> 20} MB")
    try:
        parser = ET.XMLParser(target=DoctypeRejectingBuilder())  # noqa: S314 - its builder refuses entities
        root = ET.fromstring(content, parser=parser)  # noqa: S314 - DoctypeRejectingBuilder refuses entities
    except (ET.ParseError, LookupError, ValueError) as error:
        # LookupError and ValueError: an encoding that Python does not have, or that is not a text encoding.
        raise MonitorError(f"not an OPML file: {error}") from error
    if root.tag != "opml":
        raise MonitorError(f"not an OPML file: its top element is <{clean(root.tag, limit=40)}>")
    return tuple(to_outline(node) for node in root.iter("outline") if node.get("xmlUrl"))


def to_outline(node: ET.Element) -> FeedOutline:
    """Returns the feed of one <outline> element."""
    url = urls.resolve("", node.get("xmlUrl") or "")
    # OPML requires `text` and allows `title`; exporters fill one of them or both.
    title = clean(node.get("title") or node.get("text") or "", limit=MAX_TITLE_CHARS)
    return FeedOutline(title=title or urls.site(url), url=url, language=node.get("language") or "")


def write(sources: Iterable[Source]) -> str:
    """Returns the feeds among the sources as OPML 2.0."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Sources of Monitor"
    body = ET.SubElement(root, "body")
    for source in sources:
        # OPML has no type for sitemaps and listing pages; other readers could not use them.
        if SOURCE_KINDS[source.kind].is_feed:
            name = clean(source.name)
            values = {"type": "rss", "text": name, "title": name, "xmlUrl": source.url, "language": source.language}
            ET.SubElement(body, "outline", {key: value for key, value in values.items() if value})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
