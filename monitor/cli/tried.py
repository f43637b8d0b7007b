"""A trial of a page, and what there is to show of it: facts, matched words, pieces in runs of one fate."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from monitor.cli.output import moment
from monitor.digest.why import runs as in_runs
from monitor.digest.why import why
from monitor.extract import Piece
from monitor.model import Article, Context, Field, Hit, PageSelectors, Verdict
from monitor.text import clean

SHORT = 150  # characters shown of what was dropped
SCRAP, MANY = 60, 8  # characters of a scrap at most; runs of them in a row that are still shown one by one
MOST_CONTEXTS = 12  # matches shown with the words round them; the text shows all of them
_APART = 8  # characters at most between two pieces of a text: a blank line, the bars of a table, the sign of a quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What would become of a page."""

    source: str  # whose settings were used, or ""
    page: PageSelectors | None  # that were used
    article: Article
    verdict: Verdict
    places: Mapping[str, str]  # where title, authors, published, language and lead come from
    pieces: tuple[Piece, ...]  # of the page, kept and dropped

    @property
    def url(self) -> str:
        """That of the page."""
        return self.article.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A page in which there is no article: its pieces show why."""

    url: str
    source: str
    page: PageSelectors | None
    refused: str  # why
    pieces: tuple[Piece, ...]


Trial = Tried | Unread


def facts(trial: Trial) -> Iterator[tuple[str, str, str]]:
    """What is known of the article and what would be stored of it: what it is, the text, and where that comes from."""
    if isinstance(trial, Unread):
        yield "not read", trial.refused, ""
    else:
        yield from _known(trial.article, trial.places)
    if trial.source:
        yield "source", f"the settings of {trial.source} were used", ""


def _known(article: Article, places: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    words = len(article.text.split())
    yield "read", f"by {article.method}, {words} words, quality {article.quality:.2f}", ""
    if title := places.get("title"):
        yield "title", f"from {title}", ""
    yield "published", *_date(article)
    if article.modified:
        yield "changed", moment(article.modified), ""
    yield "language", article.language or "unknown", places.get("language", "")
    told = {
        "by": (", ".join(article.authors), places.get("authors", "")),
        "agency": (article.origin, ""),
        "dateline": (article.dateline, ""),
        "site": (article.site, ""),
        "lead": (article.lead, places.get("lead", "")),
    }
    yield from ((name, text, place) for name, (text, place) in told.items() if text)
    yield "stored", _stored(article), ""
    yield from (("note", note, "") for note in article.notes)


def _date(article: Article) -> tuple[str, str]:
    if article.published is None:
        return "unknown; it would be ordered by when it is first seen", ""
    return moment(article.published), f"{article.published_from}: {article.published_text}"


def _stored(article: Article) -> str:
    if article.noarchive:
        return "no text: the page asks not to be archived, or reserves text mining"
    return "title, link and text" if article.free else "the lead only: the page is behind a paywall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a text; `match` names the term where it is a matched word."""

    text: str
    match: str = ""


Parted = tuple[Piece, tuple[Part, ...]]  # with its text in parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Pieces that follow one another and were kept, or dropped for one reason."""

    kept: bool
    reason: str
    pieces: tuple[Parted, ...]


def runs(trial: Trial) -> Iterator[Run]:
    """The whole page in order. Many runs of scraps in a row, as a menu of menus gives, are one."""
    for scraps, group in groupby(_runs(trial), key=_is_scraps):
        together = list(group)
        if scraps and len(together) > MANY:
            yield _joined(together)
        else:
            yield from together


def _is_scraps(run: Run) -> bool:
    return not run.kept and all(len(piece.text) <= SCRAP for piece, _ in run.pieces)


def _joined(together: Sequence[Run]) -> Run:
    reasons = list(dict.fromkeys(run.reason for run in together))
    told = clean(", ".join(reasons), limit=SCRAP)
    return Run(kept=False, reason=told, pieces=tuple(chain.from_iterable(run.pieces for run in together)))


