"""The words that decided, with the words round them."""

from collections.abc import Iterator, Mapping, Sequence

from monitor.model import Context, Field, Hit
from monitor.text import clean

_FIELDS: tuple[Field, ...] = ("title", "summary", "text")
_ROUND = 45  # characters on either side, cut at a blank
_GAP = 90  # two matches with less between them are shown in one run


def why(fields: Mapping[Field, str], hits: Sequence[Hit], *, most: int = 3) -> tuple[Context, ...]:
    """A few matches in context: one for each side first, the title before the summary before the text.

    A context whose `before` starts with a blank or a letter goes on where the last one ended; one that opens a new
    run has an empty `before` or one that starts with "…".
    """
    chosen = sorted(_choose(hits, most), key=_place)
    return tuple(_contexts(fields, chosen))


def runs(contexts: Sequence[Context]) -> tuple[tuple[Context, ...], ...]:
    """The contexts parted into runs, each of which reads as one piece of text."""
    found: list[list[Context]] = []
    for context in contexts:
        if found and context.before and not context.before.startswith("…"):
            found[-1].append(context)
        else:
            found.append([context])
    return tuple(map(tuple, found))


def _place(hit: Hit) -> tuple[int, int]:
    return _FIELDS.index(hit.field), hit.start


def _choose(hits: Sequence[Hit], most: int) -> list[Hit]:
    """The first hit of each side, then the first of other terms; none inside another ("Iran" in "Iran's envoy")."""
    ordered = sorted(hits, key=lambda hit: (*_place(hit), -hit.end))
    chosen: list[Hit] = []
    for fits in (_new_side, _new_term):
        for hit in ordered:
            if len(chosen) < most and fits(hit, chosen) and not any(_touch(hit, other) for other in chosen):
                chosen.append(hit)
    return chosen


def _new_side(hit: Hit, chosen: Sequence[Hit]) -> bool:
    return bool(hit.side) and hit.side not in {other.side for other in chosen}


def _new_term(hit: Hit, chosen: Sequence[Hit]) -> bool:
    # A country is matched many times; what else was matched tells more.
    return hit.kind != "country" and hit.term not in {other.term for other in chosen}


def _touch(one: Hit, other: Hit) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _contexts(fields: Mapping[Field, str], chosen: Sequence[Hit]) -> Iterator[Context]:
    for number, hit in enumerate(chosen):
        text = fields[hit.field]
        last = chosen[number - 1] if number else None
        following = chosen[number + 1] if number + 1 < len(chosen) else None
        before = text[last.end : hit.start] if last and _joined(last, hit) else _left(text, hit.start)
        after = "" if following and _joined(hit, following) else _right(text, hit.end)
        yield Context(
            before=edged(before),
            match=clean(text[hit.start : hit.end]),
            after=edged(after),
            name=hit.name,
            side=hit.side,
        )


def _joined(one: Hit, other: Hit) -> bool:
    return one.field == other.field and other.start - one.end <= _GAP


def _left(text: str, end: int) -> str:
    """The words before, within their paragraph, opened by "…" so that it is no continuation."""
    piece = text[max(end - _ROUND, 0) : end].rpartition("\n")[2]
    if end > _ROUND and len(piece) == _ROUND:
        piece = piece.partition(" ")[2] or piece
    return f"…{piece.lstrip()}" if piece.strip() else ""


def _right(text: str, start: int) -> str:
    piece = text[start : start + _ROUND].partition("\n")[0]
    if len(piece) < _ROUND or start + _ROUND >= len(text):
        return piece.rstrip()
    return (piece.rpartition(" ")[0] or piece) + "…"


def edged(text: str) -> str:
    """Clean text that keeps one blank at either end, so that runs can be put together again."""
    core = clean(text)
    if not core:
        return " " if text[:1].isspace() else ""
    return (" " if text[0].isspace() else "") + core + (" " if text[-1].isspace() else "")
