"""Other articles beside a short one: the headline of the page is the anchor of its text, other headlines have texts of their own.

Beside a news flash the rest of a page is most of it, so shares of text do not tell which part is the article. What does: the
text of the article is below its headline and has its words, and a neighbour begins with a headline of its own, which is a
link or has a date. Only pages with little text below the headline are treated so.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, takewhile
from typing import Final

from monitor import urls
from monitor.extract.blocks import HEADINGS, LINES, LIST_ITEMS, BlockTree, Container, TextBlock
from monitor.extract.boilerplate_lines import is_date
from monitor.extract.content_box import has_text_above
from monitor.extract.document import normalize
from monitor.extract.roles import ALWAYS_DROP, HIDDEN, JUNK
from monitor.extract.site_boilerplate import stems_of

MAX_LINE_CHARS: Final = 200  # of a line that may begin with the headline
MIN_OWN_CHARS: Final = 40  # of prose below the headline
MAX_OWN_CHARS: Final = 1_500  # a longer article outweighs its neighbours
MIN_HEADLINE_LINK_SHARE: Final = 0.8
MIN_HEADING_CHARS: Final = 8  # of another headline in a heading
MIN_LINK_CHARS: Final = 18  # of one that is only a link: shorter links are labels
MAX_DATE_DISTANCE: Final = 2  # blocks between a headline and its date
MAX_FLAT_SENTENCES: Final = 2  # below each headline of a list of other articles
MIN_FLAT_HEADLINES: Final = 2
MAX_CARD_SENTENCES: Final = 3
MAX_CARD_DEPTH: Final = 12  # containers round a headline that are looked at
MAX_BLOCKS_ABOVE: Final = 10  # a headline at the beginning of its box
MAX_FLAT_BLOCKS: Final = 100  # below a headline
HOST: Final = re.compile(r"(?:https?:)?//(?:[^/?#@]*@)?([^/?#:]*)", re.IGNORECASE)
TEXT_TAGS: Final = LINES - LIST_ITEMS
MIN_LISTED: Final = 3  # entries of a list
MIN_ENTRY_LINK_SHARE: Final = 0.15  # of an entry that is a linked headline and a line
MAX_SHARED_STEMS: Final = 0.25  # of the stems of a box, in common with the article
MAX_LABEL_LINK_SHARE: Final = 0.4
MIN_TITLE_SHARE: Final = 0.3  # of the stems of the headline that the text below it has
MIN_LISTING_CARDS: Final = 5
MAX_SECTION_STEMS: Final = 2  # of the name of a section
MIN_LISTING_SHARE: Final = 0.8  # of the prose of a page that its cards have


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The blocks of another article: from `start` up to, not including, `end`."""

    start: int
    end: int
    container: Container  # for the trace


def drop_neighbours(tree: BlockTree, *, title: str, url: str) -> bool:
    """Mark other articles, unrelated boxes and lists as pruned if the headline has a short text; returns whether it has one."""
    anchor = find_headline_block(tree, title)
    if anchor is None or has_long_text(tree, anchor):
        return False
    neighbours = find_neighbours(tree, anchor, title=title, url=url)
    own = own_text(tree, anchor, cover(tree, neighbours))
    if not MIN_OWN_CHARS <= sum(len(block.text) for block in own) <= MAX_OWN_CHARS:
        return False
    title_stems = frozenset(stems_of(title))
    boxes = list(unrelated_boxes(tree, anchor, own, title_stems))
    boxed = cover(tree, boxes)
    stems = frozenset(chain.from_iterable(stems_of(block.text) for block in own if not boxed[block.index]))
    if not stems or len(title_stems & stems) < MIN_TITLE_SHARE * len(title_stems):
        return False
    for neighbour in (*neighbours, *boxes):
        for block in tree.blocks[neighbour.start : neighbour.end]:
            block.pruned_with = block.pruned_with or neighbour.container
    return True


def is_listing(tree: BlockTree, *, title: str, url: str) -> bool:
    """Whether nearly all prose of a page is that of many other articles, and its headline has no text."""
    anchor = find_headline_block(tree, title)
    neighbours = find_neighbours(tree, anchor, title=title, url=url)
    covered = cover(tree, neighbours)
    if sum(len(block.text) for block in own_text(tree, anchor, covered)) >= MIN_OWN_CHARS:
        return False
    title_stems = frozenset(stems_of(title))
    stems = chain.from_iterable(stems_of(block.text) for block in tree.blocks if covered[block.index])
    # The entries of a live page, or of a list of ten best things, have the words of its title.
    if len(title_stems) > MAX_SECTION_STEMS and 2 * len(title_stems.intersection(stems)) >= len(title_stems):
        return False
    cards = [n for n in neighbours if any(block.is_sentence for block in tree.blocks[n.start : n.end])]
    inside = sum(block.prose_chars for block in tree.blocks if covered[block.index])
    all_prose = sum(block.prose_chars for block in tree.blocks if block.pruned_with is None or covered[block.index])
    return len(cards) >= MIN_LISTING_CARDS and inside >= MIN_LISTING_SHARE * all_prose


