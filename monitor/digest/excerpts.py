"""The matched words that decided about a text, with the words around them."""

from collections.abc import Mapping, Sequence

from monitor.model import Excerpt, Field, Hit
from monitor.text import clean

FIELD_ORDER: tuple[Field, ...] = ("title", "summary", "text")
CONTEXT_CHARS = 45  # on either side of a match, cut at a blank
MAX_RUN_GAP_CHARS = 90  # two matches with less text between them are shown in one run


def excerpts(fields: Mapping[Field, str], hits: Sequence[Hit], *, limit: int = 3) -> tuple[Excerpt, ...]:
    """Returns at most `limit` matches with their context: one of each side first, title before summary before text.

    If the `before` of an excerpt starts with a blank or a letter, it continues the excerpt before it; an excerpt that
    opens a new run has an empty `before` or one that starts with "…".
    """
    selected = sorted(choose_hits(hits, limit), key=position)
    result = []
    for number, hit in enumerate(selected):
        text = fields[hit.field]
        previous = selected[number - 1] if number else None
        following = selected[number + 1] if number + 1 < len(selected) else None
        joins_previous = previous is not None and is_adjacent(previous, hit)
        joins_following = following is not None and is_adjacent(hit, following)
        before = text[previous.end : hit.start] if previous and joins_previous else context_before(text, hit.start)
        result.append(
            Excerpt(
                before=trim_edges(before),
                match=clean(text[hit.start : hit.end]),
                after="" if joins_following else trim_edges(context_after(text, hit.end)),
                name=hit.name,
                side=hit.side,
            )
        )
    return tuple(result)


def merge_adjacent(excerpts: Sequence[Excerpt]) -> tuple[tuple[Excerpt, ...], ...]:
    """Group excerpts into runs, each of which reads as one piece of text."""
    runs: list[list[Excerpt]] = []
    for excerpt in excerpts:
        if runs and excerpt.before and not excerpt.before.startswith("…"):
            runs[-1].append(excerpt)
        else:
            runs.append([excerpt])
    return tuple(map(tuple, runs))


def trim_edges(text: str) -> str:
    """Clean text that keeps one blank at either end, so that the excerpts of a run can be joined again."""
    core = clean(text)
    if not core:
        return " " if text[:1].isspace() else ""
    return (" " if text[0].isspace() else "") + core + (" " if text[-1].isspace() else "")


# --- choosing ---------------------------------------------------------------------------------------------------------


def choose_hits(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """The first hit of each side, then the first of other terms; no hit inside another ("Iran" in "Iran's envoy")."""
    ordered = sorted(hits, key=lambda hit: (*position(hit), -hit.end))
    selected: list[Hit] = []
    for is_wanted in (is_new_side, is_new_term):
        for hit in ordered:
            overlapping = any(overlap(hit, earlier) for earlier in selected)
            if len(selected) < limit and is_wanted(hit, selected) and not overlapping:
                selected.append(hit)
    return selected


def position(hit: Hit) -> tuple[int, int]:
    """The place of a hit in reading order."""
    return FIELD_ORDER.index(hit.field), hit.start


def is_new_side(hit: Hit, selected: Sequence[Hit]) -> bool:
    """Whether none of the selected hits is of the same side."""
    return bool(hit.side) and hit.side not in {earlier.side for earlier in selected}


def is_new_term(hit: Hit, selected: Sequence[Hit]) -> bool:
    """Whether a hit adds a term; the names of countries are matched too often to explain anything."""
    return hit.kind != "country" and hit.term not in {earlier.term for earlier in selected}


def overlap(first: Hit, second: Hit) -> bool:
    """Whether two hits share characters."""
    return first.field == second.field and first.start < second.end and second.start < first.end


# --- the words around a match -----------------------------------------------------------------------------------------


def is_adjacent(first: Hit, second: Hit) -> bool:
    """Whether two hits are near enough to show the text between them."""
    return first.field == second.field and second.start - first.end <= MAX_RUN_GAP_CHARS


def context_before(text: str, end: int) -> str:
    """The words before a match, within its paragraph, opened by "…"."""
    # Without the "…" the excerpt would pass for a continuation of the one before.
    context = text[max(end - CONTEXT_CHARS, 0) : end].rpartition("\n")[2]
    if end > CONTEXT_CHARS and len(context) == CONTEXT_CHARS:
        context = context.partition(" ")[2] or context
    return f"…{context.lstrip()}" if context.strip() else ""


def context_after(text: str, start: int) -> str:
    """The words after a match, within its paragraph, with "…" if the paragraph goes on."""
    context = text[start : start + CONTEXT_CHARS].partition("\n")[0]
    if len(context) < CONTEXT_CHARS or start + CONTEXT_CHARS >= len(text):
        return context.rstrip()
    return (context.rpartition(" ")[0] or context) + "…"
