"""Checks of `monitor health` and `monitor doctor` as text."""

from collections.abc import Iterable, Iterator, Sequence

from monitor.services.checks import HealthCheck, SetupCheck

# The names of checks are part of the --json output; some need more words for people.
CHECK_LABELS = {"layouts": "page layouts"}


def check_lines(checks: Iterable[HealthCheck | SetupCheck]) -> Iterator[str]:
    """Yields a line for each check, and below a failed one the advice."""
    for check in checks:
        label = CHECK_LABELS.get(check.name, check.name)
        yield f"{'ok  ' if check.ok else 'FAIL'} {label}: {check.detail}"
        if isinstance(check, SetupCheck) and not check.ok:
            yield f"       {check.fix}"


def summary_line(checks: Sequence[HealthCheck | SetupCheck]) -> str:
    """Returns the number of checks that passed and failed; after 80 lines nobody remembers them."""
    failed = sum(not check.ok for check in checks)
    return f"{len(checks)} checks: {len(checks) - failed} ok, {failed} failed"
