"""Labels as table rows and sentences."""

from monitor.services.labels import LabelChange
from monitor.services.times import format_time
from monitor.store.labels import Label

LABEL_HEAD = ("label", "since", "item", "title", "url", "note")


def label_word(*, relevant: bool) -> str:
    """Returns the word for a label."""
    return "yes" if relevant else "no"


def label_row(label: Label) -> tuple[str, ...]:
    """Returns a label as a row below LABEL_HEAD."""
    word = label_word(relevant=label.relevant)
    return (word, format_time(label.at), str(label.item or "-"), label.title or "-", label.url, label.note)


def change_line(change: LabelChange) -> str:
    """Returns a sentence for an imported label that replaced a contradicting one."""
    new, old = label_word(relevant=change.relevant), label_word(relevant=not change.relevant)
    return f"{change.url}: {new} replaces {old}"
