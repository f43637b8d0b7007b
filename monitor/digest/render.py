"""Render a digest: subject, plain text, HTML and the JSON of webhooks.

Every string of a digest comes from outside. It is cleaned here once, in all fields, and escaped by the template.
"""

import re
import textwrap
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain, groupby, zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from css_inline import CSSInliner
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor import urls
from monitor.digest.compose import outlets
from monitor.digest.excerpts import merge_adjacent, trim_edges
from monitor.digest.gloss import NO_TOPIC, topic_label
from monitor.digest.payload import to_json
from monitor.languages.registry import read
from monitor.languages.script import is_rtl
from monitor.model import (
    Coverage,
    Digest,
    DigestArticle,
    DigestStory,
    EarlierStory,
    Excerpt,
    Flag,
    NoticeKind,
    Rendered,
)
from monitor.text import clean, first_words

LEAD_WORDS = 40  # of one article: as much as the right of quotation surely covers
MAX_HTML_BYTES = 98_000  # Gmail cuts a mail at about 102,000, with its own footer included
# Bounds of any one text. With them, the parts of a digest that are never shortened fit into the HTML limit.
MAX_TEXT_CHARS, MAX_LEAD_CHARS = 200, 500
MAX_SUBJECT_TITLE_CHARS = 110  # mail programs show about 70 of them, and the count of stories comes after the title
TEXT_COLUMNS = 72
MAX_LISTED = 10  # silent sources, gaps, and stories that were alerted; the others are counted
MAX_NEAR_MISSES = 5
MAX_TOPICS = 2  # named beside a story or above an affair
MAX_EARLIER = 3  # stories of an affair that began before
MAX_CONTENTS = 15  # headlines in the list at the top
MIN_CONTENTS = 4  # a shorter digest is its own list
MAX_ARTICLES = 6  # of a story, each with its headline; the others are counted
MIN_SEEN_LATER = timedelta(hours=1)  # readers want both times only if they differ by more
# Plain words for the flags of the bundled rules; a user's own flag is shown by its code.
FLAG_WORDS = {
    "template-text": "reads like a text made for search engines",
    "market-wrap": "market report",
    "retrospective": "looks back",
    "roundup": "roundup of many stories",
    "ranking": "ranking",
    "bypassed": "one of the two countries is only passed by",
    "sport": "sport",
    "third-matter": "about refugees of a third country",
    "us-iran-mediation": "one of the two countries mediates for the other",
    "venue-only": "one of the two countries is only the venue",
    "channel-only": "one of the two countries is only the channel",
}
# Not from strftime: its names depend on the locale of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BLANK_LINES = re.compile(r"\n{3,}")
# Quotes, brackets or blanks could end the attribute or the link in a text.
UNSAFE_IN_LINK = re.compile(r"[\s<>\"'`]")
# It is written into a lang attribute, by which mail programs choose the font of Urdu and Persian.
LANGUAGE_TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Compiled templates, and the inliner that moves style rules into the HTML elements."""

    environment: ImmutableSandboxedEnvironment
    inliner: CSSInliner


def compile_templates(sources: Mapping[str, str]) -> Templates:
    """Compile templates from their sources by name; `digest.html.j2` and `digest.txt.j2` are required.

    They may be written by a user: they run in a sandbox, and an undefined name is an error.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(sources)),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "wrap": wrap,
        "flag_words": flag_words,
        "count": count,
        "merge_adjacent": merge_adjacent,
        "mark_matches": mark_matches,
    }
    environment.tests |= {"rtl": is_rtl}
    return Templates(
        environment=environment,
        # Mail clients drop style sheets, so the rules must be inline. A remote style sheet is never loaded.
        inliner=CSSInliner(minify_css=True, load_remote_stylesheets=False),
    )


def render(digest: Digest, *, templates: Templates, now: datetime) -> Rendered:
    """Render a digest in all forms. Each of its stories must have at least one article.

    If the HTML is longer than MAX_HTML_BYTES, stories are reduced to their headlines from the end, then left out. The
    plain text always has all of them.
    """
    digest = cleaned(digest)
    view = template_values(digest, now)
    text = templates.environment.get_template("digest.txt.j2").render(view)
    return Rendered(
        subject=view["subject"],
        text=BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=html_within_limit(templates, view, len(digest.stories)),
        data=to_json(digest),
    )


