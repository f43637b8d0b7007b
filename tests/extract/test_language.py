"""The language of an article: declared, and believed where the text agrees."""

import pytest

from tests.extract.builders import TEXT, an_article, paragraphs

SAMPLES = {
    "ur": "دونوں ملکوں نے سرحد پر نیا ٹرمینل کھولنے کا فیصلہ کیا ہے جہاں گاڑیوں کی جانچ بارہ منٹ میں مکمل ہو گی۔",
    "fa": "دو کشور تصمیم گرفتند پایانه تازه‌ای در مرز باز کنند که در آن بررسی هر کامیون دوازده دقیقه به درازا می‌کشد.",
    "ar": "قرر البلدان فتح محطة جديدة على الحدود حيث يستغرق تفتيش كل شاحنة اثنتي عشرة دقيقة فقط بحسب المسؤولين.",
    "ps": "دواړو هېوادونو پرېکړه وکړه چې په پوله کې نوی ټرمینل پرانیزي، چېرې چې د هرې لارۍ کتنه دولس دقیقې وخت نیسي.",
    "ckb": "هەردوو وڵات بڕیاریان دا تێرمیناڵێکی نوێ لە سنوور بکەنەوە کە پشکنینی هەر بارهەڵگرێک دوازدە خولەک دەخایەنێت.",
    "tr": "İki ülke sınırda yeni bir terminal açmaya karar verdi ve burada her kamyonun kontrolü için on iki dakika yetecek.",
    "en": TEXT[0],
}


def language(text: str, lang: str) -> str:
    """The language of an article with this text and declaration."""
    return an_article(f"<article>{paragraphs(text, text + ' ' + text)}</article>", lang=lang).language


@pytest.mark.parametrize("code", SAMPLES)
def test_what_is_declared_rightly_is_believed(code: str):
    """With its region, too."""
    assert language(SAMPLES[code], f"{code}-XX") == code


@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.parametrize("declared", ["", "en-US", "ar", "tr"])
def test_the_text_outweighs_a_wrong_declaration(code: str, declared: str):
    """Themes declare what they were made with."""
    assert language(SAMPLES[code], declared) == code


def test_other_languages_of_latin_letters_are_believed():
    """Only English and Turkish are told by their words."""
    assert language("Die beiden Minister sprachen am Donnerstag eine Stunde lang über Handel und Visa.", "de") == "de"
