"""Connecting words of the languages: each language has its own file, and an unknown language has none."""

import pytest

from monitor.languages import registry
from monitor.languages.relations import RelationWords, all_relation_words, relation_words
from monitor.relevance.lexicon import spelling_variants


@pytest.mark.parametrize("code", registry.codes())
def test_every_language_has_conjunctions(code):
    """A list of countries is recognised in every language."""
    assert relation_words(code).conjunctions


def test_an_unknown_language_has_no_words():
    """Rules may have forms in a language without a folder; it has no prefixes then."""
    assert relation_words("ps") == RelationWords()
    assert RelationWords() not in all_relation_words()


def test_arabic_prefixes_make_variants():
    """An Arabic name is matched with its prefixes, and its article contracts with one of them."""
    variants = set(spelling_variants("الكرملين", language="ar", allow_joined=False))
    assert {"والکرملین", "للکرملین"} <= variants
