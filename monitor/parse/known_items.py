"""Leave out the items that a feed's last body had, byte for byte: most of a body is what the last poll has read.

feedparser takes nine tenths of the time of a poll, and a feed that has one new entry shows thirty. Only whole elements of a
feed that is plainly made of items are left out; anything else is parsed as it is.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

HASH_BYTES: Final = 8
MAX_ITEMS: Final = 1_000  # of a body, whose hashes are stored
# Where an item, or a text in which `<item>` is no markup, begins or ends. Without a quantifier over what is between them: the
# cost is linear in any text.
MARK: Final = re.compile(r"<!\[CDATA\[|<!--|<(/?)(?:item|entry)(?=[\s/>])[^<>]*>", re.IGNORECASE)
LINK: Final = re.compile(
    r"<link\s[^<>]*?\bhref\s*=\s*[\"']([^\"'<>]*)|<link(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]*)", re.IGNORECASE
)
CLOSING: Final = {"<![CDATA[": "]]>", "<!--": "-->"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItems:
    """A feed without its known items, and the hashes of all its items; no hashes if the feed cannot be divided."""

    xml: str
    hashes: tuple[str, ...] = ()
    known_count: int = 0


def leave_out_known(xml: str, known: Collection[str], *, salt: str) -> FeedItems:
    """Returns the feed without the items whose hashes are known.

    `salt` names all else that an item was judged by: the hash of an item changes with it.
    """
    spans = list(item_spans(xml))
    if not spans or len(spans) > MAX_ITEMS:
        return FeedItems(xml=xml)
    hashes = tuple(item_hash(xml[start:end], salt) for start, end in spans)
    # All entries of one link are parsed at each poll: comparing them shows which are different.
    links = [link_of(xml[start:end]) for start, end in spans]
    shared = {link for link, count in Counter(links).items() if link and count > 1}
    known_spans = [
        span for span, name, link in zip(spans, hashes, links, strict=True) if name in known and link not in shared
    ]
    if not known_spans:
        return FeedItems(xml=xml, hashes=hashes)
    kept, at = [], 0
    for start, end in known_spans:
        kept.append(xml[at:start])
        at = end
    kept.append(xml[at:])
    return FeedItems(xml="".join(kept), hashes=hashes, known_count=len(known_spans))


def link_of(item: str) -> str:
    """Returns the link of an item as written, without its fragment; "" if it has none."""
    match = LINK.search(item)
    return (match[1] or match[2] or "").strip().partition("#")[0] if match else ""


def item_hash(item: str, salt: str) -> str:
    """Returns the hash of an item in the context that `salt` names: 16 hexadecimal digits."""
    return blake2b(item.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES, key=salt.encode()[:64]).hexdigest()


def item_spans(xml: str) -> Iterator[tuple[int, int]]:
    """Yields start and end of each item; nothing more from the first place on where items are not side by side."""
    start = at = 0
    is_inside = False
    while mark := MARK.search(xml, at):
        at = mark.end()
        if closing := CLOSING.get(mark[0].upper()):
            end = xml.find(closing, at)
            if end < 0:
                return
            at = end + len(closing)
        elif mark[1]:
            if not is_inside:
                return
            is_inside = False
            yield start, at
        elif not mark[0].endswith("/>"):
            if is_inside:
                return
            start, is_inside = mark.start(), True
