"""Which texts a channel takes, by topics and flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Flag, SkipReason, Topic, Verdict
from monitor.notify.channel_filter import Exclusion, exclusion_reason
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
    """A channel without a filter takes every text."""
    assert exclusion_reason(a_channel(), verdict) is None


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
    assert (exclusion_reason(a_channel(include=("diplomacy", "sport")), verdict) is None) is taken


@pytest.mark.parametrize(
    ("verdict", "excluded"),
    [
        (a_verdict("diplomacy", flags=("us-iran-mediation",)), ("us-iran-mediation",)),
        (a_verdict("sport"), ("sport",)),
        (a_verdict("sport", flags=("us-iran-mediation",)), ("us-iran-mediation", "sport")),
        (a_verdict("sport", "border-security"), ()),
        (a_verdict(), ()),
    ],
)
def test_exclude_takes_flags_and_lone_topics_out(verdict, excluded):
    """An excluded flag always; an excluded topic only where the text is about nothing else."""
    exclusion = exclusion_reason(a_channel(exclude=("us-iran-mediation", "sport")), verdict)
    assert exclusion == (Exclusion(reason=SkipReason.EXCLUDED_BY_CHANNEL, codes=excluded) if excluded else None)


def test_exclude_comes_first():
    """What is left out is not taken back in by another topic that is asked for."""
    channel = a_channel(include=("diplomacy",), exclude=("us-iran-mediation",))
    excluded = exclusion_reason(channel, a_verdict("diplomacy", flags=("us-iran-mediation",)))
    not_included = exclusion_reason(channel, a_verdict("nuclear"))
    assert excluded == Exclusion(reason=SkipReason.EXCLUDED_BY_CHANNEL, codes=("us-iran-mediation",))
    assert not_included == Exclusion(reason=SkipReason.NOT_INCLUDED, codes=("diplomacy",))
    assert (str(excluded), str(not_included)) == ("it excludes us-iran-mediation", "it includes only diplomacy")


codes = st.lists(st.sampled_from(CODES), unique=True).map(tuple)


@given(include=codes, exclude=codes, topics=codes, flags=codes, more=st.sampled_from(CODES))
def test_narrower_choice_hears_no_more(include, exclude, topics, flags, more):
    """One code more to leave out never lets a text in; where something is asked for, one more never takes one out."""
    verdict = a_verdict(*topics, flags=flags)
    before = exclusion_reason(a_channel(include=include, exclude=exclude), verdict)
    assert not before or exclusion_reason(a_channel(include=include, exclude=(*exclude, more)), verdict)
    if include:
        assert before or not exclusion_reason(a_channel(include=(*include, more), exclude=exclude), verdict)
