"""Judge stored and labelled texts with other rules, and measure both verdicts against labels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from monitor.config import Config
from monitor.formats import label_files
from monitor.formats.label_files import LabelledRow
from monitor.model import Article, Method, Source
from monitor.query import Query
from monitor.relevance import Judge
from monitor.services import backtest
from monitor.services.backtest import BacktestReport, JudgedCase, LabelledText
from monitor.services.try_page import source_for_page
from monitor.store import Store, labels


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRun:
    """The reports on the stored texts and on a label file, with the time that the first one took."""

    rules: str  # their version
    seconds: float  # for the stored texts
    per_1000: float | None  # seconds for 1,000 texts; None if no text was judged, or a query selected the texts
    stored: BacktestReport
    unread: int  # labels on texts that were never fetched
    file: BacktestReport | None

    def reports(self) -> list[BacktestReport]:
        """Returns the one or two reports."""
        return [self.stored, *([self.file] if self.file else [])]


def run_backtest(
    store: Store,
    judge: Judge,
    *,
    since: datetime,
    query: Query | None,
    labelled: Sequence[LabelledText] | None,
    configured_judge: Judge | None,
    progress: Callable[[Iterator[JudgedCase]], Iterator[JudgedCase]],
) -> BacktestRun:
    """Judge the stored texts, and the labelled ones if there are any, with the rules of `judge`. Nothing is written.

    `configured_judge` gives the earlier verdict on labelled texts; stored texts have one.
    """
    started = perf_counter()
    stored = backtest.build_report(progress(backtest.stored_cases(store, judge, since=since, query=query)))
    seconds = perf_counter() - started
    unread = sum(not label.item for label in store.call(labels.list_labels))
    # With a query, most of the time goes into selecting the texts; a pace would mislead.
    pace = round(1000 * seconds / stored.judged, 1) if stored.judged and query is None else None
    file = None
    if labelled is not None:
        file = backtest.build_report(backtest.labelled_cases(labelled, judge, before=configured_judge))
    return BacktestRun(
        rules=judge.rules.version, seconds=round(seconds, 2), per_1000=pace, stored=stored, unread=unread, file=file
    )


def read_labelled_texts(file: Path, config: Config | None) -> list[LabelledText]:
    """Returns the texts of a label file. Raises ConfigError."""
    sources = config.sources if config else ()
    return [to_labelled_text(row, sources) for row in label_files.read(file, url_required=False)]


def to_labelled_text(row: LabelledRow, sources: Sequence[Source]) -> LabelledText:
    """Returns a row as an article of its source, which also supplies the values that the row does not have."""
    source = source_for_page(sources, row.url)
    if not source.id:
        same_name = (known for known in sources if row.outlet and known.name.casefold() == row.outlet.casefold())
        source = next(same_name, source)
    article = Article(
        url=row.url,
        title=row.title,
        text=row.text,
        lead=row.lead,
        language=row.lang,
        site=row.outlet,
        method=Method.FEED,
    )
    source = replace(source, country=row.country or source.country)
    return LabelledText(article=article, source=source, relevant=row.relevant, urgent=row.urgent)
