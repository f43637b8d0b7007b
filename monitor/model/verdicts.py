"""The judgement of a text: hits, reasons, flags, topics, decision."""

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "summary", "text"]

# The store keeps these types as JSON, by field name. Codes of reasons, flags and topics are stored as well, and channels
# filter by them; sentences (`Reason.text`, `Verdict.missing`) are for people, and older verdicts have other wordings.


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A matched term. `start` and `end` count characters of the original field."""

    term: str  # id of the term
    name: str  # its name for people
    side: str  # "IR", "PK", "" ...
    kind: str  # country, person, group, place, body, topic ...
    field: Field
    start: int
    end: int
    text: str  # as the field has it
    points: float = 0.0  # of the reasons that rest on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of a judgement: its code, the points it adds to the score, and its place."""

    code: str
    points: float
    text: str  # a short sentence for people
    field: Field | Literal[""] = ""  # "": the reason is about the whole text; `start` and `end` are 0 then
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A warning about a text ("template-text") or its class ("sport", "us-iran-mediation"), with the words that show it."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of a text ("border-security"), with the words that show it."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision on a text with its score and reasons. `alert` implies `digest`; `near` excludes it."""

    digest: bool
    alert: bool
    score: float
    hits: tuple[Hit, ...] = ()
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()
    topics: tuple[Topic, ...] = ()  # the main one first; empty if the text is neither in the digest nor near it
    missing: str = ""  # below the digest threshold: the condition that was not met
    near: bool = False  # a near miss: slightly below the digest threshold
    rules: str = ""  # version of the rules
    # The share of texts with this score that readers found relevant, 0 to 1; None if an older release judged the text.
    probability: float | None = None
