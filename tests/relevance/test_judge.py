"""Judging: which texts reach the digest, which alert, which do not, and the evidence for each."""

import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import relevance
from monitor.relevance.judge import probability_of
from monitor.relevance.sentences import MAX_SENTENCE_CHARS, bounded_cuts
from tests.relevance.rulefiles import shipped

JUDGE = relevance.compile(shipped())

CALL = "The two foreign ministers agreed that the ambassadors would return to Tehran and Islamabad within days."


@pytest.mark.parametrize(
    "text",
    [
        {"title": "Iran, Pakistan sign accord on border markets"},
        {"title": "Jilani, Amir-Abdollahian speak by phone", "text": CALL},
        {
            "title": "Araghchi lands in Rawalpindi for talks with Munir",
            "text": "Field Marshal Asim Munir received him.",
        },
        {"title": "پاک ایران سرحد پر تجارتی مارکیٹ کا افتتاح", "language": "ur"},
        {"title": "عراقچی با همتای پاکستانی خود گفتگو کرد", "language": "fa"},
        {"title": "وزير الخارجية الإيراني يصل إلى إسلام آباد", "language": "ar"},
        {"title": "İran Dışişleri Bakanı Erakçi İslamabad'a gitti", "language": "tr"},
    ],
)
def test_both_sides_in_the_headline_alert(text):
    """A text whose headline has both sides acting alerts, by whichever names and in whichever language."""
    assert JUDGE(**text).alert


def test_people_places_and_groups_name_their_side():
    """A text reaches the digest without the name of a country: people, places and groups stand for it."""
    verdict = JUDGE(
        title="Jilani protests to envoy after missiles hit Panjgur",
        text="The missiles were aimed at Jaish al-Adl in the hills of Panjgur. Jilani called the attack unlawful.",
    )
    assert verdict.digest
    assert JUDGE(title="Ministers speak by phone", text=f"Jilani called Tehran on Friday. {CALL}").digest
    assert {"jilani", "panjgur", "jaish-al-adl"} <= {hit.term for hit in verdict.hits}


@pytest.mark.parametrize(
    "text",
    [
        {"title": "Flood warning for Punjab", "text": "Pakistan expects heavy rain."},
        {"title": "Nobel Prize for a poet", "text": "She was born in Lisbon."},
        {"title": "Afghanistan, Iran and Pakistan among the driest, says report"},
        {"title": "What countries like Iran and Pakistan can teach"},
        {"title": "Pakistan beat Iran in volleyball semi-final", "text": "Pakistan beat Iran in Tehran on Sunday."},
        {
            "title": "Oil rises as US-Iran talks stall",
            "text": "Brent rose. Envoys cancelled a trip to Pakistan for talks with Iran.",
        },
        {
            "title": "US rejects Iran's answer",
            "text": "The answer reached Washington via Pakistan, Iran and US officials said.",
        },
        {"title": "ISLAMABAD: Police seize kites"},
        {"title": "", "text": "TEHRAN, May 21 (MNA) - Snow closed roads in Ardabil."},
        {"title": "Smriti Irani speaks in Lahore, Pakistan"},
    ],
)
def test_texts_that_do_not_reach_the_digest(text):
    """One side, a list, a sports match, a venue of others and a dateline are not relations of the two countries."""
    assert not JUDGE(**text).digest


def test_the_first_sentence_replaces_a_missing_headline():
    """If it has an interaction of the two sides, it is judged as a headline; a run of several reports is not."""
    dealing = "وزیراعظم شہباز شریف نے ایرانی صدر سے ملاقات میں سرحدی مارکیٹ پر گفتگو کی"
    assert JUDGE(title="", text=dealing, language="ur").alert
    assert not JUDGE(title="", text=f"{dealing} غزہ میں امریکہ کی تجویز پر غور", language="ur").alert
    assert not JUDGE(title="", text="شہباز شریف لاہور پہنچ گئے ایران میں برف باری", language="ur").alert


def test_countries_far_apart_add_no_points():
    """Two countries that are named far apart in a long text are two reports."""
    filler = " ".join(["The committee met again and put off its decision."] * 40)
    verdict = JUDGE(title="A year in the region", text=f"Iran held elections. {filler} Pakistan raised its rates.")
    assert not verdict.digest
    assert verdict.missing == "one sentence with both countries close together"


