"""Parses the bodies of sources (feeds, news sitemaps, listing pages) into entries.

Pure, so that it can run in a worker process. A kind of source is one module here and one line in `registry`.
"""

import zlib
from collections.abc import Collection, Mapping
from datetime import datetime

from pydantic import ValidationError

from monitor import charset
from monitor.errors import ParseError
from monitor.model import ParseResult
from monitor.parse.entries import SourceContext
from monitor.parse.registry import SOURCE_KINDS, option_forms
from monitor.parse.source_kind import OptionsForm, SourceKind

__all__ = ["SOURCE_KINDS", "OptionsForm", "SourceKind", "option_forms", "parse_source"]


GZIP_MAGIC = b"\x1f\x8b"
GZIP_WINDOW_BITS = 31  # zlib's code for "expect a gzip header"
MAX_UNPACKED_BYTES = 20_000_000


def parse_source(
    kind_id: str,
    body: bytes,
    *,
    url: str,
    headers: tuple[tuple[str, str], ...],
    zone: str,
    language: str,
    now: datetime,
    options: Mapping[str, object] | None = None,
    known_items: Collection[str] = (),
    salt: str = "",
) -> ParseResult:
    """Returns the entries of a source's body.

    `headers` have lower-case names. Times without a zone are read in `zone`. `options` are those of the kind, by the
    keys of its form. Entries without a usable link are counted as bad; a body that was cut short is not `complete`.
    `known_items` are the `item_hashes` of the last body, under the same `salt`: these items are counted and left out.

    Raises ParseError, and nothing else, if the body is not of this kind or if every entry is bad.
    """
    kind = SOURCE_KINDS[kind_id]
    text = unpack(body, url=url) if body.startswith(GZIP_MAGIC) else body
    # Servers send byte order marks and blank lines before the first element.
    document = charset.decode(text, dict(headers).get("content-type", "")).lstrip("\ufeff \t\r\n")
    if not document:
        raise ParseError(url, "an empty body")
    try:
        # Configuration checks options as well; those in the store may be older than the form.
        form = kind.form.model_validate(options) if kind.form and options else None
    except ValidationError as error:
        problems = "; ".join(f"{problem['loc'][0]} {problem['msg']}" for problem in error.errors())
        raise ParseError(url, f"invalid {kind.options_key} options: {problems}") from error
    context = SourceContext(
        url=url, zone=zone, language=language, now=now, known_items=frozenset(known_items), salt=salt
    )
    return kind.parse(document, context, form)


def unpack(body: bytes, *, url: str) -> bytes:
    """Returns the content of a gzip file, as far as it goes. Raises ParseError if it is broken or too large."""
    member = zlib.decompressobj(wbits=GZIP_WINDOW_BITS)
    try:
        content = member.decompress(body, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise ParseError(url, f"broken gzip: {error}") from error
    if member.unconsumed_tail:
        raise ParseError(url, f"gzip data of more than {MAX_UNPACKED_BYTES:,} bytes")
    if not (content or member.eof):
        raise ParseError(url, "gzip data that is cut short")
    return content
