"""Where items belong: stories, threads, copies, and the reasons given."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import StoryWindow, place
from tests.stories.builders import (
    ANSWER,
    ARMY_CALL,
    CALL,
    CALL_URDU,
    CALM,
    CALM_IN_FULL,
    CRICKET,
    ENVOYS,
    PIPELINE,
    STRIKE,
    STRIKE_ELSEWHERE,
    VISIT,
    a_mark,
    run,
)

JANUARY = (STRIKE, STRIKE_ELSEWHERE, ANSWER, CRICKET, CALL, CALL_URDU, PIPELINE, ENVOYS, VISIT, ARMY_CALL)


@pytest.fixture(scope="module")
def january():
    """The items of January 2024 and June 2025 as they arrived, by title."""
    return {mark.title: mark for mark in run(JANUARY)}


def test_an_event_in_two_outlets_is_one_story(january):
    """Other words about the same strike."""
    assert january[STRIKE.title].story == january[STRIKE_ELSEWHERE.title].story


def test_the_next_event_is_another_story(january):
    """Strike, answer, call, return and visit are told one by one."""
    stories = {january[mark.title].story for mark in (STRIKE, ANSWER, CALL, ENVOYS, VISIT)}
    assert len(stories) == 5


def test_an_affair_is_one_thread(january):
    """From the strike to the visit two weeks later."""
    threads = {january[mark.title].thread for mark in (STRIKE, ANSWER, CALL, ENVOYS, VISIT)}
    assert threads == {january[STRIKE.title].thread}


@pytest.mark.parametrize("alone", [CRICKET, PIPELINE, ARMY_CALL], ids=lambda mark: mark.title)
def test_what_has_nothing_to_do_with_it_stays_apart(january, alone):
    """Other news of the same days, and a call between the same countries in another year."""
    own = january[alone.title]
    assert [mark.title for mark in january.values() if mark.thread == own.thread] == [alone.title]


def test_an_event_in_another_language_joins_by_names(january):
    """The Urdu report of the call names the same ministers and towns within hours."""
    assert january[CALL_URDU.title].story == january[CALL.title].story


def test_a_placement_gives_its_reasons(january):
    """What was shared, how alike, how far apart; across languages it says how sure it is."""
    window = [mark for mark in january.values() if mark.title == CALL.title]
    (reason,) = place(window, replace(CALL_URDU, item=99)).reasons
    assert reason == (
        f"probably the same event as {window[0].item} (en): "
        "shares amir-abdollahian, jilani, panjgur, saravan; names and event types 0.94; 4 h apart"
    )


def test_a_copy_joins_the_story_of_its_original():
    """Even when weeks have passed: it is not told again as new."""
    first = replace(STRIKE, item=7, story=3, thread=2)
    late = replace(STRIKE, item=8, title="From the archive", at=STRIKE.at + timedelta(days=20))
    where = place([first], late)
    assert (where.story, where.thread, where.copy_of, where.new_facts) == (3, 2, 7, ())
    assert where.reasons == ("repeats the text of 7: 100% of the shorter one",)


def test_the_earliest_of_equal_texts_is_the_original():
    """Every copy points to the text that was first."""
    texts = [replace(STRIKE, item=item, story=1, thread=1, at=STRIKE.at + timedelta(hours=item)) for item in (3, 1, 2)]
    assert place(texts, replace(STRIKE, item=9, at=STRIKE.at + timedelta(hours=9))).copy_of == 1


def test_fresh_is_what_no_item_of_the_story_named():
    """A new name and a new count are what an update is about."""
    first = replace(STRIKE, item=1, story=1, thread=1)
    update = a_mark(
        STRIKE.title, "Iranian missiles hit Jaish al-Adl near Panjgur: 4 dead, Jilani says", item=2, hours=9
    )
    assert place([first], update).new_facts == ("jilani", "4")


def test_an_edited_item_stays_in_its_story():
    """What was told under one story is not told under another because a word changed."""
    edited = replace(CRICKET, item=5, story=4, thread=4)
    sibling = replace(CRICKET, item=6, story=9, thread=4)
    window = [replace(STRIKE, item=1, story=1, thread=1), edited, sibling]
    where = place(window, replace(STRIKE, item=5, story=4, thread=4))
    assert (where.story, where.thread) == (4, 4)


def test_a_story_alone_finds_its_affair_when_more_is_read():
    """A headline names nobody; the page behind it tells of the affair."""
    read = replace(ANSWER, item=5, story=4, thread=4)
    where = place([replace(STRIKE, item=1, story=1, thread=1)], read)
    assert (where.story, where.thread) == (4, 1)


TWO_AFFAIRS = (replace(STRIKE, item=1, story=1, thread=1), replace(CALM, item=2, story=2, thread=2))


def test_a_text_of_two_affairs_makes_them_one():
    """The first report of a call tells nothing of the strikes; the next one does, and belongs to both."""
    where = place(TWO_AFFAIRS, replace(CALM_IN_FULL, item=3))
    assert (where.story, where.thread) == (2, 1)
    assert [reason.partition(":")[0] for reason in where.reasons] == ["same event as 2", "same affair as 1"]


def test_a_text_of_one_affair_leaves_the_other_alone():
    """Who retells nothing of the strikes joins nothing to them, nor does who retells them four weeks later."""
    again = a_mark(CALM.title, "Their offices said that Jilani and Amir-Abdollahian spoke by telephone.", hours=67)
    assert place(TWO_AFFAIRS, replace(again, item=3)).thread == 2
    strike, calm = TWO_AFFAIRS
    late = timedelta(days=28)
    window = [strike, replace(calm, at=CALM.at + late)]
    where = place(window, replace(CALM_IN_FULL, item=3, at=CALM_IN_FULL.at + late))
    assert (where.story, where.thread) == (2, 2)


def test_a_headline_makes_no_affairs_one():
    """What a title says fits too much; the page decides."""
    headline = replace(CALM_IN_FULL, item=3, length=12)
    assert place(TWO_AFFAIRS, headline).thread == 2


def test_an_empty_window_opens_a_story_and_says_so():
    """The first item of all, or after weeks of silence."""
    where = place([], STRIKE)
    assert (where.story, where.thread, where.copy_of, where.new_facts) == (0, 0, 0, ())
    assert where.reasons == ("no recent story reports this event or its affair",)


def test_days_part_what_words_do_not():
    """The same words about another strike a week later are another event."""
    later = replace(STRIKE_ELSEWHERE, at=STRIKE.at + timedelta(days=7))
    assert place([replace(STRIKE, item=1, story=1, thread=1)], later).story == 0


@given(st.integers())
def test_the_order_of_the_window_changes_nothing(seed):
    """Marks of one moment may be read back from the store in any order."""
    window = [replace(mark, at=STRIKE.at) for mark in run(JANUARY[:-1])]
    arrived = replace(STRIKE_ELSEWHERE, item=50)
    shuffled = random.Random(seed).sample(window, len(window))
    assert place(shuffled, arrived) == place(window, arrived)


def test_a_window_that_grew_places_as_one_built_at_once():
    """The daemon's cache and the one-shot command agree."""
    marks = run(JANUARY)
    grown = StoryWindow()
    for number, mark in enumerate(marks):
        fresh = replace(mark, story=0, thread=0)
        assert grown.place(fresh) == place(marks[:number], fresh)
        grown.add(mark)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_a_place(title, text):
    """No words, one word, or any."""
    known = a_mark(title, text, item=1, story=1, thread=1, language="")
    assert place([known], a_mark(title, text, item=2, language="")).story == (1 if known.words else 0)


