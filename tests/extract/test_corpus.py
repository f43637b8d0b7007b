"""Quality on pages with known text; the floors are lowered only on purpose."""

import gzip
import json
import os
import re
import statistics
from collections import Counter
from pathlib import Path

import pytest

from monitor import extract
from tests.extract.builders import NOW

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[2] / "../shared"))
CORPUS = SHARED / "corpora" / "extraction"


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """All runs of four words."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)))


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not beside the project")
@pytest.mark.parametrize(("name", "floor"), [("scrapinghub", 0.955), ("fundus", 0.955)])
def test_texts_of_real_pages(name: str, floor: float):
    """F1 over shingles, as the article-extraction-benchmark counts it, on every third page."""
    precisions, recalls = [], []
    for row in (CORPUS / name / "truth.jsonl").read_text(encoding="utf-8").splitlines()[::3]:
        page = json.loads(row)
        body = gzip.decompress((CORPUS / name / "pages" / f"{page['id']}.html.gz").read_bytes())
        found = shingles(extract.article(body, url=page["url"], now=NOW).text)
        wanted = shingles(page["text"])
        shared = (found & wanted).total()
        precisions.append(shared / found.total())
        recalls.append(shared / wanted.total())
    assert statistics.harmonic_mean([statistics.fmean(precisions), statistics.fmean(recalls)]) >= floor
