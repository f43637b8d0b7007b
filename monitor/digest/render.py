"""A digest written out: subject, plain text, HTML and the JSON of webhooks.

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
from typing import Any
from zoneinfo import ZoneInfo

from css_inline import CSSInliner
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.digest.data import data
from monitor.digest.why import edged, runs
from monitor.model import Context, Coverage, Digest, Line, NoticeKind, Rendered, ToldStory
from monitor.text import clean, first_words, is_rtl

LEAD_WORDS = 40  # of an article; the law of quotation and our courtesy end here
HTML_LIMIT = 98_000  # bytes; Gmail cuts a mail at about 102,000, its footer included
# Characters of any one text, so that the parts of a digest that are never cut fit in HTML whatever is in them.
_LONGEST, _LONGEST_LEAD = 200, 500
_WIDTH = 72  # columns of the plain text
_LISTED = 10  # near misses, blind sources and gaps shown; the rest of them is counted
_SEEN_LATER = timedelta(hours=1)  # a reader wants both times where they differ by more
_SECTIONS = {NoticeKind.UPDATE: "Updates", NoticeKind.DIGEST: "New stories", NoticeKind.ALERT: "Alert"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(r"https?://[^\s<>\"'`\\]{1,2000}", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Templates ready for use."""

    environment: ImmutableSandboxedEnvironment
    inliner: CSSInliner


def compile_templates(sources: Mapping[str, str]) -> Templates:
    """Templates from their sources by name; `digest.html.j2` and `digest.txt.j2` must be among them.

    They may come from a user: they run in a sandbox, and a name that does not exist is an error.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(sources)),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"wrap": _wrap, "count": _count, "runs": runs, "plain": _plain}
    environment.tests |= {"rtl": is_rtl}
    return Templates(
        environment=environment,
        # Mail clients drop style sheets, so the rules go inline; a remote style sheet is never asked for.
        inliner=CSSInliner(minify_css=True, load_remote_stylesheets=False),
    )


def render(digest: Digest, *, templates: Templates, now: datetime) -> Rendered:
    """Write a digest out. The HTML stays under HTML_LIMIT: stories shrink to their headlines from the end, and are
    left to the plain text at last, where all of them stand. Each story has at least one line.
    """
    digest = _cleaned(digest)
    view = _view(digest, now)
    text = templates.environment.get_template("digest.txt.j2").render(view)
    return Rendered(
        subject=view["subject"],
        text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=_fitting_html(templates, view, len(digest.stories)),
        data=data(digest),
    )


def _fitting_html(templates: Templates, view: Mapping[str, Any], stories: int) -> str:
    template = templates.environment.get_template("digest.html.j2")

    def html(cuts: int) -> str:
        # The first cuts take the stories in full away, one by one from the end, the next ones their headlines.
        full, shown = max(stories - cuts, 0), min(2 * stories - cuts, stories)
        return templates.inliner.inline(template.render(view, in_full=full, shown=shown))

    def fits(cuts: int) -> bool:
        return len(html(cuts).encode()) <= HTML_LIMIT

    whole = html(0)
    if len(whole.encode()) <= HTML_LIMIT:
        return whole
    return html(bisect_left(range(2 * stories), True, key=fits))


def _view(digest: Digest, now: datetime) -> dict[str, Any]:
    time = partial(when, zone=ZoneInfo(digest.zone))
    return {
        "digest": digest,
        "subject": _subject(digest),
        "preheader": " · ".join(story.lines[0].title for story in digest.stories[1:3]),
        "articles": sum(map(_articles, digest.stories)),
        "coverage": _coverage(digest.coverage),
        "written": time(now),
        "when": time,
        "since": lambda blind: f"since {time(blind.since)}" if blind.since else "no answer yet",
        "section": lambda story: _SECTIONS[story.kind],
        "marks": _marks,
        "origin": _origin,
        "language": _language,
        "seen_later": lambda line: line.published and line.first_seen - line.published > _SEEN_LATER,
        "most": _LISTED,
    }


def _marks(story: ToldStory) -> list[str]:
    marks = {
        "Update": story.kind is NoticeKind.UPDATE,
        "Late": story.late,
        "Headline only": story.lines[0].partial,
    }
    return [mark for mark, holds in marks.items() if holds]


def _origin(line: Line) -> str:
    """Whose outlet it is, where that is not simply private, and its country: " (state, IR)"."""
    parts = [line.owner if line.owner != "private" else "", line.country]
    known = ", ".join(filter(None, parts))
    return f" ({known})" if known else ""


def _coverage(seen: Coverage) -> str:
    blind = f", {len(seen.blind)} blind" if seen.blind else ""
    gaps = f", {_count(len(seen.gaps), 'gap')}" if seen.gaps else ""
    return (
        f"Looked at {_count(seen.sources, 'source')}: {seen.healthy:,} answered{blind}{gaps}. "
        f"{_count(seen.entries, 'entry', 'entries')} seen, {seen.judged:,} judged."
    )


def when(moment: datetime, *, zone: ZoneInfo) -> str:
    """A time as readers see it: "21 Nov 2026, 18:30 PKT", with the distance from UTC where the zone has no name."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    if not name.isalpha():  # Asia/Tehran gives "+0330"
        offset = local.strftime("%z")
        name = f"UTC{offset[:3]}:{offset[3:5]}"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M} {name}"


