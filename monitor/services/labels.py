"""Labels: which texts people find relevant; `backtest` compares the rules with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from monitor.errors import InvalidRequest
from monitor.formats import label_files
from monitor.formats.label_files import LabelledRow
from monitor.services.check_source import web_address
from monitor.store import Store, entry_history, judged_items, labels
from monitor.store.judged_items import JudgedItem
from monitor.store.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """An imported label that replaced a contradicting one on the same URL."""

    url: str
    relevant: bool  # by the new label


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelImport:
    """The labels of a file after import, one for each URL, and those that replaced a contradicting label."""

    labels: tuple[Label, ...]
    changes: tuple[LabelChange, ...]

    @property
    def stored(self) -> int:
        """The number of labels on texts that are stored."""
        return sum(label.item > 0 for label in self.labels)


def label_text(store: Store, url_or_item: str, *, relevant: bool, note: str, now: datetime) -> Label:
    """Label a text, given by URL or item number. Raises InvalidRequest if it is neither."""
    return store.call(labels.save, text_url(store, url_or_item), relevant=relevant, note=note, now=now)


def remove_label(store: Store, url_or_item: str) -> bool:
    """Remove the label of a text. Returns whether there was one. Raises InvalidRequest."""
    return store.call(labels.remove, text_url(store, url_or_item))


def text_url(store: Store, url_or_item: str) -> str:
    """Returns the URL of a text, given by URL or item number. Raises InvalidRequest if it is neither."""
    if not url_or_item.isdecimal():
        return web_address(url_or_item, alternative="number of an item")
    history = store.call(entry_history.find, url_or_item)
    if history is None:
        raise InvalidRequest(f"no item has the number {url_or_item}")
    return history.entry.url


def import_labels(store: Store, file: Path, *, now: datetime) -> LabelImport:
    """Import the labels of a file. Raises ConfigError, and imports nothing, if a line is invalid."""
    rows = label_files.read(file, url_required=True)
    existing = store.call(labels.list_labels)
    imported = store.call(save_rows, rows, now=now)
    return LabelImport(
        # Of several lines on one text the last one counts.
        labels=tuple({label.url: label for label in imported}.values()),
        changes=tuple(contradictions(existing, imported)),
    )


def save_rows(conn: Connection, rows: Sequence[LabelledRow], *, now: datetime) -> list[Label]:
    """Save the labels of all rows in the caller's transaction."""
    return [labels.save(conn, row.url, relevant=row.relevant, note=row.note, now=now) for row in rows]


def contradictions(existing: Sequence[Label], imported: Sequence[Label]) -> Iterator[LabelChange]:
    """Yields each imported label that contradicts an existing label, or an earlier line, on the same URL."""
    current = {label.url: label.relevant for label in existing}
    for label in imported:
        if current.get(label.url, label.relevant) is not label.relevant:
            yield LabelChange(url=label.url, relevant=label.relevant)
        current[label.url] = label.relevant


def export_labels(store: Store, file: Path, *, with_text: bool) -> int:
    """Write all labels to a file; returns their number. `with_text` adds the fields that judging needs."""
    stored_labels = store.call(labels.list_labels)
    label_files.write(file, (to_row(store, label, with_text=with_text) for label in stored_labels))
    return len(stored_labels)


def to_row(store: Store, label: Label, *, with_text: bool) -> LabelledRow:
    """Returns the row of a label, with its text if that is requested and stored in full."""
    row = LabelledRow(url=label.url, title=label.title, note=label.note, relevant=label.relevant)
    item = store.call(judged_items.of_url, label.url) if with_text else None
    # After retention only title and lead are left; judged by them alone, a text would get another verdict.
    return add_text(row, item) if item and item.is_complete else row


def add_text(row: LabelledRow, item: JudgedItem) -> LabelledRow:
    """Returns the row with the text, language and outlet of a stored item."""
    article, source = item.article, item.source
    return replace(
        row,
        lead=article.lead,
        text=article.text,
        lang=article.language or source.language,
        outlet=article.site or source.name,
        country=source.country,
    )
