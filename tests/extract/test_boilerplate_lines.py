"""Lines of boilerplate, and sentences that only begin like them."""

import pytest

from monitor.extract.boilerplate_lines import boilerplate_kind, closing_kind, is_date, is_heading_of_others

BOILERPLATE = [
    "Also Read: New York settles with its governor",
    "Please enter your comment!",
    "Please enter your name here",
    "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "Border Wire website contains only a portion of the news stories offered to subscribers.",
    "Bu haberi paylaşın",
    "Table of Contents",
    "Share this:",
    "Tags:",
    "Photo: Reuters",
    "یہ بھی پڑھیں: وزیر خارجہ کا دورہ",
    "شیئر کریں",
    "انتهای پیام",
    "برچسب‌ها",
    "بیشتر بخوانید: دیدار وزیران",
    "اقرأ أيضا: زيارة الوزير",
    "Lesen Sie auch: Was der Besuch bedeutet",
    "Читайте также: визит министра",
    "تازہ خبریں واٹس ایپ پر حاصل کریں",
    "ما را در تلگرام دنبال کنید",
    "یہ بھی دیکھیں",
    "Copyright Ledger Daily, 2024",
    "نویسنده, مینا کرد",
    "Author, Sana Baloch",
    "Updated 29 January 2024",
    "کلیه حقوق این سایت محفوظ است",
    "© 2024 Ledger Daily. All rights reserved. " + "No part of it may be told again without our word in writing. " * 3,
    "This post contains affiliate links, by which we may earn a little.",
]
SENTENCES = [
    "Published reports say that the two ministers will meet on Monday in the border town.",
    "Share prices in Karachi fell on Thursday after the strikes, brokers said.",
    "Comments by the minister drew a sharp answer from the other capital within hours.",
    "Loading of fuel at the terminal resumed on Friday, the port authority said.",
    "Tagged sheep cross the border here every spring, and nobody stamps their papers.",
    "مزید تین افراد زخمی ہوئے جنہیں ہسپتال منتقل کر دیا گیا۔",
    "نظر کارشناسان این است که مرز باز خواهد ماند.",
    "پولیس نے فیس بک سے صارف کی معلومات حاصل کیں اور انہیں عدالت میں پیش کیا۔",
    "Updated figures for 2024 show that trade over the crossing fell by half.",
    "Author, traveller and critic, she spoke in Turbat on Sunday.",
    "همه حقوق زنان باید در هر دو کشور محترم شمرده شود.",
    "المزيد من الشاحنات عبرت الحدود يوم الخميس.",
    "تلگرام در هر دو سوی مرز مسدود شده است و بازرگانان با پیامک سفارش می‌گیرند.",
]


@pytest.mark.parametrize("line", BOILERPLATE)
def test_boilerplate_is_known(line: str):
    """Share labels, comment notices, pointers and tags go, in the languages of the region."""
    assert boilerplate_kind(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_begins_alike_stays(line: str):
    """A pattern stands for a label, not for a word."""
    assert not boilerplate_kind(line)


@pytest.mark.parametrize(
    "line",
    [
        "Reporting by a correspondent in Quetta; editing by the desk",
        "Sana Baloch is a reporter based in Turbat.",
        "I am a dedicated student in my seventh semester and work as a content writer.",
        "Follow our desk on Twitter",
        "Sana Baloch contributed to this report.",
        "Reach her at sana@outlet.example",
        "The story was filed by the Quetta desk.",
        "This report was first published by a friendly paper.",
        "For more, visit our site",
        "The writer has served as an envoy in both capitals.",
        "9417**1424",
        "ST/MG",
        "نویسنده کارشناس مسائل مرزی است و در تربت زندگی می‌کند.",
    ],
)
def test_the_last_lines_speak_of_their_authors(line: str):
    """Bios and credits are known where a text ends."""
    assert closing_kind(line)


@pytest.mark.parametrize(
    "line",
    [
        "The minister is expected in Islamabad on Monday.",
        "Both sides said they would meet again.",
        "Iran is the third biggest oil producer of the cartel.",
        "Heavy rain also contributed to the delays at the crossing.",
        "More than forty pilgrims visit the site each day, the guards said.",
        "Contact between the two sides resumed at the border in March.",
        "The report was compiled by the United Nations over two years.",
        "This report was published a day before the visit.",
        "The author of the bill said that he would withdraw it.",
    ],
)
def test_a_last_sentence_stays(line: str):
    """Most texts end with news."""
    assert not closing_kind(line)


@pytest.mark.parametrize(
    "heading",
    [
        "Related Articles",
        "Comments",
        "Comments (12)",
        "Comments on this story",
        "Leave a Reply",
        "Detail Author:",
        "متعلقہ خبریں",
        "تازہ ترین خبریں",
        "نظرات کاربران",
        "İlgili haberler",
    ],
)
def test_headings_of_other_matters_are_known(heading: str):
    """What stands under them is not the article."""
    assert is_heading_of_others(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "What was agreed",
        "Commentary from both capitals on the accord",
        "Relations since 1947",
        "Comment les pêcheurs réagissent",
        "نظرات کارشناسان درباره مرز",
        "تازہ ترین صورتحال",
    ],
)
def test_headings_of_the_text_stay(heading: str):
    """A section of the article may begin with a like word."""
    assert not is_heading_of_others(heading)


@pytest.mark.parametrize(
    "line", ["Thursday, 29 February 2024", "February 2024", "10:15 PKT", "پنجشنبه ۱۰ اسفند ۱۴۰۲", "08.04.2024 12:46"]
)
def test_a_date_is_known(line: str):
    """With a day or a clock, or with hardly a word beside its year."""
    assert is_date(line)


@pytest.mark.parametrize("line", ["Two decades of talks, 2004", "The first lorries passed"])
def test_a_line_that_names_a_year_is_no_date(line: str):
    """Subheadings do."""
    assert not is_date(line)
