"""What a channel chooses to hear of, by topics and flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Flag, Topic, Verdict
from monitor.notify.channel_filter import left_out
from tests.digest.builders import a_channel

CODES = ("diplomacy", "border-security", "sport", "us-iran-mediation")


def a_verdict(*topics: str, flags: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        digest=True,
        alert=False,
        score=2.0,
        topics=tuple(Topic(code=code, evidence="talks") for code in topics),
        flags=tuple(Flag(code=code, evidence="cup") for code in flags),
    )


@pytest.mark.parametrize("verdict", [a_verdict(), a_verdict("diplomacy"), a_verdict(flags=("sport",))])
def test_no_choice_takes_all(verdict):
    """A channel that says nothing hears of everything."""
    assert left_out(a_channel(), verdict) == ""


@pytest.mark.parametrize(
    ("verdict", "taken"),
    [
        (a_verdict("diplomacy"), True),
        (a_verdict("nuclear", "diplomacy"), True),
        (a_verdict(flags=("sport",)), True),
        (a_verdict("nuclear"), False),
        (a_verdict(), False),
    ],
)
def test_include_asks_for_one_of_its_codes(verdict, taken):
    """One topic or flag of those named is enough; a text without any is not for such a channel."""
    assert (left_out(a_channel(include=("diplomacy", "sport")), verdict) == "") is taken


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (a_verdict("diplomacy", flags=("us-iran-mediation",)), "its choice leaves out us-iran-mediation"),
        (a_verdict("sport"), "its choice leaves out sport"),
        (a_verdict("sport", flags=("us-iran-mediation",)), "its choice leaves out us-iran-mediation, sport"),
        (a_verdict("sport", "border-security"), ""),
        (a_verdict(), ""),
    ],
)
def test_exclude_takes_flags_and_lone_topics_out(verdict, why):
    """An excluded flag always; an excluded topic only where the text is about nothing else."""
    assert left_out(a_channel(exclude=("us-iran-mediation", "sport")), verdict) == why


def test_exclude_comes_first():
    """What is left out is not taken back in by another topic that is asked for."""
    channel = a_channel(include=("diplomacy",), exclude=("us-iran-mediation",))
    assert left_out(channel, a_verdict("diplomacy", flags=("us-iran-mediation",)))
    assert left_out(channel, a_verdict("nuclear")) == "its choice takes diplomacy alone"


codes = st.lists(st.sampled_from(CODES), unique=True).map(tuple)


@given(include=codes, exclude=codes, topics=codes, flags=codes, more=st.sampled_from(CODES))
def test_narrower_choice_hears_no_more(include, exclude, topics, flags, more):
    """One code more to leave out never lets a text in; where something is asked for, one more never takes one out."""
    verdict = a_verdict(*topics, flags=flags)
    before = left_out(a_channel(include=include, exclude=exclude), verdict)
    assert not before or left_out(a_channel(include=include, exclude=(*exclude, more)), verdict)
    if include:
        assert before or not left_out(a_channel(include=(*include, more), exclude=exclude), verdict)
