"""No way leads to a private address."""

import socket
from collections.abc import Sequence

import pytest

from monitor.errors import FetchError, Refused, Unreachable
from monitor.net import HttpClient
from tests.net.loopback import http, serving

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F000001", "0x7f.1",
    "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.1", "017700000001", "000000177.0.0.1", "127.0.0.01",
    "0", "0.0", "00", "0x0", "0.0.0.0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::0001]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::FFFF:7F00:0001]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::1%25lo]", "[::1%lo]", "[fe80::1]", "127。0。0。1", "127．0．0．1",
    "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127.0.0.1.", "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "127.0.0.1%00",
    "127.0.0.1%2f", "localhost", "LOCALHOST", "localhost.", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "desk@127.0.0.1",
    "dawn.example:80@127.0.0.1", "127.0.0.1\t", "127.0.0.1\x00", "127.0.0.1\\@dawn.example",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_spelling_of_loopback_is_dialled(spelling: str):
    """However this machine's own address is written, it is refused and nobody is dialled."""
    async with serving(http(b"secret")) as server:
        net = HttpClient(user_agent="test")
        for url in (f"http://{spelling}:{server.port}/", f"http://{spelling}/"):
            with pytest.raises(Refused):
                await net.request("GET", url, headers={}, deadline=5, limit=1000)
        assert server.dialled == 0


async def test_one_private_answer_refuses_all():
    """A name with a public and a private address is refused: the next look could take the other one."""
    async with serving(http(b"secret")) as server:

        async def both(host: str, port: int) -> Sequence[tuple[str, int]]:
            return [("93.184.216.34", port), ("127.0.0.1", server.port)]

        with pytest.raises(Refused, match=r"rebind\.example is at 127\.0\.0\.1"):
            await HttpClient(resolver=both, user_agent="test").request(
                "GET", "http://rebind.example/", headers={}, deadline=5, limit=1000
            )
        assert server.dialled == 0


async def test_what_was_checked_is_what_is_dialled():
    """A name is resolved once for each exchange: there is no second answer to swap in (rebinding)."""
    async with serving(http(b"news")) as server:
        asked: list[str] = []

        async def turning(host: str, port: int) -> Sequence[tuple[str, int]]:
            asked.append(host)
            return [("127.0.0.1", server.port)] if len(asked) == 1 else [("10.0.0.1", 80)]

        answer = await server.net(resolver=turning).request(
            "GET", "http://dawn.example/", headers={}, deadline=5, limit=1000
        )
        assert (answer.body, asked) == (b"news", ["dawn.example"])


async def test_an_address_that_does_not_answer_gives_way_to_the_next():
    """A host with a dead address first is reached by its second."""
    async with serving(http(b"news")) as server:
        dead = socket.socket()
        dead.bind(("127.0.0.1", 0))  # bound and not listening: dialling it is refused
        places = [dead.getsockname(), ("127.0.0.1", server.port)]

        async def resolver(host: str, port: int) -> Sequence[tuple[str, int]]:
            return places

        net = HttpClient(resolver=resolver, allow=set(places), user_agent="test")
        answer = await net.request("GET", "http://dawn.example/", headers={}, deadline=5, limit=1000)
        dead.close()
        assert answer.body == b"news"


