"""Reads response bodies within bounds: decompressed in small steps, never more than the limit in memory."""

import asyncio
import json
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from monitor.errors import TooLarge, Unreachable, WrongType

MAX_STEP_BYTES = 65_536  # of decompressed data at a time
OPENING_BYTES = 16  # of a body: they decide how it is decompressed
GZIP_MAGIC = b"\x1f\x8b"
GZIP_HEADER_BYTES, GZIP_TRAILER_BYTES, ZLIB_HEADER_BYTES = 10, 8, 2
RAW_DEFLATE = -15  # zlib's code for "neither header nor checksum"
DEFLATE = 8  # the only method of gzip and zlib
# The codings that we cannot read. Any other name (a charset, "none", "8bit") means no coding, as for browsers.
UNREADABLE_CODINGS = {"br", "bzip2", "compress", "dcb", "dcz", "exi", "lzma", "sdch", "x-compress", "xz", "zstd"}
PLAIN_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{\[][\s\x21-\x7e]{6}")
DOCUMENT_END = re.compile(
    rb"</(?:[\w-]+:)?(?:rss|feed|rdf|urlset|sitemapindex|html)\s*>\s*(?:<!--[^<>]*-->\s*)*\Z", re.IGNORECASE
)
DOCUMENT_END_BYTES = 500
# Seconds without a byte after the end of a document. Some servers name a wrong length, or none, and do not close.
QUIET_TIME_S = 2.0


async def read_body(chunks: AsyncIterator[bytes], *, url: str, codings: str, limit: int) -> bytes:
    """Returns the whole body, decompressed; `codings` is the Content-Encoding.

    The first bytes decide whether it is compressed: packed sitemaps come without the header, and plain bodies with it. A
    body that breaks off is accepted if it is a whole document. Raises TooLarge if it has more than `limit` bytes,
    compressed or decompressed; WrongType if it has a coding that we cannot read, or broken data; Unreachable or an error
    of httpx if it is cut short.
    """
    body = BodyDecoder(url, codings=codings, limit=limit)
    try:
        while (piece := await next_piece(chunks, at_document_end=body.has_document_end)) is not None:
            body.feed(piece)
    except (httpx.ReadError, httpx.RemoteProtocolError):
        body.finish(is_cut_short=True)
        if not is_document(body.data):
            raise
    else:
        body.finish()
    return bytes(body.data)


async def next_piece(chunks: AsyncIterator[bytes], *, at_document_end: bool) -> bytes | None:
    """Returns the next part of a body, or None at its end: also if nothing follows the end of a document for a while."""
    try:
        async with asyncio.timeout(QUIET_TIME_S if at_document_end else None):
            return await anext(chunks, None)
    except TimeoutError:
        return None


def is_document(body: bytes | bytearray) -> bool:
    """Whether a body is a whole feed, sitemap or page by its last tag, or a whole JSON document."""
    if DOCUMENT_END.search(body[-DOCUMENT_END_BYTES:]):
        return True
    if not body.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


class BodyDecoder:
    """Collects a body, decompressed. Raises the errors of `read_body`."""

    # Not left to httpx: it decompresses a whole chunk before a limit can apply (65 KB became 67 MB), and it accepts half
    # a gzip stream as a complete one.

    def __init__(self, url: str, *, codings: str, limit: int) -> None:
        self.data = bytearray()
        self._url, self._limit = url, limit
        self._codings = {coding.strip() for coding in codings.lower().split(",")}
        self._received = 0
        self._opening: bytes | None = b""  # until it is long enough
        self._inflater: Inflater | None = None

    @property
    def has_document_end(self) -> bool:
        """Whether the body so far ends with the last tag of a document."""
        return DOCUMENT_END.search(self.data[-DOCUMENT_END_BYTES:]) is not None

    def feed(self, piece: bytes) -> None:
        """Add the next bytes."""
        self._received += len(piece)
        if self._opening is None:
            self._add(piece)
            return
        self._opening += piece
        if len(self._opening) >= OPENING_BYTES:
            self._open()

    def finish(self, *, is_cut_short: bool = False) -> None:
        """Add what is left. Raises Unreachable if the compressed data has no end."""
        if self._opening:
            self._open()
        if self._inflater and not self._inflater.is_complete and not is_cut_short and not is_document(self.data):
            raise Unreachable(self._url, "cut short: the compressed data has no end")
        if self._inflater and self.data.startswith(GZIP_MAGIC):  # a server packs a packed sitemap once more
            packed, self.data, self._inflater = bytes(self.data), bytearray(), Inflater(gzip_header_size)
            self._add(packed)

    def _open(self) -> None:
        opening, self._opening = self._opening or b"", None
        if opening.startswith(GZIP_MAGIC):
            self._inflater = Inflater(gzip_header_size)
        elif not PLAIN_TEXT.match(opening):
            # Checked here and not before: a 304 may name the coding of the body that it omits.
            if unreadable := self._codings & UNREADABLE_CODINGS:
                raise WrongType(self._url, f"Content-Encoding {', '.join(sorted(unreadable))!r} was not offered")
            if self._codings & {"deflate", "x-deflate"}:
                self._inflater = Inflater(zlib_header_size)
        self._add(opening)

    def _add(self, piece: bytes) -> None:
        try:
            for data in self._inflater.decode(piece) if self._inflater else (piece,):
                self.data += data
                if max(self._received, len(self.data)) > self._limit:
                    raise TooLarge(self._url, f"more than {self._limit:,} bytes")
        except zlib.error as error:
            raise WrongType(self._url, f"broken compressed data: {error}") from error


class Inflater:
    """Decompresses gzip or deflate in steps, without its checksum: browsers ignore a wrong or missing one.

    Further members are appended; junk after the last one is ignored, as browsers do. `header_size` returns the size of
    the header before the compressed data, or None if it has not arrived completely.
    """

    def __init__(self, header_size: "Callable[[bytes], int | None]") -> None:
        self._header_size = header_size
        self._pending = b""  # of a header, or of what follows a member
        self._member: zlib._Decompress | None = None
        self._has_junk = False  # after the last member

    @property
    def is_complete(self) -> bool:
        """Whether the last member has ended."""
        return self._member is not None and self._member.eof

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yields the decompressed data in steps. Raises zlib.error."""
        while data and not self._has_junk:
            if self._member is None:
                data = self._start_member(data)
            elif self._member.eof:
                data = self._end_member(data)
            else:
                yield self._member.decompress(data, MAX_STEP_BYTES)
                data = self._member.unconsumed_tail or self._member.unused_data

    def _start_member(self, data: bytes) -> bytes:
        self._pending += data
        size = self._header_size(self._pending)
        if size is None:
            return b""
        compressed, self._pending = self._pending[size:], b""
        self._member = zlib.decompressobj(wbits=RAW_DEFLATE)
        return compressed

    def _end_member(self, data: bytes) -> bytes:
        """Returns the next member, if there is one after the checksum."""
        self._pending += data
        if len(self._pending) < GZIP_TRAILER_BYTES + len(GZIP_MAGIC):
            return b""
        following = self._pending[GZIP_TRAILER_BYTES:]
        self._pending = b""
        if not following.startswith(GZIP_MAGIC):
            self._has_junk = True
            return b""
        self._member = None
        return following


def gzip_header_size(data: bytes) -> int | None:
    """Returns the size of a gzip header (RFC 1952, 2.3), or None if it is incomplete. Raises zlib.error."""
    if len(data) > len(GZIP_MAGIC) and data[2] != DEFLATE:
        raise zlib.error("unknown compression method of gzip")
    if len(data) < GZIP_HEADER_BYTES:
        return None
    flags, size = data[3], GZIP_HEADER_BYTES
    if flags & 4:  # extra field
        size += 2 + int.from_bytes(data[size : size + 2], "little")
    for flag in (8, 16):  # name, comment
        if flags & flag:
            size = data.find(b"\0", size) + 1
            if size == 0:
                return None
    if flags & 2:  # checksum of the header
        size += 2
    return size if len(data) >= size else None


def zlib_header_size(data: bytes) -> int | None:
    """Returns the size of the header of `deflate` data: 2 by RFC 9110 (zlib), 0 from servers that omit it."""
    if len(data) < ZLIB_HEADER_BYTES:
        return None
    return ZLIB_HEADER_BYTES if data[0] & 15 == DEFLATE and int.from_bytes(data[:2], "big") % 31 == 0 else 0
