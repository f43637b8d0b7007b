"""Repairs raw HTTP responses as browsers do, before h11 parses them.

h11 rejects a response because of one odd header line, and sources answer so for years. Browsers ignore the line. Reading
past it is safe here: each connection carries one request and is then closed, so nothing can be smuggled behind it.
"""

import re
from dataclasses import dataclass
from enum import Enum
from ssl import SSLContext
from typing import Any

import httpcore

MAX_HEAD_BYTES = 100 * 1024  # h11's own limit
MAX_CHUNK_LINE_BYTES = 4 * 1024
MAX_LENGTH_DIGITS = 18

LEADING_JUNK = b"\xef\xbb\xbf \t\r\n"  # some servers send blank lines or a byte order mark first
STATUS_LINE = re.compile(
    rb"(?:HTTP|ICY)\S*[ \t]+(?P<status>\d{3})(?!\d)[ \t]*(?P<reason>.*)", re.IGNORECASE | re.DOTALL
)
HEAD_END = re.compile(rb"\n\r{0,2}\n")
MAX_HEAD_END_BYTES = 4
FOLD = re.compile(rb"\r{0,2}\n[ \t]+")  # a header line continues on the next one
HEADER_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
ODD_SPACE = re.compile(rb"[\r\x0b\x0c]")
CHUNK_LINE = re.compile(rb"\s*(?P<size>[0-9A-Fa-f]{1,15})\s*(?:;.*)?", re.DOTALL)
CUT_SHORT = "peer closed connection without sending complete message body (incomplete chunked read)"


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """Status and header lines of a response, repaired, as bytes for h11."""

    data: bytes
    status: int
    chunked: bool  # the body is in chunks; the header that says so is not in `data`


def repair_head(head: bytes) -> ResponseHead | None:
    """Returns a head in the form that h11 accepts, or None if it does not begin with a status line.

    Header lines without a name or with an impossible one are dropped. A body in chunks is to be decoded by
    `ChunkDecoder`, so its Transfer-Encoding and Content-Length are dropped; other codings become Content-Encoding. A
    Content-Length that is not a number is dropped, and the body then ends with the connection.
    """
    status_line, *lines = FOLD.sub(b" ", head).split(b"\n")
    match = STATUS_LINE.fullmatch(status_line.strip())
    if not match:
        return None
    fields = [field for line in lines if (field := parse_field(line))]
    codings = [
        coding.strip()
        for name, value in fields
        if name.lower() == b"transfer-encoding"
        for coding in value.lower().split(b",")
    ]
    chunked = any(coding.startswith(b"chunked") for coding in codings)
    kept = [(name, value) for name, value in fields if is_kept(name.lower(), value, chunked=chunked)]
    kept += [(b"Content-Encoding", coding) for coding in codings if coding in {b"gzip", b"x-gzip", b"deflate"}]
    reason = ODD_SPACE.sub(b" ", match["reason"])
    repaired = [b"HTTP/1.1 " + match["status"] + b" " + reason, *(name + b": " + value for name, value in kept)]
    return ResponseHead(b"\r\n".join(repaired) + b"\r\n\r\n", int(match["status"]), chunked)


def parse_field(line: bytes) -> tuple[bytes, bytes] | None:
    """Returns name and value of a header line; None if it has no colon, or a name that is not a token."""
    name, colon, value = line.partition(b":")
    name = name.rstrip()
    if not colon or not HEADER_NAME.fullmatch(name):
        return None
    return name, ODD_SPACE.sub(b" ", value).strip()


def is_kept(name: bytes, value: bytes, *, chunked: bool) -> bool:
    """Whether h11 gets this header; see `repair_head`."""
    if name == b"transfer-encoding":
        return False
    if name == b"content-length":
        # Lengths that contradict each other are left to h11, which rejects them: either may be wrong.
        lengths = [length.strip() for length in value.split(b",")]
        return not chunked and all(length.isdigit() and len(length) <= MAX_LENGTH_DIGITS for length in lengths)
    return True


