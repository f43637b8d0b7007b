"""A site's own lines are told from what its articles share."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.site_boilerplate import MAX_FINGERPRINTS_PER_SITE, PageFingerprint
from tests.extract.builders import NOW, a_page, article_of, extraction_of, paragraphs

PROMO = "Join our channel and never miss what matters to you again."
BACKGROUND = "The neighbours share a frontier of nine hundred kilometres that smugglers of fuel have long used."
HEADLINES = (
    "Ministers agree on visas", "Floods close mountain road", "Cricketers win by six wickets", "Bakers fear dearer flour",
    "Museum shows lost coins", "Surgeons separate twin sisters", "Harvest of dates begins", "Pilots protest night flights",
)  # fmt: skip


def story(number: int) -> list[str]:
    """Four paragraphs of a story of its own."""
    topic = HEADLINES[number % len(HEADLINES)].lower()
    return [f"In report {number} we hear in sentence {line} why {topic}, and what follows." for line in range(4)]


def a_story(number: int, *texts: str, beside: str = "") -> bytes:
    """The page of a story."""
    title = f"<title>{HEADLINES[number % len(HEADLINES)]}</title>"
    return a_page(f"<article>{paragraphs(*texts)}</article><aside>{beside}</aside>", title)


def remembered(body: bytes, known=(), *, days: int = 0) -> tuple[list[str], PageFingerprint]:
    extraction = extraction_of(body, now=NOW + timedelta(days=days), fingerprints=known)
    assert extraction.fingerprint
    return extraction.require_article().text.split("\n\n"), extraction.fingerprint


def site(*pages: bytes, days: int = 0) -> list[PageFingerprint]:
    """What is known of a site after these pages, the newest first; one page in every so many days."""
    return [remembered(page, days=number * days)[1] for number, page in enumerate(pages)][::-1]


def text_of(body: bytes, known) -> list[str]:
    return remembered(body, known)[0]


def test_what_ends_unrelated_articles_is_the_sites():
    """The call to subscribe goes from the second page on: the first has nothing to compare."""
    first, second = (a_story(number, *story(number), PROMO) for number in (0, 1))
    assert text_of(first, ()) == [*story(0), PROMO]
    assert text_of(second, site(first)) == story(1)


@pytest.mark.parametrize(
    ("headlines", "promo"),
    [
        (("حج کے کرایوں میں کمی", "چاول کی فصل اچھی رہی"), "تازہ ترین اطلاعات کے لیے ہمارا واٹس ایپ چینل فالو کیجیے۔"),
        (("نمایشگاه کتاب گشایش یافت", "بارش برف راه‌ها را بست"), "برای دریافت تازه‌ترین خبرها به کانال ما بپیوندید."),
        (("Zeytin hasadı başladı", "Müzede yeni sergi"), "Bu haberi beğendiyseniz arkadaşlarınızla paylaşın."),
        (
            ("オリーブの収穫が始まる", "博物館で新しい展示"),
            "会員登録をすると、すべての記事を無料でお読みいただけます。",
        ),
    ],
)
def test_the_language_does_not_matter(headlines, promo):
    """No word of the site's own lines is known beforehand."""
    pages = [a_page(f"<article>{paragraphs(*story(n), promo)}</article>", f"<title>{title}</title>")
             for n, title in enumerate(headlines)]  # fmt: skip
    assert text_of(pages[1], site(pages[0])) == story(1)


@pytest.mark.parametrize(
    "headlines",
    [
        ("Envoy lands in capital", "Envoy speaks of trade"),  # one affair
        ("Smugglers caught at dawn", "Museum shows lost coins"),  # the line speaks of the one,
        ("Museum shows lost coins", "Smugglers caught at dawn"),  # of the other
        ("Envoy", "Visas"),  # too short to be compared
    ],
)
def test_background_at_the_end_of_two_articles_on_one_affair_stays(headlines):
    """One other page is a witness only where neither headline has to do with the line or with the other."""
    pages = [a_page(f"<article>{paragraphs(*story(n), BACKGROUND)}</article>", f"<title>{title}</title>")
             for n, title in enumerate(headlines)]  # fmt: skip
    assert text_of(pages[1], site(pages[0]))[-1] == BACKGROUND


def test_a_line_must_end_the_other_article_too():
    """What is said in the middle of one and at the end of another is background."""
    middle = a_story(0, *story(0)[:1], PROMO, *story(0), story(5)[0])
    assert text_of(a_story(1, *story(1), PROMO), site(middle))[-1] == PROMO


