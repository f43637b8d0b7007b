"""The parts of a page trial that any view shows: facts, matched words in their blocks, and groups of blocks."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from monitor.digest.excerpts import excerpts, merge_adjacent
from monitor.extract import TracedBlock
from monitor.model import Article, Excerpt, Field, Hit, PageSelectors
from monitor.services.times import format_time
from monitor.services.try_page import PageTrial, ReadablePage, UnreadablePage
from monitor.text import clean

MAX_DROPPED_CHARS = 150  # of a dropped group, in its short form
MAX_SCRAP_CHARS = 60  # a menu entry or a label is shorter; a sentence is longer
# Menus of menus alternate between two or three reasons, one word each. Up to so many groups are shown one by one.
MAX_SCRAP_GROUPS = 8
MAX_EXCERPTS = 12  # the text itself shows every match
# Characters between two blocks in the text: a blank line, the bar of a table row, the sign of a quote.
MAX_BLOCK_GAP_CHARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line about an article: its label, its text, and where the text was found ("" if that is not known)."""

    label: str
    text: str
    provenance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSpan:
    """A part of a text; `match` names the matched term, or is ""."""

    text: str
    match: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedBlock:
    """A block of the page, and its text divided at the matched words."""

    block: TracedBlock
    spans: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockGroup:
    """Neighbouring blocks that were kept, or dropped for the same reason."""

    kept: bool
    reason: str
    blocks: tuple[MarkedBlock, ...]

    @property
    def summary(self) -> str:
        """The texts of the blocks on one line, shortened."""
        return clean(" · ".join(marked.block.text for marked in self.blocks), limit=MAX_DROPPED_CHARS)

    @property
    def label(self) -> str:
        """The reason without control characters (it may quote the page), and the number of blocks if there are several."""
        reason = clean(self.reason)
        return reason if len(self.blocks) == 1 else f"{len(self.blocks)} pieces: {reason}"


def facts(trial: PageTrial) -> Iterator[Fact]:
    """Yields the facts about the article, and which of its texts would be stored."""
    if isinstance(trial, UnreadablePage):
        yield Fact(label="not read", text=trial.reason)
    else:
        yield from article_facts(trial.article, trial.provenance)
    if trial.source:
        yield Fact(label="source", text=f"the settings of {trial.source} were used")


def article_facts(article: Article, provenance: Mapping[str, str]) -> Iterator[Fact]:
    """Yields the facts about an article; values that it does not have are left out."""
    words = len(article.text.split())
    yield Fact(label="read", text=f"by {article.method}, {words} words, quality {article.quality:.2f}")
    if title_origin := provenance.get("title"):
        yield Fact(label="title", text=f"from {title_origin}")
    if article.published is None:
        yield Fact(label="published", text="unknown; it would be sorted by the time it is first seen")
    else:
        origin = f"{article.published_from}: {article.published_text}"
        yield Fact(label="published", text=format_time(article.published), provenance=origin)
    if article.modified:
        yield Fact(label="changed", text=format_time(article.modified))
    yield Fact(label="language", text=article.language or "unknown", provenance=provenance.get("language", ""))
    optional = (
        Fact(label="by", text=", ".join(article.authors), provenance=provenance.get("authors", "")),
        Fact(label="agency", text=article.origin),
        Fact(label="dateline", text=article.dateline),
        Fact(label="site", text=article.site),
        Fact(label="lead", text=article.lead, provenance=provenance.get("lead", "")),
    )
    yield from (fact for fact in optional if fact.text)
    if article.noarchive:
        stored = "no text: the page asks not to be archived, or reserves text mining"
    else:
        stored = "title, link and text" if article.free else "the lead only: the page is behind a paywall"
    yield Fact(label="stored", text=stored)
    yield from (Fact(label="note", text=note) for note in article.notes)


def group_blocks(trial: PageTrial) -> Iterator[BlockGroup]:
    """Yields the whole page in order. Many groups of scraps in a row (a menu of menus) become one group."""
    if isinstance(trial, ReadablePage):
        blocks = [mark_block(trial, block, start) for block, start in locate_blocks(trial)]
    else:
        blocks = [MarkedBlock(block=block, spans=tuple(split_at_matches(block.text, ()))) for block in trial.blocks]
    same_fate = [
        BlockGroup(kept=kept, reason=reason, blocks=tuple(members))
        for (kept, reason), members in groupby(blocks, key=lambda marked: (marked.block.kept, marked.block.reason))
    ]
    for is_scraps, run in groupby(same_fate, key=is_scrap_group):
        groups = list(run)
        if is_scraps and len(groups) > MAX_SCRAP_GROUPS:
            yield merge_groups(groups)
        else:
            yield from groups


