"""What a site says on all its pages, told from what its articles have in common.

A page that was read leaves a sketch: hashes of its lines, by where they stood, and of the words of its headline. A line
of a later page that many sketches hold is the site's own: a call to subscribe, a label, where it was published first.
Articles share lines, too, and these must stay: versions of one text (updates, AMP, page two), the standing background of
an affair, the teaser of one article beside another. So a page that shares its text with this one is no witness, and a
line is dropped only where what it says, where it stands and how many pages hold it speak for the site.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from monitor.extract.outline import CELLS, HEADINGS, Block
from monitor.extract.passages import ITEMS

if TYPE_CHECKING:
    from hashlib import blake2b

REMEMBERED: Final = 24  # pages of a site
_MOST_LINES: Final = 200  # of a page, inside its article and outside each
_MOSTLY_LINKS: Final = 0.5
_ENDING: Final = 4  # lines at the end of an article: where it says who wrote, published and follows
_LABEL: Final = 60  # characters
_MOST: Final = 1 / 2  # of the witnesses: an affair, too, may fill a third of what is read of a site
_PROOF: Final = 4  # witnesses that make a line the site's wherever it stands,
_LASTING: Final = timedelta(days=2)  # if it stood so long: the coverage of one day repeats its own sentences
_FOREIGN: Final = 1 / 3  # of the words of a line may be in the rest of the text, where few pages speak against it
_TOO_MUCH: Final = 0.4  # of the running text: then the site is not what we think it is
_STEM: Final = 4  # letters; "Iran" and "Iranian" are one to it
_UNVOWELLED: Final = 3  # letters of a word that counts in Arabic and Hebrew script, which leave vowels out
_FEWEST_STEMS: Final = 2  # of a headline that can be compared
_WORD: Final = re.compile(r"\w+")
_DIGITS: Final = re.compile(r"\d+")
_WIDE: Final = "\u2e80"  # from here on words are written without blanks, or of two letters

Known = Sequence["Sketch"]  # of some pages of one site other than the page at hand, the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is remembered of a page: hashes of 64 bits, the same on every machine."""

    at: datetime  # published, else read
    topic: frozenset[int]  # words of the headline
    inside: frozenset[int]  # lines of the article, as it was read without any memory
    ending: frozenset[int]  # the last of these
    outside: frozenset[int]  # lines of the rest of the page

    @property
    def lines(self) -> frozenset[int]:
        """All lines of the page."""
        return self.inside | self.outside


def sketch(page: Sequence[Block], article: Sequence[Block], *, title: str, at: datetime) -> Sketch:
    """The sketch of a page: of all its blocks, and of those that are its article."""
    inside = _lines(article)
    return Sketch(
        at=at,
        topic=_topic(title),
        inside=inside,
        ending=_lines(article[-_ENDING:]),
        # Menus and lists are most of a page, and never come to be asked for.
        outside=_lines(block for block in page if not (_is_entry(block) or block.link_share > _MOSTLY_LINKS)) - inside,
    )


def repeated(blocks: Sequence[Block], standing: Sequence[int], *, title: str, known: Known) -> Mapping[int, int]:
    """Which of the standing blocks are the site's own, and on how many of its pages each is, this one included.

    They may be more of it than an article can lose: `is_too_much` says so.
    """
    lines = {index: _key(blocks[index]) for index in standing}
    mine = frozenset(lines.values())
    if not any(mine & page.inside or mine & page.outside for page in known):
        return {}
    witnesses, topic = _witnesses(mine, known), _topic(title)
    sentences = [index for index in standing if blocks[index].sentence]
    between = range(sentences[0], sentences[-1]) if sentences else range(0)
    gone = {
        *_endings(blocks, standing, lines, topic=topic, witnesses=witnesses),
        *(index for index, line in lines.items() if _is_proved(blocks[index], line, witnesses, topic=topic)),
        *(index for index, line in lines.items() if _is_label(blocks[index], line, witnesses, among=index in between)),
    }
    return {index: 1 + sum(lines[index] in page.lines for page in witnesses) for index in sorted(gone)}


def is_too_much(blocks: Sequence[Block], standing: Sequence[int], gone: Mapping[int, int]) -> bool:
    """Whether an article without these blocks would have lost too much of its running text."""
    whole = sum(blocks[index].mass for index in standing)
    return sum(blocks[index].mass for index in gone) > _TOO_MUCH * whole


def _witnesses(mine: frozenset[int], known: Known) -> list[Sketch]:
    """The pages that tell other stories than this one and than each other."""
    found: list[Sketch] = []
    for page in known:
        if not _holds(page, mine) and not any(_holds(page, one.inside) or _holds(one, page.inside) for one in found):
            found.append(page)
    return found


