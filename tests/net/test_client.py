"""One request, one answer, whatever the server does."""

import asyncio
import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import time
import tracemalloc
import zlib
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from monitor.errors import FetchError, Refused, TooLarge, Unreachable, WrongType
from monitor.net import HttpClient, Response
from tests.net.loopback import Server, http, serving

URL = "http://dawn.example/feed"


async def ask(server: Server, *, deadline: float = 5, limit: int = 1_000_000, url: str = URL, **options) -> Response:
    return await server.net().request(
        options.pop("method", "GET"), url, headers=options.pop("headers", {}), deadline=deadline, limit=limit, **options
    )


# --- what is asked ----------------------------------------------------------------------------------------------------


async def test_a_request_says_what_it_must_and_no_more():
    """Host, who we are, what we unpack; no cookie, no referrer, nothing of the environment."""
    async with serving(http(b"ok", "Set-Cookie: a=b")) as server:
        net = server.net(user_agent="Monitor/1 (+https://desk.example)")
        for _ in range(2):
            await net.request("GET", URL + "?a=ب", headers={"If-None-Match": 'W/"é"'}, deadline=5, limit=9)
        request = server.requests[1].decode("latin-1")
        line, *headers = request.strip().split("\r\n")
        assert line == "GET /feed?a=%D8%A8 HTTP/1.1"
        assert sorted(header.lower() for header in headers) == [
            "accept-encoding: gzip",
            "accept: */*",
            "host: dawn.example",
            'if-none-match: w/"é"',
            "user-agent: monitor/1 (+https://desk.example)",
        ]


async def test_a_body_is_sent_with_its_length():
    """A delivery goes out as it was frozen."""
    bodies: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"ontent-Length: 7\r\n" in head
        bodies.append(await reader.readexactly(7))
        writer.write(http(b"", status="204 No Content"))

    async with serving(take) as server:
        answer = await ask(server, method="POST", content=b'{"a":1}')
    assert (answer.status, bodies) == (204, [b'{"a":1}'])


async def test_a_header_that_would_break_the_request_is_refused():
    """Neither a line break nor a letter that no header holds goes out."""
    async with serving(http()) as server:
        for value in ("a\r\nX-Evil: 1", "پاکستان"):
            with pytest.raises(Refused):
                await ask(server, headers={"x": value})
        assert server.requests == []


# --- what comes back --------------------------------------------------------------------------------------------------


async def test_a_redirect_is_an_answer():
    """No redirect is followed here: the fetcher decides hop by hop, a delivery never does."""
    async with serving(http(b"", "Location: http://10.0.0.1/", status="302 Found")) as server:
        answer = await ask(server)
        assert (answer.status, answer.header("location")) == (302, "http://10.0.0.1/")
        assert server.dialled == 1


async def test_header_names_are_lower_case_and_values_as_sent():
    """An ETag goes back byte for byte, so its bytes are kept as Latin-1."""
    async with serving(http(b"x", 'ETag: W/"\xd8\u00a8"', "X-Two: 1", "X-Two: 2").replace(b"\xc3", b"\xc3")) as server:
        answer = await ask(server)
        assert answer.header("etag").encode("latin-1") == 'W/"\xd8\u00a8"'.encode()
        assert [value for name, value in answer.headers if name == "x-two"] == ["1", "2"]
        assert answer.header("absent") == ""


@pytest.mark.parametrize("status", ["304 Not Modified", "204 No Content"])
async def test_no_body_needs_no_encoding(status: str):
    """A 304 may name length and encoding of the body that it leaves out."""
    head = f"HTTP/1.1 {status}\r\nContent-Encoding: br\r\n\r\n".encode()
    async with serving(head) as server:
        assert (await ask(server)).body == b""


