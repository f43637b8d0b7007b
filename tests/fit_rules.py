"""Fits the numbers of `config/rules/weights.yaml` on items labelled by reading: `make fit-rules`.

    python -m tests.fit_rules --peers .venv/bench/bin/python [--write]

People choose the words and the rules; this program fits their points. Each judgement becomes its features: how much each
weight adds to the score for one point of it. A logistic model of them (ridge towards the present weights, no weight below
zero, L-BFGS-B) is fitted on dev and dev2. Precision and recall are printed in fold, and out of fold by the judge itself
with the weights of the other folds: no event is in two folds. The intervals come from a bootstrap over events.

numpy and scipy are in the environment of the benches, never in the product: the model (`tests.fit_model`) runs there.
"""

import argparse
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor import relevance
from monitor.model import Verdict
from monitor.relevance.rules import RuleSet
from tests.relevance.dev import CORPORA
from tests.relevance.rulefiles import FOLDER, shipped

FOLDS = 5
BOOTSTRAPS = 200
FITTED = (
    "title_both",
    "title_pair",
    "title_lead",
    "passage",
    "pair_lead",
    "pair_later",
    "relation_lead",
    "relation_later",
    "section",
    "adjacent",
    "frequency",
)
Weights = Mapping[str, float]
Item = dict[str, Any]


def items() -> list[Item]:
    """Returns the items of both sets, each with `fold` and `set`."""
    rows = []
    for name in ("dev", "dev2"):
        # By "\n" alone: some texts have other line separators inside their strings.
        for line in (CORPORA / "relevance" / f"{name}.jsonl").read_text("utf-8").rstrip("\n").split("\n"):
            item = json.loads(line)
            group = group_of(item)
            # A hash of the group, so that a new item never moves another one to a different fold.
            rows.append({**item, "set": name, "group": group, "fold": zlib.crc32(group.encode()) % FOLDS})
    return rows


