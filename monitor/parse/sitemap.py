"""News sitemaps (Google's news: namespace) and plain sitemaps."""

import html
import io
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from monitor import dates, urls
from monitor.errors import ParseError
from monitor.model import ParseResult
from monitor.parse import markup
from monitor.parse.entries import RawEntry, SourceContext, build_entries
from monitor.parse.source_kind import OptionsForm, SourceKind

# A CDATA section comes first: inside it, an ampersand is just that.
UNDEFINED_REFERENCE = re.compile(
    r"<!\[CDATA\[(?>.*?\]\]>)|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?:[A-Za-z]\w{1,30};)?", re.DOTALL
)
# Mistakes that end expat at once, and that we can read over: prefixes that nobody declared, and a bare "<" in a title.
TAG_PREFIX = re.compile(r"(</?)[A-Za-z][\w.-]*:(?=[A-Za-z])")
ATTRIBUTE_PREFIX = re.compile(r"(\s)[A-Za-z][\w.-]*:(?=[\w.-]+\s*=\s*[\"'])")
BARE_BRACKET = re.compile(r"<(?![A-Za-z/!?])")
DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*+(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
SITEMAP_START = re.compile(r"<\?xml\s|<(?:[\w-]+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
MAX_SITEMAPS = 10  # of an index; more are never read in one poll
SIDE_SITEMAP = re.compile(r"image|video|photo|galler|categor|tags?\b|author|page|topic|section|taxonom|static|product")
NEWS_SITEMAP = re.compile(r"news|latest|today|recent")
PATH_MONTH = re.compile(r"(?P<year>20\d\d)[-_/]?(?P<month>0[1-9]|1[0-2])(?:[-_/]?(?P<day>0[1-9]|[12]\d|3[01]))?(?!\d)")


def parse(body: str, source: SourceContext, _options: OptionsForm | None = None) -> ParseResult:
    """Returns the entries of a sitemap, or the sitemaps of an index. Raises ParseError if the body is neither.

    A plain sitemap has no titles, and its <lastmod> is the latest time at which a page can have been published.
    """
    xml = strip_prolog(markup.tidy(body).lstrip())
    name = markup.local(markup.root(xml))
    if name not in {"urlset", "sitemapindex"}:
        raise ParseError(source.url, f"not a sitemap: it begins with <{name}>" if name else "not a sitemap: no XML")
    # Expat would expand the entities of a DTD, and sitemaps need none: without it, they are plain text.
    xml = DOCTYPE.sub("", xml, count=1)
    if re.search("<!DOCTYPE|<!ENTITY", xml, re.IGNORECASE):
        raise ParseError(source.url, "a sitemap with a DTD, which is not supported")
    xml = UNDEFINED_REFERENCE.sub(escape_reference, xml)
    entries, error = read_entries(xml)
    if error:
        entries, error = max((entries, error), read_entries(repair(xml)), key=lambda read: (len(read[0]), not read[1]))
    if error and not entries:
        raise ParseError(source.url, f"a sitemap that cannot be parsed: {error}")
    notes = (f"the sitemap is cut short: {error}",) if error else ()
    if name == "sitemapindex":
        return index_result(entries, source, notes=notes)
    return build_entries(entries, source, complete=not error, notes=notes)


KIND = SourceKind(id="news-sitemap", parse=parse)


def strip_prolog(xml: str) -> str:
    """Returns a sitemap without the text before it, such as a warning of PHP; any other body as it is."""
    if markup.local(markup.root(xml)) in {"urlset", "sitemapindex", "html"}:
        return xml
    start = SITEMAP_START.search(xml)
    return xml[start.start() :] if start else xml


def index_result(children: list[RawEntry], source: SourceContext, *, notes: tuple[str, ...]) -> ParseResult:
    """Returns the sitemaps of an index, the most likely to have news first. Raises ParseError if there are none.

    An index is never complete: its sitemaps may change while it stays the same.
    """
    sitemaps = sorted(
        (child for child in children if urls.resolve(source.url, child.link)),
        key=lambda child: sitemap_rank(child, source),
    )
    links = (urls.resolve(source.url, child.link) for child in sitemaps)
    own = tuple(dict.fromkeys(link for link in links if link != source.url and urls.is_same_site(link, source.url)))
    if not own:
        raise ParseError(source.url, "an index of sitemaps that names none of its own site")
    return ParseResult(entries=(), sitemaps=own[:MAX_SITEMAPS], complete=False, notes=notes)


def sitemap_rank(child: RawEntry, source: SourceContext) -> tuple[bool, bool, float]:
    """Returns the sort key of a sitemap in an index: sitemaps of pictures and sections last, those of news first, by time."""
    path = urlsplit(child.link).path.lower()
    # The day in a name is the better witness: an archive changes when an old article is corrected.
    date = PATH_MONTH.search(path)
    day = f"{date['year']}-{date['month']}-{date['day'] or '28'}" if date else ""
    times = (dates.parse(text, zone=source.zone, now=source.now) for text in (day, *child.dates) if text)
    time = next(filter(None, times), None)
    return bool(SIDE_SITEMAP.search(path)), not NEWS_SITEMAP.search(path), -time.timestamp() if time else 0.0


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


def read_entries(xml: str) -> tuple[list[RawEntry], str]:
    """Returns the <url> or <sitemap> elements up to the end or the first error, with that error or ""."""
    entries: list[RawEntry] = []
    try:
        for _, element in ET.iterparse(io.StringIO(xml)):  # noqa: S314 - documents with a DTD were rejected
            if markup.local(element.tag) in {"url", "sitemap"}:
                entries.append(raw_entry(element))
                element.clear()
    except ET.ParseError as error:
        return entries, str(error)
    return entries, ""


def raw_entry(element: ET.Element) -> RawEntry:
    """Returns the fields of one <url> or <sitemap>, with those of its <news:news> and <news:publication>."""
    page, news = child_texts(element), dict[str, str]()
    for child in element:
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
