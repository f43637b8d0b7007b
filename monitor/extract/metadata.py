"""What a page says of its article: headline, authors, address, outlet, rights."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import filterfalse, islice
from typing import Final

from selectolax.lexbor import LexborNode

from monitor import urls
from monitor.extract import jsonld
from monitor.extract.page import AUTHOR_METAS, LONGEST_LINE, Page, is_beside, letters, line
from monitor.text import clean

_LONGEST_LEAD: Final = 1000
_SECTION: Final = 8  # letters; a shorter heading may be a section, or the outlet
_OPENING: Final = 24  # letters that a headline and a title cut short share
_SITE_SHARE: Final = 0.4  # the least of the name of the outlet that stands for it: BBC for BBC News
_SITE_MARGIN: Final = 12  # letters that a title may add to the name of the outlet
_BAR: Final = re.compile(r"\s+(?:[|»•·–—-]|::)\s+")
_SEPARATOR: Final = re.compile(r"\s+(?:[|»•·–—:-]|::)\s+")
_WORD: Final = re.compile(r"\w{4,}")
_KIN_WORDS, _KINSHIP = 3, 0.4  # words of a heading that may be the headline; the part of them that the head has too
_MOST_NAMES: Final = 10
_MOST_LINES: Final = 500
_BYLINES: Final = (
    '[rel~="author"], [itemprop="author"] [itemprop="name"], [itemprop="author"], a[href*="/author"], a[href*="/columnist"], '
    '[class*="columnist"], [class*="byline" i], [class*="author" i], [data-testid*="author"], [class*="autor"]'
)
_BY: Final = re.compile(
    r"^\W*(?:(?:(?:written|story|report|words|posted|post|published|text|article|articles|author|eingestellt|veröffentlicht|"
    r"publié|publicado|escrito|escribe) ){0,2}(?:by|von|par|por|di|da|av|af|door)\b[:\s]*|تحریر\b[:\s]*|از\s(?=\S+(?:\s\S+){0,2}$)"
    r"|(?:author|auteur|autor|reporter|words|yazan|yazar|muhabir|نویسنده|خبرنگار|گزارشگر|مصنف|رپورٹ|رپورٹر|بقلم|كتب|کتب|لیکوال|لیکنه)"
    r"\s*[:：,،]\s*)",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s*(?:[,;|،؛&•·]|\b(?:and|und|et|y|e|ve|och|og|en|و|اور)\b)\s*", re.IGNORECASE)
# What follows a name in a byline: the date, a handle, the post, the desk's own words.
_AFTER: Final = re.compile(
    r"\s+(?:on\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d"
    r"|(?:پیر|پير|منگل|بدھ|جمعرات|جمعہ|ہفتہ|اتوار|جمعه|(?:یک|دو|سه|چهار|پنج)?\W?شنبه)\b|기자$"
    r"|(?:last\s+)?(?:published|updated)|says\b|follow$|@|[-–—]\s|(?:(?:am|at|den|el|hace|kl|le|um|vor)\s+)?\d).*$",
    re.IGNORECASE,
)
# Seen at Anadolu: a name, mostly a bar, the day and that of the update.
_NAME_AND_DATE: Final = re.compile(
    r"((?!published|posted|(?:last\s+)?updated?|modified)[^\W\d][^\d|]{3,48}?)(?:\s*\|\s*|\s+)\d{1,2}[./-]\d{1,2}[./-]\d{4}\b",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"https?:|www\.|@|\d|[{}<>?!]|[.۔؟]$"
    r"|^(?:in|for|at|im|chez|photo)\s|\b(?:facebook|instagram|linkedin|telegram|twitter|whatsapp)\b"
    r"|^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$"
    r"|^(?:admin|authors?|by|follow|name|posted|published|share|updated|ph\.?d|m\.?d|msc|mba|jr|sr)\.?$"
    # No person, and no outlet: whoever filed the story.
    r"|^(?:(?:web|news|digital|online|monitoring) ?desk|(?:our|staff|special) (?:correspondent|report|reporter)s?"
    r"|(?:ویب|نیوز|آن لائن|ڈیجیٹل|مانیٹرنگ) ?ڈیسک|اسٹاف رپورٹر|سٹاف رپورٹر|نمائندہ(?: خصوصی)?)$",
    re.IGNORECASE,
)
_LAST_FIRST: Final = re.compile(r"^(\w[\w'’-]+), (\w+\.?(?: \w+\.?)?)$")
_IN: Final = re.compile(r"\s*[,·•|]\s*in\s.*$")  # the sections: "by Sana Khan, in Trade, Border"
_SIGN: Final = re.compile(r"\s\([^()]{1,5}\)$")  # the sign of a writer, or an agency: "Elena Ober (obe)"
_CREDIT: Final = re.compile(r"[:/]")  # "Source: sid/dpa"
_LONGEST_AGENCY: Final = 4  # letters
_NAME_WORDS: Final = 7  # the longest names are those of desks
_LONGEST_BYLINE: Final = 120  # characters; what is longer is a biography
_BYLINE_NODES: Final = 8


def title(page: Page, lines: Iterable[str]) -> str:
    """The headline: what the page shows as such and its head confirms, else the best of what the head says.

    `lines` are those of the page, to find where a headline ends that only <title> tells.
    """
    social = clean(page.meta("og:title", "twitter:title"), limit=LONGEST_LINE)
    told = clean(jsonld.first(page.item.get("headline")), limit=LONGEST_LINE)
    declared = _bare(social, page)
    headings = [text for text in page.headings if not is_outlet(text, page)]
    shown = _confirmed(headings, (social, page.title, told), page)
    # Where two declare the same and the h1 is a part of it or more, the difference is a kicker or a subtitle.
    if declared and letters(declared) == letters(told) and (not shown or _is_part(shown, declared)):
        return declared
    return (
        shown
        or _akin(headings, f"{social} {page.title} {told}")
        or told
        or declared
        or _ended(_bare(page.title, page), lines)
        or "".join(headings[:1])
    )


def _confirmed(headings: Sequence[str], titles: Sequence[str], page: Page) -> str:
    """The h1 that a title of the head confirms, or "".

    og:title is often worded for social networks, <title> for search engines: the h1 is what readers see.
    """
    for wanted in filter(None, titles):
        bare = _bare(wanted, page)
        parts = _parts(wanted)
        # What stands after the last bar or dash is the outlet, unless it is the longest part.
        outlet = letters(parts[-1]) if parts[-1] != max(parts, key=len) else ""
        found = [
            text for text in headings if letters(text) != outlet and (_confirms(wanted, text) or _confirms(bare, text))
        ]
        same = (text for text in found if letters(text) == letters(bare))
        if found:
            return next(same, max(found, key=len))
    return ""


def _akin(headings: Sequence[str], titles: str) -> str:
    """The h1 that has enough words of the titles, worded otherwise for search engines, or ""."""
    known = set(_WORD.findall(titles.casefold()))
    for heading in headings:
        words = set(_WORD.findall(heading.casefold()))
        if len(words) >= _KIN_WORDS and len(words & known) >= _KINSHIP * len(words):
            return heading
    return ""


def _confirms(title: str, heading: str) -> bool:
    one, other = letters(title), letters(heading)
    if min(len(one), len(other)) < _SECTION:
        return one == other
    return other in one or one in other or one.startswith(other[:_OPENING])


def _is_part(one: str, other: str) -> bool:
    return letters(one) in letters(other) or letters(other) in letters(one)


def _bare(title: str, page: Page) -> str:
    """A title without the name of the outlet at its end or beginning."""
    parts = _parts(title)
    kept = [part for part in parts if not is_outlet(part, page)] if len(parts) > 1 else []
    return title if not kept or len(kept) == len(parts) else " - ".join(kept)


def _ended(title: str, lines: Iterable[str]) -> str:
    """A title up to where a line of the page knows it: old themes have neither an h1 nor the name of the outlet."""
    ends = [found.start() for found in _SEPARATOR.finditer(title)][::-1]
    if not ends:
        return title
    starts = [letters(text[:LONGEST_LINE]) for text in islice(lines, _MOST_LINES)]
    for end in ends:
        key = letters(title[:end])
        if len(key) > _OPENING and any(start.startswith(key) for start in starts):
            return title[:end]
    return title


def _parts(title: str) -> list[str]:
    """A title, cut where an outlet adds its name."""
    return _BAR.split(title)


def is_outlet(text: str, page: Page) -> bool:
    """Whether a short text is the name of the page's outlet, or of a part of it."""
    name = letters(text)
    return bool(name) and any(
        (name in outlet or outlet in name) and _SITE_SHARE * len(outlet) <= len(name) < len(outlet) + _SITE_MARGIN
        for outlet in page.outlets
    )


