"""The words that connect names in a sentence: conjunctions, genitives, articles and prefixes (`relations.toml`)."""

from dataclasses import dataclass
from functools import cache

from monitor.languages import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationWords:
    """The connecting words of one language, as its papers print them; each tuple may be empty."""

    conjunctions: tuple[str, ...] = ()  # between the last two members of a list
    articles: tuple[str, ...] = ()  # before a name in a list
    genitives: tuple[str, ...] = ()  # between a country and its office, in either order
    owner_prepositions: tuple[str, ...] = ()  # between an office and its country after it; "": nothing is between them
    containments: tuple[str, ...] = ()  # between a place and its country, besides genitives
    prefixes: tuple[str, ...] = ()  # written as one word with the name that follows
    prefixed_articles: tuple[tuple[str, str], ...] = ()  # the article of a name, and its form after such a prefix
    glued_words: tuple[str, ...] = ()  # before the name of a country, often without the blank
    case_endings: tuple[str, ...] = ()  # of the name of a country, often without the apostrophe


@cache
def relation_words(code: str) -> RelationWords:
    """Returns the connecting words of a language (ISO 639-1); all empty if it has none."""
    # Rules may have forms in a language without a folder (Pashto): its names are matched without prefixes.
    content = registry.read(code, "relations")
    return RelationWords(
        conjunctions=tuple(content.get("conjunctions", ())),
        articles=tuple(content.get("articles", ())),
        genitives=tuple(content.get("genitives", ())),
        owner_prepositions=tuple(content.get("owner_prepositions", ())),
        containments=tuple(content.get("containments", ())),
        prefixes=tuple(content.get("prefixes", ())),
        prefixed_articles=tuple(content.get("prefixed_articles", {}).items()),
        glued_words=tuple(content.get("glued_words", ())),
        case_endings=tuple(content.get("case_endings", ())),
    )


@cache
def all_relation_words() -> tuple[RelationWords, ...]:
    """Returns the connecting words of all languages, by code. A text may quote names in another language than its own."""
    return tuple(map(relation_words, registry.codes()))
