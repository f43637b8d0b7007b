"""The place that a text was filed from."""

import pytest

from monitor.extract.metadata.agency import dateline, is_place
from tests.extract.builders import TEXT, an_article, paragraphs


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ISLAMABAD: The two ministers met on Thursday.", "ISLAMABAD"),
        ("NEW DELHI, India (Outlet) — The two ministers met.", "NEW DELHI, India"),
        ("کوئٹہ (نامہ نگار) دونوں وزیروں نے ملاقات کی۔", "کوئٹہ"),
        ("تهران- ایرنا- وزیران دو کشور دیدار کردند.", "تهران"),
        ("The two ministers met: trade was on the list.", ""),
        ("وزیران دو کشور روز پنجشنبه در تهران دیدار کردند.", ""),
    ],
)
def test_a_place_before_the_first_sentence_is_the_dateline(text: str, place: str):
    """It stays in the text: readers know it there."""
    assert dateline([text]) == place


def test_a_place_on_its_own_line_is_the_dateline_and_no_paragraph():
    """Agencies print it above the text."""
    article = an_article(f"<article>{paragraphs('KARACHI, Pakistan', *TEXT)}</article>")
    assert (article.dateline, article.text.split("\n\n")) == ("KARACHI, Pakistan", TEXT)


@pytest.mark.parametrize("line", ["A crossing reopens", "QUICK SUMMARY:", "این خبر را همه می‌دانند", "9 March"])
def test_other_short_lines_are_no_place(line: str):
    """Headings and labels stay what they are."""
    assert not is_place(line)