def test_a_border_place_without_the_neighbour():
    """A named crossing is the common border; another border place needs an incident as well."""
    assert JUDGE(title="Taftan border reopens for trade").digest
    assert JUDGE(title="Border guard killed in Saravan", text="Gunmen fled over the border, Iran's police said.").digest
    assert not JUDGE(title="School opens in Saravan, Iran").digest


def test_an_outlet_need_not_name_its_own_country():
    """In an outlet of one side, the neighbour and a word of the border suffice; elsewhere, or on other matters, they do not."""
    title = "Smuggled Iranian diesel seized on highway"
    assert JUDGE(title=title, country="PK").digest
    assert not JUDGE(title=title, country="US").digest
    assert not JUDGE(title="Iranian parliament passes budget", country="PK").digest
    assert JUDGE(title="Dar, Araghchi speak by phone", country="PK").digest


def test_the_outlet_at_the_end_of_a_headline_is_no_evidence():
    """The name of an outlet at the end of a headline is ignored, although it has the name of a country."""
    title = "Iran votes on Friday - Pakistan Herald"
    assert JUDGE(title=title).score > JUDGE(title=title, outlet="Pakistan Herald").score == 0


def test_template_text_is_flagged_and_never_alerts():
    """A text with markers of machine-made text is flagged with them and stays in the digest."""
    body = "This article aims to explain the bond. The provided data shows trade between Iran and Pakistan growing."
    plain, made = JUDGE(title="Iran-Pakistan ties"), JUDGE(title="Iran-Pakistan ties", text=body)
    assert plain.alert
    assert made.digest
    assert not made.alert
    assert [(flag.code, flag.evidence) for flag in made.flags] == [
        ("template-text", "the provided data, this article aims to, no date, place or source in the lead")
    ]


SPUN = """The ties of Iran and Pakistan have been shaped by geography for as long as both have been on the map.

Historical Background

Iran was among the first to greet the new state of Pakistan.

Conclusion

The ties of Pakistan and Iran will matter. What do you think lies ahead?"""


def test_template_text_is_flagged_by_its_shape():
    """Headings of template sections, a lead without date or source and a question to the reader raise the flag."""
    verdict = JUDGE(title="Understanding a Bond of Neighbours: Iran and Pakistan", text=SPUN)
    assert verdict.digest
    assert not verdict.alert
    assert "conclusion" in verdict.flags[0].evidence
    assert "no date, place or source in the lead" in verdict.flags[0].evidence


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (
            "fa",
            "روابط ایران و پاکستان: نگاهی جامع",
            "روابط ایران و پاکستان ریشه‌دار است.\n\nمقدمه\n\nنتیجه‌گیری\n\nنظر شما چیست؟",
        ),
        (
            "ur",
            "ایران اور پاکستان: ایک جامع جائزہ",
            "ایران اور پاکستان ہمسایہ ہیں۔\n\nتعارف\n\nنتیجہ\n\nآپ کا کیا خیال ہے؟",
        ),
        ("ar", "إيران وباكستان: نظرة شاملة", "تجمع إيران وباكستان روابط قديمة.\n\nمقدمة\n\nالخاتمة\n\nما رأيك؟"),
        (
            "tr",
            "İran ve Pakistan: kapsamlı bir bakış",
            "İran ve Pakistan komşudur.\n\nGiriş\n\nSonuç\n\nSiz ne düşünüyorsunuz?",
        ),
    ],
)
def test_template_text_in_every_language(language, title, text):
    """The markers of template text are known in all five languages."""
    verdict = JUDGE(title=title, text=text, language=language)
    assert [flag.code for flag in verdict.flags] == ["template-text"]
    assert not verdict.alert


