"""Golden pairs: a source as outlets write them, and what it holds. `python -m tests.parse.test_golden` rewrites them."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import parse

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2024, 1, 20, tzinfo=UTC)
KINDS = {".rss.xml": "feed", ".atom.xml": "feed", ".rdf.xml": "feed"}
KINDS |= {".sitemap.xml": "news-sitemap", ".listing.html": "listing"}
SOURCES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json")


def held(path):
    """What a golden source holds, as JSON has it, without what is empty."""
    name, _, end = path.name.partition(".")
    host = {"urdu": "sarhad"}.get(name, name)
    parsed = parse.parse_source(
        KINDS["." + end],
        path.read_bytes(),
        url=f"https://{host}.example/feed",
        headers=(),
        zone="Asia/Karachi",
        language="",
        now=NOW,
        options=None,
    )
    # How items are hashed is no promise to anybody.
    fields = {key: value for key, value in asdict(parsed).items() if key not in ("item_hashes", "known_count")}
    fields["entries"] = [{key: value for key, value in entry.items() if value} for entry in fields["entries"]]
    return json.loads(json.dumps(fields, default=str, ensure_ascii=False))


def expected(path):
    return path.parent / (path.name.rsplit(".", 1)[0] + ".json")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_golden(path):
    """Titles, links, times and texts of a source come out as a reader of its page would copy them."""
    assert held(path) == json.loads(expected(path).read_text(encoding="utf-8"))


if __name__ == "__main__":
    for source in SOURCES:
        text = json.dumps(held(source), ensure_ascii=False, indent=2)
        expected(source).write_text(text + "\n", encoding="utf-8")
