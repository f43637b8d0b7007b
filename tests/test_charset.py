"""Bytes to text: the right letters or a replacement character whatever the labels claim, and never an error."""

import encodings.aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.charset import CHUNK_BYTES, decode, to_utf8

URDU = "ایران اور پاکستان کے درمیان سرحدی تجارت"
ARABIC = "قال الوزير إن الحدود بين البلدين مفتوحة أمام التجارة وإن المعبر الجديد جاهز"
TURKISH = "Bakan, iki ülke arasındaki ticaretin güçlü olduğunu ve görüşmenin sürdüğünü söyledi"
LABELS = sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "", "é", "x" * 999, "utf-16", "a\0b"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_or_plain_utf8_needs_no_label(encoding):
    """A byte order mark decides the encoding, and is not part of the text."""
    assert decode(URDU.encode(encoding)) == URDU


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised_by_its_nuls(encoding):
    """Markup in UTF-16 is decoded even without a byte order mark."""
    assert decode(f"<rss>{URDU}</rss>".encode(encoding)) == f"<rss>{URDU}</rss>"


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1256", "utf-16", "hex"])
def test_valid_utf8_beats_a_wrong_label(label):
    """Bytes that are UTF-8 are decoded as UTF-8, whatever header and meta claim."""
    page = f'<meta charset="{label}"><p>{URDU}'
    assert decode(page.encode(), f"text/html; charset={label}") == page


def test_a_few_broken_bytes_do_not_disprove_utf8():
    """A body cut inside a letter, or with one quote of another encoding, is decoded as UTF-8 except for that letter."""
    assert decode(URDU.encode()[:-1], "text/html; charset=windows-1256") == URDU[:-1] + "\ufffd"
    assert decode(URDU.encode() + b"\x93") == URDU + "\ufffd"


def test_the_header_decides_if_the_body_is_not_utf8():
    """The charset of the header is used for bytes that are not UTF-8."""
    assert decode(ARABIC.encode("cp1256"), "text/html; charset=windows-1256") == ARABIC


@pytest.mark.parametrize(
    "start",
    [
        '<meta charset="windows-1256">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">',
        '<?xml version="1.0" encoding="windows-1256"?>',
    ],
)
@pytest.mark.parametrize("header", ["", "text/html", "text/html; charset=ISO-8859-1"])
def test_the_page_overrides_a_server_default(start, header):
    """Meta or XML prolog decide if the header has no charset, or ISO-8859-1, the default of servers."""
    assert decode((start + ARABIC).encode("cp1256"), header) == start + ARABIC


@pytest.mark.parametrize(("text", "encoding"), [(ARABIC, "cp1256"), (TURKISH, "cp1254")])
def test_without_any_label_the_encoding_is_detected(text, encoding):
    """Unlabelled pages in the Windows encodings of the region are decoded correctly."""
    page = f'<html><body class="story"><p>{text}</p></body></html>'
    assert decode(page.encode(encoding)) == page


def test_a_seven_bit_encoding_is_not_taken_for_ascii():
    """ISO-2022-JP is all ASCII bytes; its label decides."""
    assert decode("東京".encode("iso2022_jp"), "text/html; charset=iso-2022-jp") == "東京"


@pytest.mark.parametrize("label", LABELS)
def test_no_label_raises(label):
    """Labels of codecs that raise or are not character sets are ignored, in header and page."""
    body = b"\xe9\xff\x81 abc \xc3"
    assert decode(body, f"text/html; charset={label}")
    assert decode(f'<meta charset="{label}">'.encode() + body)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_decode(body, content_type):
    """Any body under any header gives text without surrogates."""
    decode(body, content_type).encode()


@given(st.binary(max_size=300) | st.text().map(str.encode), st.text(max_size=40))
def test_to_utf8_keeps_the_text(body, content_type):
    """`to_utf8` returns the text of `decode` as bytes."""
    assert to_utf8(body, content_type).decode() == decode(body, content_type)


def test_a_body_in_utf8_is_returned_itself():
    """A body that is UTF-8 already is not copied."""
    body = "ایران".encode()
    assert to_utf8(body) is body


@pytest.mark.parametrize("letter", ["é", "ی", "𐎠"])
@pytest.mark.parametrize("offset", range(4))
def test_a_long_body_in_utf8_is_returned_itself(letter, offset):
    """The body is checked in chunks; a letter may span two of them, and half a letter at the end is an error."""
    body = (b"a" * offset) + letter.encode() * CHUNK_BYTES
    assert to_utf8(body) is body
    assert to_utf8(body[:-1]).decode() == decode(body[:-1])


RUSSIAN = "Министр сообщил, что три приграничных рынка откроются на следующей неделе"
NOISE = [
    b"<script>" + b"window.config = {}; " * 2000 + b"</script>",
    b"<style>" + b".menu { color: red } " * 2000 + b"</style>",
    b"<!-- " + b"cached copy " * 3000 + b"-->",
    b"<div class='cell'></div>" * 2000,
    b"<p>The ministers met on Monday.</p>" * 1500,
    b"The ministers met on Monday. " * 1500,
    b"<script>document.write('<meta charset=koi8-r>')</script>",
]


@pytest.mark.parametrize("noise", NOISE, ids=range(len(NOISE)))
@pytest.mark.parametrize(("text", "encoding"), [(ARABIC, "cp1256"), (TURKISH, "cp1254"), (RUSSIAN, "cp1251")])
def test_the_text_decides_and_not_what_surrounds_it(text, encoding, noise):
    """Scripts, styles, comments, markup and English before the text are not what is detected."""
    body = b"<html><head>" + noise + b"</head><body><p>" + text.encode(encoding) + b"</p></body></html>"
    assert text in decode(body, "text/html")


@pytest.mark.parametrize("noise", NOISE, ids=range(len(NOISE)))
def test_a_declaration_counts_wherever_it_is(noise):
    """After long scripts, too; one inside a script is not the page's."""
    body = b"<html><head>" + noise + b"<meta charset='windows-1253'><title>" + "Αθήνα".encode("cp1253") + b"</title>"
    assert "Αθήνα" in decode(body, "text/html")


def test_an_open_script_does_not_hide_the_page():
    """A page that ends inside a script is decoded all the same."""
    assert decode(b"<script>var a = '\xe9'").startswith("<script>")
