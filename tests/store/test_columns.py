"""What columns hold: times, hostile texts, nouns."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from monitor.model import Article, Channel, Method, Placement, Source, StoryFeatures, Verdict
from monitor.store import Store, json_codec, polls, sources
from monitor.store.columns import JsonColumn, SafeText, UtcDateTime
from tests.store.builders import LEASE, NOW, a_hit, a_source, a_verdict, poll, seen

DIALECTS = [sqlite.dialect(), postgresql.dialect()]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_naive_times_are_refused(dialect: Any):
    """Nobody could say later which zone a naive time meant."""
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 21, 9, 0), dialect)  # noqa: DTZ001 - the case


def test_naive_now_never_reaches_the_database(store: Store):
    """The refusal holds through every function, on both databases."""
    with pytest.raises(StatementError, match="without a zone"):
        store.call(polls.claim, now=datetime(2026, 11, 21), lease=LEASE, limit=1)  # noqa: DTZ001 - the case


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5)), timezone(timedelta(hours=-8))])))
def test_times_come_back_equal_and_in_utc(moment: datetime):
    """Whatever zone a time came in, the same instant comes back in UTC."""
    if moment.astimezone(UTC).year in (1, 9999):
        return
    for dialect in DIALECTS:
        back = UtcDateTime().process_result_value(UtcDateTime().process_bind_param(moment, dialect), dialect)
        assert back == moment
        assert back.tzinfo is UTC


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_is_storable(text: str):
    """No title of the outside world breaks the statement that stores it."""
    kept = SafeText().process_bind_param(text, DIALECTS[0])
    assert "\0" not in kept
    kept.encode()
    assert SafeText().process_bind_param(kept, DIALECTS[0]) == kept


def test_a_poisoned_title_does_not_fail_its_poll(store: Store):
    """NUL and lone surrogates in a feed cost their characters, not the source."""
    store.call(sources.sync, [a_source()], now=NOW)
    assert poll(store, seen(title="bad \0 and \ud800 \u202e"), now=NOW).new_count == 1


NOUNS = [
    a_source(interval=timedelta(minutes=7), kind="news-sitemap"),
    a_verdict(missing="a Pakistani side", near=True),
    Article(url="u", title="پاکستان", text="a\n\nb", method=Method.JSON_LD, published=NOW, authors=("A", "B")),
    Placement(story=1, thread=2, reasons=("shares Jilani",)),
    Channel(id="desk", kind="email", recipients=("a@b.example",), quiet_hours=(time(22), time(6, 30))),
    a_hit(),
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_nouns_come_back_equal(noun: Any):
    """What a column gives back is the noun that it was given, to the type of every field."""
    column = JsonColumn(type(noun))
    back = column.process_result_value(column.process_bind_param(noun, DIALECTS[0]), DIALECTS[0])
    assert back == noun
    # pydantic has a zone of its own for UTC, which equals Python's.
    assert re.sub(r"TzInfo\(\w+\)", "datetime.timezone.utc", repr(back)) == repr(noun)


@given(
    st.builds(
        StoryFeatures,
        at=st.datetimes(timezones=st.just(UTC)),
        title=st.text(),
        words=st.lists(st.tuples(st.text(), st.floats(allow_nan=False)), max_size=5).map(tuple),
    )
)
def test_any_mark_comes_back_equal(mark: StoryFeatures):
    """Grouping sees the same mark whether it was just computed or read back."""
    assert json_codec.decode(StoryFeatures, json_codec.encode(mark)) == mark


def test_a_noun_that_has_grown_reads_its_older_rows():
    """A field that came later takes its default; one that is gone is passed over."""
    text = json_codec.encode(a_verdict()).replace('"rules":"1"', '"gone":"x"')
    assert json_codec.decode(Verdict, text) == a_verdict(rules="")


def test_a_source_keeps_its_enum():
    """An enum comes back as itself, so that `is` works on it."""
    assert json_codec.decode(Source, json_codec.encode(a_source())).kind == "feed"
