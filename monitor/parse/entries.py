"""From the fields of a source, as it wrote them, to entries: every field is hostile until it has passed here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import dates, text, urls
from monitor.errors import ParseError
from monitor.model import Entry, Parsed
from monitor.parse import markup

TITLE, SUMMARY, CONTENT, NAME = 500, 5_000, 200_000, 300  # characters; a feed of 564 bytes can unfold to a 300 KB title
FULL_TEXT = 1_000  # characters; a shorter text may be the whole of a brief, but nothing shows it
TITLE_WORDS = 16

# How a feed ends a text that it does not give whole: "[…]", "Read more", "مزید پڑھیں", "ادامه مطلب", "Devamını oku".
TEASER = re.compile(
    r"(?:…|\.\.\.|(?:read|continue|click|full)\s(?:more|reading|the|here|story|article)\b.{0,60}"
    r"|مزید پڑھ.{0,30}|ادامه (?:مطلب|خبر).{0,30}|اقرأ المزيد.{0,30}|devam[ıi]n[ıi] oku.{0,30})[\]\s»>.)]*$",
    re.IGNORECASE,
)
# WordPress signs every summary and text of its feeds with this.
SIGNATURE = re.compile(r"\s*The post .{1,600} (?:appeared first on|first appeared on) .{1,200}$", re.DOTALL)
# What leads on from a summary, as the Guardian's feed does: words for a hand, not of the article.
_MORE = (
    r"(?:Read|READ|Continue|CONTINUE|Keep) (?i:more|reading|full (?:topic|story|article))"
    r"|مزید پڑھ\w+|ادامه (?:مطلب|خبر)|اقرأ المزيد|Devamını oku"
)
LEADS_ON = re.compile(rf"[\s\[(]*\b(?:{_MORE})[\s\]).…→»>]*$")
# A paragraph that names another article, as TIME sets them between its own: its names would be judged as this one's.
ELSEWHERE = re.compile(
    r"(?:read (?:more|also|next)|also read|see also|related|مزید پڑھ\w+|یہ بھی پڑھ\w+|بیشتر بخوانید|اقرأ أيضا)\s?[:|].{1,200}",
    re.IGNORECASE,
)
LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
MAIL_AUTHOR = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)")  # RSS: editor@dawn.example (A. Name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the source is, for reading what it says. `now` bounds its dates."""

    url: str
    zone: str
    language: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """The fields of one entry, as the source wrote them: its texts may be markup. `dates`: the likeliest first."""

    link: str
    title: str = ""
    summary: str = ""
    contents: tuple[str, ...] = ()
    author: str = ""
    dates: tuple[str, ...] = ()
    language: str = ""
    guid: str = ""


def parsed(
    raws: Iterable[Raw],
    origin: Origin,
    *,
    complete: bool = True,
    title: str = "",
    language: str = "",
    ttl: timedelta | None = None,
    notes: tuple[str, ...] = (),
) -> Parsed:
    """The entries of a source. Those without a link to fetch are counted as bad; raises ParseError where all are."""
    made = [_entry(raw, origin, language) for raw in raws]
    entries = tuple(entry for entry in made if entry)
    if made and not entries:
        raise ParseError(origin.url, f"none of the {len(made)} entries has a link to a page")
    return Parsed(
        entries=entries,
        bad=len(made) - len(entries),
        complete=complete,
        title=markup.line(title, limit=NAME),
        language=_language(language),
        ttl=ttl,
        notes=notes,
    )


def _entry(raw: Raw, origin: Origin, feed_language: str) -> Entry | None:
    link = urls.absolute(origin.url, raw.link) if raw.link else ""
    key = urls.canonical(link)
    if not key:
        return None
    summary = LEADS_ON.sub("", SIGNATURE.sub("", markup.line(raw.summary, limit=SUMMARY)))
    # The desk knows its source: WordPress calls many an Urdu site en-US.
    language = _language(origin.language) or _language(raw.language) or _language(feed_language)
    # Some listings and feeds give no dates; an address that does keeps the archive of a front page from being news.
    published, published_text = _published((*raw.dates, *filter(None, [dates.in_path(key)])), origin, language)
    return Entry(
        url=key,
        link=link,
        # Microblogs give no titles.
        title=markup.line(raw.title, limit=TITLE) or text.first_words(summary, TITLE_WORDS)[:TITLE],
        summary=summary,
        content=_content((*raw.contents, raw.summary)),
        author=_author(raw.author),
        published=published,
        published_text=published_text,
        language=language,
        guid=text.clean(raw.guid, limit=NAME),
    )


def _published(written: tuple[str, ...], origin: Origin, language: str) -> tuple[datetime | None, str]:
    """The first date that can be read; else the first text, so that `why` can show what was not understood."""
    languages = [language] if language else []
    for words in written:
        moment = dates.parse(words, zone=origin.zone, languages=languages, now=origin.now)
        if moment := dates.plausible(moment, now=origin.now):
            return moment, text.clean(words, limit=NAME)
    return None, text.clean(written[0], limit=NAME) if written else ""


def _content(candidates: tuple[str, ...]) -> str:
    """The full text, paragraphs parted by blank lines, or "" where the feed gives only a part of it."""
    longest = max(candidates, key=len)
    if len(longest) < FULL_TEXT:
        return ""
    paragraphs = [part for part in markup.paragraphs(longest) if not ELSEWHERE.fullmatch(part)]
    if paragraphs and SIGNATURE.fullmatch(paragraphs[-1]):
        paragraphs.pop()
    whole = "\n\n".join(paragraphs)
    return "" if len(whole) < FULL_TEXT or TEASER.search(whole[-200:]) else whole[:CONTENT]


def _author(author: str) -> str:
    name = markup.line(author, limit=NAME)
    mail = MAIL_AUTHOR.fullmatch(name)
    return mail["name"].strip() if mail else name


def _language(tag: str) -> str:
    found = LANGUAGE.match(tag.strip().lower())
    return found[0] if found else ""
