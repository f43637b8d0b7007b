"""Decoding of pages and feeds, whatever encoding their labels claim."""

import re
from codecs import utf_8_decode
from contextlib import suppress

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

# The encodings that a label may mean to the WHATWG, by Python's names. Labels come from outside, and Python would also
# accept `idna`, `punycode`, `hex` or `undefined`, which raise. UTF-16 is missing on purpose: a page whose label can be
# read as ASCII is not in UTF-16, and one that is shows it by its NULs.
LEGACY_ENCODINGS = re.compile(
    r"cp125[0-8]|cp866|cp874|cp932|cp949|iso8859-\d+|koi8-[ru]|mac-cyrillic|mac-roman"
    r"|big5hkscs|euc_jp|euc_kr|gb18030|gbk|iso2022_jp"
)
# The encodings that an unlabelled page of our outlets may have; with a free choice, the detection calls Turkish Nordic
# and French DOS. cp1254 is cp1252 with the Turkish letters in the places of the Icelandic ones.
DETECTED_ENCODINGS = ("cp1256", "cp1254", "cp1251", "gb18030", "cp932", "cp949", "big5hkscs")
DETECTION_SAMPLE_BYTES = 20_000
CHUNK_BYTES = 1 << 14
MIN_VALID_PER_BROKEN = 10  # valid UTF-8 bytes beyond ASCII for each broken sequence
UTF16_MARKUP = re.compile(rb"(?P<little><\0[!-~]\0)|\0<\0[!-~]")  # markup starts in ASCII, in every encoding
# An element that is not closed hides the rest, as in a browser.
NOT_SHOWN = re.compile(rb"<(script|style|template)\b(?:.*?</\1\s*>|.*)|<!--(?:.*?-->|.*)", re.IGNORECASE | re.DOTALL)
DECLARATION = re.compile(rb"<\?xml\s[^<>]*>|<meta\b[^<>]*charset[^<>]*>", re.IGNORECASE)
# Tags, and the ends of sentences and lines.
TEXT_END = re.compile(rb"<[^<>]*>|[\r\n.!?]")


def decode(body: bytes, content_type: str = "") -> str:
    """Returns the text of a body without its byte order mark; `content_type` is the HTTP header, if there was one.

    Tries in this order: byte order mark, UTF-16 by its NULs, bytes that are UTF-8, the header, `<meta>` or the XML
    prolog, detection. Never raises: a sequence that cannot be decoded becomes U+FFFD.
    """
    encoding, mark = read_bom(body)
    if encoding and mark:
        return body[len(mark) :].decode(encoding, "replace")
    if utf16 := utf16_without_mark(body):
        return body.decode(utf16, "replace")
    text = body.decode("utf-8", "replace")
    if is_utf8(body, text):
        return text
    return body.decode(declared_encoding(body, content_type) or detect_encoding(body), "replace")


def to_utf8(body: bytes, content_type: str = "") -> bytes:
    """Returns the text of `decode` in UTF-8; the body itself if it is valid UTF-8, as nearly all are. Never raises."""
    _, mark = read_bom(body)
    if not mark and not utf16_without_mark(body) and b"\x1b" not in body:
        with suppress(UnicodeDecodeError):
            check_utf8(body)
            return body
    return decode(body, content_type).encode("utf-8", "replace")


def check_utf8(body: bytes) -> None:
    """Raises UnicodeDecodeError if a body is not UTF-8."""
    # In chunks, because the decoded text of a large body would be a second copy of it in memory.
    view, offset = memoryview(body), 0
    while offset < len(body):
        chunk = view[offset : offset + CHUNK_BYTES]
        offset += utf_8_decode(chunk, "strict", offset + CHUNK_BYTES >= len(body))[1]


def utf16_without_mark(body: bytes) -> str:
    """Returns the UTF-16 encoding of a body that begins with markup in it, or ""."""
    markup = UTF16_MARKUP.match(body)
    if not markup:
        return ""
    return "utf-16-le" if markup["little"] else "utf-16-be"


def is_utf8(body: bytes, text: str) -> bool:
    """Whether a body is UTF-8; `text` is the body decoded as UTF-8 with replacements."""
    # Other encodings hardly ever form valid sequences, so a few broken ones (a body cut inside a letter, one pasted
    # quote in windows-1252) do not disprove UTF-8, whatever the labels claim.
    if text.isascii():
        return b"\x1b" not in body  # with an escape it may be ISO-2022-JP, which is all ASCII bytes
    if "\ufffd" not in text:
        return True
    broken = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    valid = len(body) - len(text)  # each valid sequence is one character for two bytes or more
    return broken * MIN_VALID_PER_BROKEN <= valid


def declared_encoding(body: bytes, content_type: str) -> str:
    """Returns the encoding that the header or the page declares, if it is one that we accept, or ""."""
    header = accepted_encoding(http_content_type_encoding(content_type))
    # Scripts write elements of other pages, and w3lib searches the first 4 KB only: long scripts come before the element.
    declarations = b"".join(DECLARATION.findall(NOT_SHOWN.sub(b" ", body)))
    page = accepted_encoding(html_body_declared_encoding(declarations))
    # Servers send ISO-8859-1 by default for pages whose encoding they do not know; the page itself knows it.
    return page if page and header == "cp1252" else header or page


def accepted_encoding(label: str | None) -> str:
    """Returns Python's name of the encoding that a label means, or "" if it is none of LEGACY_ENCODINGS."""
    encoding = resolve_encoding(label) if label else None
    return encoding if encoding and LEGACY_ENCODINGS.fullmatch(encoding) else ""


def detect_encoding(body: bytes) -> str:
    """Returns the most likely of DETECTED_ENCODINGS, or cp1252."""
    # Costs 55 ms to import, and nearly all that we read is UTF-8.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(text_sample(body), cp_isolation=list(DETECTED_ENCODINGS)).best()
    return best.encoding if best else "cp1252"


def text_sample(body: bytes) -> bytes:
    """Returns the sentences of a body that have letters beyond ASCII, up to DETECTION_SAMPLE_BYTES.

    Encodings differ in these letters only; 20 KB of scripts or of English before them decide nothing.
    """
    sentences = (part for part in TEXT_END.split(NOT_SHOWN.sub(b" ", body)) if not part.isascii())
    sample = bytearray()
    for sentence in sentences:
        sample += sentence.strip() + b"\n"
        if len(sample) >= DETECTION_SAMPLE_BYTES:
            break
    return bytes(sample[:DETECTION_SAMPLE_BYTES]) or body[:DETECTION_SAMPLE_BYTES]
