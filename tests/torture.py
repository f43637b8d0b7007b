"""`python -m tests.torture --kills N --seed S`: an act in lives that are killed anywhere, held against the whole act.

In one act all deaths are of one kind: at random passings of a named point, or by SIGKILL from outside at any moment. The
table counts by kind; "different" are acts that came to something else than the whole one, "twice" messages that reached
a recipient again. Exit code 1 where an act differed, or a killed life left a process behind.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from tests.flows.killing import Kill, Nursery, Played, nursery, play

OUTSIDE = "from outside"
DEATHS = 5  # in one act
COUNTED = ("acts", "deaths", "different", "twice", "left behind")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--act", default="june-2025")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        table = asyncio.run(torture(Path(folder), given.act, kills=given.kills, rng=random.Random(given.seed)))
    _say(f"{'':16}" + "".join(f"{name:>13}" for name in COUNTED))
    for kind, row in sorted(table.items()):
        _say(f"{kind:16}" + "".join(f"{row[name]:13}" for name in COUNTED))
    total = sum(table.values(), Counter())
    _say(f"{'all':16}" + "".join(f"{total[name]:13}" for name in COUNTED) + f"   {time.monotonic() - started:.0f} s")
    sys.exit(1 if total["different"] or total["left behind"] else 0)


async def torture(folder: Path, act: str, *, kills: int, rng: random.Random) -> dict[str, Counter[str]]:
    """Play an act again and again until so many lives were killed; the counts by kind of death."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    async with nursery() as one, nursery() as other:
        started = time.monotonic()
        whole = await play(one, act, folder / "whole")
        orders = enumerate(_orders(whole, seconds=time.monotonic() - started, rng=rng))

        async def work(born: Nursery) -> None:
            while sum(row["deaths"] for row in table.values()) < kills:
                number, (kind, deaths) = next(orders)
                _note(table[kind], whole, await play(born, act, folder / str(number), deaths))

        await asyncio.gather(work(one), work(other))
    return table


def _orders(whole: Played, *, seconds: float, rng: random.Random) -> Iterator[tuple[str, list[Kill]]]:
    """Kinds of death in turn, every other one from outside; early enough that most acts see all their deaths."""
    while True:
        for point, passings in sorted(whole.passed.items()):
            yield point, [Kill(at=point, passing=rng.randint(1, max(passings // DEATHS, 1))) for _ in range(DEATHS)]
            yield OUTSIDE, [Kill(after=rng.uniform(0.0, seconds / 2)) for _ in range(DEATHS)]


def _note(row: Counter[str], whole: Played, killed: Played) -> None:
    different = [one.name for one in fields(whole.result) if _of(whole, one.name) != _of(killed, one.name)]
    row.update(
        {
            "acts": 1,
            "deaths": len(killed.killed),
            "different": int(bool(different)),
            "twice": killed.repeated.total(),
            "left behind": len(killed.orphans),
        }
    )
    if different or killed.orphans:
        _say(f"killed at {', '.join(map(str, killed.killed))}: different {different}, left behind {killed.orphans}")


def _of(played: Played, name: str) -> object:
    return getattr(played.result, name)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command


if __name__ == "__main__":
    main()
