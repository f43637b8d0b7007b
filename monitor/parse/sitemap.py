"""News sitemaps (Google's news: namespace) and plain sitemaps."""

import html
import io
import re
from typing import NoReturn
from xml.etree import ElementTree as ET

from monitor.errors import ParseError
from monitor.model import ParseResult
from monitor.parse import markup
from monitor.parse.entries import RawEntry, SourceContext, build_entries
from monitor.parse.source_kind import OptionsForm, SourceKind

# A CDATA section comes first: inside it, an ampersand is just that.
UNDEFINED_REFERENCE = re.compile(
    r"<!\[CDATA\[(?>.*?\]\]>)|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?:[A-Za-z]\w{1,30};)?", re.DOTALL
)
LOCATION = re.compile(r"<(?:\w+:)?loc>\s*([^<\s]+)", re.IGNORECASE)
# Mistakes that end expat at once, and that we can read over: prefixes that nobody declared, and a bare "<" in a title.
TAG_PREFIX = re.compile(r"(</?)[A-Za-z][\w.-]*:(?=[A-Za-z])")
ATTRIBUTE_PREFIX = re.compile(r"(\s)[A-Za-z][\w.-]*:(?=[\w.-]+\s*=\s*[\"'])")
BARE_BRACKET = re.compile(r"<(?![A-Za-z/!?])")
PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*>", re.IGNORECASE)
MAX_NAMED_SITEMAPS = 3  # of an index, in its error


def parse(body: str, source: SourceContext, _options: OptionsForm | None = None) -> ParseResult:
    """Returns the entries of a sitemap. Raises ParseError if the body is not a sitemap, or an index of sitemaps.

    A plain sitemap has no titles, and its <lastmod> is the latest time at which a page can have been published.
    """
    xml = markup.tidy(body).lstrip()
    if markup.local(markup.root(xml)) != "urlset":
        reject(xml, source)
    # Expat would expand the entities of a DTD, and sitemaps have none. A DOCTYPE without a subset declares nothing.
    xml = PLAIN_DOCTYPE.sub("", xml)
    if re.search("<!DOCTYPE|<!ENTITY", xml, re.IGNORECASE):
        raise ParseError(source.url, "a sitemap with a DTD, which is not supported")
    xml = UNDEFINED_REFERENCE.sub(escape_reference, xml)
    entries, error = read_urls(xml)
    if error:
        entries, error = max((entries, error), read_urls(repair(xml)), key=lambda read: (len(read[0]), not read[1]))
    if error and not entries:
        raise ParseError(source.url, f"a sitemap that cannot be parsed: {error}")
    return build_entries(
        entries, source, complete=not error, notes=(f"the sitemap is cut short: {error}",) if error else ()
    )


KIND = SourceKind(id="news-sitemap", parse=parse)


def reject(xml: str, source: SourceContext) -> NoReturn:
    """Raises a ParseError with the reason why a document is not a sitemap."""
    name = markup.local(markup.root(xml))
    if name == "sitemapindex":
        examples = ", ".join(html.unescape(url) for url in LOCATION.findall(xml)[:MAX_NAMED_SITEMAPS])
        raise ParseError(source.url, f"an index of sitemaps: use one of its sitemaps as the source ({examples})")
    raise ParseError(source.url, f"not a sitemap: it begins with <{name}>" if name else "not a sitemap: no XML")


def repair(xml: str) -> str:
    """Returns a sitemap without prefixes (elements are known by their local names) and with bare brackets escaped."""
    return BARE_BRACKET.sub("&lt;", ATTRIBUTE_PREFIX.sub(r"\1", TAG_PREFIX.sub(r"\1", xml)))


def escape_reference(reference: re.Match[str]) -> str:
    """Returns the character of an HTML reference; escapes an ampersand that begins none."""
    if reference[0].startswith("<"):
        return reference[0]
    # "?id=1&page=2" is the most common error in sitemaps; "&nbsp;" is defined in HTML only.
    character = html.unescape(reference[0])
    if reference[0].endswith(";") and character != reference[0]:
        return character
    return "&amp;" + reference[0][1:]


def read_urls(xml: str) -> tuple[list[RawEntry], str]:
    """Returns the entries up to the end or the first error, with that error or ""."""
    entries: list[RawEntry] = []
    try:
        for _, element in ET.iterparse(io.StringIO(xml)):  # noqa: S314 - documents with a DTD were rejected
            if markup.local(element.tag) == "url":
                entries.append(raw_entry(element))
                element.clear()
    except ET.ParseError as error:
        return entries, str(error)
    return entries, ""


def raw_entry(url: ET.Element) -> RawEntry:
    """Returns the fields of one <url>, with those of its <news:news> and <news:publication>."""
    page, news = child_texts(url), dict[str, str]()
    for child in url:
        if markup.local(child.tag) == "news":
            news = child_texts(child)
            publication = next((part for part in child if markup.local(part.tag) == "publication"), None)
            news |= child_texts(publication) if publication is not None else {}
    return RawEntry(
        link=page.get("loc", ""),
        title=news.get("title", ""),
        summary=news.get("keywords", ""),
        dates=tuple(filter(None, (news.get("publication_date", ""), page.get("lastmod", "")))),
        language=news.get("language", ""),
    )


def child_texts(element: ET.Element) -> dict[str, str]:
    """Returns the texts of an element's children by their local names."""
    return {markup.local(child.tag): (child.text or "").strip() for child in element}