def authors(page: Page, near: Sequence[str]) -> tuple[str, ...]:
    """The names of the people (or the agency) that the page gives as its authors, in order, each once.

    `near` are the short lines round the headline. An outlet that signs for its people, or a login, is taken only where
    nobody else is named.
    """
    signed: tuple[str, ...] = ()
    for texts in _bylines(page, near):
        found = names(texts, page)
        if any(_is_person(name, page) for name in found) if signed else found and not _is_formal(found[0], page):
            return found
        signed = signed or found
    return signed


def names(bylines: Iterable[str], page: Page) -> tuple[str, ...]:
    """The names in some bylines, in order, each once."""
    return tuple(dict.fromkeys(name for text in bylines for name in _names(text, page)))[:_MOST_NAMES]


def _bylines(page: Page, near: Sequence[str]) -> Iterator[list[str]]:
    yield jsonld.texts(page.item.get("author")) or jsonld.texts(page.item.get("creator"))
    for name in AUTHOR_METAS:
        if name in page.metas:
            yield _unmixed(page.metas[name].split("; "), page)
    yield from map(_signatures, filterfalse(is_beside, page.tree.css(_BYLINES)[:_BYLINE_NODES]))
    yield [text for text in near if _BY.match(text)][:1]
    yield [found[1] for text in near if (found := _NAME_AND_DATE.match(text))][:1]


