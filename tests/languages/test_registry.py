"""The folders of the languages: which are languages of the service, and reading of their files."""

import pytest

from monitor.languages import registry


def test_the_service_has_five_languages():
    """A folder with a language.toml is a language of the service; `other` has none."""
    assert registry.codes() == ("ar", "en", "fa", "tr", "ur")
    assert registry.folder_names() == (*registry.codes(), "other")


def test_further_languages_come_last():
    """The words of `other` are read with those of the service, after them."""
    assert list(registry.read_all("dates"))[-1] == "other"
    assert "other" not in registry.read_all("language")


@pytest.mark.parametrize("code", ["", "xx", "../languages/en", "en/../tr", "\0"])
def test_an_unknown_code_has_no_data(code):
    """A language code from a page is never used as a path."""
    assert registry.read(code, "language") == {}


def test_a_language_without_an_aspect_has_no_data():
    """An aspect is optional: a language without its file has no words for it."""
    assert registry.read("en", "duplicates") == {}
