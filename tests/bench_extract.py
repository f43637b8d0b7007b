"""Our extraction beside that of others, over pages with known text: `make bench-extract`.

Each system runs in a process of its own and is handed the pages one at a time, each page once. The systems take turns of
some pages, so that the moods of the machine hit all alike (and no shorter ones: each turn finds the processor's caches full
of what another has left there). What is timed is the call, in CPU seconds, not the reading of the file. The others live in
an environment of their own (--peers); what is not installed there is said so. The pages lie beside the project, in ../shared
(MONITOR_SHARED names another place).

    python -m tests.bench_extract --peers .venv/bench/bin/python --every 4          (every fourth page)

F1 is that of the article-extraction-benchmark: runs of four words, precision and recall as means over the pages, an empty
answer left out of the precision. Leak is the share of the snippets let through that must not be in the text.
"""

import argparse
import contextlib
import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import fmean, harmonic_mean
from typing import Any

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).parents[1] / "../shared")
CORPUS = SHARED / "corpora" / "extraction"
SETS = ("scrapinghub", "fundus", "wcxb", "trafeval", "mediacloud")
TURN = 20  # pages
UNIT = "trafilatura"  # whose speed is 1

Extractor = Callable[[str, str], str | None]

# --- the systems: a page's HTML and address to its text ---------------------------------------------------------------


def monitor() -> Extractor:
    """Text, title, authors, dates, language and all else that an Article holds."""
    from datetime import UTC, datetime  # noqa: PLC0415 - each process loads only what it needs

    from monitor.extract import PageRequest, extract  # noqa: PLC0415

    def text(html: str, url: str) -> str | None:
        request = PageRequest(html=html.encode("utf-8", "replace"), url=url, now=datetime.now(UTC))
        article = extract(request).article
        return article.text if article else None

    return text


def monitor_text() -> Extractor:
    """Text alone."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from monitor.extract.extraction import MainText, PageRequest, find_main_text  # noqa: PLC0415

    def text(html: str, url: str) -> str | None:
        request = PageRequest(html=html.encode("utf-8", "replace"), url=url, now=datetime.now(UTC))
        main_text = find_main_text(request)
        return main_text.text if isinstance(main_text, MainText) else None

    return text


def trafilatura(**options: bool) -> Extractor:
    """Text alone."""
    import trafilatura  # noqa: PLC0415

    return lambda html, url: trafilatura.extract(html, url=url, include_comments=False, **options)


def trafilatura_metadata() -> Extractor:
    """Text with title, authors, date and what else it finds."""
    import trafilatura  # noqa: PLC0415

    def text(html: str, url: str) -> str | None:
        found = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
        return found.text if found else None

    return text


def readability() -> Extractor:
    """Text and title."""
    import lxml.html  # noqa: PLC0415
    from readability import Document  # noqa: PLC0415

    return lambda html, _: "\n".join(lxml.html.fromstring(Document(html).summary()).itertext())


def newspaper() -> Extractor:
    """Text, title, authors, date, pictures: its one way."""
    from newspaper import Article  # noqa: PLC0415

    def text(html: str, url: str) -> str | None:
        article = Article(url, fetch_images=False)  # else it asks the network for the size of each picture
        article.download(input_html=html)
        article.parse()
        return article.text

    return text


def resiliparse() -> Extractor:
    """Text alone."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

    return lambda html, _: extract_plain_text(html, main_content=True, alt_texts=False)


SYSTEMS: dict[str, Callable[[], Extractor]] = {
    "monitor +meta": monitor,
    "trafilatura +meta": trafilatura_metadata,
    "monitor": monitor_text,
    "trafilatura": trafilatura,
    "trafilatura precision": partial(trafilatura, favor_precision=True),
    "trafilatura fast": partial(trafilatura, fast=True),
    "readability-lxml": readability,
    "newspaper4k": newspaper,
    "resiliparse": resiliparse,
}
OURS = ("monitor", "monitor +meta")

# --- a system's process -----------------------------------------------------------------------------------------------


def serve(name: str) -> None:
    """Answer pages, one line of JSON each, until there are no more; then tell the peak of memory."""
    out, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    say = partial(print, file=out, flush=True)
    try:
        extract = SYSTEMS[name]()
    except ImportError as error:
        say(json.dumps({"missing": str(error)}))
        return
    say(json.dumps({"ready": True}))
    # What is loaded at the first call counts for none of the pages.
    answer(
        extract, "<html><body><p>A first page loads whatever is loaded once.</p></body></html>", "https://example.org/"
    )
    for asked in map(json.loads, sys.stdin):
        say(json.dumps(answer(extract, html_of(Path(asked["path"])), asked["url"]) | {"peak": peak()}))


def answer(extract: Extractor, html: str, url: str) -> dict[str, Any]:
    """The text of a page, what it cost, and what went wrong."""
    error = ""
    start = time.process_time()
    try:
        text = extract(html, url)
    except Exception as fault:  # noqa: BLE001 - an extractor's crash is a result
        text, error = None, f"{type(fault).__name__}: {fault}"
    return {"text": text or "", "seconds": time.process_time() - start, "error": error}


def html_of(path: Path) -> str:
    """A page as text. lxml refuses one that declares an encoding all the same."""
    html = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", html)


