"""Forty own pages of news flashes: one to three paragraphs among much other text, in five languages.

`flashes/<language>.yaml` has the flashes of an invented outlet and what its pages show besides. Each flash is laid out in
another way: what is around it, in which elements, and in which order, is what outlets do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FLASHES = Path(__file__).parent / "flashes"
Words = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashPage:
    """A page, and the title and text that are right."""

    id: str
    html: str
    url: str
    title: str
    text: str


def flash_pages() -> Iterator[FlashPage]:
    """Yields the pages: the eight layouts in each language."""
    for path in sorted(FLASHES.glob("*.yaml")):
        words = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number, (flash, layout) in enumerate(zip(words["flashes"], LAYOUTS, strict=True), 1):
            html = page(path.stem, words, flash["title"], layout(words, flash["title"], paragraphs(flash["text"])))
            yield FlashPage(
                id=f"{path.stem}/{number}-{layout.__name__}",
                html=html,
                url=f"https://valley-{path.stem}.example/news/{number}",
                title=flash["title"],
                text="\n\n".join(flash["text"]),
            )


def page(language: str, words: Words, title: str, body: str) -> str:
    """Returns a page with the head and foot of the outlet round a body."""
    direction = "ltr" if language in ("en", "tr") else "rtl"
    labels = words["labels"]
    menu = "".join(f"<li><a href='/{n}'>{labels[n]}</a></li>" for n in ("home", "world", "sport"))
    return (
        f"<!DOCTYPE html><html lang={language} dir={direction}><head><meta charset=utf-8><title>{title} | {words['outlet']}</title>"
        f"</head><body><header><a href='/'>{words['outlet']}</a><ul class=menu>{menu}</ul></header>{body}"
        f"<footer><p>{words['rights']}</p></footer></body></html>"
    )


def paragraphs(texts: list[str]) -> str:
    """Returns the markup of paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)


def sidebar(words: Words, title: str, text: str) -> str:
    """The column of other stories is a plain column of the grid."""
    cards = "".join(
        f"<div><a href='/s/{n}'><h4>{headline}</h4></a><p>{lead}</p></div>"
        for n, (headline, lead) in enumerate(words["others"])
    )
    return f"<div class=row><div class=col-8><h1>{title}</h1>{text}</div><div class=col-4>{cards}</div></div>"


def ticker(words: Words, title: str, text: str) -> str:
    """Sentences of the moment run between headline and text."""
    items = "".join(f"<li>{lead}</li>" for _, lead in words["others"])
    return f"<main><h1>{title}</h1><div class=breaking><ul>{items}</ul></div><div class=text>{text}</div></main>"


def endless(words: Words, title: str, text: str) -> str:
    """The next articles follow on the same page, each with its date, as long as one scrolls."""
    stories = "".join(
        f"<article class=story><h2><a href='/s/{n}'>{headline}</a></h2><time>{words['labels']['updated']}</time>"
        f"<p>{lead}</p><p>{words['others'][(n + 1) % 7][1]}</p><p>{words['others'][(n + 2) % 7][1]}</p></article>"
        for n, (headline, lead) in enumerate(words["others"][:3])
    )
    return f"<div id=content><article class=story><h1>{title}</h1><time>{words['labels']['updated']}</time>{text}</article>{stories}</div>"


def grid_below(words: Words, title: str, text: str) -> str:
    """Cards of other stories below the text, each one link."""
    cards = "".join(
        f"<div class=card><a href='/s/{n}'><img src='/{n}.jpg'><h3>{headline}</h3></a><div><span>{words['labels']['updated']}</span>"
        f"<p>{lead}</p></div></div>"
        for n, (headline, lead) in enumerate(words["others"])
    )
    return (
        f"<section class=news><h1>{title}</h1><div class=body>{text}<ul class=share><li><a href='#'>{words['labels']['share']}</a></li></ul>"
        f"</div></section><section><h2>{words['labels']['more']}</h2><div class=grid>{cards}</div></section>"
    )


def flat_column(words: Words, title: str, text: str) -> str:
    """The headlines and leads of a column have no box of their own; the column comes before the text."""
    column = "".join(
        f"<h3><a href='/s/{n}'>{headline}</a></h3><p>{lead}</p>" for n, (headline, lead) in enumerate(words["others"])
    )
    return f"<table><tr><td>{column}</td><td><h1>{title}</h1><span>{words['labels']['updated']}</span>{text}</td></tr></table>"


def comments(words: Words, title: str, text: str) -> str:
    """Readers comment on the flash, and a box asks for an address."""
    notes = "".join(f"<li><b>R{n}</b><p>{words['comment']}</p><p>{words['others'][n][1]}</p></li>" for n in range(4))
    return (
        f"<main><article><h1>{title}</h1><div class=story-text>{text}</div><div class=signup><p>{words['promo']}</p></div></article>"
        f"<div id=comments><h3>{words['labels']['comments']}</h3><ol>{notes}</ol></div></main>"
    )


def lists(words: Words, title: str, text: str) -> str:
    """Two lists of other stories round the text: headlines with a line each."""
    items = [
        f"<li><a href='/s/{n}'>{headline}</a><br>{lead}</li>" for n, (headline, lead) in enumerate(words["others"])
    ]
    return (
        f"<div class=wrap><div class=left><h2>{words['labels']['latest']}</h2><ul>{''.join(items[:4])}</ul></div><div class=middle><h1>{title}</h1>"
        f"<div>{text}</div></div><div class=right><h2>{words['labels']['world']}</h2><ul>{''.join(items[4:])}</ul></div></div>"
    )


def below_in_box(words: Words, title: str, text: str) -> str:
    """The box of the text goes on with other stories, and nothing but their headlines divides them from it."""
    others = "".join(
        f"<h3><a href='/s/{n}'>{headline}</a></h3><p>{lead} <a href='/s/{n}'>{words['labels']['read']}</a></p>"
        for n, (headline, lead) in enumerate(words["others"])
    )
    return f"<div class=content><h1>{title}</h1><div class=meta>{words['labels']['updated']}</div>{text}{others}</div>"


LAYOUTS: tuple[Callable[[Words, str, str], str], ...] = (
    sidebar, ticker, endless, grid_below, flat_column, comments, lists, below_in_box,
)  # fmt: skip