def html_within_limit(templates: Templates, view: Mapping[str, Any], stories: int) -> str:
    """The HTML with as many stories in full as fit."""
    template = templates.environment.get_template("digest.html.j2")

    def html(cuts: int) -> str:
        # The first cuts reduce the stories to headlines, one by one from the end; the next cuts drop the headlines.
        full, listed = max(stories - cuts, 0), min(2 * stories - cuts, stories)
        return templates.inliner.inline(template.render(view, in_full=full, listed=listed))

    def fits(cuts: int) -> bool:
        return len(html(cuts).encode()) <= MAX_HTML_BYTES

    complete = html(0)
    if len(complete.encode()) <= MAX_HTML_BYTES:
        return complete
    # By bisection, because every attempt renders and inlines the whole document.
    return html(bisect_left(range(2 * stories), True, key=fits))


def template_values(digest: Digest, now: datetime) -> dict[str, Any]:
    """The names that the templates use."""
    time = partial(format_time, zone=ZoneInfo(digest.zone))
    return {
        "digest": digest,
        "subject": subject_line(digest),
        # Mail programs show it beside the subject, which has the first headline already.
        "preheader": " · ".join(story.articles[0].title for story in digest.stories[1:3]),
        "article_count": sum(map(count_articles, digest.stories)),
        "coverage": coverage_sentence(digest.coverage),
        "rendered_at": time(now),
        "format_time": time,
        "since": lambda source: f"since {time(source.since)}" if source.since else "never answered",
        "sections": sections,
        "clock": partial(format_clock, zone=ZoneInfo(digest.zone)),
        "day": partial(format_day, zone=ZoneInfo(digest.zone)),
        "outlet_count": lambda story: len(outlets(story)),
        "language_name": language_name,
        "topics": lambda story: topic_labels([story])[:MAX_TOPICS],
        "badges": badges,
        "ownership": ownership,
        "language": lambda tag: tag if LANGUAGE_TAG.fullmatch(tag) else "",
        "seen_later": lambda article: article.published and article.first_seen - article.published > MIN_SEEN_LATER,
        "max_listed": MAX_LISTED,
        "max_near": MAX_NEAR_MISSES,
        "max_contents": MAX_CONTENTS,
        "min_contents": MIN_CONTENTS,
        "max_articles": MAX_ARTICLES,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The stories of one affair, each with its number in the digest, from 1."""

    title: str  # "": the affair has one story here, whose headline says enough
    stories: tuple[tuple[int, DigestStory], ...]
    earlier: tuple[EarlierStory, ...]  # of all its stories, the newest first


def sections(stories: Sequence[DigestStory]) -> list[Section]:
    """The stories by affair, in their order."""
    numbered = enumerate(stories, 1)
    return [section(tuple(group)) for _, group in groupby(numbered, key=lambda pair: pair[1].thread)]


def section(numbered: tuple[tuple[int, DigestStory], ...]) -> Section:
    """The section of the stories of one thread."""
    stories = [story for _, story in numbered]
    earlier = {old.story: old for story in stories for old in story.earlier}
    label = "; ".join(topic_labels(stories)[:MAX_TOPICS]).capitalize() or "One affair"
    return Section(
        title=f"{label}: {len(stories)} stories, in order of time" if len(stories) > 1 else "",
        stories=numbered,
        earlier=tuple(sorted(earlier.values(), key=lambda old: old.opened_at, reverse=True)[:MAX_EARLIER]),
    )


def topic_labels(stories: Sequence[DigestStory]) -> list[str]:
    """The topics of some stories in words, each once, the main topics first."""
    by_rank = chain.from_iterable(zip_longest(*(story.topics for story in stories)))
    return list(dict.fromkeys(topic_label(code) for code in by_rank if code and code != NO_TOPIC))


def language_name(tag: str) -> str:
    """The English name of a language of the service; "" for English and for others."""
    code = tag.partition("-")[0]
    return "" if code == "en" else str(read(code, "language").get("name", ""))


def flag_words(flag: Flag) -> str:
    """A flag in plain words."""
    return FLAG_WORDS.get(flag.code, topic_label(flag.code))


def badges(story: DigestStory) -> list[str]:
    """The short labels above a story."""
    conditions = {
        "Update": story.kind is NoticeKind.UPDATE,
        "Late": story.late,
        "Headline only": story.articles[0].partial,
    }
    return [badge for badge, applies in conditions.items() if applies]


def ownership(article: DigestArticle) -> str:
    """Who owns the outlet, unless it is simply private, and its country: " (state, IR)"."""
    details = [article.owner if article.owner != "private" else "", article.country]
    text = ", ".join(filter(None, details))
    return f" ({text})" if text else ""


def coverage_sentence(coverage: Coverage) -> str:
    """How many sources were polled, how many answered, and how many entries were judged."""
    silent = f", {len(coverage.silent)} silent" if coverage.silent else ""
    gaps = f", {count(len(coverage.gaps), 'gap')}" if coverage.gaps else ""
    polled = f"{coverage.sources - coverage.never_asked:,} of " if coverage.never_asked else ""
    return (
        f"Polled {polled}{count(coverage.sources, 'source')}: {coverage.healthy:,} answered{silent}{gaps}. "
        f"{count(coverage.entries, 'entry', 'entries')} seen, {coverage.judged:,} judged."
    )


def format_time(moment: datetime, *, zone: ZoneInfo) -> str:
    """A time as "21 Nov 2026, 18:30 PKT", with the offset from UTC if the zone has no abbreviation."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    if not name.isalpha():  # Asia/Tehran gives "+0330"
        offset = local.strftime("%z")
        name = f"UTC{offset[:3]}:{offset[3:5]}"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M} {name}"