def peak() -> float:
    """The most memory that this process has held, in MiB, or 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


# --- the run ----------------------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Column:
    """A system in the run."""

    name: str
    process: subprocess.Popen[str]
    missing: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, row: Mapping[str, Any]) -> None:
        """Let the system read a page."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"path": str(row["path"]), "url": row["url"]}) + "\n")
        self.process.stdin.flush()
        self.answers.append(json.loads(self.process.stdout.readline()))


def start(name: str, python: str) -> Column:
    """A process for a system."""
    # -P: a folder of the tests must not hide a module of a library.
    command = [python, "-P", "-W", "ignore", __file__, "--serve", name]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    first = process.stdout.readline()
    told = json.loads(first) if first else {"missing": "its process died"}
    return Column(name=name, process=process, missing=told.get("missing", ""))


def rows(every: int) -> Iterator[dict[str, Any]]:
    """What is known of every nth page."""
    for name in SETS:
        lines = (CORPUS / name / "truth.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines[::every]:
            row = json.loads(line)
            yield row | {"set": name, "path": CORPUS / name / "pages" / f"{row['id']}.html.gz"}


# --- the score --------------------------------------------------------------------------------------------------------

# Chinese and Japanese have no blanks; the public benchmark, which has no page of theirs, takes their runs for words.
_WORDS = re.compile(r"\w+")
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def shingles(text: str, words: re.Pattern[str]) -> Counter[tuple[str, ...]]:
    """All runs of four words."""
    found = words.findall(text)
    return Counter(tuple(found[at : at + 4]) for at in range(max(1, len(found) - 3)) if found)


def precision_recall(row: Mapping[str, Any], text: str) -> tuple[float | None, float]:
    """Of one page; no precision where there is no text."""
    words = _WORDS if row["set"] == "scrapinghub" else _SIGNS
    wanted, got = shingles(row["text"], words), shingles(text, words)
    shared = (wanted & got).total()
    return (shared / got.total() if got else None), (shared / wanted.total() if wanted else 1.0)


def scores(pages: Sequence[tuple[Mapping[str, Any], str]]) -> tuple[float, float, float]:
    """F1, precision and recall over the pages whose text is known."""
    pairs = [precision_recall(row, text) for row, text in pages if row.get("text")]
    precision = fmean([one for one, _ in pairs if one is not None] or [0.0])
    recall = fmean([other for _, other in pairs] or [0.0])
    return harmonic_mean([precision, recall]), precision, recall


def leak(pages: Sequence[tuple[Mapping[str, Any], str]]) -> float:
    """The share of what must not be in the texts, and is."""
    through = [_plain(one) in _plain(text) for row, text in pages for one in row.get("without") or () if one.strip()]
    return fmean(through) if through else 0.0


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


# --- the table --------------------------------------------------------------------------------------------------------


def table(columns: Sequence[Column], known: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each system."""
    scored = [name for name in SETS if any(row["set"] == name and row.get("text") for row in known)]
    heads = "".join(f"{f'{name} F1 P R':>24}" for name in scored)
    yield f"{'':22}{heads}{'leak':>7}{'empty':>7}{'errors':>7}{'pages/s':>9}{'x':>6}{'slowest':>9}{'peak':>9}"
    seconds = {column.name: sum(one["seconds"] for one in column.answers) for column in columns}
    for column in columns:
        if column.missing:
            yield f"{column.name:22}  not installed ({column.missing})"
            continue
        pages = [(row, one["text"]) for row, one in zip(known, column.answers, strict=True)]
        parts = (scores([page for page in pages if page[0]["set"] == name]) for name in scored)
        figures = "".join(f"{f1:>12.3f} {precision:.3f} {recall:.3f}" for f1, precision, recall in parts)
        took = seconds[column.name]
        times = f"{seconds[UNIT] / took:6.2f}" if seconds.get(UNIT) else f"{'':6}"
        empty, errors = sum(not text.strip() for _, text in pages), sum(bool(one["error"]) for one in column.answers)
        slowest, most = (max(one[key] for one in column.answers) for key in ("seconds", "peak"))
        yield (
            f"{column.name:22}{figures}{leak(pages):>7.3f}{empty:>7}{errors:>7}{len(pages) / took:>9.1f}{times}"
            f"{slowest * 1000:>6.0f} ms{most:>5.0f} MiB"
        )


def main() -> int:
    """0, or 2 where there is nothing to read."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--peers", default=sys.executable, help="the Python in whose environment the others are")
    arguments.add_argument("--every", type=int, default=1, help="read every nth page")
    arguments.add_argument("--systems", default=",".join(SYSTEMS), help="which, parted by commas")
    arguments.add_argument("--serve", choices=SYSTEMS, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.serve:
        serve(asked.serve)
        return 0
    if not CORPUS.exists():
        say(f"bench-extract: skipped, no pages in {CORPUS}")
        return 2
    known = list(rows(asked.every))
    columns = [start(name, sys.executable if name in OURS else asked.peers) for name in asked.systems.split(",")]
    for turn in range(0, len(known), TURN):
        for column in columns:
            if not column.missing:
                for row in known[turn : turn + TURN]:
                    column.ask(row)
    for line in table(columns, known):
        say(line)
    for column in columns:
        column.process.stdin.close()
        column.process.wait()
    return 0


def say(words: str) -> None:
    """The table is what this program is for."""
    print(words, flush=True)  # noqa: T201 - a command


if __name__ == "__main__":
    sys.exit(main())