def test_strike_and_answer_are_two_stories_in_any_words():
    """Who strikes parts them, though both name the same places, groups and weapons within a day."""
    text = "Missiles and drones hit Jaish al-Adl near Panjgur and Saravan on the border."
    first = a_mark("Iran strikes bases inside Pakistan", text, item=1, story=1, thread=1)
    answer = place([first], a_mark("Pakistan strikes bases inside Iran", text + " So the army said.", item=2, hours=20))
    assert answer.story == 0 or answer.copy_of


def test_blows_and_dealings_are_two_stories():
    """The recall of an ambassador over a strike is not the strike."""
    background = "Missiles hit Jaish al-Adl near Panjgur, Jilani said in Islamabad."
    strike = a_mark("Iranian strike on Panjgur kills two", background, item=1, story=1, thread=1)
    recall = place([strike], a_mark("Pakistan recalls ambassador over Panjgur", background + " He flies home.", item=2))
    assert recall.story == 0 or recall.copy_of


def test_fresh_is_not_what_a_text_tells_again():
    """A name further down is background; an act of the headline is news."""
    first = replace(STRIKE, item=1, story=1, thread=1)
    filler = "The talk of the town went on for hours in every shop and at each corner of it. " * 4
    update = a_mark(f"{STRIKE.title}, protest follows", filler + "Jilani was named once.", item=2, hours=9)
    assert place([first], update).new_facts in (("protest",), ())


def test_an_affair_ends():
    """After four weeks the same people open a new thread: mediation would be one for ever."""
    first = replace(STRIKE, item=1, story=1, thread=1)
    links = {
        days: place([first], replace(ANSWER, item=2, at=STRIKE.at + timedelta(days=days))).thread for days in (2, 29)
    }
    assert links == {2: 1, 29: 0}
