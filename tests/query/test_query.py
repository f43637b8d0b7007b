"""The query language: parsing, errors with their places, matching, and narrowing by an index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query import (
    And,
    Not,
    Or,
    Phrase,
    QueryDocument,
    QueryError,
    Tag,
    find_aliases,
    index_query,
    matches,
    parse,
    resolve_aliases,
    tag_token,
)
from monitor.text import fold

ENVOYS = QueryDocument(
    title="Iran, Pakistan return envoys",
    text="Amir-Abdollahian is expected in Islamabad. The border markets of Mand and Pishin stay open; گبد ریمدان is shut.",
    source="hilal-news",
    lang="en",
    country="TR",
    terms=frozenset({"iran", "pakistan", "gabd-rimdan"}),
    topics=frozenset({"border-security", "diplomacy"}),
    flags=frozenset({"sport"}),
)


@pytest.mark.parametrize(
    "query",
    [
        "iran pakistan",
        "IRAN AND islamabad",
        "cricket OR envoys",
        "iran -cricket",
        "iran NOT cricket",
        '"return envoys"',
        "“return envoys”",
        '"envoys pakistan"~1',
        "pakist*",
        "title:envoys",
        "title:(iran pakistan) text:islamabad",
        "source:hilal-news lang:EN country:tr",
        "source:(dawn OR hilal*)",
        "@gabd-rimdan",
        "term:iran",
        "topic:border-security -topic:border",
        "topic:(nuclear OR border*) flag:SPORT",
        "amirabdollahian OR amir-abdollahian",
        "mand NEAR/2 pishin",
        "(tehran OR expected) NEAR/2 islamabad",
        '"گبد ریمدان" OR ہاکی',
        "كبد OR گبد",
        "NOT NOT iran",
    ],
)
def test_matches(query):
    """Each form of the language matches, in any case and letter variant."""
    assert matches(parse(query), ENVOYS)


@pytest.mark.parametrize(
    "query",
    [
        "iran cricket",
        "-iran",
        '"envoys return"',
        "title:islamabad",
        "text:envoys",
        "envoy",
        "@taftan",
        "lang:ur",
        "iran NEAR/5 islamabad",
        "source:hilal",
        '"envoys amir"~3',
    ],
)
def test_does_not_match(query):
    """Words are whole, phrases in order, fields and tags exact; headline and body are two texts."""
    assert not matches(parse(query), ENVOYS)


def test_or_binds_less_than_and():
    """OR binds less than the AND between words, and a minus binds to the next part alone."""
    a, b, c = (Phrase(words=(word,)) for word in "abc")
    assert parse("a b OR -c a") == Or(parts=(And(parts=(a, b)), And(parts=(Not(part=c), a))))


def test_alias_is_a_term():
    """An alias is short for the field `term`."""
    assert parse("@amir-abdollahian") == parse("term:amir-abdollahian") == Tag(name="term", value="amir abdollahian")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "a AND (b OR",
            """1:12: the query ends too early; expected "(", "-", NOT, a field, a phrase, a word, an @alias
  a AND (b OR
             ^""",
        ),
        ('iran "abc', '1:6: this quotation mark is never closed\n  iran "abc\n       ^'),
        (
            "iran\nfoo:bar",
            "2:1: unknown field 'foo'; fields are country, flag, lang, source, term, text, title, topic\n  foo:bar\n  ^",
        ),
        ("a NEAR/2 (b -c)", "1:3: NEAR joins words, phrases, @names and (a OR b) of them\n  a NEAR/2 (b -c)\n    ^"),
        ("iran !!!", "1:6: nothing to search for: no letter or digit\n  iran !!!\n       ^"),
        ("lang:(ur NEAR/2 fa)", "1:1: lang: takes words only\n  lang:(ur NEAR/2 fa)\n  ^"),
        ("title:-a", '1:7: unexpected "-"; expected "(", a phrase, a word, an @alias\n  title:-a\n        ^'),
    ],
)
def test_errors_point_into_the_query(query, message):
    """The error of an invalid query gives line and column, shows the place, and lists the allowed tokens."""
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert str(caught.value) == message


def test_deep_parentheses_are_refused():
    """A thousand nested parentheses are an error, not a crash."""
    with pytest.raises(QueryError, match="too many nested parentheses"):
        parse("(" * 1000 + "a" + ")" * 1000)


def test_an_alias_that_is_a_set_becomes_its_words():
    """For a text that was not judged, a set is replaced by its words; beside NEAR a term is as well."""
    meanings = {"return": (Phrase(words=("return",)), Phrase(words=("back",))), "@mand": (Phrase(words=("mand",)),)}
    query = parse("@return @iran -(title:@mand OR @mand NEAR/2 pishin)")
    assert resolve_aliases(query, meanings) == parse("(return OR back) @iran -(title:mand OR mand NEAR/2 pishin)")
    assert matches(resolve_aliases(parse("@return (@mand OR kech) NEAR/2 pishin"), meanings), ENVOYS)


def test_aliases_have_their_line_and_column():
    """The places let a caller point at an unknown name; quoted text has no aliases."""
    assert find_aliases('iran "@a"\n  (@Border-Words OR -@x)') == [("border words", 2, 4), ("x", 2, 22)]


@pytest.mark.parametrize(
    ("query", "weaker"),
    [
        ("iran pakistan*", "iran pakistan*"),
        ("iran OR tehran*", "iran OR tehran*"),
        ("(iran cricket -@taftan) OR tehran", "(iran cricket) OR tehran"),
        ("iran -cricket @taftan lang:ur", "iran @taftan lang:ur"),
        ('text:("Amir-Abdollahian" NEAR/3 b)', '"Amir-Abdollahian" NEAR/3 b'),
        ('title:("market border"~3 -b)', '"market border"~3'),
        ("-iran", None),
        ("iran OR @taftan", "iran OR @taftan"),
        ("source:dawn (iran OR -b)", "source:dawn"),
        ("iran OR -source:dawn", None),
    ],
)
def test_index_queries(query, weaker):
    """An index query has only words and tags that every match has."""
    assert index_query(parse(query)) == (weaker and parse(weaker))


def test_a_tag_is_one_word():
    """An index stores tags as words that no text can contain."""
    assert [tag_token("term", "Gabd-Rimdan"), tag_token("lang", "")] == ["term:gabd_rimdan", "lang:"]


def parse_or_error(text):
    try:
        return parse(text)
    except QueryError as error:
        return error


letters = st.text(st.sampled_from('ab پك‌"“”():*~-@ORANDNEAR/1title:lang'), max_size=30)


@given(letters)
def test_any_text_is_parsed_or_an_error_with_a_place(text):
    """No text crashes the parser, and every error has a place."""
    parsed = parse_or_error(text)
    if isinstance(parsed, QueryError):
        assert parsed.line >= 1
        assert parsed.column >= 1
    else:
        matches(parsed, ENVOYS)


@given(letters, st.text(st.sampled_from("ab پك "), max_size=12), st.text(st.sampled_from("ab پك "), max_size=12))
def test_every_match_matches_the_index_query(query, title, text):
    """Narrowing never loses a match; a document may be given as folded text."""
    parsed = parse_or_error(query)
    if isinstance(parsed, QueryError):
        return
    matching = matches(parsed, QueryDocument(title=title, text=text, lang="ab"))
    assert (
        matches(parsed, QueryDocument(title=fold(title).text, text=fold(text).text, folded=True, lang="ab")) == matching
    )
    if matching and (weaker := index_query(parsed)):
        assert matches(weaker, QueryDocument(title="", text=f"{title}\n{text}", lang="ab"))
