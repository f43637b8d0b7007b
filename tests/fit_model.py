"""The logistic model of `tests.fit_rules`: JSON on the standard input to JSON on the standard output. Needs numpy and scipy."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

RIDGE = 100.0  # strength of the pull towards the present weights, in units of their own size
# A text enters the digest if it is relevant with this probability: a miss costs a reader more than a line to skip.
LINE_PROBABILITY = 0.4
LINE_MARGIN = np.log(LINE_PROBABILITY / (1 - LINE_PROBABILITY))
MIN_TEXTS = 30  # a weight is fitted if it changes the score of so many texts


def fit_all(data: Mapping[str, Any]) -> dict[str, Any]:
    """Fits the model on all items, on all but each fold, and on bootstrap samples of groups. Needs numpy and scipy."""
    names = list(data["prior"])
    rule_points = np.array([row["rules"] for row in data["features"]])
    features = np.array([[row[name] for name in names] for row in data["features"]])
    prior = np.array([data["prior"][name] for name in names])
    relevant = np.array(data["relevant"], dtype=float)
    folds, groups = np.array(data["folds"]), np.array(data["groups"])
    rare = np.array([np.count_nonzero(features[:, index]) < MIN_TEXTS for index in range(len(names))])

    def fit(counts: Any) -> dict[str, float]:
        """Returns the weights with which a text at the digest threshold is relevant with LINE_PROBABILITY."""

        def loss(vector: Any) -> tuple[float, Any]:
            scale, ratios = np.exp(vector[0]), vector[1:]
            above = scale * (features @ (prior * ratios) + rule_points - data["digest"])
            margin = above + LINE_MARGIN
            probability = 1 / (1 + np.exp(-np.clip(margin, -500, 500)))
            nll = np.sum(counts * (np.logaddexp(0, margin) - relevant * margin))
            slope = counts * (probability - relevant)
            gradient = np.concatenate(
                [
                    [np.sum(slope * above)],
                    scale * (features * prior).T @ slope + RIDGE * (ratios - 1),
                ]
            )
            return nll + RIDGE / 2 * np.sum((ratios - 1) ** 2), gradient

        bounds = [(-3, 3), *((1.0, 1.0) if is_rare else (0.0, 4.0) for is_rare in rare)]
        best = minimize(loss, [0.5, *np.ones(len(names))], jac=True, bounds=bounds, method="L-BFGS-B").x
        return {name: round(float(weight), 2) for name, weight in zip(names, prior * best[1:], strict=True)}

    rng = np.random.default_rng(12)
    distinct, index_of = np.unique(groups, return_inverse=True)
    samples = [
        fit(np.bincount(rng.integers(len(distinct), size=len(distinct)), minlength=len(distinct))[index_of])
        for _ in range(data["bootstraps"])
    ]
    return {
        "all": fit(np.ones(len(relevant))),
        "folds": [fit((folds != fold).astype(float)) for fold in range(max(folds) + 1)],
        "samples": samples,
        "calibration": calibrate(data["calibration"]),
    }


def calibrate(pairs: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """Returns the midpoint and slope of the probability that a text with a score is relevant, on unselected items."""
    scores, truth = np.array([score for score, _ in pairs]), np.array([float(label) for _, label in pairs])

    def loss(vector: Any) -> float:
        margin = vector[1] * (scores - vector[0])
        return float(np.sum(np.logaddexp(0, margin) - truth * margin) + 0.5 * (vector[1] - 1) ** 2)

    midpoint, slope = minimize(loss, [1.8, 1.0], bounds=[(0.5, 4), (0.1, 6)], method="L-BFGS-B").x
    return {"midpoint": float(midpoint), "slope": float(slope)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(fit_all(json.load(sys.stdin))))
