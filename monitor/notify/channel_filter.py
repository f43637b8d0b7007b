"""Which texts a channel takes, by the topics and flags that the rules give a text."""

from dataclasses import dataclass

from monitor.model import Channel, SkipReason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Why a channel does not take a text, and the codes of topics and flags that decided."""

    reason: SkipReason
    codes: tuple[str, ...]

    def __str__(self) -> str:
        codes = ", ".join(self.codes)
        return f"it includes only {codes}" if self.reason is SkipReason.NOT_INCLUDED else f"it excludes {codes}"


def exclusion_reason(channel: Channel, verdict: Verdict) -> Exclusion | None:
    """Returns why a channel does not take a text, or None if it takes it. `exclude` is asked before `include`."""
    flags = {flag.code for flag in verdict.flags}
    topics = {topic.code for topic in verdict.topics}
    # An excluded topic counts only if the text has no other topic: a reader who excludes sport still wants the report
    # of shots at the border during a match. An excluded flag always counts.
    only_excluded_topics = topics if topics <= set(channel.exclude) else set()
    excluded = tuple(code for code in channel.exclude if code in flags | only_excluded_topics)
    if excluded:
        return Exclusion(reason=SkipReason.EXCLUDED_BY_CHANNEL, codes=excluded)
    if channel.include and not (flags | topics) & set(channel.include):
        return Exclusion(reason=SkipReason.NOT_INCLUDED, codes=channel.include)
    return None