def test_a_report_with_a_conclusion_is_not_template_text():
    """One or two hints do not raise the flag: good analyses have them as well."""
    text = "Ministers of Iran and Pakistan met on Monday, an official said. It is a delicate balance.\n\nConclusion\n\nMore will follow."
    assert not JUDGE(title="What Iran and Pakistan agreed on", text=text).flags


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Pakistan beat Iran in straight sets", ""),
        ("Iran edge Pakistan 2-1 in Tashkent", ""),
        (
            "Pakistan stun Iran in Tashkent",
            "The coach praised his squad after Pakistan beat Iran in the volleyball qualifier.",
        ),
        ("والیبالیست‌های ایران پاکستان را شکست دادند", ""),
        ("پیروزی ایران برابر پاکستان", "تیم هاکی ایران در مسابقات آسیایی پاکستان را شکست داد."),
        ("پاکستان نے ایران کو شکست دے دی", "والی بال چیمپئن شپ کے میچ میں پاکستان نے ایران کو ہرا دیا۔"),
        ("کرکٹ: ایران کو پاکستان کے ہاتھوں شکست", ""),
        ("Voleybolda İran, Pakistan'ı geçti", ""),
        ("فوز إيران على باكستان في كرة الطائرة", ""),
    ],
)
def test_sports_results_do_not_reach_the_digest(title, text):
    """Sport is recognised by inflected words, and by two words of a match in the lead."""
    verdict = JUDGE(title=title, text=text)
    assert [flag.code for flag in verdict.flags] == ["sport"]
    assert not verdict.digest


@pytest.mark.parametrize(
    "title", ["Iran embassy hands visas to Pakistan cricket team", "Iran, Pakistan sign agreement on wrestling camps"]
)
def test_sport_with_officials_reaches_the_digest(title):
    """Visas and agreements are relations of the two countries, in sport as well."""
    assert JUDGE(title=title).digest


@pytest.mark.parametrize(
    "title",
    [
        "Afghan refugees return from Iran and Pakistan",
        "Pakistan, Iran expel thousands of Afghans",
        "بازگشت هزاران مهاجر افغان از ایران و پاکستان",
        "ایران اور پاکستان سے افغان مہاجرین کی واپسی",
        "İran ve Pakistan'dan dönen Afgan göçmenler arttı",
        "عودة آلاف اللاجئين الأفغان من إيران وباكستان",
    ],
)
def test_refugees_of_a_third_country_do_not_reach_the_digest(title):
    """They concern both sides alike, which is not an interaction of the two; an agreement on them is."""
    assert not JUDGE(title=title).digest
    assert JUDGE(title="Pakistan, Iran agree on Afghan refugees").digest


@pytest.mark.parametrize(
    "title",
    [
        "Turkmenistan to sell gas to Iran and Pakistan",
        "Prices in Sri Lanka higher than in Iran and Pakistan",
        "افغانستان کا ایران اور پاکستان سے مطالبہ",
    ],
)
def test_places_of_third_party_news_are_a_list(title):
    """A text on a third party that deals with both is not about the two; talks between them are."""
    assert not JUDGE(title=title).digest
    assert JUDGE(title="Talks between Iran and Pakistan on Afghanistan begin").alert


@pytest.mark.parametrize(
    ("act", "thing"),
    [
        ("Pakistan-Iran railway service resumes", "Rain disrupts Pakistan-Iran railway service"),
        ("Four killed in attack on Pak-Iran border", "Snowfall along the Pak-Iran border"),
        ("پاک ایران سرحد پر مارکیٹ کا افتتاح", "پاک ایران سرحد پر بارش"),
    ],
)
def test_the_name_of_a_thing_alerts_by_an_act_alone(act, thing):
    """A railway or border named after both countries reaches the digest; it alerts only if something happens."""
    assert JUDGE(title=act).alert
    assert JUDGE(title=thing).digest
    assert not JUDGE(title=thing).alert


def test_one_side_and_an_unnamed_neighbour():
    """One side and "the border flare-up" are a near miss; the other side further down puts the text into the digest."""
    title, lead = "Border flare-up rattles Karachi stocks", "The index fell on Monday, brokers said."
    assert JUDGE(title=title, text=lead).near
    assert JUDGE(title=title, text=f"{lead} Flights to Iran were halted.").digest
    assert not JUDGE(title=title.replace("Border", "Indian border"), text=lead).near


