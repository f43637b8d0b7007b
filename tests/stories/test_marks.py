"""What grouping knows of an item."""

from datetime import UTC, datetime

from monitor.stories import mark

AT = datetime(2024, 1, 19, 9, 0, tzinfo=UTC)


def test_unicode_forms_of_one_text_give_one_mark():
    """Kaf and yeh of an Arabic keyboard, ZWNJ and vowel signs change nothing."""
    plain = mark(item=1, at=AT, language="fa", source="a", title="", text="وزیر خارجه ایران می گوید پاکستان", hits=())
    typed = mark(item=1, at=AT, language="fa", source="a", title="", text="وزير خارجه ايران می‌گوید پاكستان", hits=())
    assert (plain.words, plain.shingles) == (typed.words, typed.shingles)