def test_items_at_the_end_stay():
    """A list that ends two articles is of their content."""
    pages = [a_page(f"<article>{paragraphs(*story(n))}<ul><li>Lahore</li><li>Quetta</li></ul></article>",
                    f"<title>{HEADLINES[n]}</title>") for n in (0, 1)]  # fmt: skip
    assert text_of(pages[1], site(pages[0])) == [*story(1), "Lahore", "Quetta"]


def test_background_that_speaks_of_the_text_stays():
    """A closing paragraph whose words are in the rest of the text belongs to it, whatever the headlines."""
    closing = "Smugglers have long used the frontier to bring fuel to the villages of the province."
    text = ["Smugglers of fuel shot at guards of the frontier.", *story(1), "The villages of the province are poor."]
    known = site(a_story(0, *story(0), closing))
    assert text_of(a_story(1, *text, closing), known)[-1] == closing


def test_what_two_articles_share_in_the_middle_stays():
    """A sentence with news below it is background."""
    first, second = (a_story(number, *story(number)[:2], BACKGROUND, *story(number)[2:]) for number in (0, 1))
    assert BACKGROUND in text_of(second, site(first))


def test_a_wire_lead_in_two_articles_stays():
    """Two articles may begin alike and go on differently."""
    lead = "Gunmen killed nine workers near the frontier on Saturday, the police said."
    first, second = (a_story(number, lead, *story(number)) for number in (0, 1))
    assert text_of(second, site(first)) == [lead, *story(1)]


@pytest.mark.parametrize("version", [story(0), [*story(0), story(1)[0]], story(0)[1:], [story(1)[0], *story(0)]])
def test_a_version_of_the_text_is_no_witness(version):
    """An update, AMP or a second page shares the text of the first, and loses none of it."""
    known = site(a_story(0, *story(0)))
    assert text_of(a_story(1, *version), known) == version


def test_an_article_shown_below_another_loses_nothing():
    """An endless page carries the next article; when that is read by itself, all of it is there."""
    text = [*story(1), "Nobody was asked about his opinion in these matters."]
    endless = a_story(0, *story(0), beside=paragraphs(*text))
    assert text_of(a_story(1, *text), site(endless)) == text


def test_a_teaser_beside_other_articles_costs_no_lead():
    """Most pages of a day tease the story of the day with its first sentence."""
    lead, *rest = story(7)
    known = site(*(a_story(number, *story(number), beside=f"<p>{lead}</p>") for number in range(6)), days=1)
    assert text_of(a_story(7, lead, *rest), known[:3]) == [lead, *rest]


def test_a_label_that_stands_outside_elsewhere_goes():
    """A label counts by its letters: numbers in it differ from page to page."""
    known = site(a_story(0, *story(0), beside="<p>3 min read</p>"))
    text = story(1)
    assert text_of(a_story(1, text[0], "5 min read", *text[1:]), known) == text


def test_headings_and_items_that_articles_share_stay():
    """The heading of the key points gives an article its form, and the names of a list are its content."""
    form = "<h2>Key points</h2><ul><li>Visas</li><li>Trade</li></ul>"
    pages = [a_page(f"<article>{paragraphs(*story(n)[:2])}{form}{paragraphs(*story(n)[2:])}</article>",
                    f"<title>{HEADLINES[n]}</title>") for n in range(8)]  # fmt: skip
    assert {"Key points", "Visas", "Trade"} <= set(text_of(pages[7], site(*pages[:7], days=1)))


def test_what_most_pages_hold_over_days_goes_wherever_it_stands():
    """A promotion in the middle of the text is proved by many pages; few are no proof, nor the coverage of one day."""
    pages = [a_story(number, *story(number)[:2], PROMO, *story(number)[2:]) for number in range(6)]
    assert text_of(pages[5], site(*pages[:5], days=1)) == story(5)
    assert PROMO in text_of(pages[5], site(*pages[:3], days=1))
    assert PROMO in text_of(pages[5], site(*pages[:5]))


def test_background_in_some_of_many_articles_stays():
    """An affair fills a part of a site, not the most of it."""
    pages = [a_story(n, *story(n)[:2], *[BACKGROUND] * (n < 4), *story(n)[2:]) for n in range(10)]
    page = a_story(12, *story(12)[:2], BACKGROUND, *story(12)[2:])
    assert BACKGROUND in text_of(page, site(*pages, days=1))