def _runs(trial: Trial) -> Iterator[Run]:
    for (kept, reason), group in groupby(_in_parts(trial), key=lambda one: (one[0].kept, one[0].reason)):
        yield Run(kept=kept, reason=reason, pieces=tuple(group))


def _in_parts(trial: Trial) -> Iterator[Parted]:
    if isinstance(trial, Tried):
        return ((piece, tuple(_parted(trial, piece, start))) for piece, start in _placed(trial))
    return ((piece, tuple(parts(piece.text, ()))) for piece in trial.pieces)  # nothing was matched


def _parted(tried: Tried, piece: Piece, start: int | None) -> Iterator[Part]:
    """A piece in parts. The lead is judged as a field of its own, and seldom once more where the text begins with it."""
    if start is None:
        return parts(piece.text, ())
    hits, lead = tried.verdict.hits, tried.article.lead
    near = [hit for hit in hits if hit.field == "text" and start <= hit.start < start + len(piece.text)]
    own = [replace(hit, start=hit.start - start, end=hit.end - start) for hit in near]
    told = [hit for hit in hits if hit.field == "summary"] if lead and piece.text.startswith(lead) else []
    return parts(piece.text, own + told)


def _placed(tried: Tried) -> list[tuple[Piece, int | None]]:
    """The pieces with where they begin in the text of the article, if there; the cells of a row are one, as there."""
    placed: list[tuple[Piece, int | None]] = []
    text, end, last = tried.article.text, 0, None
    for piece in tried.pieces:
        found = text.find(piece.text, end, end + _APART + len(piece.text)) if piece.kept else -1
        start = found if found >= 0 else None
        if start is not None and last is not None and "\n" not in text[end:start]:
            placed[-1] = replace(piece, text=text[last : start + len(piece.text)]), last
        else:
            placed.append((piece, start))
            last = start
        end = end if start is None else start + len(piece.text)
    return placed


def parts(text: str, hits: Iterable[Hit]) -> Iterator[Part]:
    """A text parted at the words that were matched in it; of those that overlap, at the first and longest."""
    done = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start < done or hit.end > len(text):
            continue
        if before := text[done : hit.start]:
            yield Part(text=before)
        yield Part(text=text[hit.start : hit.end], match=_name(hit.name, hit.side))
        done = hit.end
    if rest := text[done:]:
        yield Part(text=rest)


def dropped(run: Run) -> str:
    """What a run of dropped pieces was, in short."""
    return clean(" · ".join(piece.text for piece, _ in run.pieces), limit=SHORT)


def why_dropped(run: Run) -> str:
    """The reason, fit to show (it may quote the page), and of how many pieces."""
    reason = clean(run.reason)
    return reason if len(run.pieces) == 1 else f"{len(run.pieces)} pieces: {reason}"


def contexts(tried: Tried) -> tuple[tuple[Context, ...], ...]:
    """The matches that say most, each side first, with the words round them; in runs that read as one."""
    article = tried.article
    fields: dict[Field, str] = {"title": article.title, "summary": article.lead, "text": article.text}
    return in_runs(why(fields, tried.verdict.hits, most=MOST_CONTEXTS))


def matches(hits: Sequence[Hit]) -> list[str]:
    """Each matched term with how often it stands there, the most frequent first."""
    names = [_name(hit.name, hit.side) for hit in hits]
    return [f"{name} x {names.count(name)}" for name in sorted(set(names), key=lambda name: (-names.count(name), name))]


def named(run: Sequence[Context]) -> str:
    """What the matches of a run stand for."""
    return ", ".join(dict.fromkeys(_name(one.name, one.side) for one in run))


def as_yaml(page: PageSelectors) -> list[str]:
    """The selectors as they are written into the file of a source, below its other keys."""
    remove = page.remove[0] if len(page.remove) == 1 else list(page.remove)
    keys = {"content": page.content, "remove": remove, "title": page.title, "author": page.author, "date": page.date}
    return [
        "    page:",
        *(f"      {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items() if value),
    ]


def _name(name: str, side: str) -> str:
    return f"{name} ({side})" if side else name