class ChunkDecoder:
    """Decodes a body in chunks (RFC 9112, 7.1); line ends may be bare, and the trailer is not read."""

    def __init__(self) -> None:
        self.is_complete = False
        self._line = bytearray()  # the part of a size line that has arrived
        self._missing = 0  # bytes of the current chunk

    def decode(self, data: bytes) -> bytes:
        """Returns the decoded part of the next bytes. Raises httpcore.RemoteProtocolError at a bad chunk size."""
        decoded, start = bytearray(), 0
        while start < len(data) and not self.is_complete:
            if self._missing:
                part = data[start : start + self._missing]
                decoded += part
                self._missing -= len(part)
                start += len(part)
                continue
            newline = data.find(b"\n", start)
            end = newline if newline >= 0 else len(data)
            self._line += data[start:end]
            start = end + 1
            if len(self._line) > MAX_CHUNK_LINE_BYTES:
                raise httpcore.RemoteProtocolError("a chunk header that does not end")
            if newline >= 0:
                self._start_chunk()
        return bytes(decoded)

    def _start_chunk(self) -> None:
        line, self._line = bytes(self._line), bytearray()
        if not line.strip():  # the end of the chunk before
            return
        match = CHUNK_LINE.fullmatch(line)
        if not match:
            raise httpcore.RemoteProtocolError(f"illegal chunk header: {line[:100]!r}")
        self._missing = int(match["size"], 16)
        self.is_complete = self._missing == 0


class ResponsePart(Enum):
    """The part of a response that a stream reads next."""

    HEAD = "head"
    CHUNKS = "chunks"
    REST = "rest"  # passed on as it comes: a body that is not in chunks, or bytes that are not HTTP


class LenientStream(httpcore.AsyncNetworkStream):
    """A connection for one request, whose response is repaired while it is read."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._part = ResponsePart.HEAD
        self._head = bytearray()  # as far as it has arrived
        self._chunks = ChunkDecoder()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """Returns the next bytes, b"" at the end; after a head it may be more than `max_bytes`.

        Raises httpcore's errors, also if a body in chunks has no end.
        """
        while not self._chunks.is_complete:
            data = await self._stream.read(max_bytes, timeout)
            if not data and self._part is ResponsePart.CHUNKS:
                raise httpcore.RemoteProtocolError(CUT_SHORT)
            ready = self._take(data)
            if ready or not data:
                return ready
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        """Send bytes of the request."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Returns the connection inside TLS; its response is repaired as well."""
        return LenientStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """Returns httpcore's details of the connection."""
        return self._stream.get_extra_info(info)

    def _take(self, data: bytes) -> bytes:
        """Returns what h11 can have of the next bytes; b"" is the end of the connection."""
        if self._part is ResponsePart.HEAD:
            return self._take_heads(data)
        return self._chunks.decode(data) if self._part is ResponsePart.CHUNKS else data

    def _take_heads(self, data: bytes) -> bytes:
        """Returns the heads that are complete, repaired, and the part of the body that came with them."""
        ready = b""
        self._head += data
        if len(self._head) == len(data):
            self._head = self._head.lstrip(LEADING_JUNK)
        start = max(0, len(self._head) - len(data) - MAX_HEAD_END_BYTES)
        while self._part is ResponsePart.HEAD and (end := HEAD_END.search(self._head, start)):
            head, start = repair_head(bytes(self._head[: end.start()])), 0
            if head is None:
                self._part = ResponsePart.REST
                break
            ready += head.data
            del self._head[: end.end()]
            if not is_interim(head.status):
                self._part = ResponsePart.CHUNKS if head.chunked else ResponsePart.REST
        if self._part is ResponsePart.HEAD and data and self._may_become_head():
            return ready
        rest = bytes(self._head)
        self._head.clear()
        if self._part is ResponsePart.CHUNKS:
            return ready + self._chunks.decode(rest)
        self._part = ResponsePart.REST
        return ready + rest

    def _may_become_head(self) -> bool:
        opening = bytes(self._head[:4]).upper()
        return len(self._head) <= MAX_HEAD_BYTES and any(name.startswith(opening) for name in (b"HTTP", b"ICY "))


def is_interim(status: int) -> bool:
    """Whether another head follows (100 Continue, 103 Early Hints; 101 ends HTTP)."""
    return 100 <= status < 200 and status != 101  # noqa: PLR2004 - RFC 9110, 15.2
