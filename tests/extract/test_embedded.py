"""Texts that a page does not show: in templates, <noscript> and the state of its scripts."""

import json
import time
from contextlib import suppress

import pytest

from monitor.errors import ExtractError
from monitor.model import Method
from tests.extract.builders import FIRST, SECOND, TEXT, THIRD, a_page, an_article, article_of, paragraphs

TITLE = "Ministers reopen border crossing"
HEAD = f"<title>{TITLE} | Outlet</title>"
STORY = f"<article>{paragraphs()}</article>"
TEASER = {
    "title": "Dam level falls",
    "summary": "The water of the old dam fell by a metre in a month, the office said.",
}


def script(code: str, attributes: str = "") -> str:
    return f"<script {attributes}>{code}</script>"


def pushes(*rows: str) -> str:
    """A stream of components, cut into two scripts in the middle of a row."""
    stream = "\n".join(rows) + "\n"
    middle = len(stream) // 2
    return "".join(
        script(f"self.__next_f.push({json.dumps([1, part])})") for part in (stream[:middle], stream[middle:])
    )


def state(body: object) -> str:
    """The state of an application with the article, and teasers of others beside it."""
    article = {"headline": TITLE, "id": "x7f2", "slug": "/news/1", "body": body, "tags": ["trade", "border"]}
    return json.dumps({"props": {"page": {"related": [TEASER] * 5, "article": article}}, "locale": "en"})


def element(name: str, **properties: object) -> list[object]:
    return ["$", name, None, properties]


SLATE = [{"type": "paragraph", "children": [{"text": text[:40]}, {"text": text[40:], "bold": True}]} for text in TEXT]
PORTABLE = [{"_type": "block", "style": "normal", "children": [{"_type": "span", "text": text}]} for text in TEXT]
ARC = {"content_elements": [{"type": "text", "_id": "QX3", "content": text} for text in TEXT], "type": "story"}
COMPONENTS = element(
    "div",
    className="story",
    children=[
        element("p", children=[FIRST[:30], element("$L5", href="/x", children=FIRST[30:40]), FIRST[40:]]),
        *(element("p", children=text) for text in (SECOND, THIRD)),
    ],
)


@pytest.mark.parametrize(
    "body",
    [
        f"<div id=app></div><noscript>{STORY}</noscript>",
        f"<x-story><template shadowrootmode='open'>{STORY}</template></x-story>",
        f"<x-page><template shadowrootmode='open'><x-story><template shadowrootmode='open'>{STORY}</template></x-story></template></x-page>",
        script(STORY, "type='text/template'"),
        script(state(paragraphs()), "id=__NEXT_DATA__ type='application/json'"),
        script(state("\n\n".join(TEXT)), "type='application/json'"),
        script(state(SLATE), "type='application/json'"),
        script(state(PORTABLE), "type='application/json'"),
        script(state({"data": [{"type": "paragraph", "data": {"text": text}} for text in TEXT]}), "type='application/json'"),
        script(f"window.Fusion=window.Fusion||{{}};Fusion.globalContent={json.dumps(ARC | {'headlines': {'basic': TITLE}})};"),
        script(f"window.__INITIAL_STATE__ = {state(paragraphs())};"),
        script(f"window.__STATE__ = JSON.parse({json.dumps(state(paragraphs()))});"),
        f"<div id=app data-page='{state(paragraphs()).replace(chr(39), '&#39;')}'></div>",
        pushes('0:["$","html",null,{}]', f"a:{json.dumps(COMPONENTS)}"),
        pushes(f"b:T{len(STORY.encode()):x},{STORY}", 'c:["$","div",null,{"dangerouslySetInnerHTML":{"__html":"$b"}}]'),
        pushes(f"d:{json.dumps(element('$L9', article={'title': TITLE, 'html': STORY}))}"),
    ],
)  # fmt: skip
def test_a_text_that_only_scripts_show(body: str):
    """Whatever the framework: its method says where the text comes from."""
    article = an_article(body, HEAD)
    assert (article.text.split("\n\n"), article.method) == (TEXT, Method.EMBEDDED)
    assert article.quality < 0.7


def test_the_lead_on_the_page_is_continued_by_the_state():
    """Only the beginning is rendered; the rest comes when a reader asks for it."""
    lead = f"<article><h1>{TITLE}</h1><p>{FIRST}</p></article>"
    article = an_article(lead + script(state(paragraphs(*TEXT, *TEXT[:1])), "type='application/json'"), HEAD)
    assert article.text.split("\n\n") == TEXT


def test_a_news_flash_is_not_replaced_by_another_article_of_the_state():
    """The state of a site has longer articles; the text of the page is about the title, and theirs is not."""
    flash = "Ministers of both sides agreed to reopen the border crossing on Monday, the state agency said in one line after the talks in the old fort."
    others = [{"title": f"Dam {number}", "body": paragraphs(*["The border dam fell by a metre in a month, the water office said."] * 9)}
              for number in range(5)]  # fmt: skip
    body = f"<article><h1>{TITLE}</h1><p>{flash}</p></article>{script(json.dumps(others), 'type=application/json')}"
    assert an_article(body, HEAD).text == flash


def test_a_state_without_the_article_gives_none():
    """Texts of other articles, and the labels of the application."""
    labels = {"consent": "We use cookies and other means to make this site better for you, see our policy. " * 5}
    with pytest.raises(ExtractError):
        article_of(a_page(script(json.dumps([labels, TEASER]), "type='application/json'"), HEAD))


@pytest.mark.parametrize(
    "body",
    [
        "<script>" + "self.__next_f.push([1," * 60_000 + "</script>",
        "<script>" + "x = {" * 200_000 + "</script>",
        script("[" * 200_000, "type='application/json'"),
        script(json.dumps([[["text of a value that is long enough."]]] * 100_000), "type='application/json'"),
        "<noscript>" * 3_000 + STORY,
        "<template>" * 500 + STORY,
    ],
)
def test_hostile_states_cost_little(body: str):
    """Values without an end, deep and many: time grows with the size of the page."""
    started = time.process_time()
    with suppress(ExtractError):
        article_of(a_page(body, HEAD))
    assert time.process_time() - started < 4
