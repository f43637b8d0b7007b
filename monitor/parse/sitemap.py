"""News sitemaps (Google's news: namespace) and plain ones."""

import html
import io
import re
from collections.abc import Iterator
from typing import NoReturn
from xml.etree import ElementTree as ET

from monitor.errors import ParseError
from monitor.model import Parsed
from monitor.parse import markup
from monitor.parse.entries import Origin, Raw, parsed

NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?:[A-Za-z]\w{1,30};)?")
LOCATION = re.compile(r"<(?:\w+:)?loc>\s*([^<\s]+)", re.IGNORECASE)


def parse(body: str, origin: Origin) -> Parsed:
    """The entries of a sitemap. Raises ParseError where it is none, or an index of others.

    A plain sitemap has no titles, and its <lastmod> is the latest time at which a page can have been published.
    """
    xml = markup.tidy(body).lstrip()
    if markup.local(markup.root(xml)) != "urlset":
        _refuse(xml, origin)
    # Expat would unfold the entities of a DTD, and sitemaps have none.
    if re.search("<!DOCTYPE|<!ENTITY", xml, re.IGNORECASE):
        raise ParseError(origin.url, "a sitemap with a DTD, which we do not read")
    raws, reason = _read(NAMED.sub(_escaped, xml))
    if reason and not raws:
        raise ParseError(origin.url, f"a sitemap that cannot be read: {reason}")
    return parsed(raws, origin, complete=not reason, notes=(f"the sitemap is cut short: {reason}",) if reason else ())


def _refuse(xml: str, origin: Origin) -> NoReturn:
    name = markup.local(markup.root(xml))
    if name == "sitemapindex":
        some = ", ".join(html.unescape(place) for place in LOCATION.findall(xml)[:3])
        raise ParseError(origin.url, f"an index of sitemaps: take one of those it names as the source ({some})")
    raise ParseError(origin.url, f"not a sitemap: it begins with <{name}>" if name else "not a sitemap: no XML")


def _escaped(found: re.Match[str]) -> str:
    # "?id=1&page=2" is the commonest error of sitemaps; "&nbsp;" is known to HTML only.
    character = html.unescape(found[0])
    return character if found[0].endswith(";") and character != found[0] else "&amp;" + found[0][1:]


def _read(xml: str) -> tuple[list[Raw], str]:
    """The entries up to the end or the first error, and what the error was."""
    raws: list[Raw] = []
    try:
        for _, element in ET.iterparse(io.StringIO(xml)):  # noqa: S314 - no DTD comes here, so no entities
            if markup.local(element.tag) == "url":
                raws.append(_raw(element))
                element.clear()
    except ET.ParseError as error:
        return raws, str(error)
    return raws, ""


def _raw(url: ET.Element) -> Raw:
    page, news = dict(_fields(url)), {}
    for child in url:
        if markup.local(child.tag) == "news":
            news = dict(_fields(child))
            publication = next((part for part in child if markup.local(part.tag) == "publication"), None)
            news |= dict(_fields(publication)) if publication is not None else {}
    return Raw(
        link=page.get("loc", ""),
        title=news.get("title", ""),
        summary=news.get("keywords", ""),
        dates=tuple(filter(None, (news.get("publication_date", ""), page.get("lastmod", "")))),
        language=news.get("language", ""),
    )


def _fields(element: ET.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        yield markup.local(child.tag), (child.text or "").strip()