def format_day(moment: datetime, *, zone: ZoneInfo) -> str:
    """A day as "21 Nov"."""
    local = moment.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]}"


def format_clock(moment: datetime, *, zone: ZoneInfo) -> str:
    """A day and time as "21 Nov 18:30", for lists below a heading that names the zone."""
    return f"{format_day(moment, zone=zone)} {moment.astimezone(zone):%H:%M}"


def subject_line(digest: Digest) -> str:
    """The headline of the first story and the number of stories."""
    if not digest.stories:
        coverage = digest.coverage
        return f"{digest.name}: nothing new; {coverage.healthy} of {count(coverage.sources, 'source')} answered"
    title = clean(digest.stories[0].articles[0].title, limit=MAX_SUBJECT_TITLE_CHARS)
    if digest.kind == "alert":
        others = len(digest.stories) - 1
        # The count stands before a headline from right to left: see below.
        if others and is_rtl(title):
            return f"Alert, with {others} more: {title}"
        return f"Alert: {title}" + (f" (and {others} more)" if others else "")
    stories, articles = len(digest.stories), sum(map(count_articles, digest.stories))
    counts = count(stories, "story", "stories")
    if articles > stories:
        counts = f"{counts}, {articles} articles"
    # The outlet's own words come first. But a line with both directions is displayed in order only if it begins with
    # its main direction, which is ours.
    return f"{counts}: {title}" if is_rtl(title) else f"{title} ({counts})"


def count_articles(story: DigestStory) -> int:
    """The articles of a story, copies included."""
    return sum(1 + len(article.copies) for article in story.articles)


def count(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 story", "2 stories"."""
    return f"{number} {singular}" if number == 1 else f"{number:,} {plural or singular + 's'}"


def wrap(text: str, indent: int = 0, first: str = "") -> str:
    """A paragraph of the plain text, indented; `first` replaces the indent of its first line."""
    blanks = " " * indent
    return textwrap.fill(
        text,
        TEXT_COLUMNS,
        initial_indent=first or blanks,
        subsequent_indent=blanks,
        break_long_words=False,
        break_on_hyphens=False,
    )


def mark_matches(run: Sequence[Excerpt]) -> str:
    """A run of excerpts as plain text, each match between asterisks."""
    return "".join(f"{excerpt.before}*{excerpt.match}*{excerpt.after}" for excerpt in run)


# --- cleaning ---------------------------------------------------------------------------------------------------------


def cleaned(value: Any) -> Any:
    """The same value with every string in it clean, on one line and of bounded length."""
    match value:
        case Excerpt():
            # Blanks at the ends of its parts separate an excerpt from its neighbours.
            parts = {part.name: getattr(value, part.name)[:MAX_TEXT_CHARS] for part in fields(value)}
            return Excerpt(**{name: trim_edges(text) for name, text in parts.items()})
        case StrEnum():
            return value
        case str():
            return clean(value, limit=MAX_TEXT_CHARS)
        case tuple():
            return tuple(map(cleaned, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{part.name: cleaned_field(part.name, getattr(value, part.name)) for part in fields(value)}
        )
    return value


def cleaned_field(name: str, value: Any) -> Any:
    """The clean value of a field, by its name: URLs, headlines and leads have rules of their own."""
    match name:
        case "url":
            return web_link(value)
        case "copies":
            return tuple((cleaned(text), web_link(url)) for text, url in value)
        case "title":
            return clean(value, limit=MAX_TEXT_CHARS) or "(no headline)"
        case "lead":
            return clean(first_words(value, LEAD_WORDS), limit=MAX_LEAD_CHARS)
    return cleaned(value)


def web_link(url: str) -> str:
    """Returns a URL as it can be written into a link, or "" if it is not an http or https URL: javascript:, data: and others."""
    if len(url) > urls.MAX_URL_CHARS or urls.parse_url(url) is None:
        return ""
    # An apostrophe is allowed in a path ("/iran's-envoy") and would end a link all the same.
    return urls.escape_unsafe(url.strip(), UNSAFE_IN_LINK)