def cover(tree: BlockTree, neighbours: Iterable[Neighbour]) -> bytearray:
    """Returns for each block of a page 1 if it is of a neighbour, else 0."""
    covered = bytearray(len(tree.blocks))
    for neighbour in neighbours:
        covered[neighbour.start : neighbour.end] = b"\1" * (neighbour.end - neighbour.start)
    return covered


def has_long_text(tree: BlockTree, anchor: TextBlock) -> bool:
    """Whether there is so much prose between the headline and the next one that no neighbour outweighs it."""
    # Most articles are long, and end here at little cost.
    chars = 0
    for block in tree.blocks[anchor.index + 1 :]:
        if block.pruned_with is not None:
            continue
        if block.is_sentence:
            chars += len(block.text) if block.tag == "p" else 0
            if chars > MAX_OWN_CHARS:
                return True
        elif block.tag in HEADINGS and (
            block.link_share >= MIN_HEADLINE_LINK_SHARE or block.tag == "h1" or is_own_article(tree, block, anchor)
        ):
            return False
    return False


def find_neighbours(tree: BlockTree, anchor: TextBlock | None, *, title: str, url: str) -> list[Neighbour]:
    """Returns the other articles of a page, each from its headline to the end of its box, and lists of linked entries."""
    title_key, title_stems, site = normalize(title), frozenset(stems_of(title)), urls.site(url)
    heads = [
        block.index
        for block in tree.blocks
        if block is not anchor
        and (is_linked_headline(block, site) or is_dated_headline(tree, block, anchor, title_stems))
        and block.key != title_key
    ]
    # Themes print the headline twice: no box with one of them is a neighbour.
    anchors = [
        block.index
        for block in tree.blocks
        if block is anchor or (title_key and begins_with(block, title_key, title[:1].casefold()))
    ]
    neighbours: list[Neighbour] = []
    flat: dict[int, list[int]] = {}
    for head in heads:
        card = card_of(tree, head, heads, anchors, anchor)
        if card is not None:
            neighbours.append(Neighbour(start=card.start, end=card.end, container=card))
        else:
            flat.setdefault(max(tree.containers[tree.blocks[head].container].parent, 0), []).append(head)
    for index, members in flat.items():
        neighbours.extend(flat_neighbours(tree, tree.containers[index], members, anchor))
    return [*neighbours, *linked_entries(tree, anchors, site)]


def is_linked_headline(block: TextBlock, site: str) -> bool:
    """Whether a block is a headline that leads to another page of the site."""
    # The entries of a list of products, too, have linked headings: they lead to shops.
    size = len(block.text)
    minimum = MIN_HEADING_CHARS if block.tag in HEADINGS else MIN_LINK_CHARS
    if not block.href or block.is_sentence or not minimum <= size <= MAX_LINE_CHARS:
        return False
    return block.link_share >= MIN_HEADLINE_LINK_SHARE and is_inside(block.href, site)


def is_dated_headline(tree: BlockTree, block: TextBlock, anchor: TextBlock | None, title_stems: frozenset[str]) -> bool:
    """Whether a heading below the headline is that of another article: it has a date of its own, or an <article> round it."""
    if block.tag not in HEADINGS or anchor is None or block.index < anchor.index or len(block.text) < MIN_HEADING_CHARS:
        return False
    stems = frozenset(stems_of(block.text))
    # The headline may be repeated in other words, with the date below it.
    if 2 * len(stems & title_stems) >= len(stems):
        return False
    return is_own_article(tree, block, anchor)


def has_date_below(tree: BlockTree, block: TextBlock) -> bool:
    """Whether there is a date between a headline and its text."""
    below = tree.blocks[block.index + 1 : block.index + 1 + MAX_DATE_DISTANCE]
    return any(is_date(line.text) for line in takewhile(lambda line: not line.is_sentence, below))


