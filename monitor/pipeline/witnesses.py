"""Page and feed as two witnesses of one entry: which of them is believed, for each field, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.extract import DateSource
from monitor.languages.script import is_rtl
from monitor.model import Article, Entry, Method, Source
from monitor.parse.registry import SOURCE_KINDS
from monitor.pipeline.articles import FEED_CONTENT_QUALITY, FEED_SUMMARY_QUALITY, article_from_feed
from monitor.text import fold

DAY = timedelta(days=1)
# A stub of a paywall is a fraction of the text that the feed carries; an extraction that drops furniture is not.
MIN_FEED_TEXT_RATIO = 1.5
# Words of a headline that can be compared: shorter ones are articles and prepositions. Stems, because a headline has "Iranian"
# where the text has "Iran".
MIN_HEADLINE_WORD_LETTERS = 4
STEM_LETTERS = 4
MIN_HEADLINE_STEMS = 3
# An outlet may announce its Urdu page in English. An error page in another script is shorter.
MIN_OTHER_SCRIPT_CHARS = 600
MAX_COMPARED_CHARS = 20_000  # a headline is about the beginning of a text
# A page with less text is a news flash, or an error page, a shell or the stub of a paywall. The slogan of an outlet has the
# names of the region, so one word of the headline is not enough there.
MAX_THIN_CHARS = 400
MIN_THIN_SHARE = 1 / 3  # of the stems of the headline that a thin page has
MIN_DESCRIPTION_SHARE = 1 / 2  # that a page has whose only text is the description in its head
MIN_TITLES_SHARE = 1 / 2  # of the stems of the shorter title that two titles of one article share
MIN_TITLE_SUPPORT = 1 / 3  # of the stems of a title that are in the text below it
# A feed carries the time of publication, a sitemap often that of the last change, and a listing any date beside a link.
PAGE_BEFORE_FEED = frozenset({DateSource.SELECTOR, DateSource.JSON_LD})
PAGE_BEFORE_LISTING = PAGE_BEFORE_FEED | {DateSource.META, DateSource.ITEMPROP}
CHANGED = "modified"  # `published_from` if only the time of the last change is known


class Witness(StrEnum):
    """Who says what an article is."""

    PAGE = "page"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """The article of an entry from page and feed. `doubt` is why the page is not believed at all, or ""."""

    article: Article
    believed: Mapping[str, Witness] = field(default_factory=dict)  # by field of the article
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The values that the feed gives to fields of an article, and the note that says why; none if the page is believed."""

    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    witness: Witness = Witness.FEED


PAGE_BELIEVED = Choice()


def reconcile(article: Article, entry: Entry, source: Source) -> Reconciled:
    """Returns the article of an entry from its two witnesses: the article of its page, and what the feed said.

    A page that is not about the headline of the feed (an error page with status 200, the shell of an application, another
    article) is doubted, and the feed is believed in everything. Else each field is decided on its own, and a note on the
    article gives the reason for each that the feed decides against the page.
    """
    if doubt := doubt_about(article, entry):
        return feed_alone(entry, source, doubt)
    chosen = {
        "title": choose_title(article, entry),
        "text": choose_text(article, entry),
        "published": choose_published(article, entry, source),
        "authors": choose_authors(article, entry),
        "language": choose_language(article, entry, source),
    }
    values = {name: value for choice in chosen.values() for name, value in choice.values.items()}
    notes = (*article.notes, *(choice.note for choice in chosen.values() if choice.note))
    merged = replace(article, **{**values, "notes": notes})
    believed = {name: choice.witness if name in choice.values else Witness.PAGE for name, choice in chosen.items()}
    return Reconciled(article=replace(merged, lead=merged.lead or entry.summary), believed=believed)


def feed_alone(entry: Entry, source: Source, doubt: str) -> Reconciled:
    """Returns the article as the feed alone gives it, because of a doubt about the page."""
    article = article_from_feed(entry)
    believed = dict.fromkeys(("title", "text", "published", "authors", "language"), Witness.FEED)
    language = article.language or source.language
    return Reconciled(article=replace(article, language=language, notes=(doubt,)), believed=believed, doubt=doubt)


