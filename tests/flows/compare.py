"""Hold what an act came to against expected.yaml: `python -m tests.flows.compare [ACT]` prints the differences."""

import asyncio
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import urls
from monitor.cli.logs import set_up
from tests.flows.play import EXPECTED, Played, play


def differences(name: str, played: Played) -> list[str]:
    """Everything in which the act differs from what is expected of it, one line each."""
    expected = EXPECTED["acts"][name]
    wanted = {urls.canonicalize(url): what for url, what in expected["entries"].items()}
    names = _names(wanted, played)
    return [
        *(f"never seen: {url}" for url in sorted(wanted.keys() - played.entries.keys())),
        *(f"not expected: {url}" for url in sorted(played.entries.keys() - wanted.keys())),
        *_outcomes(wanted, played),
        *_groups("story", wanted, played),
        *_groups("thread", wanted, played),
        *_deliveries(expected["deliveries"], played, names),
    ]


def _outcomes(wanted: dict[str, Any], played: Played) -> Iterator[str]:
    for url, what in wanted.items():
        got = played.entries.get(url)
        if got is None:
            continue
        if got["outcome"] != what["outcome"]:
            score = "" if got["score"] is None else f" (score {got['score']:.2f})"
            yield f"outcome: {what['outcome']} expected, {got['outcome']} found{score}: {got['title']}"
        elif what["outcome"] == "duplicate" and got["of"] != urls.canonicalize(what["of"]):
            yield f"copy: of {what['of']} expected, of {got['of']} found: {got['title']}"
        if what.get("flag") and what["flag"].replace(" ", "-") not in got["flags"]:
            yield f"flag: {what['flag']} expected, {got['flags']} found: {got['title']}"


def _groups(kind: str, wanted: dict[str, Any], played: Played) -> Iterator[str]:
    """Where the partition differs: what was torn apart, and what was thrown together."""
    pairs = {
        url: (what[kind], played.entries[url][kind])
        for url, what in wanted.items()
        if kind in what and url in played.entries
    }
    for name in sorted({name for name, _ in pairs.values()}):
        found = Counter(number for expected, number in pairs.values() if expected == name)
        if len(found) > 1:
            titles = [
                f"{number}: {played.entries[url]['title'][:50]}" for url, (one, number) in pairs.items() if one == name
            ]
            yield f"{kind} {name} is torn into {len(found)}: {' | '.join(sorted(titles))}"
    for number in sorted({number for _, number in pairs.values() if number}):
        names = sorted({name for name, one in pairs.values() if one == number})
        if len(names) > 1:
            yield f"{kind} {number} joins {', '.join(names)}"


def _names(wanted: dict[str, Any], played: Played) -> dict[int, str]:
    """The expected name of each story found: that of most of its items."""
    votes: dict[int, Counter[str]] = {}
    for url, got in played.entries.items():
        if got["story"]:
            name = wanted.get(url, {}).get("story") or f"unwanted ({got['title'][:40]})"
            votes.setdefault(got["story"], Counter())[name] += 1
    return {story: counted.most_common(1)[0][0] for story, counted in votes.items()}


def _deliveries(expected: dict[str, Any], played: Played, names: dict[int, str]) -> Iterator[str]:
    for channel, wanted in expected.items():
        want = {_key(one): _named(one) for one in wanted}
        got = {_key(one): _named(one, names) for one in _merged(played.told.get(channel, []))}
        for key in sorted(want.keys() | got.keys()):
            if want.get(key) != got.get(key):
                yield f"{channel} {key[0]:%d %b %H:%M} {key[1]}: expected {want.get(key)}, found {got.get(key)}"


def _merged(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages of one moment and kind as one."""
    merged: dict[Any, dict[str, Any]] = {}
    for one in told:
        into = merged.setdefault(
            _key(one), {"at": one["at"], "kind": one["kind"], "stories": [], "updates": [], "late": []}
        )
        for key in ("stories", "updates", "late"):
            into[key] = into[key] + one[key]
    return list(merged.values())


def _key(one: dict[str, Any]) -> tuple[datetime, str]:
    at = one["at"] if isinstance(one["at"], datetime) else datetime.fromisoformat(one["at"]).astimezone(UTC)
    return at, one["kind"]


def _named(one: dict[str, Any], names: dict[int, str] | None = None) -> dict[str, list[str]]:
    keys = ("stories", "updates", "late")
    return {key: sorted(names[story] if names else story for story in one[key]) for key in keys if one.get(key)}


def main() -> None:
    """Print the differences of an act, or of all."""
    set_up(json=False, level=logging.ERROR)
    for name in sys.argv[1:] or EXPECTED["acts"]:
        with tempfile.TemporaryDirectory() as folder:
            played = asyncio.run(play(name, Path(folder)))
        found = differences(name, played)
        head = f"== {name}: {len(played.entries)} entries, {len(played.mails)} mails, {len(played.hooks)} webhooks"
        sys.stdout.write("\n".join([f"{head}, {len(found)} differences", *found, ""]))


if __name__ == "__main__":
    main()
