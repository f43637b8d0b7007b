"""OPML: the lists of feeds that readers exchange."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from monitor import urls
from monitor.errors import MonitorError
from monitor.model import Source, SourceKind
from monitor.text import clean

LARGEST = 10 << 20  # bytes; a thousand feeds are 0.2 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list."""

    title: str
    url: str
    language: str = ""


class _Plain(ET.TreeBuilder):
    """No document types: entities are how a small file becomes gigabytes, or another file's text."""

    def doctype(self, name: str, *_identifiers: str | None) -> None:
        raise MonitorError(f"an OPML file with a document type ({name}) is not read")


def read(content: bytes) -> tuple[Outline, ...]:
    """The feeds of an OPML file, whatever folders they lie in; those without a usable URL have url "".

    Raises MonitorError where the bytes are no OPML.
    """
    if len(content) > LARGEST:
        raise MonitorError(f"an OPML file of more than {LARGEST >> 20} MB is not read")
    try:
        root = ET.fromstring(content, parser=ET.XMLParser(target=_Plain()))  # noqa: S314 - hardened by _Plain
    except (ET.ParseError, LookupError, ValueError) as error:  # LookupError, ValueError: a strange encoding
        raise MonitorError(f"not an OPML file: {error}") from error
    if root.tag != "opml":
        raise MonitorError(f"not an OPML file: its top element is <{clean(root.tag, limit=40)}>")
    return tuple(_outline(node) for node in root.iter("outline") if node.get("xmlUrl"))


def write(sources: Iterable[Source]) -> str:
    """The feeds among the sources as OPML 2.0."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Sources of Monitor"
    body = ET.SubElement(root, "body")
    for source in sources:
        if source.kind is SourceKind.FEED:
            name = clean(source.name)
            known = {"type": "rss", "text": name, "title": name, "xmlUrl": source.url, "language": source.language}
            ET.SubElement(body, "outline", {key: value for key, value in known.items() if value})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _outline(node: ET.Element) -> Outline:
    url = urls.absolute("", node.get("xmlUrl") or "")
    title = clean(node.get("title") or node.get("text") or "", limit=200)
    return Outline(title=title or urls.site(url), url=url, language=node.get("language") or "")
