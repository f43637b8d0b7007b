"""What columns hold: times, hostile texts, nouns."""

from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from monitor.model import Article, Channel, ChannelKind, Mark, Method, Placement, Source, SourceKind, Verdict
from monitor.store import Store, nouns, sources
from monitor.store.columns import Moment, Noun, Words
from tests.store.builders import LEASE, NOW, a_hit, a_source, a_verdict, poll, seen

DIALECTS = [sqlite.dialect(), postgresql.dialect()]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_naive_times_are_refused(dialect: Any):
    """Nobody could say later which zone a naive time meant."""
    with pytest.raises(ValueError, match="without a zone"):
        Moment().process_bind_param(datetime(2026, 11, 21, 9, 0), dialect)  # noqa: DTZ001 - the case


def test_naive_now_never_reaches_the_database(store: Store):
    """The refusal holds through every function, on both databases."""
    with pytest.raises(StatementError, match="without a zone"):
        store.call(sources.claim, now=datetime(2026, 11, 21), lease=LEASE, limit=1)  # noqa: DTZ001 - the case


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5)), timezone(timedelta(hours=-8))])))
def test_times_come_back_equal_and_in_utc(moment: datetime):
    """Whatever zone a time came in, the same instant comes back in UTC."""
    if moment.astimezone(UTC).year in (1, 9999):
        return
    for dialect in DIALECTS:
        back = Moment().process_result_value(Moment().process_bind_param(moment, dialect), dialect)
        assert back == moment
        assert back.tzinfo is UTC


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_is_storable(text: str):
    """No title of the outside world breaks the statement that stores it."""
    kept = Words().process_bind_param(text, DIALECTS[0])
    assert "\0" not in kept
    kept.encode()
    assert Words().process_bind_param(kept, DIALECTS[0]) == kept


def test_a_poisoned_title_does_not_fail_its_poll(store: Store):
    """NUL and lone surrogates in a feed cost their characters, not the source."""
    store.call(sources.sync, [a_source()], now=NOW)
    assert poll(store, seen(title="bad \0 and \ud800 \u202e"), now=NOW).new == 1


NOUNS = [
    a_source(every=timedelta(minutes=7), kind=SourceKind.SITEMAP),
    a_verdict(missing="a Pakistani side", near=True),
    Article(url="u", title="پاکستان", text="a\n\nb", method=Method.JSON_LD, published=NOW, authors=("A", "B")),
    Placement(story=1, thread=2, reasons=("shares Jilani",)),
    Channel(id="desk", kind=ChannelKind.EMAIL, recipients=("a@b.example",), quiet=(time(22), time(6, 30))),
    a_hit(),
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_nouns_come_back_equal(noun: Any):
    """What a column gives back is the noun that it was given, to the type of every field."""
    column = Noun(type(noun))
    back = column.process_result_value(column.process_bind_param(noun, DIALECTS[0]), DIALECTS[0])
    assert back == noun
    assert repr(back) == repr(noun)


@given(
    st.builds(
        Mark,
        at=st.datetimes(timezones=st.just(UTC)),
        title=st.text(),
        words=st.lists(st.tuples(st.text(), st.floats(allow_nan=False)), max_size=5).map(tuple),
    )
)
def test_any_mark_comes_back_equal(mark: Mark):
    """Grouping sees the same mark whether it was just computed or read back."""
    assert nouns.load(Mark, nouns.dump(mark)) == mark


def test_a_noun_that_has_grown_reads_its_older_rows():
    """A field that came later takes its default; one that is gone is passed over."""
    text = nouns.dump(a_verdict()).replace('"rules":"1"', '"gone":"x"')
    assert nouns.load(Verdict, text) == a_verdict(rules="")


def test_a_source_keeps_its_enum():
    """An enum comes back as itself, so that `is` works on it."""
    assert nouns.load(Source, nouns.dump(a_source())).kind is SourceKind.FEED