async def test_an_allowance_is_exact_and_for_one_exchange():
    """A private receiver is reached under its very host and port, and only where the call allows it."""
    async with serving(http(b"ok")) as server:
        net = HttpClient(resolver=server.resolver, user_agent="test")
        options = {"headers": {}, "deadline": 5, "limit": 1000}
        url = "http://chat.example:8080/hook"
        assert (await net.request("POST", url, allow={("chat.example", 8080)}, **options)).body == b"ok"
        for wrong in ({("chat.example", 80)}, {("other.example", 8080)}, set()):
            with pytest.raises(Refused):
                await net.request("POST", url, allow=wrong, **options)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://dawn.example/",
        "file:///etc/passwd",
        "gopher://dawn.example:70/",
        "http://dawn.example:25/",
        "https://dawn.example:22/",
        "http://desk:secret@dawn.example/",
        "http://dawn.example\\@127.0.0.1/",
        "http://dawn.example/\r\nX: y",
        "http://xn--a.example/",
        "http://999.1.1.1/",
        "http://[::1/",
        "//dawn.example/",
        "",
    ],
)
async def test_what_is_no_plain_web_address_is_refused(url: str):
    """Refused for good, and nobody is dialled."""
    async with serving(http()) as server:
        with pytest.raises(Refused) as caught:
            await server.net().request("GET", url, headers={}, deadline=5, limit=1000)
        assert caught.value.permanent
        assert server.dialled == 0


@pytest.mark.parametrize("host", ["127.1", "2130706433", "[::1]", "10.0.0.1", "localhost", "nas.local", "db.internal"])
async def test_a_proxy_is_not_asked_for_private_hosts(host: str):
    """Behind a proxy the guard sees no addresses, so what a name alone gives away is refused."""
    async with serving(http()) as proxy:
        with pytest.raises(Refused):
            await HttpClient(user_agent="test").request(
                "GET", f"http://{host}/", headers={}, deadline=5, limit=1000, proxy=f"http://127.0.0.1:{proxy.port}"
            )
        assert proxy.dialled == 0


async def test_a_proxy_may_be_private():
    """A proxy on this machine is what many desks have; it is named by them, not by a page."""
    async with serving(http(b"news")) as proxy:
        answer = await HttpClient(user_agent="test").request(
            "GET",
            "http://dawn.example/a",
            headers={},
            deadline=5,
            limit=1000,
            proxy=f"http://desk:pw@127.0.0.1:{proxy.port}",
        )
        assert answer.body == b"news"
        assert proxy.requests[0].startswith(b"GET http://dawn.example/a HTTP/1.1\r\n")
        assert b"roxy-Authorization: Basic" in proxy.requests[0]


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "127.0.0.1:1", "http://:port", "ftp://127.0.0.1"])
async def test_a_proxy_that_cannot_be_used_is_said_so(proxy: str):
    """A proxy of another kind is an error of the FetchError tree, not a crash."""
    with pytest.raises(Refused, match="proxy"):
        await HttpClient(user_agent="test").request(
            "GET", "http://dawn.example/", headers={}, deadline=5, limit=1000, proxy=proxy
        )


async def test_no_variable_of_the_environment_is_a_proxy(monkeypatch: pytest.MonkeyPatch):
    """HTTP_PROXY and its like are for other programs: a proxy is named where it is used."""
    async with serving(http(b"proxied")) as proxy, serving(http(b"direct")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        answer = await server.net().request("GET", "http://dawn.example/", headers={}, deadline=5, limit=1000)
        assert answer.body == b"direct"


async def test_a_name_without_address_is_unreachable():
    """A failed lookup is no answer, and nothing was sent."""

    async def nothing(host: str, port: int) -> Sequence[tuple[str, int]]:
        raise socket.gaierror(-2, "Name or service not known")

    async def empty(host: str, port: int) -> Sequence[tuple[str, int]]:
        return []

    for resolver in (nothing, empty):
        with pytest.raises(Unreachable) as caught:
            await HttpClient(resolver=resolver, user_agent="test").request(
                "GET", "http://gone.example/", headers={}, deadline=5, limit=1000
            )
        assert caught.value.reason.startswith("connect: no address for gone.example")


async def test_an_error_of_ours_carries_its_url():
    """The guard knows which URL it stopped."""
    with pytest.raises(FetchError) as caught:
        await HttpClient(user_agent="test").request("GET", "http://127.0.0.1/x", headers={}, deadline=5, limit=1000)
    assert caught.value.url == "http://127.0.0.1/x"