TEXT = b"news of the day " * 1000
NAMED_GZIP = (
    b"\x1f\x8b\x08\x1e" + b"\0" * 6 + b"\2\0ab" + b"map.xml\0" + b"a comment\0" + b"\0\0" + zlib.compress(TEXT)[2:]
)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (TEXT, []),
        (TEXT, ["Content-Encoding: identity"]),
        (gzip.compress(TEXT, mtime=0), ["Content-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0), ["Content-Encoding: X-GZIP"]),
        (gzip.compress(TEXT[:5000], mtime=0) + gzip.compress(TEXT[5000:], mtime=0), ["Content-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0) + b"\n\n", ["Content-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0) + b"\0" * 100, ["Content-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0), ["Content-Type: application/x-gzip"]),
        (TEXT, ["Content-Encoding: gzip"]),
        (TEXT, ["Content-Encoding: utf-8"]),
        (TEXT, ["Content-Encoding: no-such-thing, none"]),
        (gzip.compress(TEXT, mtime=0), ["Content-Encoding: identity, gzip,"]),
        (gzip.compress(TEXT, mtime=0)[:-8], ["Content-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0)[:-3], ["Content-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0)[:-8] + b"\1" * 8, ["Content-Encoding: gzip"]),
        (gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), ["Content-Encoding: gzip, gzip"]),
        (NAMED_GZIP, ["Content-Type: text/xml"]),
        (zlib.compress(TEXT), ["Content-Encoding: deflate"]),
        (zlib.compress(TEXT)[:-4] + b"\0\0\0\0", ["Content-Encoding: deflate"]),
        (zlib.compress(TEXT)[2:-4], ["Content-Encoding: deflate"]),
        (TEXT, ["Transfer-Encoding: gzip"]),
        (gzip.compress(TEXT, mtime=0), ["Transfer-Encoding: gzip"]),
    ],
)
async def test_bodies_that_are_read(body: bytes, headers: Sequence[str]):
    """Plain and gzip, whatever the header names; in several members, with junk behind as PHP sends it."""
    async with serving(http(body, *headers)) as server:
        assert (await ask(server)).body == TEXT


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip", "compress"])
async def test_a_plain_body_is_read_whatever_its_label(coding: str):
    """A body that begins like markup is not compressed."""
    async with serving(http(b'<?xml version="1.0"?>', f"Content-Encoding: {coding}")) as server:
        assert (await ask(server)).body == b'<?xml version="1.0"?>'


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"\x78\x9c" + b"\xff" * 50, "deflate"),
        (b"\x1b\x0e\x00", "br"),
        (b"(\xb5/\xfd", "zstd"),
        (gzip.compress(TEXT, mtime=0)[:10] + b"\xff" * 50, "gzip"),
    ],
)
async def test_encodings_that_are_not_read(body: bytes, encoding: str):
    """Codings that we cannot read, and broken data."""
    async with serving(http(body, f"Content-Encoding: {encoding}")) as server:
        with pytest.raises(WrongType):
            await ask(server)


# --- bounds -----------------------------------------------------------------------------------------------------------


async def test_a_bomb_stays_packed():
    """100 MB in 100 KB stop at the limit and never stand in memory."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(100)) + squeeze.flush()
    async with serving(http(bomb, "Content-Encoding: gzip")) as server:
        tracemalloc.start()
        with pytest.raises(TooLarge):
            await ask(server, limit=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 5_000_000


async def test_a_body_may_be_as_large_as_its_limit():
    """The limit is the last size that is taken."""
    async with serving(http(b"x" * 1000)) as server:
        assert len((await ask(server, limit=1000)).body) == 1000
        with pytest.raises(TooLarge):
            await ask(server, limit=999)


@pytest.mark.parametrize("body", [b"x" * 100_000, b"not gzip"])
async def test_a_body_may_be_left_unread(body: bytes):
    """With a limit of 0 the status is the answer: no body, however large or broken, takes a receiver's yes back."""
    async with serving(http(body, "Content-Encoding: gzip")) as server:
        answer = await ask(server, method="POST", content=b"{}", limit=0)
    assert (answer.status, answer.body) == (200, b"")


async def endless_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 100_000)
        await writer.drain()


async def test_an_endless_body_ends_at_the_limit():
    """A stream without end is too large, long before the deadline."""
    async with serving(endless_body) as server:
        with pytest.raises(TooLarge):
            await ask(server)


def dripping(start: bytes, drop: bytes):
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(start)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: 1\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
async def test_a_dripping_server_is_left_at_the_deadline(start: bytes, drop: bytes):
    """The whole exchange has one deadline; a byte now and then does not renew it."""
    async with serving(dripping(start, drop)) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"timeout: no complete response within 0\.3 s"):
            await ask(server, deadline=0.3)
        assert time.monotonic() - began < 2


async def test_a_handshake_that_hangs_ends_at_the_deadline():
    """A server that never speaks TLS: nothing was sent."""
    async with serving(dripping(b"", b"")) as server:
        with pytest.raises(Unreachable, match="connect: timeout"):
            await ask(server, url="https://dawn.example/", deadline=0.3)


# --- broken answers ---------------------------------------------------------------------------------------------------

