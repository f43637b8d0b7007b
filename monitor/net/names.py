"""Names to addresses by the system's resolver, in threads of its own."""

import asyncio
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

MOST_THREADS = 64
LOOKUP_DEADLINE = 10.0  # seconds; the system's own is 30 and more for a name server that does not answer
FAILURE_KEPT = 60.0  # seconds for which a name that did not resolve is not asked for again


class SystemResolver:
    """Resolves as the machine does; use one for each event loop.

    Not asyncio's own way: its six threads (on two cores) are shared, so a few dead names starve every healthy host,
    and the interpreter waits for them at exit. These are daemon threads, bounded, and each ends with its lookup.
    """

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(MOST_THREADS)
        self._failed: dict[str, tuple[float, str]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """The addresses of a host, in the system's order; OSError where there are none."""
        loop = asyncio.get_running_loop()
        until, reason = self._failed.get(host, (0.0, ""))
        if loop.time() < until:
            raise OSError(reason)
        try:
            async with asyncio.timeout(LOOKUP_DEADLINE):
                found = await self._look_up(host, port)
        except OSError as error:  # a TimeoutError is one, without words of its own
            reason = str(error) or f"no answer from the name server within {LOOKUP_DEADLINE:g} s"
            self._failed[host] = (loop.time() + FAILURE_KEPT, reason)
            raise OSError(reason) from error
        self._failed.pop(host, None)
        return found

    async def _look_up(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        await self._slots.acquire()  # given back by the thread: a lookup given up by us still holds its thread
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[tuple[str, int]]] = loop.create_future()

        def settle(found: Sequence[tuple[str, int]], error: OSError | None) -> None:
            self._slots.release()
            if answer.done():
                return
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)

        def work() -> None:
            found, error = _ask(host, port)
            with suppress(RuntimeError):  # the loop has been closed meanwhile: nobody waits
                loop.call_soon_threadsafe(settle, found, error)

        threading.Thread(target=work, name=f"resolve {host}", daemon=True).start()
        return await answer


def _ask(host: str, port: int) -> tuple[Sequence[tuple[str, int]], OSError | None]:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return (), error
    except UnicodeError as error:  # a label that is empty or too long for the stdlib's IDNA codec
        return (), OSError(str(error))
    return [(str(place[0]), int(place[1])) for *_, place in infos], None
