"""The judgement of a text: matches, reasons, flags, topics."""

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "summary", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One matched term with its place: `start` and `end` count characters of the untouched field."""

    term: str  # id of the term
    name: str  # its name for people
    side: str  # "IR", "PK", "" …
    kind: str  # country, person, group, place, body, topic …
    field: Field
    start: int
    end: int
    text: str  # as it stands there
    points: float = 0.0  # of the reasons that it bears


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of a judgement: what was found and where, and what it added to the score."""

    code: str
    points: float
    text: str  # a short sentence for people
    field: Field | Literal[""] = ""  # where it stands, and its place in that field
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A caution about a text ("template text", "sport", "us-iran mediation") with its evidence."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a text is about ("border security"), with the words that say so."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision with its score and reasons. `alert` implies `digest`."""

    digest: bool
    alert: bool
    score: float
    hits: tuple[Hit, ...] = ()
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()
    topics: tuple[Topic, ...] = ()  # the main one first
    missing: str = ""  # below the line: what it lacked
    near: bool = False  # just under the digest line
    rules: str = ""  # which version of the rules judged
