"""Labels."""

from monitor.store import Store, labels
from monitor.store.labels import Label
from tests.store.builders import MINUTE, NOW


def test_the_last_word_counts(store: Store):
    """One label for a text, however its URL is spelt; the later word takes the place of the earlier."""
    store.call(labels.put, "http://dawn.example/1?utm_source=x", relevant=False, now=NOW)
    store.call(labels.put, "https://b.example/2", relevant=True, note="trade", now=NOW)
    store.call(labels.put, "https://dawn.example/1", relevant=True, now=NOW + MINUTE)
    assert store.call(labels.labels) == [
        Label(url="https://b.example/2", relevant=True, note="trade", at=NOW),
        Label(url="https://dawn.example/1", relevant=True, note="", at=NOW + MINUTE),
    ]