def is_scrap_group(group: BlockGroup) -> bool:
    """Returns whether a group has only short, dropped blocks."""
    return not group.kept and all(len(marked.block.text) <= MAX_SCRAP_CHARS for marked in group.blocks)


def merge_groups(groups: Sequence[BlockGroup]) -> BlockGroup:
    """Returns one dropped group with the blocks of several; its reason lists theirs."""
    reasons = dict.fromkeys(group.reason for group in groups)
    reason = clean(", ".join(reasons), limit=MAX_SCRAP_CHARS)
    blocks = tuple(chain.from_iterable(group.blocks for group in groups))
    return BlockGroup(kept=False, reason=reason, blocks=blocks)


def mark_block(page: ReadablePage, block: TracedBlock, start: int | None) -> MarkedBlock:
    """Returns a block divided at its matched words. `start` is its offset in the article's text; None: not in it."""
    if start is None:
        return MarkedBlock(block=block, spans=tuple(split_at_matches(block.text, ())))
    end = start + len(block.text)
    hits = [
        replace(hit, start=hit.start - start, end=hit.end - start)
        for hit in page.verdict.hits
        if hit.field == "text" and start <= hit.start < end
    ]
    # The lead is judged as a field of its own, and its words are usually not matched again where the text repeats it.
    if page.article.lead and block.text.startswith(page.article.lead):
        hits += [hit for hit in page.verdict.hits if hit.field == "summary"]
    return MarkedBlock(block=block, spans=tuple(split_at_matches(block.text, hits)))


def locate_blocks(page: ReadablePage) -> list[tuple[TracedBlock, int | None]]:
    """Returns the blocks with their offsets in the article's text (None: not in it).

    The cells of a table row are one line of the text, so they become one block here.
    """
    located: list[tuple[TracedBlock, int | None]] = []
    text, end, last_start = page.article.text, 0, None
    for block in page.blocks:
        offset = text.find(block.text, end, end + MAX_BLOCK_GAP_CHARS + len(block.text)) if block.kept else -1
        start = offset if offset >= 0 else None
        if start is not None and last_start is not None and "\n" not in text[end:start]:
            located[-1] = replace(block, text=text[last_start : start + len(block.text)]), last_start
        else:
            located.append((block, start))
            last_start = start
        end = end if start is None else start + len(block.text)
    return located


def split_at_matches(text: str, hits: Iterable[Hit]) -> Iterator[TextSpan]:
    """Yields a text in spans. If matches overlap, the first one is marked, and of equal starts the longest."""
    position = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start < position or hit.end > len(text):
            continue
        if before := text[position : hit.start]:
            yield TextSpan(text=before)
        yield TextSpan(text=text[hit.start : hit.end], match=term_label(hit.name, hit.side))
        position = hit.end
    if remainder := text[position:]:
        yield TextSpan(text=remainder)


def match_excerpts(page: ReadablePage) -> tuple[tuple[Excerpt, ...], ...]:
    """Returns the most informative matches with the words around them, each side first; adjacent excerpts are grouped."""
    article = page.article
    fields: dict[Field, str] = {"title": article.title, "summary": article.lead, "text": article.text}
    return merge_adjacent(excerpts(fields, page.verdict.hits, limit=MAX_EXCERPTS))


def term_counts(hits: Sequence[Hit]) -> list[str]:
    """Returns each matched term with its number of matches ("Iran (IR) x 2"), the most frequent first."""
    labels = [term_label(hit.name, hit.side) for hit in hits]
    return [
        f"{label} x {labels.count(label)}"
        for label in sorted(set(labels), key=lambda label: (-labels.count(label), label))
    ]


def excerpt_terms(run: Sequence[Excerpt]) -> str:
    """Returns the terms that adjacent excerpts match, without repetition."""
    return ", ".join(dict.fromkeys(term_label(excerpt.name, excerpt.side) for excerpt in run))


def term_label(name: str, side: str) -> str:
    """Returns the name of a term with its side in brackets, if it has one."""
    return f"{name} ({side})" if side else name


def selector_lines(selectors: PageSelectors) -> list[str]:
    """Returns page selectors as YAML lines, indented as below the other keys of a source."""
    remove = selectors.remove[0] if len(selectors.remove) == 1 else list(selectors.remove)
    values = {
        "content": selectors.content,
        "remove": remove,
        "title": selectors.title,
        "author": selectors.author,
        "date": selectors.date,
    }
    lines = [f"      {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value]
    return ["    page:", *lines]
