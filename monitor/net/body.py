"""Bodies within bounds: unpacked a little at a time, never more than the limit held."""

import zlib
from collections.abc import AsyncIterable, Iterable, Iterator

from monitor.errors import TooLarge, Unreachable, WrongType

PIECE = 65_536
_GZIP_MAGIC = b"\x1f\x8b"


async def read(chunks: AsyncIterable[bytes], *, url: str, encoding: str, limit: int) -> bytes:
    """The whole body, unpacked.

    TooLarge past `limit` bytes, packed or unpacked; WrongType for an encoding that is not gzip or a broken one;
    Unreachable where a gzip stream ends before its end. Not left to httpx: it unpacks a chunk whole before a cap can
    see it (65 KB became 67 MB), and takes half a gzip stream for a whole one.
    """
    gunzip = _Gunzip() if encoding == "gzip" else None
    body, packed = bytearray(), 0
    async for chunk in chunks:
        if encoding not in ("", "identity", "gzip"):  # only here: a 304 may name the encoding of the body it leaves out
            raise WrongType(url, f"Content-Encoding {encoding!r} is not what we asked for")
        packed += len(chunk)
        for piece in _pieces(gunzip, chunk, url):
            body += piece
            if max(packed, len(body)) > limit:
                raise TooLarge(url, f"more than {limit:,} bytes")
    if gunzip and packed and not gunzip.whole:
        raise Unreachable(url, "cut short: the gzip stream has no end")
    return bytes(body)


def _pieces(gunzip: "_Gunzip | None", chunk: bytes, url: str) -> Iterable[bytes]:
    if gunzip is None:
        yield chunk
        return
    try:
        yield from gunzip.pieces(chunk)
    except zlib.error as error:
        raise WrongType(url, f"broken gzip: {error}") from error


class _Gunzip:
    """Unpacks gzip, piece by piece; further members are joined, junk after the last is passed over as browsers do."""

    def __init__(self) -> None:
        self._member = _member()

    @property
    def whole(self) -> bool:
        return self._member.eof

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._member.eof:
                if not packed.startswith(_GZIP_MAGIC[: len(packed)]):
                    return
                self._member = _member()
            yield self._member.decompress(packed, PIECE)
            packed = self._member.unconsumed_tail or self._member.unused_data


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=31)  # 31: a gzip header is expected
