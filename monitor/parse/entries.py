"""Turns the fields of a source, as the source wrote them, into entries. All input is untrusted until it has passed here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import dates, text, urls
from monitor.errors import ParseError
from monitor.languages.feeds import feed_phrases
from monitor.languages.tags import primary_subtag
from monitor.model import Entry, ParseResult
from monitor.parse import markup

# Bounds of stored fields. They are needed: a feed of 564 bytes can expand to a title of 300 KB.
MAX_TITLE_CHARS = 500
MAX_SUMMARY_CHARS = 5_000
MAX_CONTENT_CHARS = 200_000
MAX_NAME_CHARS = 300
# A shorter text may be the whole of a brief, but nothing proves it.
MIN_FULL_TEXT_CHARS = 1_000
MAX_FALLBACK_TITLE_WORDS = 16
ENDING_CHARS = 200  # of a text: where "Read more" is looked for


def _any_of(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns)})"


_PHRASES = feed_phrases()
_TRUNCATED_ENDINGS = (text.ELLIPSIS, r"\.\.\.", *_PHRASES.truncated_endings)
TRUNCATED_END = re.compile(rf"{_any_of(_TRUNCATED_ENDINGS)}[\]\s»>.)]*$", re.IGNORECASE)
SIGNATURE = re.compile(rf"\s*{_any_of(_PHRASES.signatures)}$", re.DOTALL)
READ_MORE_LINK = re.compile(rf"[\s\[(]*\b{_any_of(_PHRASES.read_more_links)}[\s\]).…→»>]*$")
# A paragraph that links to another article, as TIME puts between its own: its names would be judged as the article's.
RELATED_LINK = re.compile(rf"{_any_of(_PHRASES.related_labels)}\s?[:|].{{1,200}}", re.IGNORECASE)
MAIL_AUTHOR = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)")  # RSS: editor@dawn.example (A. Name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContext:
    """The properties of a source that its fields are read with. `now` bounds dates; `zone` is for times without one."""

    url: str
    zone: str
    language: str
    now: datetime
    known_items: frozenset[str] = frozenset()  # hashes of items that need not be parsed: see known_items.py
    salt: str = ""  # of these hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """The fields of one entry as the source wrote them; texts may be markup. `dates`: the most likely one first."""

    link: str
    title: str = ""
    summary: str = ""
    contents: tuple[str, ...] = ()
    author: str = ""
    dates: tuple[str, ...] = ()
    language: str = ""
    guid: str = ""


def build_entries(
    raw_entries: Iterable[RawEntry],
    source: SourceContext,
    *,
    complete: bool = True,
    title: str = "",
    language: str = "",
    ttl: timedelta | None = None,
    notes: tuple[str, ...] = (),
    item_hashes: tuple[str, ...] = (),
    known_count: int = 0,
    needs_link: bool = True,
) -> ParseResult:
    """Returns the entries of a source; those that cannot be used are counted as `bad`.

    An entry needs a link to a page, or, unless `needs_link`, a title: some feeds carry the whole text and link nowhere.
    Raises ParseError if there are entries and none can be used.
    """
    candidates = [build_entry(raw, source, feed_language=language) for raw in raw_entries]
    entries = tuple(entry for entry in candidates if entry.link or (entry.title and not needs_link))
    if candidates and not entries and not known_count:
        missing = "a link to a page" if needs_link else "a link to a page or a title"
        raise ParseError(source.url, f"none of the {len(candidates)} entries has {missing}")
    return ParseResult(
        entries=entries,
        bad=len(candidates) - len(entries),
        complete=complete,
        title=markup.line(title, limit=MAX_NAME_CHARS),
        language=primary_subtag(language),
        ttl=ttl,
        notes=notes,
        item_hashes=item_hashes,
        known_count=known_count,
    )


def build_entry(raw: RawEntry, source: SourceContext, *, feed_language: str) -> Entry:
    """Returns the entry, cleaned and within bounds; without url and link if its link is not an http or https URL."""
    link = urls.resolve(source.url, raw.link) if raw.link else ""
    url = urls.canonicalize(link)
    summary = READ_MORE_LINK.sub("", SIGNATURE.sub("", markup.line(raw.summary, limit=MAX_SUMMARY_CHARS)))
    # The configured language comes first: WordPress declares many Urdu sites as en-US.
    language = primary_subtag(source.language) or primary_subtag(raw.language) or primary_subtag(feed_language)
    # Some listings and feeds give no dates. A date in the URL keeps the archive on a front page from being news.
    date_texts = (*raw.dates, *filter(None, [dates.find_in_path(url)]))
    published, published_text = first_date(date_texts, source, language)
    name = markup.line(raw.author, limit=MAX_NAME_CHARS)
    mail = MAIL_AUTHOR.fullmatch(name)
    return Entry(
        url=url,
        # The canonical URL has no fragment, and on a live page the fragment is what tells one entry from the next.
        link=urls.with_fragment(link, urls.fragment(raw.link)) if url else "",
        # Microblogs give no titles.
        title=markup.line(raw.title, limit=MAX_TITLE_CHARS)
        or text.first_words(summary, MAX_FALLBACK_TITLE_WORDS)[:MAX_TITLE_CHARS],
        summary=summary,
        content=full_text((*raw.contents, raw.summary)),
        author="" if text.is_placeholder(name) else mail["name"].strip() if mail else name,
        published=published,
        published_text=published_text,
        language=language,
        guid=text.clean(raw.guid, limit=MAX_NAME_CHARS),
    )


def first_date(date_texts: tuple[str, ...], source: SourceContext, language: str) -> tuple[datetime | None, str]:
    """Returns the first plausible date with its text, else None with the first text: `monitor why` shows that text."""
    languages = [language] if language else []
    for date_text in date_texts:
        moment = dates.parse(date_text, zone=source.zone, languages=languages, now=source.now)
        if moment := dates.plausible_or_none(moment, now=source.now):
            return moment, text.clean(date_text, limit=MAX_NAME_CHARS)
    return None, text.clean(date_texts[0], limit=MAX_NAME_CHARS) if date_texts else ""


def full_text(candidates: tuple[str, ...]) -> str:
    """Returns the paragraphs of the longest text, separated by blank lines, or "" if the feed gives only a part of it."""
    longest = max(candidates, key=len)
    if len(longest) < MIN_FULL_TEXT_CHARS:
        return ""
    paragraphs = [paragraph for paragraph in markup.paragraphs(longest) if not RELATED_LINK.fullmatch(paragraph)]
    if paragraphs and SIGNATURE.fullmatch(paragraphs[-1]):
        paragraphs.pop()
    content = "\n\n".join(paragraphs)
    if len(content) < MIN_FULL_TEXT_CHARS or TRUNCATED_END.search(content[-ENDING_CHARS:]):
        return ""
    return content[:MAX_CONTENT_CHARS]
