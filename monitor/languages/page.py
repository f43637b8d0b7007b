"""Aspect `page`: words of pages around the text of an article: boilerplate lines, bylines, dates, agencies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from monitor.languages import registry

Patterns = tuple[str, ...]  # regular expressions


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """The words of all languages together. `languages/en/page.toml` describes each table."""

    # Not by language: themes declare a wrong one, and Urdu outlets print English labels.

    labels: Mapping[str, Patterns]  # of a short line of boilerplate, by kind of line
    notices: Mapping[str, Patterns]  # of one of any length
    closings: Mapping[str, Patterns]  # of a line in the last paragraphs
    openings: Patterns
    other_headings: Patterns  # of a heading after which other articles, comments or forms come
    interstitial_titles: Mapping[str, Patterns]  # by kind of page that is shown in place of an article
    interstitial_texts: Mapping[str, Patterns]
    bylines: Mapping[str, Patterns]
    dates: Mapping[str, Patterns]
    agency_credits: Patterns  # with AGENCY in place of a spelling
    agencies: Mapping[str, tuple[str, ...]]  # spellings by name


@cache
def page_words() -> PageWords:
    """Returns the words of the languages of the service and of `other`, in this order within each list."""
    files = list(registry.read_all("page").values())
    return PageWords(
        labels=merge_tables(files, "labels"),
        notices=merge_tables(files, "notices"),
        closings=merge_tables(files, "closings"),
        openings=concatenate(file.get("openings", ()) for file in files),
        other_headings=concatenate(file.get("other_headings", ()) for file in files),
        interstitial_titles=merge_tables(files, "interstitial_titles"),
        interstitial_texts=merge_tables(files, "interstitial_texts"),
        bylines=merge_tables(files, "bylines"),
        dates=merge_tables(files, "dates"),
        agency_credits=merge_tables(files, "agency_credits").get("patterns", ()),
        agencies=merge_tables(files, "agencies"),
    )


def merge_tables(files: Iterable[Mapping[str, Any]], table: str) -> Mapping[str, tuple[str, ...]]:
    """Returns one table of all files, the lists of each key joined."""
    merged: dict[str, tuple[str, ...]] = {}
    for file in files:
        for key, entries in file.get(table, {}).items():
            merged[key] = (*merged.get(key, ()), *entries)
    return merged


def concatenate(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Returns the entries of all lists as one."""
    return tuple(entry for entries in lists for entry in entries)