def _subject(digest: Digest) -> str:
    """The lead story and how many there are; the source's own words first, unless they run from right to left."""
    if not digest.stories:
        seen = digest.coverage
        return f"{digest.name}: nothing new; {seen.healthy} of {_count(seen.sources, 'source')} answered"
    lead = digest.stories[0]
    title = clean(lead.lines[0].title, limit=110)
    if digest.kind == "alert":
        return f"Alert: {title}"
    stories, articles = len(digest.stories), sum(map(_articles, digest.stories))
    counts = _count(stories, "story", "stories")
    if articles > stories:
        counts = f"{counts}, {articles} articles"
    # Mixed directions on one line are put in order only where the line begins with its main direction.
    return f"{counts}: {title}" if is_rtl(title) else f"{title} ({counts})"


def _articles(story: ToldStory) -> int:
    return sum(1 + len(line.copies) for line in story.lines)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def _wrap(text: str, indent: int = 0, first: str = "") -> str:
    blanks = " " * indent
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=first or blanks,
        subsequent_indent=blanks,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _plain(run: Sequence[Context]) -> str:
    """A run as it reads, its matches marked as mail has always marked them."""
    return "".join(f"{context.before}*{context.match}*{context.after}" for context in run)


def _language(tag: str) -> str:
    return tag if _LANGUAGE.fullmatch(tag) else ""


# --- cleaning ---------------------------------------------------------------------------------------------------------


def _cleaned(value: Any) -> Any:
    """The same noun with every string in it clean, on one line and of bounded length."""
    match value:
        case Context():
            # The blanks at its ends part it from its neighbours.
            return Context(**{part.name: edged(getattr(value, part.name)[:_LONGEST]) for part in fields(value)})
        case StrEnum():
            return value
        case str():
            return clean(value, limit=_LONGEST)
        case tuple():
            return tuple(map(_cleaned, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: _field(part.name, getattr(value, part.name)) for part in fields(value)})
    return value


def _field(name: str, value: Any) -> Any:
    match name:
        case "url":
            return _link(value)
        case "copies" | "earlier":
            return tuple((_cleaned(text), _link(url)) for text, url in value)
        case "title":
            return clean(value, limit=_LONGEST) or "(no headline)"
        case "lead":
            return clean(first_words(value, LEAD_WORDS), limit=_LONGEST_LEAD)
    return _cleaned(value)


def _link(url: str) -> str:
    """The URL where it is a web link, else ""."""
    return url if _LINK.fullmatch(url) else ""