def test_talks_of_others_are_flagged_and_do_not_alert():
    """Talks between Iran and the US in Islamabad reach the digest with their flags."""
    verdict = JUDGE(title="Witkoff to meet Iran team in Islamabad as ceasefire holds")
    assert verdict.digest
    assert not verdict.alert
    assert [flag.code for flag in verdict.flags] == ["us-iran-mediation", "venue-only"]


@pytest.mark.parametrize(
    ("acting", "idle"),
    [
        ("Pakistan PM says US-Iran deal is close", "Pakistan exporters count cost of US-Iran deal"),
        ("Pakistan offers to host Iran talks with US", "Markets in Pakistan await Iran talks with US"),
        ("Pakistan: Iran deal with US within days", "Traders in Pakistan fear for Iran deal with US"),
        ("Iran FM lands in Islamabad for US talks", "Vance lands in Islamabad for Iran talks"),
        ("Araghchi returns to Pakistan as US waits", "Witkoff returns to Pakistan as Iran waits"),
    ],
)
def test_a_side_that_acts_is_not_a_theme_or_venue(acting, idle):
    """A side that speaks about the other, or travels to it, alerts; as theme or venue of others it does not."""
    assert JUDGE(title=acting).alert
    assert not JUDGE(title=idle).alert


def test_reasons_add_up_to_the_score():
    """The points of the reasons add up to the score, and each reason has a sentence."""
    verdict = JUDGE(title="Iran, Pakistan return envoys", text=f"{CALL} Tehran thanked Islamabad.")
    assert round(sum(reason.points for reason in verdict.reasons), 2) == verdict.score
    first = verdict.reasons[0]
    assert (first.code, first.text) == ("title-both", "The headline names Iran and Pakistan")
    assert verdict.rules == shipped().version


def test_near_misses_name_the_missing_condition():
    """A text just below the digest threshold is a near miss, with the condition it does not meet."""
    assert JUDGE(title="Shots fired at Panjgur border post").digest
    verdict = JUDGE(title="New road to Panjgur border post")
    assert verdict.near
    assert verdict.missing == "any mention of Iran"


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        (
            "Thousands stuck at the gate",
            "Iran and Iraq may not be reached by road from Taftan, the ministry said.",
            "en",
        ),
        (
            "",
            "ایران سے بجلی کی فراہمی کم ہونے پر تربت اور گوادر اندھیرے میں ڈوب گئے۔ پاکستان نے ایرانی کمپنی سے رابطہ کیا۔",
            "ur",
        ),
    ],
)
def test_an_interaction_in_the_lead_alerts(title, text, language):
    """The headline may name neither side, or be missing, and the lead may name one third country."""
    lead = f"{text} Traders of Zahedan and Quetta met on the border of Iran and Pakistan." if title else text
    assert JUDGE(title=title, text=lead, language=language).alert


def test_goods_between_neighbours_are_an_interaction():
    """Goods, people and blows count as interactions, except beside a third country that they may belong to."""
    sentence = "Mangoes from Pakistan fill the markets of Iran"
    alone, beside = (JUDGE(title="Fruit", text=f"{sentence}{end}.").score for end in ("", " after those of Qatar"))
    assert alone > beside


WHEAT = (
    "The wheat board has bought less than half of what it meant to buy, and farmers want to know who pays for the rest."
)
LORRIES = "Iranian customs held back three hundred lorries from Pakistan. Traders in Zahedan and Quetta wrote to both capitals."


@pytest.mark.parametrize("opening", ["{}\n\n", "**{}**\n", "**{}.** ", "# {}\n\n"])
def test_each_report_of_a_page_is_judged_alone(opening):
    """A page of reports reaches the digest if one of them is about both countries, however its headings are set."""
    title = "Good evening: wheat, lorries and rain"
    reports = [("Wheat", WHEAT), ("Queue at the gate", LORRIES), ("Rain", WHEAT)]
    page = "\n\n".join(f"{opening.format(head)}{body}" for head, body in reports)
    assert JUDGE(title=title, text=page).digest
    assert not JUDGE(title=title, text=page).alert
    flowing = JUDGE(title=title, text=f"{WHEAT} {WHEAT} {WHEAT} {LORRIES}")
    assert "section" not in {reason.code for reason in flowing.reasons}


