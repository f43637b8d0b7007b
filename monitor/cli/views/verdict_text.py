"""Verdicts as lines of text, for `monitor why` and `monitor try`."""

from collections.abc import Iterator

from monitor.cli.views.output import field_line
from monitor.model import Verdict


def verdict_lines(label: str, verdict: Verdict) -> Iterator[str]:
    """Yields how a verdict came about: the score, each reason, topic and flag, and the missing evidence."""
    if verdict.alert:
        decision = "over the alert threshold"
    else:
        decision = "over the digest threshold" if verdict.digest else "below the digest threshold"
    yield field_line(label, f"score {verdict.score:.2f}, {decision} (rules {verdict.rules})")
    if verdict.probability is not None:
        yield field_line("", f"{frequency_words(verdict.probability)} with this score were relevant")
    for reason in verdict.reasons:
        yield field_line("", f"{reason.points:+.2f}  {reason.text}")
    for topic in verdict.topics:
        yield field_line("", f"topic: {topic.code}: {topic.evidence}" if topic.evidence else f"topic: {topic.code}")
    for flag in verdict.flags:
        yield field_line("", f"flag: {flag.code}: {flag.evidence}")
    if verdict.missing:
        yield field_line("", f"missing: {verdict.missing}")


def hit_lines(verdict: Verdict) -> Iterator[str]:
    """Yields each matched word with its field, position, term and points."""
    for hit in verdict.hits:
        points = f", {hit.points:+.2f}" if hit.points else ""
        term = f"{hit.name} ({hit.side or hit.kind}){points}"
        yield field_line("", f"{hit.field} {hit.start}-{hit.end}: {hit.text!r} = {term}")


def frequency_words(probability: float) -> str:
    """Returns a probability as people count: "about 8 in 10 texts"."""
    tenths = round(10 * probability)
    if tenths in {0, 10}:
        return "fewer than 1 in 20 texts" if tenths == 0 else "more than 19 in 20 texts"
    return f"about {tenths} in 10 texts"