def group_of(item: Item) -> str:
    """Returns the event of an item, else its group of near duplicates, else its outlet and week."""
    day = str(item.get("date") or "")[:10]
    week = day[:8] + str(int(day[8:10] or 1) // 7) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else day
    return item.get("event") or item.get("neardup_group") or f"{item.get('outlet')} {week}"


def judge_all(rules: RuleSet, chosen: Iterable[Item]) -> list[Verdict]:
    """Returns the verdicts of these rules on items, with what the catalogue knows of their outlets."""
    from tests.quality import entry  # noqa: PLC0415 - the environment of the model has no catalogue

    judge = relevance.compile(rules)
    verdicts = []
    for item in chosen:
        source = entry._source(item.get("url") or "", outlet=item.get("outlet") or "")
        verdicts.append(
            judge(
                title=item.get("title") or "",
                text=item.get("text") or "",
                language=item.get("lang") or "",
                country=source.country,
                outlet=item.get("outlet") or source.name,
            )
        )
    return verdicts


def with_weights(rules: RuleSet, weights: Weights) -> RuleSet:
    """Returns the rules with some of their weights replaced."""
    return replace(rules, weights=replace(rules.weights, **weights))


def feature_rows(rules: RuleSet, chosen: Sequence[Item]) -> list[dict[str, float]]:
    """Returns for each item how much each weight adds to its score per point of the weight."""
    full = [verdict.score for verdict in judge_all(rules, chosen)]
    # The points of rules are people's: most rules match too few texts for a fit. They are part of each score as they are.
    nothing = judge_all(with_weights(rules, dict.fromkeys(FITTED, 0.0)), chosen)
    rows: list[dict[str, float]] = [{"rules": verdict.score} for verdict in nothing]
    for name in FITTED:
        weight = getattr(rules.weights, name)
        without = judge_all(with_weights(rules, {name: 0.0}), chosen)
        for row, score, verdict in zip(rows, full, without, strict=True):
            row[name] = (score - verdict.score) / weight
    return rows


def precision_recall(pairs: Iterable[tuple[bool, bool]]) -> str:
    """Returns precision and recall of pairs (label, verdict) as text."""
    counted = list(pairs)
    hits = sum(label and verdict for label, verdict in counted)
    return f"{hits / max(1, sum(v for _, v in counted)):.3f}/{hits / max(1, sum(t for t, _ in counted)):.3f}"


def table(chosen: Sequence[Item], columns: Mapping[str, Sequence[Verdict]]) -> Iterable[str]:
    """Yields precision/recall of digest and alerts by set, one column for each list of verdicts."""
    parts: dict[str, Callable[[Item], bool]] = {
        "dev and dev2": lambda item: True,
        "dev": lambda item: item["set"] == "dev",
        "dev2": lambda item: item["set"] == "dev2",
        "whole runs of dev2": lambda item: item.get("stratum") == "whole-run",
        "English, 1,200 characters and more": lambda item: item["lang"] == "en" and len(item["text"] or "") >= 1200,
    }
    yield f"{'':<44}" + "".join(f"{name:<16}" for name in columns)
    for name, is_part in parts.items():
        for line, least in (("digest", 1), ("alert", 2)):
            cells = [
                precision_recall(
                    (item["grade"] >= least, getattr(verdict, line))
                    for item, verdict in zip(chosen, verdicts, strict=True)
                    if is_part(item)
                )
                for verdicts in columns.values()
            ]
            yield f"{f'{name}: {line}':<44}" + "".join(f"{cell:<16}" for cell in cells)


def out_of_fold(rules: RuleSet, chosen: Sequence[Item], fitted: Sequence[Weights]) -> list[Verdict]:
    """Returns the verdict on each item by the weights that were fitted without its fold."""
    verdicts: dict[int, Verdict] = {}
    for fold, weights in enumerate(fitted):
        places = [place for place, item in enumerate(chosen) if item["fold"] == fold]
        judged = judge_all(with_weights(rules, weights), [chosen[place] for place in places])
        verdicts |= dict(zip(places, judged, strict=True))
    return [verdicts[place] for place in range(len(chosen))]


def write_weights(path: Path, model: Mapping[str, Any]) -> None:
    """Writes the fitted weights into the file, each with its interval in the comment; other lines stay."""
    weights, samples = model["all"], model["samples"]
    lines = []
    for old_line in path.read_text("utf-8").splitlines():
        line = old_line
        name, _, rest = line.strip().partition(":")
        comment = re.sub(r"^[^#]*# *(?:\[[^\]]*\] *)?", "", rest)
        if name in weights:
            ordered = sorted(sample[name] for sample in samples)
            low, high = ordered[int(0.05 * len(ordered))], ordered[int(0.95 * len(ordered))]
            # A weight that too few texts show stays as it is, without an interval.
            interval = f"[{low:.2f} {high:.2f}] " if low < high else ""
            line = f"{f'  {name}: {weights[name]:g}':<30}# {interval}{comment}"
        elif name in {"probability_midpoint", "probability_slope"}:
            line = f"{f'  {name}: ' + format(model['calibration'][name.removeprefix('probability_')], '.2f'):<30}# {comment}"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Prints the table of both fits and the fitted weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, default=Path(sys.executable), help="a Python that has numpy and scipy")
    parser.add_argument("--write", action="store_true", help="write the weights into config/rules/weights.yaml")
    options = parser.parse_args()
    rules, chosen = shipped(), items()
    present = judge_all(rules, chosen)
    data = {
        "features": feature_rows(rules, chosen),
        "digest": rules.weights.digest,
        "prior": {name: getattr(rules.weights, name) for name in FITTED},
        "relevant": [item["grade"] >= 1 for item in chosen],
        "folds": [item["fold"] for item in chosen],
        "groups": [item["group"] for item in chosen],
        "bootstraps": BOOTSTRAPS if options.write else 20,
        "calibration": [
            (verdict.score, item["grade"] >= 1)
            for item, verdict in zip(chosen, present, strict=True)
            if item.get("stratum") == "whole-run"
        ],
    }
    done = subprocess.run(
        [options.peers, "-m", "tests.fit_model"], input=json.dumps(data), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    model = json.loads(done.stdout)
    columns = {
        "present": present,
        "in fold": judge_all(with_weights(rules, model["all"]), chosen),
        "out of fold": out_of_fold(rules, chosen, model["folds"]),
    }
    for line in table(chosen, columns):
        sys.stdout.write(f"{line}\n")
    for name, weight in model["all"].items():
        sys.stdout.write(f"{name:<16}{data['prior'][name]:>6.2f} -> {weight:>6.2f}\n")
    sys.stdout.write(f"calibration {model['calibration']}\n")
    if options.write:
        write_weights(FOLDER / "weights.yaml", model)


if __name__ == "__main__":
    main()