def test_an_affair_that_fills_a_third_of_a_site_keeps_its_background():
    """Even where the headlines have no word in common, and for days."""
    pages = [a_story(n, *story(n), *[BACKGROUND] * (n % 3 == 0)) for n in range(8)]
    assert text_of(a_story(3, *story(3), BACKGROUND), site(*pages[:3], *pages[4:], days=1))[-1] == BACKGROUND


def test_an_affair_that_fills_a_site_keeps_its_background():
    """Of some sources only what is about one affair is read: a line that speaks of the headline is its own."""
    pages = [a_page(f"<article>{paragraphs(*story(n)[:2], BACKGROUND, *story(n)[2:])}</article>",
                    f"<title>Frontier: {HEADLINES[n]}</title>") for n in range(8)]  # fmt: skip
    assert BACKGROUND in text_of(pages[7], site(*pages[:7], days=1))


def test_a_stamp_above_the_text_goes_by_its_letters():
    """Its numbers differ; no page has it outside the article."""
    first, second = (a_story(n, f"Updated 1{n}:45", *story(n)) for n in (0, 1))
    assert text_of(second, site(first)) == story(1)


def test_numbers_alone_stay():
    """They number the parts of an article, and the lines of a ranking beside another."""
    known = site(a_story(0, *story(0), beside="<p>1</p><p>2</p>"))
    text = [story(1)[0], "1", story(1)[1], "2", *story(1)[2:]]
    assert text_of(a_story(1, *text), known) == text


def test_numbers_of_a_sentence_count():
    """A daily report says the same with other figures: that is its news."""
    first, second = (a_story(n, *story(n), f"The rupee closed at 28{n}.10 to the dollar on the day.") for n in (2, 3))
    assert text_of(second, site(first))[-1] == "The rupee closed at 283.10 to the dollar on the day."


def test_versions_of_one_story_are_one_witness():
    """A live page read five times proves nothing by its number."""
    live = [a_story(0, *story(0)[:2], PROMO, *story(0)[2:]) for _ in range(5)]
    others = [a_story(number, *story(number)) for number in (1, 2)]
    page = a_story(3, *story(3)[:2], PROMO, *story(3)[2:])
    assert PROMO in text_of(page, site(*others, *live, days=1))


def test_too_much_is_not_taken():
    """Where the site's lines would be most of the text, the text stays and the article says so."""
    known = site(a_story(0, *story(0), PROMO))
    page = a_story(1, "Rain fell on Monday and the roads are shut.", PROMO)
    article = article_of(page, fingerprints=known)
    assert article.text.endswith(PROMO)
    assert article.notes == ("1 of its lines recur on this site, too much of the text to be left out",)


def test_what_was_dropped_says_so():
    """The reason tells on how many pages the line is, this one included."""
    known = site(*(a_story(number, *story(number), PROMO) for number in (0, 1)))
    trace = extraction_of(a_story(2, *story(2), PROMO), fingerprints=known, trace=True).trace
    assert [(block.text, block.reason) for block in trace.blocks if not block.kept] == [
        (PROMO, "repeated on 3 pages of this site")
    ]


def test_memory_does_not_feed_on_itself():
    """A sketch tells the page as it is, not what was left of it."""
    first, second = (a_story(number, *story(number), PROMO) for number in (0, 1))
    assert remembered(second, site(first))[1] == remembered(second)[1]


def test_a_page_that_reserves_its_text_is_not_remembered():
    """Nothing is kept of what must not be stored, not even hashes."""
    page = a_page(f"<article>{paragraphs(*story(0))}</article>", "<meta name='robots' content='noarchive'>")
    assert extraction_of(page).fingerprint is None


def test_hashes_are_the_same_on_every_machine():
    """A store outlives the process, and several machines share one."""
    assert sorted(remembered(a_story(0, *story(0)))[1].topic)[:1] == [2933643963542178002]


LINES = st.lists(st.sampled_from([*story(0), *story(1), PROMO, BACKGROUND, "More:", "Photo"]), min_size=1, max_size=9)


@given(st.lists(LINES, max_size=MAX_FINGERPRINTS_PER_SITE), LINES)
def test_memory_only_takes_away_and_never_the_article(pages, lines):
    """Whatever a site has shown: a text only loses lines, in order, and at most two fifths of its sentences."""
    known = site(*(a_story(number, story(number)[0], *texts) for number, texts in enumerate(pages)), days=1)
    page = a_story(7, *story(2)[:2], *lines)
    before, after = text_of(page, ()), text_of(page, known)
    left = iter(before)
    assert all(line in left for line in after)
    assert sum(map(len, after)) >= 0.6 * sum(len(line) for line in before if line.endswith("."))