def doubt_about(article: Article, entry: Entry) -> str:
    """Returns why a page is not about the headline of its entry, or "" if it is, or if they cannot be compared."""
    stems = headline_stems(entry.title)
    if not are_comparable(stems, entry.title, f"{article.title}\n{article.text}", len(article.text)):
        return ""
    shared = stems & headline_stems(f"{article.title}\n{article.lead}\n{article.text[:MAX_COMPARED_CHARS]}")
    # One word is enough for a text of some length. Rewritten headlines share few words with it, and error pages share none.
    if not shared:
        return f"the page ({article.title[:80]!r}) has no word of the headline"
    if is_thin(article):
        minimum = MIN_DESCRIPTION_SHARE if article.method is Method.DESCRIPTION else MIN_THIN_SHARE
        if len(shared) < minimum * len(stems):
            return f"the page ({article.title[:80]!r}) has little text and {len(shared)} of {len(stems)} words of the headline"
    return ""


def choose_title(article: Article, entry: Entry) -> Choice:
    """Believes the title of the page, unless it is another title than that of the feed and the text speaks for the feed's."""
    if not entry.title:
        return PAGE_BELIEVED
    if not article.title:
        return Choice(values={"title": entry.title})
    page_stems, feed_stems = headline_stems(article.title), headline_stems(entry.title)
    shorter = min(len(page_stems), len(feed_stems))
    if len(feed_stems) < MIN_HEADLINE_STEMS or len(page_stems & feed_stems) >= max(1, MIN_TITLES_SHARE * shorter):
        return PAGE_BELIEVED
    text_stems = headline_stems(article.text[:MAX_COMPARED_CHARS])
    # Some outlets give every page one og:title: its words are in no text, and those of the headline are.
    if not share_of(page_stems, text_stems) < MIN_TITLE_SUPPORT <= share_of(feed_stems, text_stems):
        return PAGE_BELIEVED
    note = f"title from the feed: the text does not support the title of the page, {article.title[:80]!r}"
    return Choice(values={"title": entry.title}, note=note)


def choose_text(article: Article, entry: Entry) -> Choice:
    """Believes the text of the page, unless the feed has much more of it, or the page is a stub without the headline."""
    text = entry.content or entry.summary
    is_much_longer = len(text) > MIN_FEED_TEXT_RATIO * len(article.text)
    stems, page_stems = headline_stems(entry.title), headline_stems(article.text[:MAX_COMPARED_CHARS])
    # A removed article keeps its headline and says in one line that it is gone.
    is_stub = (
        is_thin(article)
        and len(stems) >= MIN_HEADLINE_STEMS
        and share_of(stems, page_stems) < min(MIN_THIN_SHARE, share_of(stems, headline_stems(text)))
    )
    if not text or not (is_stub or (is_much_longer and (entry.content or is_thin(article)))):
        return PAGE_BELIEVED
    fault = f"has few words of the headline in {len(article.text)}" if is_stub else f"has {len(article.text)}"
    note = f"text from the feed: {len(text)} characters, the page {fault}"
    quality = FEED_CONTENT_QUALITY if entry.content else FEED_SUMMARY_QUALITY
    return Choice(values={"text": text, "method": Method.FEED, "quality": quality}, note=note)


def choose_published(article: Article, entry: Entry, source: Source) -> Choice:
    """Believes the dates of page and feed in the order of their trust; a change of the page is only an upper bound.

    The order: the structured data of the page, the feed, the metas of the page, the dates that it shows, its address. The
    day of one is completed by the time of the other.
    """
    page, feed = article.published, entry.published
    if feed is None:
        return PAGE_BELIEVED if page else bounded_by_change(article)
    if page is None:
        return latest_possible(article, entry)
    if is_completed_by(page, article.published_text, feed):
        return from_feed(entry)
    is_near = abs(page - feed) < DAY
    before_feed = PAGE_BEFORE_FEED if SOURCE_KINDS[source.kind].is_feed else PAGE_BEFORE_LISTING
    if article.published_from in before_feed:
        place = article.published_from
        return (
            PAGE_BELIEVED if is_near else Choice(note=f"published by the page ({place}): the feed has {feed:%Y-%m-%d}")
        )
    if is_completed_by(feed, entry.published_text, page):
        return PAGE_BELIEVED
    note = "" if is_near else f"published by the feed: the page has {page:%Y-%m-%d} ({article.published_from})"
    return latest_possible(article, entry, note)


