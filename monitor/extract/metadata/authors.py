"""The authors of an article, from structured data, metas and bylines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import filterfalse
from typing import Final

from selectolax.lexbor import LexborNode

from monitor.extract.document import AUTHOR_METAS, HtmlDocument, is_outside_article, normalize, one_line
from monitor.extract.metadata import jsonld
from monitor.extract.metadata.site import is_outlet
from monitor.languages.page import page_words
from monitor.text import ARABIC_QUESTION_MARK, COMMAS, DASHES, FULL_STOPS, SEMICOLONS, clean, is_placeholder

MAX_NAMES: Final = 10
MAX_NAME_WORDS: Final = 7  # the longest names are those of desks
MAX_BYLINE_CHARS: Final = 120  # a longer line is a biography
MAX_BYLINE_ELEMENTS: Final = 8
MAX_AGENCY_LETTERS: Final = 4
BYLINE_SELECTOR: Final = (
    '[rel~="author"], [itemprop="author"] [itemprop="name"], [itemprop="author"], a[href*="/author"], a[href*="/columnist"], '
    '[class*="columnist"], [class*="byline" i], [class*="author" i], [data-testid*="author"], [class*="autor"]'
)
LAST_NAME_FIRST: Final = re.compile(r"^(\w[\w'’-]+), (\w+\.?(?: \w+\.?)?)$")
SECTIONS: Final = re.compile(r"\s*[,·•|]\s*in\s.*$")  # "by Sana Khan, in Trade, Border"
WRITER_SIGN: Final = re.compile(r"\s\([^()]{1,5}\)$")  # of a writer, or an agency: "Elena Ober (obe)"
CREDIT: Final = re.compile(r"[:/]")  # "Source: sid/dpa"


def find_authors(document: HtmlDocument, near_headline: Sequence[str]) -> tuple[str, ...]:
    """Returns the names of the people (or the agency) that the page gives as its authors, in order, each once.

    `near_headline` are the short lines round the headline. The name of the outlet, or a login, is returned only if the page
    names nobody else.
    """
    fallback: tuple[str, ...] = ()
    for bylines in find_bylines(document, near_headline):
        names = names_in(bylines, document)
        if fallback:
            if any(is_person(name, document) for name in names):
                return names
        elif names and not is_formal(names[0], document):
            return names
        fallback = fallback or names
    return fallback


def names_in(bylines: Iterable[str], document: HtmlDocument) -> tuple[str, ...]:
    """Returns the names in some bylines, in order, each once."""
    names = (name for byline in bylines for name in names_in_byline(byline, document) if not is_placeholder(name))
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def find_bylines(document: HtmlDocument, near_headline: Sequence[str]) -> Iterator[list[str]]:
    """Yields the bylines of a page by place, the most trustworthy first."""
    yield jsonld.texts(document.json_ld.get("author")) or jsonld.texts(document.json_ld.get("creator"))
    for name in AUTHOR_METAS:
        if name in document.metas:
            yield bylines_in_meta(document.metas[name].split("; "), document)
    elements = document.tree.css(BYLINE_SELECTOR)[:MAX_BYLINE_ELEMENTS]
    yield from map(bylines_in_element, filterfalse(is_outside_article, elements))
    yield [line for line in near_headline if byline_prefix().match(line)][:1]
    yield [match[1] for line in near_headline if (match := name_and_date().match(line))][:1]


def bylines_in_meta(names: list[str], document: HtmlDocument) -> list[str]:
    """Returns the names in author metas: people rather than the outlet beside them, their family names last."""
    if len(names) > MAX_NAMES:  # journals also name the authors whom they cite
        return []
    people = [name for name in names if not is_outlet(name, document)]
    return [LAST_NAME_FIRST.sub(r"\2 \1", name) for name in people or names]


def bylines_in_element(node: LexborNode) -> list[str]:
    """Returns the text of a byline, or of its links: one link and the author's post behind it, or several and nothing else."""
    byline = node.parent if node.tag == "a" and node.parent is not None else node
    links = list(dict.fromkeys(filter(None, map(one_line, byline.css("a")))))
    bare = byline_prefix().sub("", one_line(byline))
    if len(links) == 1 and bare.startswith(links[0]):
        return links
    is_only_links = normalize("".join(links)) == normalize(conjunction().sub("", bare))
    return links if is_only_links else [one_line(node)]


