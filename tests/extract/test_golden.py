"""Golden pairs: a page of an invented outlet, shaped like real ones, and the article it must give."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Article
from tests.extract.builders import article_of

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2024, 3, 1, tzinfo=UTC)
PAGES = sorted(path.stem for path in GOLDEN.glob("*.html"))


def read(name: str) -> Article:
    """The article of a golden page, read as a source in Karachi would be."""
    body = (GOLDEN / f"{name}.html").read_bytes()
    return article_of(body, url=f"https://{name}.example/story", zone="Asia/Karachi", now=NOW)


def as_json(article: Article) -> dict[str, object]:
    """What a golden file holds: every field, the text by paragraphs."""
    fields = asdict(article) | {"text": article.text.split("\n\n"), "method": str(article.method)}
    return json.loads(json.dumps(fields, default=str))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_its_article(name: str):
    """Text without residue, and all that the page says of it."""
    assert as_json(read(name)) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
