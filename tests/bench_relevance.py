"""Our judge beside naive rules and a learned one, on items labelled by reading: `make bench-relevance`.

    python -m tests.bench_relevance --peers .venv/bench/bin/python

Naive: both names anywhere, or in the headline and the first three sentences, in English or in five languages. Learned:
TF-IDF of words and logistic regression (scikit-learn, in an environment of its own), out of fold: no
event is both in training and in test. The items are in ../shared beside the project (MONITOR_SHARED names another place).
Digest is compared with grades 1 and 2, alert with grade 2.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.relevance import dev

FOLDS = 5
CUTS = {"digest": 0.3, "alert": 0.3}  # of the learned judge: its best F1 lies near
ENGLISH = (r"\biran(?:ian|ians)?\b", r"\bpakistan(?:i|is)?\b")
FIVE = (
    r"\biran(?:ian|ians|lı)?\b|\bi̇ran|ایران|ايران|إيران",
    r"\bpakistan(?:i|is|lı)?\b|پاکستان|پاكستان|باكستان",
)
Answer = dict[str, bool]
Judge = Callable[[dev.Item], Answer]


def naive(names: tuple[str, str], *, whole: bool) -> Judge:
    """Returns a judge that looks for both names in the text, or in its headline and first three sentences."""
    patterns = [re.compile(name, re.IGNORECASE) for name in names]

    def judge(item: dev.Item) -> Answer:
        body = item.text if whole else " ".join(re.split(r"(?<=[.!?۔؟])\s|\n+", item.text)[:3])
        both = all(pattern.search(f"{item.title}\n{body}") for pattern in patterns)
        return {"digest": both, "alert": both}

    return judge


def ours() -> Judge:
    """Returns the shipped rules, as the product uses them."""
    from tests.quality import entry  # noqa: PLC0415 - the learned judge's environment does not have them

    return lambda item: entry.judge(asdict(item))


def learn(items: Sequence[dev.Item]) -> Iterable[Answer]:
    """Returns the answers of the learned judge, out of fold. Needs the environment with scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import GroupKFold, cross_val_predict  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    texts = [f"{item.title} {item.title} {item.text}" for item in items]
    groups = [item.event or item.id for item in items]
    scores = {}
    for line, least in (("digest", 1), ("alert", 2)):
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(class_weight="balanced", C=10.0, max_iter=1000),
        )
        truth = [item.grade >= least for item in items]
        told = cross_val_predict(model, texts, truth, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")
        scores[line] = [float(one[1]) >= CUTS[line] for one in told]
    return [{"digest": digest, "alert": alert} for digest, alert in zip(*scores.values(), strict=True)]


def learned(peers: Path) -> tuple[list[Answer], str]:
    """Returns the answers of the learned judge and "", or no answers and the reason."""
    if not peers.exists():
        return [], "not installed"
    done = subprocess.run(
        [peers, "-m", "tests.bench_relevance", "--learn"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return [], "not installed" if "ModuleNotFoundError" in done.stderr else done.stderr.splitlines()[-1]
    return json.loads(done.stdout), ""


def row(name: str, items: Sequence[dev.Item], answers: Sequence[Answer], cost: str = "") -> str:
    """Returns precision and recall of both decisions, of the digest by language, and false alarms that name both countries."""
    cells = [_scores((item.grade >= 1, answer["digest"]) for item, answer in zip(items, answers, strict=True))]
    cells.append(_scores((item.grade == 2, answer["alert"]) for item, answer in zip(items, answers, strict=True)))
    for language in ("en", "ur", "fa"):
        chosen = [(item, answer) for item, answer in zip(items, answers, strict=True) if item.lang == language]
        cells.append(_scores((item.grade >= 1, answer["digest"]) for item, answer in chosen))
    both = [
        answer["digest"]
        for item, answer in zip(items, answers, strict=True)
        if item.mention == "both" and not item.grade
    ]
    return f"{name:<42}" + "".join(f"{cell:<13}" for cell in cells) + f"{sum(both) / len(both):<12.1%}{cost}"


def _scores(pairs: Iterable[tuple[bool, bool]]) -> str:
    told = list(pairs)
    hits = sum(true and said for true, said in told)
    precision, recall = hits / max(1, sum(said for _, said in told)), hits / max(1, sum(true for true, _ in told))
    return f"{precision:.2f}/{recall:.2f}"


def table(items: Sequence[dev.Item], peers: Path) -> Iterable[str]:
    """Yields a line for each judge."""
    yield f"{'precision/recall':<42}{'digest':<13}{'alert':<13}{'en':<13}{'ur':<13}{'fa':<13}{'both named':<12}ms an item"
    for name, names in (("English", ENGLISH), ("five languages", FIVE)):
        for where, whole in (("anywhere", True), ("headline and 3 sentences", False)):
            judge = naive(names, whole=whole)
            yield row(f"{name}, {where}", items, [judge(item) for item in items])
    answers, missing = learned(peers)
    yield (
        row("TF-IDF + logistic regression", items, answers)
        if answers
        else f"{'TF-IDF + logistic regression':<42}{missing}"
    )
    judge = ours()
    judge(items[0])
    start = time.process_time()
    answers = [judge(item) for item in items]
    yield row("Monitor", items, answers, f"{1000 * (time.process_time() - start) / len(items):.2f}")


def main() -> None:
    """Prints the table, or the answers of the learned judge for the parent process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, default=Path(sys.executable), help="a Python that has scikit-learn")
    parser.add_argument("--learn", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not dev.LABELLED.is_file():
        sys.exit(f"no labelled texts in {dev.CORPORA}")
    if chosen.learn:
        sys.stdout.write(json.dumps(list(learn(dev.items()))))
        return
    for line in table(dev.items(), chosen.peers):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