def names_in_byline(byline: str, document: HtmlDocument) -> list[str]:
    """Returns the names in one byline."""
    if "://" in byline or len(byline) > MAX_BYLINE_CHARS:
        return []
    bare = SECTIONS.sub("", byline_prefix().sub("", clean(byline)))
    # The outlet "Jobs & Hire" is one name.
    parts = [bare] if normalize(bare) in document.outlet_keys else conjunction().split(bare)
    stripped = (
        WRITER_SIGN.sub("", after_name().sub("", byline_prefix().sub("", part))).strip(" .-–—:*/|") for part in parts
    )
    names = [
        name
        for name in stripped
        if len(name) > 1 and len(name.split()) <= MAX_NAME_WORDS and not not_a_name().search(name)
    ]
    # An outlet beside a name is the employer: "Rana Khan, The Ledger".
    return [name for name in names if not is_outlet(name, document)] or names


def is_person(name: str, document: HtmlDocument) -> bool:
    """Whether a name is surely that of a person: two words that do not name the outlet, or a script without blanks."""
    key = normalize(name)
    if is_formal(name, document) or CREDIT.search(name) or any(outlet in key for outlet in document.outlet_keys):
        return False
    return " " in name or not name.isascii()


def is_formal(name: str, document: HtmlDocument) -> bool:
    """Whether a name is the outlet, a login ("jrobison"), or the words of a desk ("our own team")."""
    # Agencies write dpa.
    return is_outlet(name, document) or (name[:1].islower() and len(name) > MAX_AGENCY_LETTERS)


# The patterns are compiled on first use: most commands read no page.
@cache
def byline_prefix() -> re.Pattern[str]:
    """Returns the pattern of the words before the names of a byline: "Written by", "Author:"."""
    words = page_words().bylines
    before_by, by, before_colon = ("|".join(words[key]) for key in ("before_by", "by", "before_colon"))
    patterns = (
        rf"(?:(?:{before_by}) ){{0,2}}(?:{by})\b[:\s]*",
        *words["by_anywhere"],
        rf"(?:{before_colon})\s*[:：{COMMAS}]\s*",
    )
    return re.compile(rf"^\W*(?:{'|'.join(patterns)})", re.IGNORECASE)


@cache
def conjunction() -> re.Pattern[str]:
    """Returns the pattern that separates names: punctuation or a word for "and"."""
    words = "|".join(page_words().bylines["and"])
    return re.compile(rf"\s*(?:[{COMMAS}|{SEMICOLONS}&•·]|\b(?:{words})\b)\s*", re.IGNORECASE)


@cache
def after_name() -> re.Pattern[str]:
    """Returns the pattern of the words after a name in a byline: the date, a handle, the post, words of the desk."""
    words = page_words().bylines
    before_number = "|".join(words["before_number"])
    endings = (*words["after_name"], "@", rf"[{DASHES}]\s", rf"(?:(?:{before_number})\s+)?\d")
    return re.compile(rf"\s+(?:on\s+)?(?:{'|'.join(endings)}).*$", re.IGNORECASE)


@cache
def name_and_date() -> re.Pattern[str]:
    """Returns the pattern of a name and a day."""
    # Seen at Anadolu: a name, mostly a bar, the day and that of the update.
    no_names = "|".join(page_words().bylines["not_before_date"])
    return re.compile(
        rf"((?!{no_names})[^\W\d][^\d|]{{3,48}}?)(?:\s*\|\s*|\s+)\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}\b", re.IGNORECASE
    )


@cache
def not_a_name() -> re.Pattern[str]:
    """Returns the pattern of a part of a byline that is not a name."""
    signs = (r"https?:|www\.|@|\d", rf"[{{}}<>?!]|[{FULL_STOPS}{ARABIC_QUESTION_MARK}]$")
    return re.compile("|".join((*signs, *page_words().bylines["not_names"])), re.IGNORECASE)