def is_dated_by_page(article: Article) -> bool:
    """Returns whether the date of an article was believed against the feed: structured data, or the last change."""
    return article.published is not None and article.published_from in {*PAGE_BEFORE_FEED, CHANGED}


def latest_possible(article: Article, entry: Entry, note: str = "") -> Choice:
    """Returns the choice of the feed's time, or of the last change of the page, if that was long before."""
    # Feeds of some outlets date their archive anew; its pages were last changed years ago.
    if article.modified and entry.published and entry.published > article.modified + DAY:
        return bounded_by_change(article)
    return from_feed(entry, note)


def is_completed_by(day: datetime, text: str, time: datetime) -> bool:
    """Whether a date without a time of day, which `text` writes, is the day of a time."""
    return is_day_only(text) and day <= time < day + DAY


def from_feed(entry: Entry, note: str = "") -> Choice:
    """Returns the choice of the feed's time."""
    values = {"published": entry.published, "published_text": entry.published_text, "published_from": "feed"}
    return Choice(values=values, note=note)


def bounded_by_change(article: Article) -> Choice:
    """Returns the time of the last change as the latest at which the article can have been published, if it is known."""
    if article.modified is None:
        return PAGE_BELIEVED
    values = {"published": article.modified, "published_text": "", "published_from": CHANGED}
    note = f"published at the latest {article.modified:%Y-%m-%d}, when the page was last changed"
    return Choice(values=values, note=note, witness=Witness.PAGE)


def with_further_page(article: Article, page: Article) -> Article:
    """Returns an article with the paragraphs of its next page that it does not have yet."""
    known = set(article.text.split("\n\n"))
    added = [paragraph for paragraph in page.text.split("\n\n") if paragraph not in known]
    # A site that answers every address with one page has no next one.
    next_page = page.next_page if added else ""
    return replace(article, text="\n\n".join((article.text, *added)), next_page=next_page)


def is_day_only(date: str) -> bool:
    """Whether the text of a date has no time of day; a number counts as a time."""
    return bool(date) and ":" not in date and not date.isdigit()


def choose_authors(article: Article, entry: Entry) -> Choice:
    """Believes the authors of the page, or the feed's if the page has none."""
    return PAGE_BELIEVED if article.authors or not entry.author else Choice(values={"authors": (entry.author,)})


def choose_language(article: Article, entry: Entry, source: Source) -> Choice:
    """Believes the language of the page, or the feed's or the source's if it is unknown."""
    language = entry.language or source.language
    return PAGE_BELIEVED if article.language or not language else Choice(values={"language": language})


def is_thin(article: Article) -> bool:
    """Whether a page has so little text that it may be no article."""
    return len(article.text) < MAX_THIN_CHARS or article.method is Method.DESCRIPTION


def are_comparable(stems: frozenset[str], headline: str, text: str, chars: int) -> bool:
    """Whether a text that is about a headline must have words of it: enough words, and one script."""
    if len(stems) < MIN_HEADLINE_STEMS:
        return False
    return is_rtl(headline) is is_rtl(text) or chars < MIN_OTHER_SCRIPT_CHARS


def share_of(stems: frozenset[str], others: frozenset[str]) -> float:
    """Returns the share of some stems that is among others."""
    return len(stems & others) / len(stems) if stems else 0.0


def headline_stems(text: str) -> frozenset[str]:
    """Returns the beginnings of the longer words of a text, folded."""
    words = fold(text).text.split()
    return frozenset(word[:STEM_LETTERS] for word in words if len(word) >= MIN_HEADLINE_WORD_LETTERS)