def test_a_place_in_capitals_opens_a_report():
    """In briefs by place, the place in capitals begins a report."""
    briefs = f"LAHORE – {WHEAT}\n\nTAFTAN – {LORRIES}\n\nMULTAN – {WHEAT}"
    assert JUDGE(title="News in brief", text=briefs).digest


def test_a_report_on_a_third_country_is_not_about_the_two():
    """A report that opens with India is about India, though it names both sides further down."""
    reports = [
        ("Wheat", WHEAT),
        ("The spy", f"India said its man in Pakistan was a trader. {LORRIES}"),
        ("Rain", WHEAT),
    ]
    page = "\n\n".join(f"{head}\n\n{body}" for head, body in reports)
    assert not any(reason.code == "section" for reason in JUDGE(title="What the week brought", text=page).reasons)


ABOUT_BOTH = "Smugglers from Iran sell their fuel in Pakistan. Zahedan wants a market there, and Islamabad another."


@pytest.mark.parametrize(("title", "expected"), [("The road at night", True), ("The road of India at night", False)])
def test_two_consecutive_sentences_about_both(title, expected):
    """Two consecutive sentences about both sides suffice further down, but not below a third country in the headline."""
    text = f"Nobody sleeps on the road. The tea is sweet. Dust lies on the cups. It is late. {ABOUT_BOTH}"
    assert JUDGE(title=title, text=text).digest is expected


@pytest.mark.parametrize(
    ("title", "flag"),
    [
        ("Passport index: Japan first, Iran 97th, Pakistan 101st", "ranking"),
        ("First wheat from India sails for Chabahar, bypassing Pakistan", "bypassed"),
    ],
)
def test_rankings_and_bypassed_countries_do_not_reach_the_digest(title, flag):
    """The headline names both, but they do not interact."""
    verdict = JUDGE(title=title)
    assert not verdict.digest
    assert flag in {found.code for found in verdict.flags}


def test_a_sentence_counts_once():
    """A summary that repeats the first sentence adds no points."""
    once = JUDGE(title="Envoys to return", text=CALL)
    assert JUDGE(title="Envoys to return", summary=CALL, text=CALL).score == once.score


def test_thresholds_come_from_the_rules():
    """A higher digest threshold in the rules keeps a text out of the digest."""
    strict = relevance.compile(replace(shipped(), weights=replace(shipped().weights, digest=9.0)))
    assert not strict(title="Iran, Pakistan sign accord").digest


WORDS = "Iran Pakistan Pak پاکستان ايران Araghchi’s Munir, via in Islamabad. and India ، و Taftan border Erakçi — ﷺ"
words = st.sampled_from([*WORDS.split(), "\u200c", "\n"])
texts = st.lists(words, max_size=25).map(" ".join)


@given(texts, texts, st.sampled_from(["", "PK", "IR", "DE"]))
def test_offsets_and_decisions_are_consistent(title, text, country):
    """Offsets of hits fit the original fields, an alert is in the digest, and a near miss is not."""
    verdict = JUDGE(title=title, text=text, country=country)
    fields = {"title": title, "summary": "", "text": text}
    assert all(fields[hit.field][hit.start : hit.end] == hit.text for hit in verdict.hits)
    assert verdict.digest or not verdict.alert
    assert not (verdict.digest and verdict.near)


@given(texts, texts)
def test_unicode_forms_do_not_change_a_verdict(title, text):
    """Composed and decomposed texts get the same verdict."""
    composed, decomposed = (
        JUDGE(title=unicodedata.normalize(form, title), text=unicodedata.normalize(form, text))
        for form in ("NFC", "NFD")
    )
    assert composed.score == decomposed.score
    assert [hit.term for hit in composed.hits] == [hit.term for hit in decomposed.hits]


# --- an outlet that leaves its own country out, and places of two countries --------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["Flight operation to Iran suspended", "Tehran ties downgraded after attack", "Bilawal flies to Tehran for talks"],
)
def test_home_outlet_is_the_second_side(title):
    """A headline of a Pakistani outlet on ties, trade or travel with Iran is about both; elsewhere it is about Iran."""
    assert JUDGE(title=title, language="en", country="PK").digest
    assert not JUDGE(title=title, language="en", country="GB").digest


