"""A gloss in English below headlines in other languages."""

import pytest

from monitor.digest import gloss
from monitor.model import Hit


def a_hit(name: str, side: str, kind: str) -> Hit:
    return Hit(term=name.lower(), name=name, side=side, kind=kind, field="title", start=0, end=1, text="x")


IRAN, PAKISTAN = a_hit("Iran", "IR", "country"), a_hit("Pakistan", "PK", "country")
ARAGHCHI, DAR = a_hit("Abbas Araghchi", "IR", "person"), a_hit("Ishaq Dar", "PK", "person")


@pytest.mark.parametrize(
    ("hits", "topics", "language", "expected"),
    [
        ((IRAN, DAR, ARAGHCHI, DAR), ("diplomacy", "other"), "ur", "Abbas Araghchi (IR), Ishaq Dar (PK): diplomacy"),
        ((PAKISTAN, ARAGHCHI), ("trade-energy",), "fa-IR", "Abbas Araghchi (IR), Pakistan (PK): trade and energy"),
        ((IRAN, PAKISTAN), (), "ar", "Iran (IR), Pakistan (PK)"),
        ((IRAN, PAKISTAN), ("diplomacy",), "en", ""),
        ((IRAN, PAKISTAN), ("diplomacy",), "", ""),
        ((), ("diplomacy",), "tr", ""),
    ],
)
def test_gloss(hits, topics, language, expected):
    """It names the most telling kind of each side and the topics; an English headline needs none."""
    assert gloss(hits, topics, language=language) == expected


def test_gloss_is_short():
    """Of a text with many names two of each side are named, and three topics."""
    hits = [a_hit(f"{side}{number}", side, "person") for side in ("PK", "IR") for number in range(5)]
    assert gloss(hits, ("a", "b", "c", "d"), language="ur") == "IR0 (IR), IR1 (IR), PK0 (PK), PK1 (PK): a, b, c"
