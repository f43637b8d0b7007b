"""A gloss: who deals with whom about what, in English, below a headline in another language.

It is made from the matched terms and topics that the verdict stores, so it says nothing that the text does not.
"""

from collections.abc import Sequence
from typing import Final

from monitor.model import Hit

BOTH: Final = "BOTH"  # the side of a term that names the pair
# The kinds of terms that answer "who", the most telling first. A country answers only if nothing else does.
ACTOR_KINDS: Final = ("person", "body", "group", "place", "country")
MAX_ACTORS_PER_SIDE: Final = 2
MAX_TOPICS: Final = 3
NO_TOPIC: Final = "other"  # of a text that matches none
# The names of the bundled topics; a user's own topic is shown by its code.
TOPIC_WORDS: Final = {
    "trade-energy": "trade and energy",
    "people-movement": "people on the move",
    "culture-sport": "culture and sport",
}


def gloss(hits: Sequence[Hit], topics: Sequence[str], *, language: str) -> str:
    """Returns "Jalil Jilani (PK), Hossein Amir-Abdollahian (IR): diplomacy"; "" for an English or an unmatched text.

    `hits` are in the order of the text, `topics` are codes, the main one first.
    """
    if language.partition("-")[0] in ("", "en"):
        return ""
    sides = sorted({hit.side for hit in hits} - {"", BOTH})
    actors = [f"{name} ({side})" for side in sides for name in actors_of(hits, side)]
    if not actors:
        return ""
    labels = ", ".join([topic_label(code) for code in topics if code != NO_TOPIC][:MAX_TOPICS])
    return ", ".join(actors) + (f": {labels}" if labels else "")


def actors_of(hits: Sequence[Hit], side: str) -> list[str]:
    """Returns the names of one side of the most telling kind that the text has, in its order."""
    for kind in ACTOR_KINDS:
        names = dict.fromkeys(hit.name for hit in hits if hit.side == side and hit.kind == kind)
        if names:
            return list(names)[:MAX_ACTORS_PER_SIDE]
    return []


def topic_label(code: str) -> str:
    """Returns the code of a topic or flag as words: "border security"."""
    return TOPIC_WORDS.get(code, code.replace("-", " "))
