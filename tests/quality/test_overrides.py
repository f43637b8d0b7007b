"""Each selector that a source may have, on a page that the general way cannot read right: the file of a source mends it."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from monitor.config.schemas import Page
from monitor.model import Article, PageSelectors
from tests.extract.builders import article_of

CASES = sorted((Path(__file__).parent / "overrides").glob("*.yaml"))
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def case_of(file: Path) -> tuple[dict[str, object], bytes, PageSelectors]:
    """What the page says, its bytes, and the selectors as a source has them."""
    told = yaml.safe_load(file.read_text("utf-8"))
    return told, file.with_suffix(".html").read_bytes(), TypeAdapter(Page).validate_python(told["page"])


def read(told: dict[str, object], body: bytes, page: PageSelectors | None) -> Article:
    """The article by these selectors, or by none."""
    return article_of(body, url=told["url"], zone=told.get("zone", "UTC"), now=NOW, selectors=page)


def wrong(told: dict[str, object], article: Article) -> list[str]:
    """What of the case the article has otherwise."""
    got = {
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "published": article.published,
    }
    return [name for name, value in got.items() if name in told and value != _plain(told[name])]


def _plain(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_an_override_mends_what_the_general_way_gets_wrong(file: Path):
    """With the selector all of the case is right, and without it what the selector is for is not."""
    told, body, page = case_of(file)
    named = {"content": "text", "remove": "text", "title": "title", "author": "authors", "date": "published"}
    assert wrong(told, read(told, body, page)) == []
    assert wrong(told, read(told, body, None)) == [named[file.stem]]


def test_every_kind_of_override_has_a_case():
    """Its file is called as the key is."""
    assert {file.stem for file in CASES} == {field.name for field in fields(PageSelectors)}
