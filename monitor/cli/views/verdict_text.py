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
