"""The text of a page that only scripts show: in templates, in <noscript>, in the state of an application.

Everything is turned into markup, so that the same rules find the article in it as on a page. Sizes, depths and numbers of
attempts are bounded, because the outlet chooses them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from itertools import islice
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.document import normalize, parse_html
from monitor.extract.vocabulary import word_set

MAX_SCRIPTS: Final = 200
MAX_SCRIPT_CHARS: Final = 3_000_000
MIN_SCRIPT_CHARS: Final = 300  # of a script that may have an article
MAX_ASSIGNMENTS: Final = 20  # in one script, that are read as JSON
MAX_ROWS: Final = 5_000  # of a stream of components
MAX_VALUES: Final = 60_000  # of one state
MAX_MARKUP_CHARS: Final = 2_000_000
MAX_DEPTH: Final = 60  # deeper values are rendered without elements: markup nested without end is slow to parse
MAX_TEMPLATE_DEPTH: Final = 3
MAX_ROOTS: Final = 6  # objects with the headline that are tried before the whole state
MAX_HEADLINE_CHARS: Final = 300
MIN_LINES_CHARS: Final = 200  # of a plain text whose line breaks separate paragraphs

TEMPLATES: Final = 'noscript, template, script[type*="template"], script[type="text/html"]'
STATES: Final = (
    'script:not([type*="ld+json"]):not([type*="template"]):not([src]), [data-page], [data-props], [data-react-props]'
)
STATE_ATTRIBUTES: Final = ("data-page", "data-props", "data-react-props")
INNER_MARKUP: Final = re.compile(r"^<[^>]*>(.*)</[^<>]*>\s*$", re.DOTALL)
ASSIGNMENT: Final = re.compile(r"=\s*(?=[{\[])|JSON\.parse\(\s*(?=\")")
PUSH: Final = re.compile(r"__next_f\.push\(\s*(?=\[)")
ROW: Final = re.compile(r"([0-9a-f]{1,8}):")
TEXT_ROW: Final = re.compile(r"T([0-9a-f]{1,8}),")
TAG: Final = re.compile(r"<(?:p|br|div|h[1-6]|ul|li|b|i|em|strong|a|span)\b[^>]*>", re.IGNORECASE)
ELEMENT_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,10}")
# The words of these keys and kinds are of pictures, people, other articles and settings.
OTHER_KEYS: Final = word_set("""
    author authors className breadcrumbs comments credits footer href id image images menu navigation related related_content
    relatedArticles sidebar src style taxonomy trending url video
    """)
OTHER_KINDS: Final = word_set("ad advertisement gallery image interstitial_link link_list video")
KIND_KEYS: Final = ("type", "nodeType", "_type")
PARAGRAPH_KINDS: Final = word_set("block p paragraph")
INLINE_KEYS: Final = word_set("__html children content data html spans text value")
REFERENCE: Final = re.compile(r"\$[\w:@]*")  # to another row of a stream
DECODER: Final = json.JSONDecoder(strict=False)


def template_markup(html: LexborHTMLParser) -> str:
    """Returns the markup in <noscript>, in templates (also those of shadow roots) and in scripts that are templates."""
    parts: list[str] = []
    size = 0
    pending = [html]
    for _ in range(MAX_TEMPLATE_DEPTH):
        nodes = [node for page in pending for node in page.css(TEMPLATES)[:MAX_SCRIPTS]]
        pending = []
        for node in nodes:
            if size > MAX_MARKUP_CHARS:
                return "".join(parts)
            parts.append(inner_markup(node))
            size += len(parts[-1])
            # A component has templates of others in its own.
            if "<template" in parts[-1]:
                pending.append(parse_html(parts[-1].encode("utf-8", "replace")))
    return "".join(parts)


def inner_markup(node: LexborNode) -> str:
    """Returns the markup inside an element, also of a template, whose content is not in the tree."""
    match = INNER_MARKUP.match(node.html or "")
    return match[1] if match else ""


def state_markup(html: LexborHTMLParser, title: str) -> Iterator[str]:
    """Yields markup of the states of scripts: first that of the objects with the headline, then all of it."""
    nodes = html.css(STATES)[:MAX_SCRIPTS]
    scripts = [text for node in nodes if node.tag == "script" and len(text := node.text()) <= MAX_SCRIPT_CHARS]
    # A stream is cut into scripts at any character.
    pushed = [value for text in scripts for value in values_at(text, (match.end() for match in PUSH.finditer(text)))]
    stream = "".join(value[1] for value in pushed if isinstance(value, list) and isinstance(value[-1], str))
    attributes = [value for node in nodes if node.tag != "script" for value in values_in_attributes(node)]
    states = [*attributes, *(value for text in scripts for value in values_in_script(text)), *rows_of(stream)]
    title_key = normalize(title)
    roots = islice((root for state in states for root in roots_with(state, title_key)), MAX_ROOTS)
    yield from map(render, roots)
    yield render(states)


def values_in_attributes(node: LexborNode) -> Iterator[Any]:
    """Yields the JSON values in the attributes in which frameworks keep the properties of a page."""
    for name in STATE_ATTRIBUTES:
        yield from values_at(node.attributes.get(name) or "", [0])


def values_in_script(text: str) -> Iterator[Any]:
    """Yields the JSON values that a script is, or that it assigns to names."""
    bare = text.strip()
    if len(bare) < MIN_SCRIPT_CHARS:
        return
    if bare[0] in "{[":
        yield from values_at(bare, [0])
    else:
        yield from values_at(bare, (match.end() for match in islice(ASSIGNMENT.finditer(bare), MAX_ASSIGNMENTS)))


def values_at(text: str, starts: Iterable[int]) -> Iterator[Any]:
    """Yields the JSON values that begin at these places and do not overlap; JSON in a string is read once more."""
    end = failures = 0
    for start in starts:
        if start < end or start >= len(text):
            continue
        # A value that is not JSON may cost as much as the rest of the text.
        if failures > MAX_ASSIGNMENTS:
            return
        try:
            value, end = DECODER.raw_decode(text, start)
            yield DECODER.decode(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            failures += 1


def rows_of(stream: str) -> list[Any]:
    """Returns the values of a stream of components: rows of JSON, and rows of text with their length in bytes."""
    values: list[Any] = []
    raw = stream.encode("utf-8", "replace")
    at = 0
    while at < len(raw) and len(values) < MAX_ROWS:
        head = ROW.match(raw[at : at + 16].decode("latin-1"))
        if head is None:
            at = next_line(raw, at)
            continue
        at += head.end()
        if size := TEXT_ROW.match(raw[at : at + 16].decode("latin-1")):
            at += size.end()
            values.append(raw[at : at + int(size[1], 16)].decode("utf-8", "replace"))
            at += int(size[1], 16)
            continue
        end = next_line(raw, at)
        values.extend(values_at(raw[at:end].decode("utf-8", "replace"), [0]))
        at = end
    return values


def next_line(raw: bytes, at: int) -> int:
    """Returns where the line after a place begins."""
    end = raw.find(b"\n", at)
    return len(raw) if end < 0 else end + 1


def roots_with(state: Any, title_key: str) -> Iterator[Any]:
    """Yields the objects that have the headline as a value, each followed by those round it."""
    if not title_key:
        return
    pending: list[tuple[Any, tuple[Any, ...]]] = [(state, ())]
    for _ in range(MAX_VALUES):
        if not pending:
            return
        value, ancestors = pending.pop()
        if isinstance(value, str):
            if len(value) <= MAX_HEADLINE_CHARS and normalize(value) == title_key:
                yield from reversed(ancestors)
        elif isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            # Three levels: the text is beside the headline, or beside an object with the headline in several forms.
            path = (*ancestors[-2:], value) if isinstance(value, dict) else ancestors
            pending.extend((item, path) for item in reversed(list(inner)))


def render(value: Any) -> str:
    """Returns markup of a JSON value: an element for each object, list and text, those of components as they are."""
    parts: list[str] = []
    size = 0
    pending: list[tuple[Any, int, bool]] = [(value, 0, False)]  # value, depth, whether inside a paragraph
    for _ in range(MAX_VALUES):
        if not pending or size > MAX_MARKUP_CHARS:
            break
        inner, depth, is_inline = pending.pop()
        if isinstance(inner, Markup):
            parts.append(inner)
        elif isinstance(inner, str):
            parts.append(render_text(inner, is_inline=is_inline))
            size += len(parts[-1])
        elif isinstance(inner, list | dict):
            pending.extend(reversed(list(children_of(inner, depth, is_inline=is_inline))))
    return "".join(parts)


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def children_of(value: list[Any] | dict[str, Any], depth: int, *, is_inline: bool) -> Iterator[tuple[Any, int, bool]]:
    """Yields the values in an object or a list, between the tags of an element."""
    if isinstance(value, list) and is_element(value):
        yield from children_of_element(value[1], value[3], depth, is_inline=is_inline)
        return
    tag, inner = ("div", value) if isinstance(value, list) else children_of_object(value, is_inline=is_inline)
    is_wrapped = depth < MAX_DEPTH and not is_inline
    if is_wrapped:
        yield Markup(f"<{tag}>"), depth, is_inline
    yield from ((item, depth + 1, is_inline or tag == "p") for item in inner)
    if is_wrapped:
        yield Markup(f"</{tag}>"), depth, is_inline


def children_of_object(value: dict[str, Any], *, is_inline: bool) -> tuple[str, list[Any]]:
    """Returns the tag for an object, and its values that may be text of the article."""
    kind = next((kind for key in KIND_KEYS if isinstance(kind := value.get(key), str)), "").lower()
    if kind in OTHER_KINDS:
        return "div", []
    # Editors keep a paragraph as an object, and its words as objects with a style each.
    if is_inline or kind in PARAGRAPH_KINDS:
        return "p", [item for key, item in value.items() if key in INLINE_KEYS]
    return "div", [item for key, item in value.items() if key not in OTHER_KEYS]


def is_element(value: list[Any]) -> bool:
    """Whether a list is an element of a stream of components: ["$", "p", null, {"children": …}]."""
    return len(value) > 3 and value[0] == "$" and isinstance(value[1], str) and isinstance(value[3], dict)  # noqa: PLR2004


def children_of_element(
    name: str, properties: dict[str, Any], depth: int, *, is_inline: bool
) -> Iterator[tuple[Any, int, bool]]:
    """Yields the children of an element of a page between its tags; of a component its children, or whatever it is given."""
    children = [properties[key] for key in ("children", "dangerouslySetInnerHTML") if key in properties]
    if not ELEMENT_NAME.fullmatch(name) or depth >= MAX_DEPTH:
        # A link inside a paragraph is a component with children; an article may be the property of one without any.
        given = children or [item for key, item in properties.items() if key not in OTHER_KEYS]
        yield from ((item, depth + 1, is_inline and bool(children)) for item in given)
        return
    classes = properties.get("className")
    names = f' class="{escape(classes)}"' if isinstance(classes, str) else ""
    yield Markup(f"<{name}{names}>"), depth, True
    yield from ((item, depth + 1, True) for item in children)
    yield Markup(f"</{name}>"), depth, True


def render_text(text: str, *, is_inline: bool) -> str:
    """Returns the markup of a string: as it is if it is markup, else a line, or a paragraph for each of its lines."""
    if REFERENCE.fullmatch(text):
        return ""
    if "&lt;" in text and "<" not in text:
        text = unescape(text)
    if TAG.search(text):
        return text if is_inline else f"<div>{text}</div>"
    if is_inline:
        return escape(text)
    if len(text) >= MIN_LINES_CHARS and "\n" in text.strip():
        return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f"<div>{escape(text)}</div>"
