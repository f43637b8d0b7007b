"""Bytes of a page or feed to text, whatever their labels say."""

import re
from codecs import utf_8_decode
from contextlib import suppress

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

# What the WHATWG lets a label mean, by Python's names. Labels come from outside, and Python would also take `idna`,
# `punycode`, `hex` or `undefined`, which raise. UTF-16 is missing on purpose: a page whose label could be read as
# ASCII is not in UTF-16, and one that is shows it by its NULs.
LEGACY = re.compile(
    r"cp125[0-8]|cp866|cp874|cp932|cp949|iso8859-\d+|koi8-[ru]|mac-cyrillic|mac-roman"
    r"|big5hkscs|euc_jp|euc_kr|gb18030|gbk|iso2022_jp"
)
# What an unlabelled page of our outlets may be in; left free, the detection calls Turkish Nordic and French DOS.
# cp1254 is cp1252 with the Turkish letters in the places of the Icelandic ones.
GUESSES = ("cp1256", "cp1254", "cp1251", "gb18030", "cp932", "cp949", "big5hkscs")
SAMPLE = 20_000
CHUNK = 1 << 14  # bytes
WIDE = re.compile(rb"(?P<little><\0[!-~]\0)|\0<\0[!-~]")  # markup starts in ASCII, whatever its text is in
TAG = re.compile(rb"<[^<>]*>")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a body, without a byte order mark; `content_type` is the header, where there was one.

    In order: byte order mark, UTF-16 by its NULs, bytes that are UTF-8, the header, `<meta>` or the XML prolog,
    detection. Never raises: what cannot be read becomes U+FFFD.
    """
    encoding, mark = read_bom(body)
    if encoding and mark:
        return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    text = body.decode("utf-8", "replace")
    if _is_utf8(body, text):
        return text
    return body.decode(_label(body, content_type) or _detected(body), "replace")


def utf8(body: bytes, content_type: str = "") -> bytes:
    """The same text in UTF-8: the body itself where it is that already, which nearly all are. Never raises."""
    _, mark = read_bom(body)
    if not mark and not _wide(body) and b"\x1b" not in body:
        with suppress(UnicodeDecodeError):
            _check_utf8(body)
            return body
    return decode(body, content_type).encode("utf-8", "replace")


def _check_utf8(body: bytes) -> None:
    """Raise UnicodeDecodeError where a body is not in UTF-8, without holding the whole of it twice."""
    rest, at = memoryview(body), 0
    while at < len(body):
        piece = rest[at : at + CHUNK]
        at += utf_8_decode(piece, "strict", at + CHUNK >= len(body))[1]


def _wide(body: bytes) -> str:
    found = WIDE.match(body)
    if not found:
        return ""
    return "utf-16-le" if found["little"] else "utf-16-be"


def _is_utf8(body: bytes, text: str) -> bool:
    # Other encodings hardly ever form valid sequences, so a few broken ones (a body cut inside a letter, one pasted
    # quote in windows-1252) do not unmake UTF-8, whatever the labels say.
    if text.isascii():
        return b"\x1b" not in body  # else it may be ISO-2022-JP, which is all ASCII
    if "\ufffd" not in text:
        return True
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    good = len(body) - len(text)  # each valid sequence is one character for two bytes or more
    return bad * 10 <= good


def _label(body: bytes, content_type: str) -> str:
    header = _known(http_content_type_encoding(content_type))
    inside = _known(html_body_declared_encoding(body))
    # Servers send ISO-8859-1 by default for pages that they know nothing about; the page itself knows better.
    return inside if inside and header == "cp1252" else header or inside


def _known(encoding: str | None) -> str:
    encoding = resolve_encoding(encoding) if encoding else None
    return encoding if encoding and LEGACY.fullmatch(encoding) else ""


def _detected(body: bytes) -> str:
    # Costs 55 ms to import, and nearly all that we read is UTF-8.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    sample = TAG.sub(b" ", body[: 4 * SAMPLE])[:SAMPLE]
    best = from_bytes(sample, cp_isolation=list(GUESSES)).best()
    return best.encoding if best else "cp1252"