GZIPPED = gzip.compress(TEXT, mtime=0)
BROKEN = {
    "closed at once": b"",
    "cut in the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "cut in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "cut in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "cut in the gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + GZIPPED[:-9],
    "cut in the gzip's header": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + GZIPPED[:9],
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "HTTP/0.9": b"<html>hello</html>",
    "status of six digits": b"HTTP/1.1 999999 Odd\r\n\r\n",
    "NUL in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "TLS on a plain port": b"\x15\x03\x01\x00\x02\x02\x46",
    "huge header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_answer_is_unreachable(name: str):
    """What breaks the protocol or is cut short is an error of ours, and the request had gone out."""
    async with serving(BROKEN[name]) as server:
        with pytest.raises(Unreachable) as caught:
            await ask(server)
    assert not caught.value.reason.startswith("connect:")
    if name.startswith(("cut in the body", "cut in the gzip")):
        assert caught.value.reason.startswith("cut short: ")


async def test_too_many_headers_are_no_page():
    """Thousands of headers are an attack, not an answer."""
    async with serving(http(b"x", *(f"X-{n}: 1" for n in range(5000)))) as server:
        with pytest.raises(WrongType, match="headers"):
            await ask(server)


async def test_a_reset_is_unreachable():
    """A connection that is torn down in the middle of the answer."""

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with serving(reset) as server:
        with pytest.raises(Unreachable):
            await ask(server)


async def test_nobody_listens():
    """A refused connection never carried the request."""
    async with serving(http()) as server:
        pass
    with pytest.raises(Unreachable, match="connect: "):
        await ask(server)


# --- TLS --------------------------------------------------------------------------------------------------------------


MAKE_CERTIFICATE = """
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=secure.example
    -addext subjectAltName=DNS:secure.example -keyout key.pem -out cert.pem
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for secure.example with its key, made by openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        MAKE_CERTIFICATE.split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    (folder / "both.pem").write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return folder / "both.pem"


async def test_tls_is_verified_against_the_name(certificate: Path):
    """The guard dials an address; the certificate must still be that of the host."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=certificate)
    async with serving(http(b"news"), tls=context) as server:
        net = server.net(tls=trusting)
        answer = await net.request("GET", "https://secure.example/", headers={}, deadline=5, limit=99)
        assert answer.body == b"news"
        with pytest.raises(Unreachable, match=r"connect: tls: .*other\.example"):
            await net.request("GET", "https://other.example/", headers={}, deadline=5, limit=99)
        with pytest.raises(Unreachable, match=r"connect: tls: self.signed"):
            await ask(server, url="https://secure.example/")


async def test_plain_http_on_a_tls_port():
    """A server that does not speak TLS at all; we do not fall back."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with serving(plain) as server:
        with pytest.raises(Unreachable, match="connect: tls: "):
            await ask(server, url="https://dawn.example/")


# --- transports -------------------------------------------------------------------------------------------------------


class Miss(AssertionError):
    """A recording that is not there."""


async def test_a_transport_stands_in_for_the_network():
    """Replayed answers go the same way, packed or not; a private name is no matter, for nobody dials."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, content=GZIPPED)

    net = HttpClient(transport=httpx.MockTransport(answer), user_agent="test")
    assert (await net.request("GET", URL, headers={}, deadline=5, limit=99_999)).body == TEXT
    await net.aclose()


async def test_what_is_no_network_error_is_not_swallowed():
    """A missing recording must fail the test that misses it, not look like a source that is down."""

    def miss(request: httpx.Request) -> httpx.Response:
        raise Miss(str(request.url))

    with pytest.raises(Miss):
        await HttpClient(transport=httpx.MockTransport(miss), user_agent="test").request(
            "GET", URL, headers={}, deadline=5, limit=99
        )


async def test_errors_of_a_transport_are_ours():
    """An httpx error never leaves this room."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone")

    with pytest.raises(FetchError):
        await HttpClient(transport=httpx.MockTransport(fail), user_agent="test").request(
            "GET", URL, headers={}, deadline=5, limit=99
        )


async def test_fifty_at_once():
    """Exchanges do not wait for one another: fifty slow answers take the time of one."""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(http(b"ok"))

    async with serving(slow) as server:
        net = server.net()
        began = time.monotonic()
        await asyncio.gather(
            *(net.request("GET", f"http://n{n}.example/", headers={}, deadline=5, limit=99) for n in range(50))
        )
        assert time.monotonic() - began < 2
