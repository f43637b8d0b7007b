"""The expected file is whole and at one with itself: every entry has an end, every telling its order."""

from collections import Counter
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from monitor import urls
from tests.newsroom import pages
from tests.newsroom.content import acts, outlets

EXPECTED = yaml.load(
    (Path(__file__).parents[1] / "flows" / "expected.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
OUTLETS = outlets()
ACTS = {name: act for name, act in acts().items() if name in EXPECTED["acts"]}  # faults have a file of their own
OUTCOMES = {"delivered", "pending", "duplicate", "rejected", "too-old", "not-read", "robots", "fetch-failed"}
RELEVANT = {"delivered", "pending", "duplicate", "too-old"}

each_act = pytest.mark.parametrize("act", list(ACTS))
each_telling = pytest.mark.parametrize(
    ("act", "channel"), [(act, name) for act in ACTS for name in EXPECTED["channels"]]
)


def tellings(act, channel):
    """What a channel is told in an act: time, kind, new stories, updates."""
    for told in EXPECTED["acts"][act]["deliveries"][channel]:
        yield datetime.fromisoformat(told["at"]), told["kind"], told.get("stories", []), told.get("updates", [])


@cache
def moment_seen(url, act):
    """The first moment at which a source lists the entry."""
    return next(
        moment
        for moment in ACTS[act].moments
        for name in ACTS[act].sources
        for piece in pages.listed(OUTLETS[name], moment)
        if urls.canonicalize(pages.link(OUTLETS[name], piece)) == urls.canonicalize(url)
    )


@each_act
def test_every_entry_has_one_end(act):
    """What the sources of an act list, and nothing else, has an outcome."""
    listed = {
        urls.canonicalize(pages.link(OUTLETS[name], piece))
        for name in ACTS[act].sources
        for moment in ACTS[act].moments
        for piece in pages.listed(OUTLETS[name], moment)
    }
    entries = EXPECTED["acts"][act]["entries"]
    assert {urls.canonicalize(url) for url in entries} == listed
    assert {entry["outcome"] for entry in entries.values()} <= OUTCOMES


@each_act
def test_relevant_entries_have_story_and_thread(act):
    """Relevant entries stand in a story of one thread, the others in none; a copy is of an earlier text of its story."""
    entries = EXPECTED["acts"][act]["entries"]
    threads = Counter()
    for url, entry in entries.items():
        assert ("story" in entry) == ("thread" in entry) == (entry["outcome"] in RELEVANT), url
        if "of" in entry:
            assert entries[entry["of"]]["story"] == entry["story"]
            assert moment_seen(entry["of"], act) < moment_seen(url, act)
    for story in {entry["story"] for entry in entries.values() if "story" in entry}:
        threads[story] = len({entry["thread"] for entry in entries.values() if entry.get("story") == story})
    assert set(threads.values()) == {1}


@each_telling
def test_each_story_once_then_updates(act, channel):
    """A channel is told of a story once; updates come later, and only of what it was told."""
    told: list[str] = []
    for at, kind, stories, updates in tellings(act, channel):
        assert stories or updates, at
        assert set(updates) <= set(told), at
        assert not set(stories) & set(told), at
        assert kind == "digest" or (len(stories), updates) == (1, []), at
        told += stories


@each_telling
def test_alerts_at_moments_and_digests_at_their_times(act, channel):
    """Alerts come when something was read, digests at the channel's local times, all in order and before the end."""
    settings = EXPECTED["channels"][channel]
    slots = {time.fromisoformat(slot) for slot in settings["times"]}
    times = [(at, kind) for at, kind, *_ in tellings(act, channel)]
    assert times == sorted(times)
    assert times[-1][0] <= ACTS[act].until
    for at, kind in times:
        if kind == "alert":
            assert settings["alerts"]
            assert at in ACTS[act].moments
        else:
            assert at.astimezone(ZoneInfo(settings["zone"])).time() in slots


@each_act
def test_told_stories_were_read_before(act):
    """What a channel is told has been seen by then, and what changes a story is seen after its last telling."""
    entries = EXPECTED["acts"][act]["entries"]
    for channel in EXPECTED["channels"]:
        last: dict[str, datetime] = {}
        for at, _, stories, updates in tellings(act, channel):
            for story in stories + updates:
                seen = [moment_seen(url, act) for url, entry in entries.items() if entry.get("story") == story]
                assert any(last.get(story, at - timedelta(days=9)) < moment <= at for moment in seen), (channel, story)
                last[story] = at


@each_act
def test_outcomes_agree_with_deliveries(act):
    """An entry is `delivered` if a delivery of its story follows its first sight, else `pending`."""
    entries = EXPECTED["acts"][act]["entries"]
    for url, entry in entries.items():
        if entry["outcome"] not in ("delivered", "pending"):
            continue
        shown = any(
            at >= moment_seen(url, act) and entry["story"] in stories + updates
            for channel in EXPECTED["channels"]
            for at, _, stories, updates in tellings(act, channel)
        )
        assert shown == (entry["outcome"] == "delivered"), url
