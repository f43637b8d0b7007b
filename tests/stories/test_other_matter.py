"""Statements that return with the same words report another matter; copies of one statement do not."""

from dataclasses import replace

import pytest

from monitor.model import StoryFeatures
from monitor.stories import StoryWindow
from monitor.stories.duplicates import is_copy

from .builders import a_mark

HANDOVER = (
    "Levies officials at the crossing said on {day} that {count} people had been handed over near {place}, among them students "
    "and day labourers who had been held without papers in several provinces. They were registered, given food and blankets, "
    "and sent on by bus to their home districts after questioning.{tail}"
)


def a_report(
    *, hours: float = 0, day: str = "Monday", count: int = 140, place: str = "Panjgur", tail: str = "", item: int = 1
) -> StoryFeatures:
    """A report in the sentences that an office uses each time."""
    text = HANDOVER.format(day=day, count=count, place=place, tail=tail)
    return a_mark(f"{count} people handed over near {place}", text, hours=hours, item=item)


FIRST = a_report()


@pytest.mark.parametrize(
    "given",
    [
        {"hours": 24, "day": "Tuesday"},
        {"count": 95},
        {"place": "Saravan"},
        {"hours": 24 * 9, "day": "Wednesday", "tail": " Nobody was hurt."},
    ],
    ids=["other day", "other number", "other place", "days later"],
)
def test_the_same_words_about_another_matter(given):
    """It is no copy, and no text of the same story."""
    other = a_report(**given, item=2)
    assert not is_copy(FIRST, other)
    assert not is_copy(other, FIRST)
    placement = StoryWindow([replace(FIRST, story=7, thread=3)]).place(other)
    assert (placement.story, placement.copy_of) == (0, 0)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"hours": 30},
        {"hours": 24 * 20},
        {"hours": 3, "day": "Tuesday"},
        {"hours": 20, "tail": " The bus was late, and Munir drove it himself to the last stop of the road."},
    ],
    ids=["at once", "next day", "word for word weeks later", "a day corrected within hours", "with more text"],
)
def test_a_copy_of_one_statement(given):
    """The same matter, printed again."""
    assert is_copy(FIRST, a_report(**given, item=2))


def test_an_event_of_one_kind_in_another_place():
    """Other words, place, number and day: an event of its own in the same affair; a follow-up of the first event is not."""
    attack = a_mark(
        "Gunmen kill three workers in Saravan",
        "Gunmen shot dead three workers at a garage in Saravan on Monday, police said. The ambassador asked for an inquiry.",
        story=7,
        thread=3,
    )
    second = a_mark(
        "Gunmen kill eight workers in Panjgur",
        "Gunmen shot dead eight workers at a workshop in Panjgur on Wednesday, police said. The ambassador asked for an inquiry.",
        item=2,
        hours=48,
    )
    follow_up = a_mark(
        "Gunmen who killed three workers in Saravan named",
        "Police on Tuesday named the gunmen who shot dead three workers at a garage in Saravan on Monday.",
        item=3,
        hours=24,
    )
    window = StoryWindow([attack])
    assert window.place(second).story == 0
    assert window.place(follow_up).story == 7
