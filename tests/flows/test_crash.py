"""Killed at any point, Monitor loses nothing, and repeats only what was on its way to a recipient."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.flows import crash
from tests.flows.killing import Kill, Nursery, Played, nursery, play

ACT = "june-2025"
# Every named point, by step.
POINTS = {
    "poll": ("poll.fetched", "poll.committed"),
    "read": ("read.fetched", "read.committed"),
    "group": ("group.committed",),
    "compose": ("compose.committed",),
    "deliver": ("deliver.claimed", "deliver.accepted", "deliver.marked"),
}
# Each is a place to die at twice: on the first row that comes there, and on a later one; not much later, for an act has
# few messages, and each death uses some up.
KILLS = {stage: [Kill(at=point, passing=n) for n in (1, 2) for point in points] for stage, points in POINTS.items()}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """The act whole, and the act killed by stage."""
    return asyncio.run(_play_all(tmp_path_factory.mktemp("acts")))


async def _play_all(folder: Path) -> dict[str, Played]:
    acts = iter([("whole", ()), *KILLS.items()])
    played: dict[str, Played] = {}
    async with nursery() as one, nursery() as other:
        await asyncio.gather(*(_play(born, folder, acts, played) for born in (one, other)))
    return played


async def _play(
    born: Nursery, folder: Path, acts: Iterator[tuple[str, Sequence[Kill]]], played: dict[str, Played]
) -> None:
    for name, kills in acts:
        played[name] = await play(born, ACT, folder / name, kills)


def test_every_named_point_is_a_place_to_die_at():
    """Each commit of a step has its point before or after it, and the process is killed at each of them."""
    fetched = {"poll.fetched", "read.fetched"}
    named = fetched | set(crash.BEFORE.values()) | set(crash.AFTER.values())
    assert named == {point for points in POINTS.values() for point in points}


@pytest.mark.slow
def test_the_uninterrupted_act_leaves_nothing_waiting(played: dict[str, Played]):
    """What the killed acts are held against: every entry ended, every notice told, every message taken once."""
    whole = played["whole"]
    assert whole.result.waiting == {"entries": 0, "notices": 0, "deliveries": 0}
    assert len(whole.result.told) == 4
    assert not whole.repeated
    assert set(whole.passed) == {point for points in POINTS.values() for point in points}


@pytest.mark.slow
@pytest.mark.parametrize("name", POINTS)
def test_a_killed_act_comes_to_the_same(played: dict[str, Played], name: str):
    """The same ends, stories and copies; the same stories told to each recipient that drops known ids."""
    killed = played[name]
    assert killed.killed == tuple(KILLS[name])
    assert killed.result == played["whole"].result


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["poll", "read", "compose"])
def test_nothing_arrives_twice_unless_it_was_on_its_way(played: dict[str, Played], stage: str):
    """A death while looking, reading or composing brings no message twice."""
    assert not played[stage].repeated


@pytest.mark.slow
def test_a_death_repeats_one_message_at_most(played: dict[str, Played]):
    """One message is on its way at a time: it comes twice where the death fell between the yes and our mark."""
    between = [kill for kill in played["deliver"].killed if kill.at == "deliver.accepted"]
    assert played["deliver"].repeated.total() == len(between)


@pytest.mark.slow
@pytest.mark.parametrize("name", POINTS)
def test_nothing_of_a_killed_life_is_left(played: dict[str, Played], name: str):
    """The workers of the pool end by themselves when the process that they worked for is gone."""
    assert played[name].orphans == []