def test_home_outlet_on_a_third_country_is_not_about_both():
    """If a third country is the partner, the home country is not the second side."""
    assert not JUDGE(title="Saudi mission in Iran starts work after seven years", language="en", country="PK").digest


def test_domestic_reaction_is_in_the_digest_and_does_not_alert():
    """Parties and bar associations on a war on Iran are in the digest with a class of their own, and do not alert."""
    verdict = JUDGE(title="Bar association condemns US attack on Iran", language="en", country="PK")
    assert (verdict.digest, verdict.alert) == (True, False)
    assert "domestic-reaction" in {flag.code for flag in verdict.flags}


def test_short_text_is_one_passage_with_its_headline():
    """One side in the headline and the other in the single sentence below it are one statement."""
    assert JUDGE(title="Tehran opens new gate for lorries", text="Islamabad welcomed the step.", language="en").digest


def test_short_text_about_a_third_country_is_not_a_passage():
    """If the headline names a third country, the sentence below goes on about that country."""
    verdict = JUDGE(
        title="Kuwait agrees to lift bar on visas for Pakistanis",
        text="Kuwait had stopped issuing visas to citizens of Pakistan, Iran, Syria and Afghanistan.",
        language="en",
    )
    assert not verdict.digest


def test_short_name_of_a_province_means_the_province_of_the_text():
    """Balochistan is in Iran if the text names Sistan-Baluchestan and no other name of Pakistan."""
    text = "Gunmen fired on a patrol in the Sistan-Baluchestan province of Iran."
    assert not JUDGE(title="Two policemen killed in Balochistan", text=text, language="en").digest


def test_the_probability_grows_with_the_score():
    """A verdict has the share of relevant texts with its score: one half at the midpoint, never below 0 or above 1."""
    texts = [
        "Rain in Oslo",
        "Iran raises wages",
        "Iran and Pakistan in talks",
        "Pak-Iran ties: Iran and Pakistan sign pact",
    ]
    verdicts = [JUDGE(title=title, language="en") for title in texts]
    assert sorted(verdicts, key=lambda verdict: verdict.score) == sorted(
        verdicts, key=lambda verdict: verdict.probability
    )
    weights = shipped().weights
    assert probability_of(weights.probability_midpoint, weights) == 0.5
    assert (probability_of(-1e9, weights), probability_of(1e9, weights)) == (0.0, 1.0)


@given(st.integers(min_value=1, max_value=3000), st.sampled_from([" ", "", "، ", ". "]))
@example(count=3000, gap=" ")
@example(count=3000, gap="")
def test_no_sentence_is_longer_than_the_limit(count, gap):
    """A page of names without a full stop is read in pieces of limited length that lose nothing: its cost is linear."""
    text = gap.join(f"Iran{number}" for number in range(count))
    cuts = list(bounded_cuts(text))
    assert cuts == sorted(set(cuts))
    assert (cuts[0], cuts[-1]) == (0, len(text))
    assert all(end - start <= MAX_SENTENCE_CHARS for start, end in pairwise(cuts))


def test_a_headline_without_end_is_read_at_its_beginning():
    """Names far behind the beginning of a headline are not examined."""
    assert JUDGE(title="Iran and Pakistan sign accord " + "on trade " * 200).alert
    assert not JUDGE(title="rain " * 300 + "Iran and Pakistan sign accord").hits


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("پاکستان اورایران میں تجارتی معاہدہ", "ur"),
        ("ایران سےپاکستانی زائرین کی واپسی", "ur"),
        ("پاکستانی سفیر نےایرانی وزیر سے ملاقات کی", "ur"),
        ("İran Pakistana gaz satacak", "tr"),
        ("Pakistanın İrandan ithalatı arttı", "tr"),
    ],
)
def test_names_in_hurried_copy(title, language):
    """A name counts without the blank before it (Urdu) and with an ending but no apostrophe (Turkish)."""
    assert JUDGE(title=title, language=language).alert
