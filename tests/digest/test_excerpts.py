"""The words that decided, in their context."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.digest import excerpts
from monitor.digest.excerpts import merge_adjacent
from monitor.model import Excerpt, Hit

TITLE = "Tehran's envoy returns to Islamabad"
TEXT = "The ministers spoke by telephone. Later the envoy of Iran met traders from Taftan, near Pakistan's border."


def a_hit(fields: dict[str, str], field: str, word: str, **given) -> Hit:
    start = fields[field].index(word)
    return Hit(
        **{
            "term": word.lower(),
            "name": word,
            "side": "",
            "kind": "place",
            "field": field,
            "start": start,
            "end": start + len(word),
            "text": word,
            **given,
        }
    )


def read(contexts: tuple[Excerpt, ...]) -> list[str]:
    return ["".join(f"{one.before}[{one.match}]{one.after}" for one in run) for run in merge_adjacent(contexts)]


def test_one_of_each_side_from_the_title_first():
    """Each side is shown once, at its first match; adjacent matches share one piece of text."""
    fields = {"title": TITLE, "text": TEXT}
    hits = [
        a_hit(fields, "text", "Iran", side="IR", kind="country"),
        a_hit(fields, "title", "Islamabad", side="PK"),
        a_hit(fields, "title", "Tehran", side="IR"),
        a_hit(fields, "text", "Pakistan", side="PK", kind="country"),
    ]
    assert read(excerpts(fields, hits, limit=2)) == ["[Tehran]'s envoy returns to [Islamabad]"]


def test_other_terms_fill_up():
    """Where there is room, a term that is more than a country's name is added."""
    fields = {"title": TITLE, "text": TEXT}
    hits = [
        a_hit(fields, "title", "Tehran", side="IR"),
        a_hit(fields, "title", "Islamabad", side="PK"),
        a_hit(fields, "text", "Iran", side="IR", kind="country"),
        a_hit(fields, "text", "Taftan", side="PK"),
    ]
    assert [one.match for one in excerpts(fields, hits)] == ["Tehran", "Islamabad", "Taftan"]
    assert (
        read(excerpts(fields, hits))[1] == "…Later the envoy of Iran met traders from [Taftan], near Pakistan's border."
    )


def test_distant_matches_stand_apart():
    """Matches far from each other are two pieces, each cut at words and marked where it is cut."""
    text = "Iran " + "and so on " * 30 + "Pakistan at the very end of it"
    hits = [a_hit({"text": text}, "text", "Iran", side="IR"), a_hit({"text": text}, "text", "Pakistan", side="PK")]
    first, second = read(excerpts({"text": text}, hits))
    assert first.startswith("[Iran] and so on")
    assert first.endswith("…")
    assert second.startswith("…")
    assert second.endswith("[Pakistan] at the very end of it")


def test_window_stays_in_its_paragraph():
    """The words of another paragraph are no context."""
    text = "One thing.\n\nIran said so.\n\nAnother thing."
    [context] = excerpts({"text": text}, [a_hit({"text": text}, "text", "Iran", side="IR")])
    assert (context.before, context.after) == ("", " said so.")


def test_no_hit_inside_another():
    """A name within a longer name is not shown twice."""
    fields = {"title": "Pakistan Peoples Party speaks"}
    hits = [a_hit(fields, "title", "Pakistan", side="PK"), a_hit(fields, "title", "Pakistan Peoples Party", side="PK")]
    assert [one.match for one in excerpts(fields, hits)] == ["Pakistan Peoples Party"]


def test_no_hits_no_context():
    """Nothing matched, nothing to show."""
    assert excerpts({"title": TITLE}, []) == ()


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30)), max_size=8))
def test_any_text_and_places(text, places):
    """Excerpts of any text are short and on one line, and their runs contain all of them in order."""
    hits = [
        Hit(
            term=str(number),
            name="x",
            side="",
            kind="topic",
            field="text",
            start=start,
            end=min(start + length, len(text)),
            text=text[start : start + length],
        )
        for number, (start, length) in enumerate(places)
        if start < len(text)
    ]
    contexts = excerpts({"text": text}, hits)
    assert len(contexts) <= 3
    assert [one for run in merge_adjacent(contexts) for one in run] == list(contexts)
    assert all("\n" not in part and len(part) < 120 for one in contexts for part in (one.before, one.match, one.after))
