"""Reads response bodies within bounds: decompressed in small steps, never more than the limit in memory."""

import zlib
from collections.abc import AsyncIterable, Iterator

from monitor.errors import TooLarge, Unreachable, WrongType

MAX_STEP_BYTES = 65_536  # of decompressed data at a time
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WINDOW_BITS = 31  # zlib's code for "expect a gzip header"
# Names that servers give to no encoding at all, or to a charset; browsers ignore them.
IDENTITY_ENCODINGS = {"", "identity", "none", "utf-8", "utf8", "binary", "8bit"}
GZIP_ENCODINGS = {"gzip", "x-gzip"}


async def read_body(chunks: AsyncIterable[bytes], *, url: str, encoding: str, limit: int) -> bytes:
    """Returns the whole body, decompressed.

    The first bytes decide whether it is gzip: packed sitemaps come without the header, and plain bodies with it. Raises
    TooLarge if it has more than `limit` bytes, compressed or decompressed; WrongType if the encoding was not offered or the
    gzip data is broken; Unreachable if the gzip stream ends early.
    """
    # Not left to httpx: it decompresses a whole chunk before a limit can apply (65 KB became 67 MB), and it accepts half
    # a gzip stream as a complete one.
    gzip: GzipDecoder | None = None
    body, received, opening = bytearray(), 0, b""
    async for piece in chunks:
        # Checked here and not before: a 304 may name the encoding of the body that it omits.
        if encoding not in IDENTITY_ENCODINGS | GZIP_ENCODINGS:
            raise WrongType(url, f"Content-Encoding {encoding!r} was not offered")
        received += len(piece)
        chunk = piece
        if len(opening) < len(GZIP_MAGIC):
            opening, chunk = opening + piece, opening + piece
            if len(opening) < len(GZIP_MAGIC):
                continue
            gzip = GzipDecoder() if opening.startswith(GZIP_MAGIC) else None
        try:
            for data in gzip.decode(chunk) if gzip else (chunk,):
                body += data
                if max(received, len(body)) > limit:
                    raise TooLarge(url, f"more than {limit:,} bytes")
        except zlib.error as error:
            raise WrongType(url, f"broken gzip: {error}") from error
    if gzip and not gzip.is_complete:
        raise Unreachable(url, "cut short: the gzip stream has no end")
    return bytes(body) if len(opening) >= len(GZIP_MAGIC) else opening


class GzipDecoder:
    """Decompresses gzip in steps. Further members are appended; junk after the last one is ignored, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=GZIP_WINDOW_BITS)

    @property
    def is_complete(self) -> bool:
        """Whether the last member has ended."""
        return self._member.eof

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yields the decompressed data in steps. Raises zlib.error."""
        while data:
            if self._member.eof:
                if not data.startswith(GZIP_MAGIC[: len(data)]):
                    return
                self._member = zlib.decompressobj(wbits=GZIP_WINDOW_BITS)
            yield self._member.decompress(data, MAX_STEP_BYTES)
            data = self._member.unconsumed_tail or self._member.unused_data
