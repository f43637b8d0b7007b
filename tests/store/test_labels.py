"""Labels."""

from monitor.store import Store, labels, sources
from monitor.store.labels import Label
from tests.store.builders import MINUTE, NOW, a_source, admitted, an_article, poll, seen


def test_the_last_word_counts(store: Store):
    """One label for a text, however its URL is spelt; the later word takes the place of the earlier."""
    store.call(labels.save, "http://dawn.example/1?utm_source=x", relevant=False, now=NOW)
    store.call(labels.save, "https://b.example/2", relevant=True, note="trade", now=NOW)
    store.call(labels.save, "https://dawn.example/1", relevant=True, now=NOW + MINUTE)
    assert store.call(labels.list_labels) == [
        Label(url="https://b.example/2", relevant=True, note="trade", at=NOW),
        Label(url="https://dawn.example/1", relevant=True, note="", at=NOW + MINUTE),
    ]


def test_a_label_names_its_text(store: Store):
    """The headline that was read comes back with the label, else the one that a source showed."""
    read = admitted(store, "https://dawn.example/1", article=an_article(title="Envoys are back"))
    said = store.call(labels.save, "https://dawn.example/1#top", relevant=True, now=NOW)
    assert (said.title, said.item) == ("Envoys are back", read.item)
    store.call(sources.sync, [a_source()], now=NOW)
    poll(store, seen("https://dawn.example/2", title="Border opens"), now=NOW + MINUTE)
    said = store.call(labels.save, "https://dawn.example/2", relevant=True, now=NOW)
    assert (said.title, said.item) == ("Border opens", 0)


def test_a_label_is_taken_back(store: Store):
    """By any spelling of its URL; one that is not there is said."""
    store.call(labels.save, "https://dawn.example/1", relevant=True, now=NOW)
    assert store.call(labels.remove, "http://dawn.example/1?utm_source=x")
    assert store.call(labels.list_labels) == []
    assert not store.call(labels.remove, "https://dawn.example/1")
