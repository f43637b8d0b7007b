"""The lines that a site repeats on all its pages, separated from those that its articles have in common.

A page that was read leaves a fingerprint: hashes of its lines, by where they were, and of the words of its headline. A
line of a later page that many fingerprints have is the site's own: a call to subscribe, a label, the first place of
publication. Articles share lines too, and these must stay: versions of one text (updates, AMP, page two), the background
of an affair, the teaser of one article beside another. So a page that shares its text with this one is not evidence, and
a line is dropped only if its words, its place and the number of pages that have it speak for the site.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from monitor.extract.blocks import CELLS, HEADINGS, LIST_ITEMS, TextBlock

if TYPE_CHECKING:
    from hashlib import blake2b

MAX_FINGERPRINTS_PER_SITE: Final = 24
MAX_LINES: Final = 200  # of a page, inside its article and outside each
MAX_LINK_SHARE: Final = 0.5  # of a line outside the article
ENDING_BLOCKS: Final = 4  # at the end of an article: who wrote, published and follows
MAX_LABEL_CHARS: Final = 60
MIN_SHARE_OF_PAGES: Final = 1 / 2  # an affair, too, may fill a third of the pages that are read of a site
MIN_PAGES_FOR_PROOF: Final = 4  # that make a line the site's wherever it is, if they span
MIN_SPAN: Final = timedelta(days=2)  # because the coverage of one day repeats its own sentences
MAX_SHARED_STEMS: Final = 1 / 3  # of a line with the rest of the text, if few pages have the line
MAX_DROPPED_SHARE: Final = 0.4  # of the prose; if there is more, the site is not as we believe
STEM_LETTERS: Final = 4  # "Iran" and "Iranian" are one stem
MIN_UNVOWELLED_LETTERS: Final = 3  # of a word in Arabic and Hebrew script, which leave vowels out
MIN_COMPARABLE_STEMS: Final = 2  # of a headline
WORD: Final = re.compile(r"\w+")
DIGITS: Final = re.compile(r"\d+")
FIRST_WIDE_CHAR: Final = "\u2e80"  # from here on words are written without blanks, or have two letters


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFingerprint:
    """Hashes of the lines of a page, of 64 bits, the same on every machine."""

    at: datetime  # when it was published, else read
    topic: frozenset[int]  # word stems of the headline
    inside: frozenset[int]  # lines of the article, as extracted without fingerprints
    ending: frozenset[int]  # the last of these
    outside: frozenset[int]  # lines of the rest of the page

    @property
    def lines(self) -> frozenset[int]:
        """All lines of the page."""
        return self.inside | self.outside


Fingerprints = Sequence[PageFingerprint]  # of pages of one site other than the page at hand, the newest first


def fingerprint(
    page: Sequence[TextBlock], article: Sequence[TextBlock], *, title: str, at: datetime
) -> PageFingerprint:
    """Returns the fingerprint of a page from all its blocks and those of its article."""
    inside = hash_lines(article)
    # Menus and lists are most of a page, and no line of an article is compared with them.
    outside = (block for block in page if not is_list_entry(block) and block.link_share <= MAX_LINK_SHARE)
    return PageFingerprint(
        at=at,
        topic=topic_of(title),
        inside=inside,
        ending=hash_lines(article[-ENDING_BLOCKS:]),
        outside=hash_lines(outside) - inside,
    )


def repeated_lines(
    kept_blocks: Sequence[TextBlock], *, title: str, fingerprints: Fingerprints
) -> Mapping[TextBlock, int]:
    """Returns the kept blocks that are the site's own, each with the number of pages that have it, this one included.

    They may be more than an article can lose: see `are_too_many`.
    """
    lines = {block: hash_line(block) for block in kept_blocks}
    article = frozenset(lines.values())
    if not any(article & page.inside or article & page.outside for page in fingerprints):
        return {}
    pages, topic = independent_pages(article, fingerprints), topic_of(title)
    sentences = [block.index for block in kept_blocks if block.is_sentence]
    between = range(sentences[0], sentences[-1]) if sentences else range(0)
    repeated = {
        *unrelated_endings(kept_blocks, lines, topic=topic, pages=pages),
        *(block for block, line in lines.items() if is_site_line(block, line, pages, topic=topic)),
        *(
            block
            for block, line in lines.items()
            if is_site_label(block, line, pages, is_between=block.index in between)
        ),
    }
    return {block: 1 + sum(lines[block] in page.lines for page in pages) for block in kept_blocks if block in repeated}


def are_too_many(kept_blocks: Sequence[TextBlock], repeated: Iterable[TextBlock]) -> bool:
    """Whether an article without the repeated blocks would lose too much of its prose."""
    article_chars = sum(block.prose_chars for block in kept_blocks)
    return sum(block.prose_chars for block in repeated) > MAX_DROPPED_SHARE * article_chars


def independent_pages(article: frozenset[int], fingerprints: Fingerprints) -> list[PageFingerprint]:
    """Returns the pages about other stories than this article and than each other."""
    # A live page that was read five times proves nothing by its number, and a version of this article shares its lines.
    pages: list[PageFingerprint] = []
    for page in fingerprints:
        is_copy = any(has_article(page, other.inside) or has_article(other, page.inside) for other in pages)
        if not is_copy and not has_article(page, article):
            pages.append(page)
    return pages


def has_article(page: PageFingerprint, article: frozenset[int]) -> bool:
    """Whether a page has an article as well: it is a version of it, or shows most of it below its own."""
    shared = len(page.inside & article)
    return shared > min(len(page.inside), len(article)) / 2 or len(page.outside & article) > len(article) / 2


def is_site_line(block: TextBlock, line: int, pages: Fingerprints, *, topic: frozenset[int]) -> bool:
    """Whether most pages have the line, over days, and it neither structures the text nor is about the headline."""
    # "Key points" and the cells of a table structure a text. One affair may fill all that is read of a site, so its
    # background is on most pages, and only the headline shows that it is not the site's own.
    dates = [page.at for page in pages if line in page.lines]
    if (
        block.tag in HEADINGS
        or is_list_entry(block)
        or len(dates) < MIN_PAGES_FOR_PROOF
        or not are_most(len(dates), pages)
    ):
        return False
    return max(dates) - min(dates) >= MIN_SPAN and not topic_of(block.text) & topic


def is_site_label(block: TextBlock, line: int, pages: Fingerprints, *, is_between: bool) -> bool:
    """Whether a short line is outside the article on most other pages, or, above and below the sentences, anywhere.

    `is_between`: there are sentences above and below it.
    """
    # Lines of digits stay: the numbers of a ranking are beside many articles, and number the parts of some.
    if not is_short_line(block) or is_list_entry(block) or not any(map(str.isalpha, block.text)):
        return False
    is_anywhere = not is_between and block.tag not in HEADINGS
    return are_most(sum(line in (page.lines if is_anywhere else page.outside) for page in pages), pages)


def unrelated_endings(
    kept_blocks: Sequence[TextBlock], lines: Mapping[TextBlock, int], *, topic: frozenset[int], pages: Fingerprints
) -> Iterator[TextBlock]:
    """Yields the lines at the end that are unrelated to this story and to the stories of the pages that have them."""
    for block in reversed(kept_blocks[1:][-ENDING_BLOCKS:]):
        if is_list_entry(block):
            continue
        words, line = topic_of(block.text), lines[block]
        having = [page for page in pages if line in page.ending or line in page.outside]
        unrelated = [page for page in having if are_unrelated(page.topic, topic) and not words & page.topic]
        is_proved = len(unrelated) >= MIN_PAGES_FOR_PROOF or is_foreign_to(block, kept_blocks)
        if is_proved and not words & topic and are_most(len(unrelated), pages):
            yield block
        elif block.is_sentence:
            return


def are_unrelated(topic: frozenset[int], other_topic: frozenset[int]) -> bool:
    """Whether two headlines are about different things, as far as they can be compared."""
    return min(len(topic), len(other_topic)) >= MIN_COMPARABLE_STEMS and not topic & other_topic


def is_foreign_to(block: TextBlock, kept_blocks: Sequence[TextBlock]) -> bool:
    """Whether few words of a line are in the rest of the text."""
    # The background of a story names the people and places of the story.
    stems = set(stems_of(block.text))
    rest = set(chain.from_iterable(stems_of(other.text) for other in kept_blocks if other is not block))
    return len(stems & rest) <= MAX_SHARED_STEMS * len(stems)


def are_most(count: int, pages: Fingerprints) -> bool:
    """Whether so many pages are enough of all."""
    return count >= max(1, MIN_SHARE_OF_PAGES * len(pages))


def is_list_entry(block: TextBlock) -> bool:
    """Whether a block is a few words in a list or a table."""
    return block.tag in CELLS or (block.tag in LIST_ITEMS and is_short_line(block))


def is_short_line(block: TextBlock) -> bool:
    """Whether a block is short and not a sentence."""
    return not block.is_sentence and len(block.text) <= MAX_LABEL_CHARS


def hash_lines(blocks: Iterable[TextBlock]) -> frozenset[int]:
    """Returns the hashes of the first lines."""
    return frozenset(islice(map(hash_line, blocks), MAX_LINES))


def hash_line(block: TextBlock) -> int:
    """Returns the hash of a line."""
    # Labels differ in numbers only ("3 min read"); in a sentence a number may be the news.
    return hash_text(DIGITS.sub("0", block.text) if is_short_line(block) else block.text)


def topic_of(text: str) -> frozenset[int]:
    """Returns the hashes of the word stems of a text."""
    return frozenset(map(hash_text, stems_of(text)))


def stems_of(text: str) -> Iterator[str]:
    """Yields the beginnings of the longer words; of scripts without blanks, each two letters."""
    for word in WORD.findall(text.casefold()):
        if word[0] >= FIRST_WIDE_CHAR:
            yield from (word[start : start + 2] for start in range(len(word) - 1))
        elif len(word) >= (MIN_UNVOWELLED_LETTERS if "\u0590" <= word[0] < "\u0900" else STEM_LETTERS):
            yield word[:STEM_LETTERS]


def hash_text(text: str) -> int:
    """Returns the first 64 bits of the BLAKE2b hash of a text without case."""
    digest = load_blake2b()(text.casefold().encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@cache
def load_blake2b() -> "type[blake2b]":
    """Returns the hash function, imported on first use."""
    # It comes with OpenSSL, 3 MiB that an extraction without fingerprints does not need.
    from hashlib import blake2b  # noqa: PLC0415

    return blake2b
