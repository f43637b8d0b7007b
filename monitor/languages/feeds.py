"""Phrases of feeds and listing pages: endings of shortened texts, "read more" links, labels of related articles."""

from dataclasses import dataclass
from functools import cache

from monitor.languages import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPhrases:
    """Regular expressions, except for the path segments, of one language or of all languages together."""

    truncated_endings: tuple[str, ...]  # how a feed ends a text that it does not give whole; case does not matter
    read_more_links: tuple[str, ...]  # the words of a link at the end of a summary; case matters
    related_labels: tuple[str, ...]  # beginnings of paragraphs that link to another article; case does not matter
    corrections: tuple[str, ...]  # labels before the headline of a corrected text; case does not matter
    signatures: tuple[str, ...]  # lines that publishing software adds below every text
    non_article_segments: frozenset[str]  # lower-case segments of URL paths below which there are no articles


@cache
def feed_phrases() -> FeedPhrases:
    """Returns the phrases of all languages together: a feed may mix languages, and often does not declare its own."""
    contents = registry.read_all("feeds").values()

    def collect(key: str) -> tuple[str, ...]:
        return tuple(phrase for content in contents for phrase in content.get(key, ()))

    return FeedPhrases(
        truncated_endings=collect("truncated_endings"),
        read_more_links=collect("read_more_links"),
        related_labels=collect("related_labels"),
        corrections=collect("corrections"),
        signatures=collect("signatures"),
        non_article_segments=frozenset(collect("non_article_segments")),
    )
