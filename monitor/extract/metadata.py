"""What a page says of its article: headline, authors, address, outlet, rights."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from monitor import urls
from monitor.extract import jsonld
from monitor.extract.page import LONGEST_LINE, Page, letters, line
from monitor.text import clean

_LONGEST_LEAD: Final = 1000
_SECTION: Final = 8  # letters; a shorter heading may be a section, or the outlet
_OPENING: Final = 24  # letters that a headline and a title cut short share
_SITE_MARGIN: Final = 12  # letters that a title may add to the name of the outlet
_MOST_NAMES: Final = 10
_AUTHOR_METAS: Final = (
    "author", "article:author_name", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "citation_author", "article.author", "cxenseparse:author", "twitter:data1",
)  # fmt: skip
_BYLINES: Final = (
    '[rel~="author"], [itemprop="author"] [itemprop="name"], [itemprop="author"], a[href*="/author/"], a[href*="/authors/"], '
    '[class*="byline"], [class*="Byline"], [class*="author"], [class*="Author"], [data-testid*="author"], [class*="autor"]'
)
_BY: Final = re.compile(
    r"^\W*(?:written |story |report |words |posted |published |text |article )?"
    r"(?:by|von|par|por|di|da|av|af|door|author|autor|yazan|yazar|از|تحریر|نویسنده)\b[:\s]*",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s*(?:[,;|،؛/&•·]|\b(?:and|und|et|y|e|ve|och|og|en|و|اور)\b)\s*", re.IGNORECASE)
# What follows a name in a byline: the date, the desk's own words.
_AFTER: Final = re.compile(
    r"\s+(?:on\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d"
    r"|published|updated|says\b|\(|\d).*$",
    re.IGNORECASE,
)
# Seen at Anadolu: a name, a bar, the day and that of the update.
_NAME_AND_DATE: Final = re.compile(r"([^\W\d][^\d|]{3,48}?)\s*\|\s*\d[\d./-]*\d{4}\b")
_NO_NAME: Final = re.compile(r"https?:|www\.|@|\d|[{}<>?!]", re.IGNORECASE)
_NAME_WORDS: Final = 7  # the longest names are those of desks
_LONGEST_BYLINE: Final = 120  # characters; what is longer is a biography


def title(page: Page) -> str:
    """The headline: the `h1` that og:title or <title> confirms, else the best of what the head says."""
    social = clean(page.meta("og:title", "twitter:title"), limit=LONGEST_LINE)
    head = line(page.tree.css_first("head > title, title"))
    told = clean(jsonld.first(page.item.get("headline")), limit=LONGEST_LINE)
    headings = [text for node in page.tree.css("h1")[:20] if (text := line(node))]
    # og:title is often worded for social networks, <title> for search engines: the h1 is what readers see.
    for wanted in filter(None, (social, head, told)):
        outlet = letters("".join(_parts(wanted)[1:][-1:]))  # what stands after the last bar or dash
        found = [heading for heading in headings if letters(heading) != outlet and _confirms(wanted, heading)]
        if found:
            return max(found, key=len)
    return told or _bare(social, page) or _bare(head, page) or next(iter(headings), "")


def _confirms(title: str, heading: str) -> bool:
    one, other = letters(title), letters(heading)
    if min(len(one), len(other)) < _SECTION:
        return one == other
    return other in one or one in other or one.startswith(other[:_OPENING])


def _bare(title: str, page: Page) -> str:
    """A title without the name of the outlet at its end or beginning."""
    site = letters(page.meta("og:site_name", "application-name")) or letters(urls.site(page.url).split(".")[0])
    parts = _parts(title)
    kept = [part for part in parts if not _is_site(letters(part), site)]
    return title if not kept or len(kept) == len(parts) else " - ".join(kept)


def _parts(title: str) -> list[str]:
    """A title, cut where an outlet adds its name."""
    return re.split(r"\s+(?:[|»•·–—-]|::)\s+", title)


def _is_site(part: str, site: str) -> bool:
    return bool(part) and bool(site) and (part in site or site in part) and len(part) < len(site) + _SITE_MARGIN


def authors(page: Page, near: Sequence[str]) -> tuple[str, ...]:
    """The names of the people (or the desk) that the page gives as its authors, in order, each once.

    `near` are the short lines round the headline.
    """
    for texts in _bylines(page, near):
        names = list(dict.fromkeys(name for text in texts for name in _names(text)))
        if names:
            return tuple(names[:_MOST_NAMES])
    return ()


def _bylines(page: Page, near: Sequence[str]) -> Iterator[list[str]]:
    yield jsonld.texts(page.item.get("author")) or jsonld.texts(page.item.get("creator"))
    for name in _AUTHOR_METAS:
        if name in page.metas:
            yield [page.metas[name]]
    for node in page.tree.css(_BYLINES)[:6]:
        yield [line(node)]
    yield [text for text in near if _BY.match(text)][:1]
    yield [found[1] for text in near if (found := _NAME_AND_DATE.match(text))][:1]


def _names(text: str) -> list[str]:
    if "://" in text or len(text) > _LONGEST_BYLINE:
        return []
    names = (_AFTER.sub("", _BY.sub("", part)).strip(" .-–—:*") for part in _AND.split(_BY.sub("", clean(text))))
    return [name for name in names if len(name) > 1 and len(name.split()) <= _NAME_WORDS and not _NO_NAME.search(name)]


def canonical(page: Page) -> str:
    """What the page says its address is, or ""; it must lie on the same site."""
    link = page.tree.css_first('link[rel="canonical"]')
    for href in ((link.attributes.get("href") or "") if link else "", page.meta("og:url")):
        address = urls.canonical(urls.absolute(page.url, href)) if href else ""
        # Syndicated copies name another site's address, and broken themes the home page: neither is this page's.
        if address and urls.site(address) == urls.site(page.url) and address.split("/", 3)[3]:
            return address
    return ""


def site(page: Page) -> str:
    """The name of the outlet as the page gives it, or ""."""
    publisher = page.item.get("publisher")
    return clean(page.meta("og:site_name") or jsonld.first(publisher) or page.meta("application-name"), limit=100)


def description(page: Page) -> str:
    """The lead as the head gives it."""
    told = page.meta("og:description", "description", "twitter:description")
    return clean(told or jsonld.first(page.item.get("description")), limit=_LONGEST_LEAD)


def is_noarchive(page: Page) -> bool:
    """Whether the page asks not to be stored or reserves its text from mining (TDMRep)."""
    return "noarchive" in page.meta("robots").lower() or page.meta("tdm-reservation") == "1"


def is_free(page: Page) -> bool:
    """False where the page says that its article is behind a paywall."""
    free = page.item.get("isAccessibleForFree")
    return free is not False and not (isinstance(free, str) and free.strip().lower() == "false")
