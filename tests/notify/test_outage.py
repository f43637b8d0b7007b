"""When silent sources are an outage, and which change the operator is notified of."""

import pytest

from monitor.model import OutageChange
from monitor.notify.outage import is_outage, outage_change


@pytest.mark.parametrize(
    ("silent", "sources", "expected"),
    [(0, 0, False), (0, 9, False), (1, 1, True), (2, 9, False), (3, 9, True), (24, 74, False), (71, 73, True)],
)
def test_a_third_is_an_outage(silent, sources, expected):
    """A few of many sources always fail; a third is the fault of something common."""
    assert is_outage(silent=silent, sources=sources) is expected


@pytest.mark.parametrize(
    ("silent", "is_raised", "expected"),
    [
        (29, False, None),
        (30, False, OutageChange.ONSET),
        (90, True, None),
        (29, True, None),  # one source more or less is not another message
        (16, True, None),
        (15, True, OutageChange.RECOVERY),
        (0, True, OutageChange.RECOVERY),
    ],
)
def test_one_change_each_way(silent, is_raised, expected):
    """The onset is reported once, and its end only when half as many sources are silent."""
    assert outage_change(silent=silent, sources=90, is_raised=is_raised) is expected


def test_an_outage_of_removed_sources_ends():
    """If all sources were disabled meanwhile, nothing is silent any more."""
    assert outage_change(silent=0, sources=0, is_raised=True) is OutageChange.RECOVERY
