"""Backtest: texts that were judged before are judged again by other rules, and both verdicts held against labels.

Nothing is written. Items come from the store a page at a time, and only what differs is kept of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model import Article, Source, Verdict
from monitor.pipeline.ingest import judged
from monitor.query import Query
from monitor.relevance import Judge
from monitor.store import Store
from monitor.store import judged as stored_items
from monitor.store.judged import JudgedItem

PAGE = 100  # items read at once; their texts are all that is held

Line = Literal["digest", "alert"]
LINES: tuple[Line, ...] = ("digest", "alert")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text of a labelled file. `urgent`: whether it should alert, where its label says so."""

    article: Article
    source: Source
    relevant: bool
    urgent: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text with both verdicts: no `before` where nothing was said yet, no `after` where it is not kept in full.

    `said` is what a label says of each line.
    """

    item: int  # 0: of a file
    at: datetime | None
    url: str
    title: str
    source: str
    language: str
    before: Verdict | None
    after: Verdict | None
    said: tuple[tuple[Line, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A text on which the rules now decide otherwise; `kinds` are of "+digest", "-digest", "+alert", "-alert"."""

    kinds: tuple[str, ...]
    item: int
    at: datetime | None
    url: str
    title: str
    source: str
    language: str
    before: float
    after: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A label that the rules do not follow. `broken`: the verdict before did."""

    line: Line
    url: str
    title: str
    relevant: bool  # what the label says
    score: float
    missing: str
    broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Verdicts of one line against labels. None: nothing was told, or nothing labelled relevant."""

    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Labels held against one line: how many, how well they are followed, and how well they were before."""

    line: Line
    labels: int
    before: Measure | None
    after: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What other rules would change. `unkept` counts texts of which too little is kept to judge them again, `unheld` the
    labels on such.
    """

    judged: int
    unkept: int
    unheld: int
    unchanged: int
    changes: tuple[Change, ...]
    held: tuple[Held, ...]
    wrong: tuple[Wrong, ...]


def stored(store: Store, judge: Judge, *, since: datetime, asked: Query | None) -> Iterator[Case]:
    """The items of the store back to a time, the newest first, those that match a query where there is one."""
    before: int | None = None
    while True:
        page = store.call(stored_items.page, asked, since=since, before=before, size=PAGE)
        yield from (_again(judge, one) for one in page.items)
        if page.before is None:
            return
        before = page.before


def labelled(texts: Iterable[Labelled], judge: Judge, *, old: Judge | None) -> Iterator[Case]:
    """The texts of a file; `old` judges them as the verdict before, without it there is none."""
    for one in texts:
        whole = bool(one.article.title or one.article.text)  # a label may be all that is known
        urgent: tuple[tuple[Line, bool], ...] = () if one.urgent is None else (("alert", one.urgent),)
        yield Case(
            item=0,
            at=one.article.published,
            url=one.article.url,
            title=one.article.title,
            source=one.source.id,
            language=one.article.language,
            before=judged(old, one.source, one.article) if old else None,
            after=judged(judge, one.source, one.article) if whole else None,
            said=(("digest", one.relevant), *urgent),
        )


def report(cases: Iterable[Case]) -> Report:
    """What changes, and how well labels are followed. The cases are gone through once."""
    count: Counter[str] = Counter()
    changes: list[Change] = []
    wrong: list[Wrong] = []
    told: dict[tuple[str, Line], Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for case in cases:
        if case.after is None:
            count.update({"unkept": 1, "unheld": bool(case.said)})
            continue
        count["judged"] += 1
        changes += _changes(case, case.after)
        wrong += _wrong(case, case.after)
        for line, said in case.said:
            told["after", line][said, _tells(case.after, line)] += 1
            if case.before:
                told["before", line][said, _tells(case.before, line)] += 1
    return Report(
        judged=count["judged"],
        unkept=count["unkept"],
        unheld=count["unheld"],
        unchanged=count["judged"] - len(changes),
        changes=tuple(changes),
        held=tuple(_held(line, told) for line in LINES if told["after", line]),
        wrong=tuple(wrong),
    )


def because(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """What one verdict rests on and the other does not, for people."""
    was, now = _points(before), _points(after)
    differing = [_difference(text, was.get(text), now.get(text)) for text in {**was, **now}]
    flags = [f"now flagged {text}" for text in sorted(_flags(after) - _flags(before))]
    flags += [f"no longer flagged {text}" for text in sorted(_flags(before) - _flags(after))]
    said = list(filter(None, differing)) + flags
    missing = [f"missing: {after.missing}"] if before.digest and after.missing else []
    return (*(said or ["the same reasons: the lines of the rules, or what may alert, are others"]), *missing)


# --- one case ---------------------------------------------------------------------------------------------------------


def _again(judge: Judge, one: JudgedItem) -> Case:
    return Case(
        item=one.item,
        at=one.at,
        url=one.url,
        title=one.article.title,
        source=one.source.id,
        language=one.article.language or one.source.language,
        before=one.verdict,
        after=judged(judge, one.source, one.article) if one.whole else None,
        said=() if one.relevant is None else (("digest", one.relevant),),
    )


def _tells(verdict: Verdict, line: Line) -> bool:
    return verdict.digest if line == "digest" else verdict.alert


def _changes(case: Case, after: Verdict) -> list[Change]:
    before = case.before
    if before is None:
        return []
    differing = [line for line in LINES if _tells(before, line) is not _tells(after, line)]
    if not differing:
        return []
    return [
        Change(
            kinds=tuple(f"{'+' if _tells(after, line) else '-'}{line}" for line in differing),
            item=case.item,
            at=case.at,
            url=case.url,
            title=case.title,
            source=case.source,
            language=case.language,
            before=before.score,
            after=after.score,
            because=because(before, after),
        )
    ]


def _wrong(case: Case, after: Verdict) -> list[Wrong]:
    return [
        Wrong(
            line=line,
            url=case.url,
            title=case.title,
            relevant=said,
            score=after.score,
            missing=after.missing,
            broken=case.before is not None and _tells(case.before, line) is said,
        )
        for line, said in case.said
        if _tells(after, line) is not said
    ]


def _points(verdict: Verdict) -> Mapping[str, float]:
    """The points of each reason; those of several with one text are one sum."""
    points: dict[str, float] = defaultdict(float)
    for reason in verdict.reasons:
        points[reason.text] += reason.points
    return points


def _difference(text: str, was: float | None, now: float | None) -> str:
    if was is None:
        return f"now {now:+.2f}: {text}"
    if now is None:
        return f"no longer {was:+.2f}: {text}"
    return f"from {was:+.2f} to {now:+.2f}: {text}" if round(was, 2) != round(now, 2) else ""


def _flags(verdict: Verdict) -> set[str]:
    return {f"{flag.code}: {flag.evidence}" for flag in verdict.flags}


# --- all of them ------------------------------------------------------------------------------------------------------


def _held(line: Line, told: dict[tuple[str, Line], Counter[tuple[bool, bool]]]) -> Held:
    before, after = told["before", line], told["after", line]
    return Held(
        line=line,
        labels=after.total(),
        before=_measure(before) if before else None,
        after=_measure(after),
    )


def _measure(verdicts: Counter[tuple[bool, bool]]) -> Measure:
    """Of counts by what the label says and what the verdict does."""
    right, false, missed = verdicts[True, True], verdicts[False, True], verdicts[True, False]
    return Measure(precision=_share(right, right + false), recall=_share(right, right + missed))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
