"""The address at which the article of a page goes on."""

import re
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

from monitor import urls
from monitor.extract.document import HtmlDocument, self_and_ancestors

MAX_LINKS: Final = 3_000
# A number at the end of an address, with what is before it: "?page=2", "/2/", "/page/2", "-2.html", "_p2.htm".
NUMBERED: Final = re.compile(
    r"^(?P<stem>.*?)(?:[?&](?:page|p|pg|seite|sayfa|part)=|/page[/-]?|/p|/|[-_]p?|,)(?P<number>[2-9]|1\d)/?(?P<suffix>\.[a-z]{3,5})?$"
)
NUMBERED_END: Final = re.compile(
    r"(?:[=/,_-]p?|page)(?:[2-9]|1\d)/?(?:\.[a-z]{3,5})?$"
)  # spares most addresses the rest
MAX_END_CHARS: Final = 16
SUFFIX: Final = re.compile(r"/?(\.[a-z]{3,5})?$")


def find_next_page(document: HtmlDocument, *, first_page: str = "") -> str:
    """Returns the address of the next page of the same article, absolute, or "".

    `first_page` is the address of its first page, if this is another one.
    """
    # rel=next alone does not tell: blogs link the next post so. The address does.
    own = urls.canonicalize(document.url)
    current, base = page_number(own, SUFFIX.sub("", own))
    if first_page:
        current, base = page_number(own, SUFFIX.sub("", urls.canonicalize(first_page)))
    number = current + 1
    for node in islice(document.tree.css(f'a[href*="{number}"], link[rel~="next"]'), MAX_LINKS):
        href = node.attributes.get("href") or ""
        if NUMBERED_END.search(href, max(0, len(href) - MAX_END_CHARS)) is None:
            continue
        address = urls.resolve(document.url, href)
        if page_number(urls.canonicalize(address), base) == (number, base) and not is_of_comments(node):
            return address
    return ""


def is_of_comments(node: LexborNode) -> bool:
    """Whether a link leads to the next page of the comments on an article."""
    names = (f"{inner.attributes.get('class')} {inner.attributes.get('id')}" for inner in self_and_ancestors(node))
    return any("comment" in name.lower() for name in names)


def page_number(address: str, base: str) -> tuple[int, str]:
    """Returns the number that an address of a page of an article adds to the base of the article, and this base.

    1 and the base if it adds none; 0 if it is of another article.
    """
    if SUFFIX.sub("", address) == base:
        return 1, base
    match = NUMBERED.match(address)
    is_same = match is not None and SUFFIX.sub("", match["stem"]) == base
    return (int(match["number"]), base) if match and is_same else (0, base)
