"""What a page says of its article: headline, authors, address, outlet, rights."""

import re
from collections.abc import Iterator
from typing import Final

from monitor import urls
from monitor.extract import jsonld
from monitor.extract.page import LONGEST_LINE, Page, letters, line
from monitor.text import clean

_LONGEST_LEAD: Final = 1000


def title(page: Page) -> str:
    """The headline: the `h1` that og:title or <title> confirms, else the best of what the head says."""
    social = clean(page.meta("og:title", "twitter:title"), limit=LONGEST_LINE)
    head = line(page.tree.css_first("head > title, title"))
    told = clean(jsonld.first(page.item.get("headline")), limit=LONGEST_LINE)
    headings = [text for node in page.tree.css("h1")[:20] if (text := line(node))]
    # og:title is often worded for social networks, <title> for search engines: the h1 is what readers see.
    for wanted in (social, head, told):
        for heading in headings:
            if wanted and _confirms(wanted, heading):
                return heading
    return told or _bare(social, page) or _bare(head, page) or (headings[0] if len(headings) == 1 else "")


def _confirms(title: str, heading: str) -> bool:
    one, other = letters(title), letters(heading)
    if len(other) < 8:  # a section or the name of the outlet
        return one == other
    return other in one or one.startswith(other[:24]) or (len(one) > 20 and one in other)


def _bare(title: str, page: Page) -> str:
    """A title without the name of the outlet at its end or beginning."""
    site = letters(page.meta("og:site_name", "application-name")) or letters(urls.site(page.url).split(".")[0])
    parts = re.split(r"\s+(?:[|»•·–—-]|::)\s+", title)
    kept = [part for part in parts if not _is_site(letters(part), site)]
    return title if not kept or len(kept) == len(parts) else " - ".join(kept)


def _is_site(part: str, site: str) -> bool:
    return bool(part) and bool(site) and (part in site or site in part) and len(part) < len(site) + 12


_AUTHOR_METAS: Final = (
    "author", "article:author_name", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "citation_author", "article.author", "cxenseparse:author", "twitter:data1",
)  # fmt: skip
_BYLINES: Final = (
    '[rel~="author"], [itemprop="author"] [itemprop="name"], [itemprop="author"], a[href*="/author/"], '
    '.byline, .author, .author-name, [class*="author__name"], [class*="author-name"], [class*="byline"], '
    '[data-testid*="author"]'
)
_BY: Final = re.compile(
    r"^(?:written |story |report |posted |published )?(?:by|von|par|por|di|da|av|af|door|yazan|از|تحریر)[:\s]\s*",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s*(?:[,;|،؛/&]|\b(?:and|und|et|y|e|ve|och|og|en|و|اور)\b)\s*", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"https?:|www\.|@|\d{3}|[{}<>]", re.IGNORECASE)


def authors(page: Page, site: str) -> tuple[str, ...]:
    """The names of the people (or the desk) that the page gives as its authors, in order, each once."""
    for names in _bylines(page):
        found = list(dict.fromkeys(name for text in names for name in _names(text, site)))
        if found:
            return tuple(found[:10])
    return ()


def _bylines(page: Page) -> Iterator[list[str]]:
    yield jsonld.texts(page.item.get("author")) or jsonld.texts(page.item.get("creator"))
    for name in _AUTHOR_METAS:
        if name in page.metas:
            yield [page.metas[name]]
    yield [text for node in page.tree.css(_BYLINES)[:4] if (text := line(node))]


def _names(text: str, site: str) -> list[str]:
    bare = _BY.sub("", clean(text))
    names = (_BY.sub("", part).strip(" .-–—:") for part in _AND.split(bare))
    return [
        name for name in names if 2 < len(name) < 60 and not _NO_NAME.search(name) and letters(name) != letters(site)
    ]


def canonical(page: Page) -> str:
    """What the page says its address is, or ""; it must lie on the same site."""
    link = page.tree.css_first('link[rel="canonical"]')
    for href in ((link.attributes.get("href") or "") if link else "", page.meta("og:url")):
        address = urls.canonical(urls.absolute(page.url, href)) if href else ""
        # Syndicated copies name another site's address, and broken themes the home page: neither is this page's.
        if (
            address
            and urls.site(address) == urls.site(page.url)
            and address.count("/") > 2
            and not address.endswith("//")
        ):
            return address
    return ""


def site(page: Page) -> str:
    """The name of the outlet as the page gives it, or ""."""
    publisher = page.item.get("publisher")
    return clean(page.meta("og:site_name") or jsonld.first(publisher) or page.meta("application-name"), limit=100)


def description(page: Page) -> str:
    """The lead as the head gives it."""
    told = page.meta("og:description", "description", "twitter:description") or jsonld.first(
        page.item.get("description")
    )
    return clean(told, limit=_LONGEST_LEAD)


def is_noarchive(page: Page) -> bool:
    """Whether the page asks not to be stored or reserves its text from mining (TDMRep)."""
    robots = f"{page.meta('robots')},{page.meta('googlebot')},{page.metas.get('monitor', '')}".lower()
    return "noarchive" in robots or page.meta("tdm-reservation").strip() == "1"


def is_free(page: Page) -> bool:
    """False where the page says that its article is behind a paywall."""
    free = page.item.get("isAccessibleForFree", True)
    return str(free).strip().lower() not in ("false", "no", "0")