def _unmixed(texts: list[str], page: Page) -> list[str]:
    """The metas of several authors: people rather than the outlet beside them, their family names last."""
    if len(texts) > _MOST_NAMES:  # journals name those they cite, too
        return []
    people = [text for text in texts if not is_outlet(text, page)]
    return [_LAST_FIRST.sub(r"\2 \1", text) for text in people or texts]


def _signatures(node: LexborNode) -> list[str]:
    """The text of a byline, or of the links that it begins with: one and the post behind it, or nothing but several."""
    byline = node.parent if node.tag == "a" and node.parent is not None else node
    links = list(dict.fromkeys(filter(None, map(line, byline.css("a")))))
    bare = _BY.sub("", line(byline))
    if len(links) == 1 and bare.startswith(links[0]):
        return links
    return links if letters("".join(links)) == letters(_AND.sub("", bare)) else [line(node)]


def _names(text: str, page: Page) -> list[str]:
    if "://" in text or len(text) > _LONGEST_BYLINE:
        return []
    bare = _IN.sub("", _BY.sub("", clean(text)))
    parts = [bare] if letters(bare) in page.outlets else _AND.split(bare)  # Jobs & Hire is one
    names = (_SIGN.sub("", _AFTER.sub("", _BY.sub("", part))).strip(" .-–—:*/|") for part in parts)
    kept = [name for name in names if len(name) > 1 and len(name.split()) <= _NAME_WORDS and not _NO_NAME.search(name)]
    # An outlet beside a name is where they work: "Rana Khan, The Ledger".
    return [name for name in kept if not is_outlet(name, page)] or kept


def _is_person(name: str, page: Page) -> bool:
    """Whether a name is surely that of a person: in two words that do not name the outlet, or in a script that parts none."""
    if _is_formal(name, page) or _CREDIT.search(name) or any(outlet in letters(name) for outlet in page.outlets):
        return False
    return " " in name or not name.isascii()


def _is_formal(name: str, page: Page) -> bool:
    """Whether a name says nothing of who wrote: the outlet, a login ("jrobison"), words of a desk ("our own team")."""
    # Agencies write dpa.
    return is_outlet(name, page) or (name[:1].islower() and len(name) > _LONGEST_AGENCY)


def canonical(page: Page) -> str:
    """What the page says its address is, or ""; it must lie on the same site."""
    for href in (page.canonical, page.meta("og:url")):
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
