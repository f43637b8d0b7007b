"""Commands that only read: JSON and nothing else on stdout where it is asked for."""

import pytest

JUNE = ("--since", "2025-06-01", "--until", "2025-07-30")


@pytest.mark.parametrize(
    "words",
    [
        ("config", "show"),
        ("sources", "list"),
        ("outbox", "list"),
        ("story", "list", *JUNE),
        ("story", "show", "1"),
        ("search", "iran"),
        ("why", "1"),
        ("backtest",),
        ("digest", *JUNE),
    ],
)
def test_json_stands_alone(monitor, played, words):
    """What a program reads holds something, parses whole, and nothing is said beside it."""
    ran = monitor(*words, "--json")
    assert ran.json
    assert (ran.code, ran.err) == (0, "")
    assert ran.out != monitor(*words).out


def test_reading_leaves_the_store_as_it_is(monitor, played):
    """Looking is not touching: the file has the same bytes afterwards."""
    before = played.read_bytes()
    for words in (
        ("sources", "list"),
        ("search", "iran"),
        ("outbox", "list"),
        ("story", "show", "1"),
        ("why", "1"),
        ("backtest",),
    ):
        monitor(*words)
    assert played.read_bytes() == before
