"""The query language: what is read, what is refused and where, what matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query import And, Document, Not, Or, Phrase, QueryError, Tag, aliases, expand, matches, needed, parse, tag
from monitor.text import fold

ENVOYS = Document(
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
    """Each form of the language finds what it says, whatever the letters' case or variant."""
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
    """Words are whole, phrases in order, places and tags exact; headline and body are two texts."""
    assert not matches(parse(query), ENVOYS)


def test_precedence():
    """OR binds less than the AND between words, and a minus binds to the next part alone."""
    a, b, c = (Phrase(words=(word,)) for word in "abc")
    assert parse("a b OR -c a") == Or(parts=(And(parts=(a, b)), And(parts=(Not(part=c), a))))


def test_alias_is_a_term():
    """An alias is short for the field of the rules' terms."""
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
        ('iran "abc', '1:6: this quotation mark has no partner\n  iran "abc\n       ^'),
        (
            "iran\nfoo:bar",
            "2:1: no field 'foo'; there are country, flag, lang, source, term, text, title, topic\n  foo:bar\n  ^",
        ),
        ("a NEAR/2 (b -c)", "1:3: NEAR joins words, phrases, @names and (a OR b) of them\n  a NEAR/2 (b -c)\n    ^"),
        ("iran !!!", "1:6: nothing to look for: no letter or digit\n  iran !!!\n       ^"),
        ("lang:(ur NEAR/2 fa)", "1:1: lang: takes words\n  lang:(ur NEAR/2 fa)\n  ^"),
        ("title:-a", '1:7: unexpected "-"; expected "(", a phrase, a word, an @alias\n  title:-a\n        ^'),
    ],
)
def test_errors_point_into_the_query(query, message):
    """A query that cannot be read says where, shows the place, and names what would have done."""
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert str(caught.value) == message


def test_deep_parentheses_are_refused():
    """Whoever types a thousand parentheses gets an answer, not a crash."""
    with pytest.raises(QueryError, match="too many parentheses"):
        parse("(" * 1000 + "a" + ")" * 1000)


def test_an_alias_that_is_a_set_becomes_its_words():
    """Where names were not looked up a set stands for its words, and beside NEAR so does a name of the rules."""
    meanings = {"return": (Phrase(words=("return",)), Phrase(words=("back",))), "@mand": (Phrase(words=("mand",)),)}
    asked = parse("@return @iran -(title:@mand OR @mand NEAR/2 pishin)")
    assert expand(asked, meanings) == parse("(return OR back) @iran -(title:mand OR mand NEAR/2 pishin)")
    assert matches(expand(parse("@return (@mand OR kech) NEAR/2 pishin"), meanings), ENVOYS)


def test_aliases_are_told_with_their_places():
    """Whoever knows the names can point at one that is unknown; what is quoted is no name."""
    assert aliases('iran "@a"\n  (@Border-Words OR -@x)') == [("border words", 2, 4), ("x", 2, 22)]


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
def test_what_every_match_needs(query, weaker):
    """An index narrows by words and phrases alone, and by nothing that a match can do without."""
    assert needed(parse(query)) == (weaker and parse(weaker))


def test_a_tag_is_one_word():
    """An index keeps what the rules and the outlet say as words that no text can hold."""
    assert [tag("term", "Gabd-Rimdan"), tag("lang", "")] == ["term:gabd_rimdan", "lang:"]


def _read(text):
    try:
        return parse(text)
    except QueryError as error:
        return error


letters = st.text(st.sampled_from('ab پك‌"“”():*~-@ORANDNEAR/1title:lang'), max_size=30)


@given(letters)
def test_any_text_is_read_or_refused_with_a_place(text):
    """No text crashes the parser, and every refusal names a place."""
    read = _read(text)
    if isinstance(read, QueryError):
        assert read.line >= 1
        assert read.column >= 1
    else:
        matches(read, ENVOYS)


@given(letters, st.text(st.sampled_from("ab پك "), max_size=12), st.text(st.sampled_from("ab پك "), max_size=12))
def test_what_matches_holds_what_it_needs(query, title, text):
    """Narrowing never loses a document that matches; matching text may be handed in as such."""
    read = _read(query)
    if isinstance(read, QueryError):
        return
    matching = matches(read, Document(title=title, text=text, lang="ab"))
    assert matches(read, Document(title=fold(title).text, text=fold(text).text, folded=True, lang="ab")) == matching
    if matching and (weaker := needed(read)):
        assert matches(weaker, Document(title="", text=f"{title}\n{text}", lang="ab"))
