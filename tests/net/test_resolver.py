"""Names to addresses."""

import asyncio
import socket
import subprocess
import sys
import threading
import time

import pytest

from monitor.net import resolver as resolver_module
from monitor.net.resolver import SystemResolver


async def test_this_machine_has_a_name():
    """The system's own answer, with the port that was asked for."""
    assert ("127.0.0.1", 80) in await SystemResolver()("127.0.0.1", 80)


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 64 + ".example", "a..example"])
async def test_a_name_that_is_none(host: str):
    """Whatever is wrong with a name, it is an OSError."""
    with pytest.raises(OSError, match=r"."):
        await SystemResolver()(host, 80)


class Slow:
    """Stands for name servers that hang until they are let go; every other name answers at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = threading.Event()

    def getaddrinfo(self, host: str, port: int, **_options) -> list[tuple]:
        self.asked.append(host)
        if host.startswith("hangs"):
            self.let_go.wait(10)
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", port))]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """In place of the C library's resolver: the one thing here that no test can make hang."""
    resolver = Slow()
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)
    monkeypatch.setattr(resolver_module, "LOOKUP_TIMEOUT_S", 0.2)
    yield resolver
    resolver.let_go.set()


async def test_hanging_names_hold_nobody_up(slow: Slow):
    """Twenty dead names: a healthy one answers at once, and the dead ones are given up at their deadline."""
    resolve = SystemResolver()
    dead = [asyncio.create_task(resolve(f"hangs{n}.example", 80)) for n in range(20)]
    await asyncio.sleep(0.02)
    began = time.monotonic()
    assert await resolve("dawn.example", 443) == [("192.0.2.7", 443)]
    assert time.monotonic() - began < 0.15
    results = await asyncio.gather(*dead, return_exceptions=True)
    assert {str(result) for result in results} == {"no answer from the name server within 0.2 s"}


async def test_a_failed_name_is_not_asked_for_again_at_once(slow: Slow):
    """For a minute the failure is remembered: twenty feeds on a dead host cost one lookup."""
    resolve = SystemResolver()
    for _ in range(3):
        with pytest.raises(OSError, match=r"."):
            await resolve("hangs.example", 80)
    assert slow.asked == ["hangs.example"]


def test_a_hanging_name_does_not_keep_the_program():
    """The interpreter ends while a lookup still hangs."""
    program = """
import asyncio, socket, time
from monitor.net import resolver
socket.getaddrinfo = lambda *a, **k: time.sleep(30)
resolver.LOOKUP_TIMEOUT_S = 0.1
async def main():
    try:
        await resolver.SystemResolver()("hangs.example", 80)
    except OSError:
        print("given up")
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=8, capture_output=True, text=True, check=True)
    assert ended.stdout == "given up\n"