def _holds(page: Sketch, article: frozenset[int]) -> bool:
    """Whether a page tells an article as well: it is a version of it, or shows most of it below its own."""
    shared = len(page.inside & article)
    return shared > min(len(page.inside), len(article)) / 2 or len(page.outside & article) > len(article) / 2


def _is_proved(block: Block, line: int, witnesses: Sequence[Sketch], *, topic: frozenset[int]) -> bool:
    """Most pages hold the line, over days, and it does not give the text its form, as "Key points" and cells do.

    What speaks of the headline stays even so: one affair may fill all that is read of a site.
    """
    dates = [page.at for page in witnesses if line in page.lines]
    if block.tag in HEADINGS or _is_entry(block) or len(dates) < _PROOF or not _are_most(len(dates), witnesses):
        return False
    return max(dates) - min(dates) >= _LASTING and not _topic(block.text) & topic


def _is_label(block: Block, line: int, witnesses: Sequence[Sketch], *, among: bool) -> bool:
    """A short line that stands outside the article on other pages; above and below the sentences also one that does not.

    `among`: there are sentences above and below it.
    """
    # The numbers of a ranking stand beside many an article, and number the parts of some.
    if not _is_short(block) or _is_entry(block) or not any(map(str.isalpha, block.text)):
        return False
    anywhere = not among and block.tag not in HEADINGS
    return _are_most(sum(line in (page.lines if anywhere else page.outside) for page in witnesses), witnesses)


def _endings(
    blocks: Sequence[Block],
    standing: Sequence[int],
    lines: Mapping[int, int],
    *,
    topic: frozenset[int],
    witnesses: Sequence[Sketch],
) -> Iterator[int]:
    """The lines at the end that have nothing to do with this story or with those whose pages hold them."""
    for index in reversed(standing[1:][-_ENDING:]):
        if _is_entry(blocks[index]):
            continue
        spoken = _topic(blocks[index].text)
        others = [page for page in witnesses if lines[index] in page.ending or lines[index] in page.outside]
        apart = [page for page in others if _are_apart(page.topic, topic) and not spoken & page.topic]
        believed = len(apart) >= _PROOF or _is_foreign(blocks, standing, index)
        if believed and not spoken & topic and _are_most(len(apart), witnesses):
            yield index
        elif blocks[index].sentence:
            return


def _are_apart(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two headlines speak of different things, as far as they can be compared."""
    return min(len(one), len(other)) >= _FEWEST_STEMS and not one & other


def _is_foreign(blocks: Sequence[Block], standing: Sequence[int], index: int) -> bool:
    """Whether few words of a line are in the rest of the text: the background of a story speaks of its people."""
    stems = set(_stems(blocks[index].text))
    rest = set(chain.from_iterable(_stems(blocks[other].text) for other in standing if other != index))
    return len(stems & rest) <= _FOREIGN * len(stems)


def _are_most(count: int, witnesses: Sequence[Sketch]) -> bool:
    return count >= max(1, _MOST * len(witnesses))


def _lines(blocks: Iterable[Block]) -> frozenset[int]:
    return frozenset(islice(map(_key, blocks), _MOST_LINES))


def _key(block: Block) -> int:
    """The hash of a line. Labels differ in numbers alone ("3 min read"); in a sentence a number may be the news."""
    return _hash(_DIGITS.sub("0", block.text) if _is_short(block) else block.text)


def _is_entry(block: Block) -> bool:
    """A few words in a list or a table."""
    return block.tag in CELLS or (block.tag in ITEMS and _is_short(block))


def _is_short(block: Block) -> bool:
    return not block.sentence and len(block.text) <= _LABEL


def _topic(text: str) -> frozenset[int]:
    return frozenset(map(_hash, _stems(text)))


def _stems(text: str) -> Iterator[str]:
    """The beginnings of the longer words; of scripts without blanks, each two letters."""
    for word in _WORD.findall(text.casefold()):
        if word[0] >= _WIDE:
            yield from (word[start : start + 2] for start in range(len(word) - 1))
        elif len(word) >= (_UNVOWELLED if "\u0590" <= word[0] < "\u0900" else _STEM):
            yield word[:_STEM]


def _hash(text: str) -> int:
    return int.from_bytes(_blake2b()(text.casefold().encode("utf-8", "replace"), digest_size=8).digest(), "little")


@cache
def _blake2b() -> "type[blake2b]":
    # It comes with OpenSSL, 3 MiB that a reading without memory does not need.
    from hashlib import blake2b  # noqa: PLC0415

    return blake2b
