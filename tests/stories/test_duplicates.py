"""Same text: wire copies, abridged and wrapped, and what is none."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import containment
from monitor.stories.duplicates import DuplicateIndex, is_copy
from tests.stories.builders import STRIKE, a_mark

WIRE = (
    "Border guards on both sides of the Taftan crossing let lorries through again on Sunday after four days of closure, "
    "customs officers said. Some 600 vehicles with fruit, cement and liquefied gas had been waiting in the desert. "
    "Traders complained that tomatoes had rotted and that drivers ran short of water. A spokesman for the chamber of "
    "commerce in Quetta put the loss at two million dollars. The crossing had been shut when gunmen fired at a patrol "
    "on the road to Zahedan; nobody has claimed the attack. Officials met under a tent between the two gates and "
    "agreed to escort convoys by day. Pilgrims with valid visas may pass on foot from Monday. The railway, which runs "
    "twice a month, was not affected. Farther south the market at Mand stayed open through the week, though few came."
)
FURNITURE = (
    "Share this story with your friends and sign in to leave a comment. Our newsletter brings the day to your inbox. "
    "All rights reserved; no part of this page may be stored or printed without the consent of the publisher in "
    "writing. The views of guest writers are their own. Advertise with us, work with us, read our code of conduct. "
)
OTHER = (
    "The school board of a hill town voted for longer summer holidays because classrooms grow too hot in May. Parents "
    "who work in the mills asked who would mind the small ones. Teachers want fans, trees and a later start instead. "
    "A study of the state university found that marks in arithmetic fall by a tenth once it is over thirty degrees "
    "indoors. Two villages tried lessons at night, with mixed results: buses were missing and parents feared snakes. "
    "The minister promised tin roofs painted white, which cost little and cool a room by four degrees at noon."
)


@given(st.text(min_size=1, max_size=400), st.text(max_size=60))
def test_a_text_is_a_copy_of_itself(text, title):
    """Whatever its length, as long as it has a word."""
    mark = a_mark(title, text)
    assert is_copy(mark, mark) or not mark.words


def test_a_wire_text_under_another_headline_is_a_copy():
    """Two outlets print one text, each under its own headline."""
    assert is_copy(a_mark("Lorries roll again at Taftan", WIRE), a_mark("Crossing reopens after attack", WIRE))


def test_an_abridged_text_with_furniture_is_a_copy():
    """The share of the shorter text counts, so cuts and furniture do not hide it."""
    short = a_mark("Taftan open", FURNITURE + ". ".join(WIRE.split(". ")[:5]))
    assert is_copy(a_mark("Lorries roll again at Taftan", WIRE), short)


def test_furniture_alone_makes_no_copy():
    """Two texts of one site may share more furniture than text."""
    one, two = a_mark("Holidays", OTHER + FURNITURE * 3), a_mark("Lorries roll", WIRE + FURNITURE * 3)
    assert not is_copy(one, two)


def test_shared_quotes_make_no_copy():
    """Reporters who heard the same man quote the same words."""
    quote = "“We asked for peace on this border many times and we ask again, but whoever sends fire will see fire come back to his own house before the night is over.” "
    one = a_mark(
        "", quote + "So the governor spoke in Zahedan, where shops stayed shut and soldiers stood at each corner."
    )
    two = a_mark("", "His words came after a funeral that thousands attended in the heat of the afternoon. " + quote)
    assert not is_copy(one, two)


def test_two_reports_of_an_event_are_no_copies():
    """Own words about one thing share next to no run of four."""
    assert containment(STRIKE, a_mark("Taftan", WIRE)) == 0.0


def test_a_headline_alone_is_a_copy_for_two_days():
    """The same headline comes back every month about another meeting."""
    first = a_mark("Iran and Pakistan vow to boost trade")
    assert is_copy(first, replace(first, at=first.at + timedelta(days=2)))
    assert not is_copy(first, replace(first, at=first.at + timedelta(days=3)))


def test_languages_have_no_copies_of_each_other():
    """A translation is the same event, not the same text."""
    assert not is_copy(a_mark("", WIRE), a_mark("", WIRE, language="ur"))


def test_only_an_earlier_item_is_an_original():
    """Of two items with one text, the one stored first is the original, also when its page is read again later."""
    first, second = (replace(a_mark("Taftan opens", WIRE), item=item, story=item) for item in (7, 8))
    index = DuplicateIndex()
    index.add(first)
    index.add(second)
    assert index.find_original(first) is None
    assert index.find_original(second) == first
    assert index.find_original(replace(second, item=0)) == first
