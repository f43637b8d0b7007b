"""The container of the article: prune containers that are something else, then take the one with much dense prose."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from monitor.extract.blocks import CELLS, HEADINGS, LINES, BlockTree, Container
from monitor.extract.boilerplate_lines import is_heading_of_others
from monitor.extract.roles import ALWAYS_DROP, HIDDEN, JUNK, PICTURE, STANDFIRST

# A suspect container with this share of the page's prose is the article under an unlucky name: `sidebar-container`
# round everything, ASP.NET's one form, `widget` on each paragraph.
SPARED_SHARE: Final = 0.4
MIN_ROOT_CHARS: Final = 250  # of prose in an `article` or `main` that is believed to be the article
MIN_ROOT_SHARE: Final = 0.2  # of the page's prose
MIN_ARTICLE_SHARE: Final = 0.4  # of the prose of the biggest `article`
MIN_LISTED: Final = 3  # elements of one name that make a list
SIBLINGS_GAIN: Final = 1.3  # siblings of one name have so many times the prose of one of them
SHORT_ARTICLE_CHARS: Final = 500
MAX_TEASER_CHARS: Final = 400
MAX_TEASER_BLOCKS: Final = 8
MIN_TEASER_LINK_SHARE: Final = 0.2  # of a text that is a headline with a line
MIN_TEASERS_SHARE: Final = 0.6  # of the texts of a list
MAX_CAPTION_CHARS: Final = 400
MAX_CAPTION_BLOCKS: Final = 4
SUSPECT_ROLES: Final = (HIDDEN, JUNK)
MIN_REST_CHARS: Final = 100  # of prose that is hidden until a reader asks for it
MIN_REST_PROSE_SHARE: Final = 0.7  # of all its characters
MAX_REST_LINK_SHARE: Final = 0.2  # of it
MAX_LABELS_ABOVE: Final = 2  # blocks between the text and its hidden rest
MORE_NAME: Final = re.compile(
    r"(?:read|show|see|view|load|full)[_-]?(?:more|text|story)|more[_-]?(?:content|text)", re.IGNORECASE
)
MIN_HEADLINE_CHARS: Final = 20
MIN_HEADLINE_LINK_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTree:
    """A tree with running sums over its blocks, to score its containers."""

    tree: BlockTree
    prose: list[int]  # characters of prose that are not pruned, before each block
    size: list[int]  # all characters, before each block

    def prose_of(self, container: Container) -> int:
        """Returns the characters of prose under a container."""
        return self.prose[container.end] - self.prose[container.start]

    def score(self, container: Container) -> float:
        """Returns prose by density (characters of prose, squared, by all characters)."""
        # A container round the article and the rest of the page has more prose, but thinner. The size includes pruned
        # text: menus and teasers in a container show that it is more than the article.
        prose = self.prose_of(container)
        return prose * prose / (self.size[container.end] - self.size[container.start]) if prose else 0.0


def score_tree(tree: BlockTree) -> ScoredTree:
    """Returns the tree with its running sums."""
    return ScoredTree(tree=tree, prose=sum_prose(tree), size=running_sums([len(block.text) for block in tree.blocks]))


def best_container(scored: ScoredTree) -> Container | None:
    """Returns the container of the article, or None if the page has no prose."""
    tree = scored.tree
    if not tree.blocks:
        return None
    root = find_root(scored)
    # A container round the root may have the same blocks, but is before it in the list.
    inside = tree.containers[tree.containers.index(root) :]
    candidates = [
        container
        for container in inside
        if root.start <= container.start and container.end <= root.end and container.tag not in LINES
    ]
    best = max(candidates, key=scored.score)
    return widen_to_siblings(scored, best, root) if scored.prose_of(best) else None


def prune(tree: BlockTree) -> None:
    """Mark the blocks of containers that are not the article with the container that is dropped (`pruned_with`)."""
    for container in tree.containers:
        if container.role is ALWAYS_DROP and not has_headline(tree, container):
            drop(tree, container)
    prose = sum_prose(tree)
    prose_by_name = sum_by_name(tree, prose)
    # An article has one standfirst. Three of one name are the leads of other articles, or subheadings.
    standfirsts = Counter(
        (container.tag, container.names)
        for container in tree.containers
        if container.role is STANDFIRST and container.tag not in HEADINGS
    )
    for container, whole in zip(tree.containers, surrounding_prose(tree, prose), strict=True):
        name = (container.tag, container.names)
        is_suspect = container.role in SUSPECT_ROLES or (
            container.role is STANDFIRST and standfirsts[name] >= MIN_LISTED
        )
        if is_suspect and prose_by_name[name] <= SPARED_SHARE * whole and not is_exempt(tree, container, prose):
            drop(tree, container)
    for find_containers in (sections_of_others, teasers, linked_lists, captions):
        for container in find_containers(tree, prose):
            drop(tree, container)


def drop(tree: BlockTree, container: Container) -> None:
    """Mark all blocks of a container as pruned with it."""
    for block in tree.blocks[container.start : container.end]:
        block.pruned_with = container


def is_exempt(tree: BlockTree, container: Container, prose: Sequence[int]) -> bool:
    """Whether a suspect container is of the article all the same."""
    return is_figure_with_table(tree, container) or is_hidden_rest(tree, container, prose)


def is_hidden_rest(tree: BlockTree, container: Container, prose: Sequence[int]) -> bool:
    """Whether a container has running text that is hidden until a reader asks for the rest of the text above it."""
    # A menu has links, and a tooltip or a label is short. What is hidden beside the article is not in its box.
    if container.role is not HIDDEN and not MORE_NAME.search(container.names):
        return False
    blocks = tree.blocks[container.start : container.end]
    chars = prose[container.end] - prose[container.start]
    linked_chars = sum(block.linked_chars for block in blocks)
    if chars < MIN_REST_CHARS or linked_chars > MAX_REST_LINK_SHARE * chars or not has_text_above(tree, container):
        return False
    return sum(len(block.text) for block in blocks) * MIN_REST_PROSE_SHARE <= chars


def has_text_above(tree: BlockTree, container: Container) -> bool:
    """Whether the text directly above a container in the same box is prose, up to a label such as "Read more"."""
    box = tree.containers[container.parent]
    if container.parent <= 0 or box.tag == "body":
        return False
    above = tree.blocks[max(box.start, container.start - MAX_LABELS_ABOVE - 1) : container.start]
    sentence = next((block for block in reversed(above) if block.is_sentence), None)
    return sentence is not None and sentence.pruned_with is None


def is_figure_with_table(tree: BlockTree, container: Container) -> bool:
    """Whether a container is a <figure> round a table."""
    # WordPress wraps its tables so.
    return container.tag == "figure" and any(
        block.tag in CELLS for block in tree.blocks[container.start : container.end]
    )


def sections_of_others(tree: BlockTree, prose: Sequence[int]) -> Iterator[Container]:
    """Yields the containers that begin with a heading such as "Related articles" and are not the article."""
    for index, block in enumerate(tree.blocks):
        if block.tag not in HEADINGS or not is_heading_of_others(block.text):
            continue
        heading, *ancestors = tree.ancestors(block)
        section = heading
        for container in ancestors:
            if container.start != index or prose[container.end] - prose[container.start] > SPARED_SHARE * prose[-1]:
                break
            section = container
        # A heading alone does not decide on the blocks after it in one container: these are judged line by line.
        if section is not heading:
            yield section


def teasers(tree: BlockTree, prose: Sequence[int]) -> Iterator[Container]:
    """Yields neighbouring containers of one name, each with a linked headline and one block of prose: other articles."""
    groups: defaultdict[tuple[int, str, str], list[Container]] = defaultdict(list)
    for container in tree.containers:
        if 0 < prose[container.end] - prose[container.start] <= MAX_TEASER_CHARS and is_teaser(tree, container):
            groups[container.parent, container.tag, container.names].append(container)
    for group in groups.values():
        group_prose = sum(prose[container.end] - prose[container.start] for container in group)
        if len(group) > 1 and group_prose <= SPARED_SHARE * prose[-1]:
            yield from group


def is_teaser(tree: BlockTree, container: Container) -> bool:
    """Whether a container has a linked headline and at most one sentence."""
    blocks = tree.blocks[container.start : container.end]
    if not 1 < len(blocks) <= MAX_TEASER_BLOCKS or sum(block.is_sentence for block in blocks) > 1:
        return False
    return any(block.link_share > MIN_HEADLINE_LINK_SHARE and len(block.text) >= MIN_HEADLINE_CHARS for block in blocks)


def linked_lists(tree: BlockTree, prose: Sequence[int]) -> Iterator[Container]:
    """Yields innermost containers most of whose texts are partly links: headlines with a line each, after line breaks."""
    texts = Counter(block.container for block in tree.blocks)
    linked = Counter(block.container for block in tree.blocks if block.link_share >= MIN_TEASER_LINK_SHARE)
    for index, count in linked.items():
        container = tree.containers[index]
        is_list = (
            count >= MIN_LISTED
            and count > MIN_TEASERS_SHARE * texts[index]
            and container.end - container.start == texts[index]
        )
        # Beside a news flash such a list is most of the page.
        if is_list and 0 < prose[container.end] - prose[container.start] <= prose[-1] - MIN_ROOT_CHARS:
            yield container


def captions(tree: BlockTree, prose: Sequence[int]) -> Iterator[Container]:
    """Yields the containers of pictures that have little text."""
    # With more text it is no caption: some themes wrap text and picture together.
    limit = min(MAX_CAPTION_CHARS, SPARED_SHARE * prose[-1])
    for container in tree.containers:
        is_small = container.end - container.start <= MAX_CAPTION_BLOCKS
        if container.role is PICTURE and is_small and prose[container.end] - prose[container.start] <= limit:
            yield container


def sum_by_name(tree: BlockTree, prose: Sequence[int]) -> Counter[tuple[str, str]]:
    """Returns the prose of all suspect containers of each name."""
    # Together, because an article may be cut into many containers: TimesLive calls each paragraph a "widget".
    sums: Counter[tuple[str, str]] = Counter()
    ends: dict[tuple[str, str], int] = {}
    for container in tree.containers:
        if container.role not in (HIDDEN, JUNK, STANDFIRST):
            continue
        name = (container.tag, container.names)
        # A container inside one of its own name is counted there.
        if container.start >= ends.get(name, 0):
            ends[name] = container.end
            sums[name] += prose[container.end] - prose[container.start]
    return sums


def surrounding_prose(tree: BlockTree, prose: Sequence[int]) -> list[int]:
    """Returns for each container the prose that its share is measured by: of the `article` round it, else of the page."""
    # Not always of the page, because its teasers can be longer than its article.
    sums: list[int] = []
    for container in tree.containers:
        if container.parent < 0:
            sums.append(prose[-1])
            continue
        parent = tree.containers[container.parent]
        parent_prose = prose[parent.end] - prose[parent.start]
        is_article = parent.root and parent_prose >= MIN_ROOT_SHARE * prose[-1]
        sums.append(parent_prose if is_article else sums[container.parent])
    return sums


def has_headline(tree: BlockTree, container: Container) -> bool:
    """Whether a container has an h1."""
    # taz.de, where commenting is a module, has "comment" in the names of all containers round its articles.
    return any(block.tag == "h1" for block in tree.blocks[container.start : container.end])


def find_root(scored: ScoredTree) -> Container:
    """Returns the container that the page marks as its article, if it has prose; else the whole page."""
    for kind in ("body", "article", "main"):
        roots = [container for container in scored.tree.containers if container.root == kind]
        if kind == "article" and are_live_entries(scored, roots):
            continue
        max_prose = max(map(scored.prose_of, roots), default=0)
        if max_prose >= max(MIN_ROOT_CHARS, scored.prose[-1] * MIN_ROOT_SHARE):
            # The first big one, not the biggest: an endless page has a second, longer story below.
            return next(root for root in roots if scored.prose_of(root) >= max_prose * MIN_ARTICLE_SHARE)
    return scored.tree.containers[0]


def are_live_entries(scored: ScoredTree, articles: Sequence[Container]) -> bool:
    """Whether each `article` of a page is one entry of a live page: neighbours, and the headline in none of them."""
    biggest = max(articles, key=scored.prose_of, default=None)
    if biggest is None or any(has_headline(scored.tree, article) for article in articles):
        return False
    siblings = [article for article in articles if (article.parent, article.names) == (biggest.parent, biggest.names)]
    return len(siblings) >= MIN_LISTED


def widen_to_siblings(scored: ScoredTree, best: Container, root: Container) -> Container:
    """Returns the best container, or one round it whose children of one name have much more: an article cut into several."""
    # On a page with little text the foot may be the densest part; there any gain of prose is enough.
    containers = scored.tree.containers
    path = [best]
    while path[-1] is not root and path[-1].parent >= 0:
        path.append(containers[path[-1].parent])
    parents = {container.parent for container in path}
    siblings_prose: Counter[tuple[int, str, str]] = Counter()
    for container in containers:
        if container.parent in parents:
            siblings_prose[container.parent, container.tag, container.names] += scored.prose_of(container)
    for container, parent in pairwise(path):
        total = siblings_prose[container.parent, container.tag, container.names]
        best_prose = scored.prose_of(best)
        has_siblings = total > scored.prose_of(container)
        if total > SIBLINGS_GAIN * best_prose and (has_siblings or best_prose < SHORT_ARTICLE_CHARS):
            best = parent
    return best


def sum_prose(tree: BlockTree) -> list[int]:
    """Returns the characters of prose that are not pruned, before each block."""
    return running_sums(
        [len(block.text) if block.is_sentence and block.pruned_with is None else 0 for block in tree.blocks]
    )


def running_sums(values: Sequence[int]) -> list[int]:
    """Returns the sum of the values before each one, and of all at the end."""
    return list(accumulate(values, initial=0))
