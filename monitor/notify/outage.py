"""When so many sources are silent that the operator must act: the onset of an outage, and its end."""

from monitor.model import OutageChange

# A third: of many sources a few always fail (moved, blocked), and a check that is red for ever is not read.
OUTAGE_SHARE = 1 / 3
# The end needs fewer silent sources than the onset, so that one source more or less does not send a message each time.
RECOVERY_SHARE = 1 / 6


def is_outage(*, silent: int, sources: int) -> bool:
    """Returns whether so many of the polled sources are silent that it is an outage."""
    return silent > 0 and silent >= sources * OUTAGE_SHARE


def outage_change(*, silent: int, sources: int, is_raised: bool) -> OutageChange | None:
    """Returns the change that the operator is notified of, or None. `is_raised`: they were notified of the onset."""
    if not is_raised:
        return OutageChange.ONSET if is_outage(silent=silent, sources=sources) else None
    return OutageChange.RECOVERY if silent <= sources * RECOVERY_SHARE else None
