"""Resolves host names by the system's resolver, in threads of its own."""

import asyncio
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

MAX_THREADS = 64
# Seconds; the system's own timeout is 30 and more if a name server does not respond.
LOOKUP_TIMEOUT_S = 10.0
# Seconds in which a name that did not resolve is not looked up again: twenty feeds on a dead host cost one lookup.
FAILURE_TTL_S = 60.0


class SystemResolver:
    """Resolves names as the machine does. Use one for each event loop."""

    # asyncio's own six threads (on two cores) are shared, so a few dead names starve every healthy host, and the
    # interpreter waits for them at exit. These are daemon threads, bounded, and each ends with its lookup.

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(MAX_THREADS)
        self._failures: dict[str, tuple[float, str]] = {}  # loop time until which a failure is valid, and its reason

    async def __call__(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """Returns the addresses of a host with the port, in the system's order. Raises OSError if there are none."""
        loop = asyncio.get_running_loop()
        valid_until, reason = self._failures.get(host, (0.0, ""))
        if loop.time() < valid_until:
            raise OSError(reason)
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S):
                addresses = await self._look_up(host, port)
        except OSError as error:
            # asyncio's TimeoutError is an OSError without a message.
            reason = str(error) or f"no answer from the name server within {LOOKUP_TIMEOUT_S:g} s"
            self._failures[host] = (loop.time() + FAILURE_TTL_S, reason)
            raise OSError(reason) from error
        self._failures.pop(host, None)
        return addresses

    async def _look_up(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        # The thread releases the slot: a lookup that we gave up still occupies its thread.
        await self._slots.acquire()
        loop = asyncio.get_running_loop()
        result: asyncio.Future[Sequence[tuple[str, int]]] = loop.create_future()

        def finish(addresses: Sequence[tuple[str, int]], error: OSError | None) -> None:
            self._slots.release()
            if result.done():
                return
            if error is None:
                result.set_result(addresses)
            else:
                result.set_exception(error)

        def work() -> None:
            addresses, error = getaddrinfo(host, port)
            with suppress(RuntimeError):  # the loop was closed in the meantime, so nobody waits
                loop.call_soon_threadsafe(finish, addresses, error)

        threading.Thread(target=work, name=f"resolve {host}", daemon=True).start()
        return await result


def getaddrinfo(host: str, port: int) -> tuple[Sequence[tuple[str, int]], OSError | None]:
    """Returns the addresses of a host with the port, or the error."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return (), error
    except UnicodeError as error:  # a label that is empty or too long for the IDNA codec
        return (), OSError(str(error))
    return [(str(address[0]), int(address[1])) for *_, address in infos], None
