"""What a digest of a period would tell a channel."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Channel, ChannelKind, Flag, Topic
from monitor.pipeline import compose
from monitor.store import Store, open_store
from tests.store.builders import MINUTE, NOW, a_verdict, admitted

DESK = Channel(id="desk", kind=ChannelKind.EMAIL, recipients=("desk@desk.example",))
SPORT = a_verdict(flags=(Flag(code="sport", evidence="cup"),))
TALKS = a_verdict(topics=(Topic(code="diplomacy", evidence="envoy"),))


@pytest.fixture
def store():
    """Two stories, the second of them sport."""
    store = open_store("sqlite://")
    admitted(store, "https://dawn.example/1", verdict=TALKS)
    admitted(store, "https://dawn.example/2", NOW + MINUTE, verdict=SPORT)
    yield store
    store.close()


async def told(store: Store, **choice: tuple[str, ...]) -> list[str]:
    channel = replace(DESK, **choice)
    shown = await compose.preview(store, channel, since=NOW, until=NOW + timedelta(hours=1))
    return sorted(story.lines[0].url for story in shown.stories)


async def test_preview_keeps_to_the_choice_of_the_channel(store):
    """What a channel would not be told is not in the digest that it is shown beforehand."""
    talks, sport = "https://dawn.example/1", "https://dawn.example/2"
    assert await told(store) == [talks, sport]
    assert await told(store, exclude=("sport",)) == [talks]
    assert await told(store, include=("sport", "nuclear")) == [sport]
