"""Checks of `monitor health` and `monitor doctor` as text."""

from collections.abc import Iterable, Iterator

from monitor.services.doctor import SetupCheck
from monitor.services.health import HealthCheck

# The names of checks are part of the --json output; some need more words for people.
CHECK_LABELS = {"layouts": "page layouts"}


def check_lines(checks: Iterable[HealthCheck | SetupCheck]) -> Iterator[str]:
    """Yields a line for each check, and below a failed one the advice."""
    for check in checks:
        label = CHECK_LABELS.get(check.name, check.name)
        yield f"{'ok  ' if check.ok else 'FAIL'} {label}: {check.detail}"
        if isinstance(check, SetupCheck) and not check.ok:
            yield f"       {check.fix}"
