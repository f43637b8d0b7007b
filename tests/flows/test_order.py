"""The same input gives the same stories, alerts and digests, in whatever order reading completes."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.flows.play import EXPECTED, Played, play

ACTS = sorted(EXPECTED["acts"])


@dataclass(frozen=True)
class Outcome:
    """What readers and analysts see of an act, without the numbers of rows."""

    outcomes: dict[str, tuple[str, str | None]]
    stories: frozenset[frozenset[str]]
    threads: frozenset[frozenset[str]]
    messages: tuple[tuple[str, str, str], ...]


def outcome_of(played: Played) -> Outcome:
    """An act, as it can be compared with another run."""

    def parts(key: str) -> frozenset[frozenset[str]]:
        numbers = {entry[key] for entry in played.entries.values() if entry[key]}
        return frozenset(
            frozenset(url for url, entry in played.entries.items() if entry[key] == number) for number in numbers
        )

    return Outcome(
        outcomes={url: (entry["outcome"], entry["of"]) for url, entry in played.entries.items()},
        stories=parts("story"),
        threads=parts("thread"),
        messages=tuple(
            sorted((mail["To"], mail["Date"], mail.get_body(("plain",)).get_content()) for mail in played.mails)
        ),
    )


@pytest.fixture(scope="module", params=ACTS)
def act(request, tmp_path_factory):
    """An act and its outcome if nothing disturbs it."""
    played = asyncio.run(play(request.param, tmp_path_factory.mktemp(request.param)))
    return request.param, outcome_of(played)


def test_whatever_order_reading_completes_in(act, tmp_path):
    """Sixteen requests at once, each answered after another time."""
    name, outcome = act
    assert outcome_of(asyncio.run(play(name, tmp_path, seed=1))) == outcome


@pytest.mark.slow
def test_a_restart_at_each_moment(act, tmp_path):
    """The stories in memory are those of the rows."""
    name, outcome = act
    assert outcome_of(asyncio.run(play(name, tmp_path, seed=3, restarts=True))) == outcome