def begins_article(tree: BlockTree, block: TextBlock, anchor: TextBlock | None) -> bool:
    """Whether a headline begins an <article> of its own, while the headline of the page is in another."""
    # The headline of many pages is above the one <article>, which may begin with a subheading.
    own = article_round(tree, anchor) if anchor else None
    article = article_round(tree, block)
    # The entries of a live page are in the article of the page.
    if own is None or article is None or (article.start < own.end and own.start < article.end):
        return False
    above = tree.blocks[article.start : block.index]
    return len(above) <= MAX_BLOCKS_ABOVE and not any(line.is_sentence for line in above)


def article_round(tree: BlockTree, block: TextBlock) -> Container | None:
    """Returns the innermost <article> round a block, or None."""
    ancestors = islice(tree.ancestors(block), MAX_CARD_DEPTH)
    return next((container for container in ancestors if container.root == "article"), None)


def is_inside(href: str, site: str) -> bool:
    """Whether an address is on the same site."""
    # Cheaper than to resolve each address of a page.
    host = HOST.match(href)
    return host is None or host[1].lower().removesuffix(".").endswith(site)


def card_of(
    tree: BlockTree, head: int, heads: Sequence[int], anchors: Sequence[int], anchor: TextBlock | None
) -> Container | None:
    """Returns the largest container that begins with a headline and has no other and prose, or None."""
    index = tree.blocks[head].container
    card: Container | None = None
    for _ in range(MAX_CARD_DEPTH):
        if index <= 0:
            break
        container = tree.containers[index]
        if count_inside(container, heads) > 1 or count_inside(container, anchors):
            break
        if any(block.is_sentence for block in tree.blocks[container.start : head]):
            break
        sentences = sum(is_text(block) for block in tree.blocks[head : container.end])
        # A box that begins with a link to another article may be the text of this one: its first line is "Read also".
        is_whole = is_own_article(tree, tree.blocks[head], anchor) or sentences <= MAX_CARD_SENTENCES
        if sentences and is_whole and container.tag not in TEXT_TAGS:
            card = container
        index = container.parent
    return card


def count_inside(container: Container, indexes: Sequence[int]) -> int:
    """Returns how many of some block indexes, in order, are in a container."""
    return bisect_left(indexes, container.end) - bisect_left(indexes, container.start)


def flat_neighbours(
    tree: BlockTree, box: Container, heads: Sequence[int], anchor: TextBlock | None
) -> Iterator[Neighbour]:
    """Yields the other articles in a box whose headlines and texts have no boxes of their own."""
    for head in heads:
        # In a text a linked heading may be a reference to an earlier article, and the text goes on below it.
        if anchor and head > anchor.index and is_own_article(tree, tree.blocks[head], anchor):
            yield Neighbour(start=head, end=box.end, container=tree.containers[tree.blocks[head].container])
            return
    texts = [
        [block.index for block in tree.blocks[head : min(end, head + MAX_FLAT_BLOCKS)] if is_text(block)]
        for head, end in zip(heads, [*heads[1:], box.end], strict=True)
    ]
    most = max((len(text) for text in texts[:-1]), default=0)
    are_headings = all(tree.blocks[head].tag in HEADINGS for head in heads)
    minimum = MIN_FLAT_HEADLINES if are_headings else MIN_LISTED
    if len(heads) < minimum or not 0 < most <= MAX_FLAT_SENTENCES or not all(texts[:-1]):
        return
    for head, text in zip(heads, texts, strict=True):
        end = max([head, *text[:most]]) + 1
        yield Neighbour(start=head, end=end, container=tree.containers[tree.blocks[head].container])


def is_text(block: TextBlock) -> bool:
    """Whether a block is prose, also if it ends with a label such as "Read more"."""
    return block.is_sentence or (len(block.text) >= MIN_OWN_CHARS and block.link_share < MAX_LABEL_LINK_SHARE)


def is_own_article(tree: BlockTree, block: TextBlock, anchor: TextBlock | None) -> bool:
    """Whether a headline begins a whole article, however long, and not a teaser."""
    own = article_round(tree, anchor) if anchor else None
    is_entry = own is not None and article_round(tree, block) not in (own, None) and own.start <= block.index < own.end
    return block.tag in HEADINGS and (
        begins_article(tree, block, anchor) or (has_date_below(tree, block) and not is_entry)
    )


