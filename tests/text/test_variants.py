"""Letter and digit variants in one form, and the keys of names."""

import pytest

from monitor.text.variants import name_key, unify


@pytest.mark.parametrize(
    ("text", "unified"),
    [
        ("۱۴۰۲/۱۰/۲۶", "1402/10/26"),
        ("٢٠٢٤، ١٦", "2024, 16"),
        ("٢٫٥", "2.5"),
        ("يكشنبه", "یکشنبه"),
        ("سه\u200cشنبه\u200f", "سهشنبه"),
        ("16 January", "16 January"),
    ],
)
def test_unify(text, unified):
    """Digits and marks become ASCII, look-alike letters one letter, invisible marks nothing; case and blanks stay."""
    assert unify(text) == unified


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("Şubat", "SUBAT"),
        ("KASIM", "kasım"),
        ("İyun", "iyun"),
        ("août", "AOUT"),
        ("كانون الثاني", "کانون_الثانی"),
        ("ربيع الأول", "ربیع‌الاول"),
        ("ذوالقعدة", "ذوالقعدہ"),
    ],
)
def test_name_key(name, variant):
    """Case, accents, joints and letter variants do not change the key of a name."""
    assert name_key(name) == name_key(variant)
