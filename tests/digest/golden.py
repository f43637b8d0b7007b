"""The golden digests: `python -m tests.digest.golden` writes them anew. A diff is read before it is accepted."""

import json
from collections.abc import Callable
from pathlib import Path

from monitor.digest import render
from monitor.model import Digest, NoticeKind, Rendered

from .builders import NOW, a_coverage, a_digest, a_full_digest, a_line, a_story, some_templates

FOLDER = Path(__file__).parent / "golden"


def an_alert() -> Digest:
    return a_digest(kind="alert", stories=(a_story(kind=NoticeKind.ALERT, articles=(a_line(partial=True),)),))


def an_empty_digest() -> Digest:
    return a_digest(stories=(), coverage=a_coverage(entries=0, judged=0), zone="Asia/Tehran")


DIGESTS: dict[str, Callable[[], Digest]] = {"full": a_full_digest, "alert": an_alert, "empty": an_empty_digest}


def written(digest: Digest) -> Rendered:
    return render(digest, templates=some_templates(), now=NOW)


def forms(name: str) -> dict[str, str]:
    """A golden digest in each of its forms, by file name."""
    digest = written(DIGESTS[name]())
    return {
        f"{name}.txt": f"Subject: {digest.subject}\n\n{digest.text}",
        f"{name}.html": digest.html + "\n",
        f"{name}.json": json.dumps(digest.data, ensure_ascii=False, indent=2) + "\n",
    }


if __name__ == "__main__":
    for name in DIGESTS:
        for file, content in forms(name).items():
            (FOLDER / file).write_text(content, encoding="utf-8")