def linked_entries(tree: BlockTree, anchors: Sequence[int], site: str) -> Iterator[Neighbour]:
    """Yields lists most of whose entries are a linked headline and a line, if there is no other text in their box."""
    entries: dict[int, list[TextBlock]] = {}
    sentences = list(accumulate((block.is_sentence for block in tree.blocks), initial=0))
    for block in tree.blocks:
        if block.tag in LIST_ITEMS:
            entries.setdefault(tree.containers[block.container].parent, []).append(block)
    for index, blocks in entries.items():
        if index <= 0:
            continue
        container = tree.containers[index]
        linked = [b for b in blocks if b.link_share >= MIN_ENTRY_LINK_SHARE and is_inside(b.href, site)]
        box = tree.containers[max(container.parent, 0)]
        above = sentences[container.start] - sentences[box.start]
        below = sentences[box.end] - sentences[container.end]
        is_alone = not count_inside(box, anchors) and not above and not below
        if is_alone and len(linked) >= MIN_LISTED and 2 * len(linked) > len(blocks):
            yield Neighbour(start=container.start, end=container.end, container=container)


def own_text(tree: BlockTree, anchor: TextBlock | None, dropped: bytearray) -> list[TextBlock]:
    """Returns the prose below the headline that is not of a neighbour."""
    if anchor is None:
        return []
    below = tree.blocks[anchor.index + 1 :]
    return [block for block in below if block.is_sentence and block.pruned_with is None and not dropped[block.index]]


def unrelated_boxes(
    tree: BlockTree, anchor: TextBlock, own: Sequence[TextBlock], title_stems: frozenset[str]
) -> Iterator[Neighbour]:
    """Yields boxes of other things by their names, and lists of sentences, that have nothing of the headline."""
    # Shares of text spared them: next to two sentences a ticker is most of the page. Boxes of one name are judged together,
    # because some outlets make a box of each paragraph.
    for boxes in suspect_boxes(tree, anchor, first_related(own, title_stems)):
        sentences = [block for box in boxes for block in tree.blocks[box.start : box.end] if block.is_sentence]
        is_named = boxes[0].role in (HIDDEN, JUNK, ALWAYS_DROP)
        if not sentences or (not is_named and len(sentences) < MIN_LISTED):
            continue
        boxed = {block.index for block in sentences}
        stems = frozenset(chain.from_iterable(stems_of(block.text) for block in sentences))
        own_stems = frozenset(chain.from_iterable(stems_of(block.text) for block in own if block.index not in boxed))
        is_about_title = 2 * len(stems & title_stems) > len(own_stems & title_stems)
        if not is_about_title and len(stems & own_stems) <= MAX_SHARED_STEMS * len(stems):
            yield from (Neighbour(start=box.start, end=box.end, container=box) for box in boxes)


def suspect_boxes(tree: BlockTree, anchor: TextBlock, text_start: int) -> Iterable[list[Container]]:
    """Returns the boxes that are suspect by their names, by name, and each box between the headline and its text."""
    groups: dict[tuple[str, str, int], list[Container]] = {}
    end = 0  # of the last box: what is inside it is not looked at again
    for container in tree.containers:
        if container.start < end or container.start <= anchor.index < container.end:
            continue
        is_hidden = container.role is HIDDEN and not has_text_above(tree, container)
        is_suspect = is_hidden or container.role in (JUNK, ALWAYS_DROP)
        is_above = anchor.index < container.start and container.end <= text_start and container.tag not in LINES
        if is_suspect or is_above:
            end = container.end
            key = (container.tag, container.names, 0 if is_suspect else container.start)
            groups.setdefault(key, []).append(container)
    return groups.values()


def first_related(own: Sequence[TextBlock], title_stems: frozenset[str]) -> int:
    """Returns the index of the first prose that has half as many words of the headline as the one with the most."""
    shared = {block.index: len(title_stems.intersection(stems_of(block.text))) for block in own}
    most = max(shared.values(), default=0)
    return next((index for index, count in shared.items() if most and 2 * count >= most), -1)


def begins_with(block: TextBlock, key: str, first_char: str) -> bool:
    """Whether a block begins with a text, which is given normalized and by its first letter."""
    # The first letter spares most blocks the normalization.
    return block.text[:1].casefold() == first_char and normalize(block.text[:MAX_LINE_CHARS]).startswith(key)


def find_headline_block(tree: BlockTree, title: str) -> TextBlock | None:
    """Returns the block that begins with the headline, an `h1` first, else an `h1` with a part of it or more, or the only one."""
    key, first_char = normalize(title), title[:1].casefold()
    if not key:
        return None
    matching = [block for block in tree.blocks if begins_with(block, key, first_char)]
    if matching:
        return next((block for block in matching if block.tag == "h1"), matching[0])
    headings = [block for block in tree.blocks if block.tag == "h1"]
    for block in headings:
        heading_key = normalize(block.text[:MAX_LINE_CHARS])
        if heading_key in key or key in heading_key or len(headings) == 1:
            return block
    return None
