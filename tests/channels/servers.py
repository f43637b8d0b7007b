"""Scripted servers on loopback: mail servers and receivers of webhooks, working and broken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(answer: Answer, **options) -> AsyncIterator[int]:
    """A server on a free port of loopback. Its connections end with it."""
    writers: list[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)


# --- mail -------------------------------------------------------------------------------------------------------------

DROP, SILENCE = "drop", "silence"
_GOOD = {
    "CONNECT": "220 mail.example ready",
    "EHLO": "250-mail.example\r\n250 8BITMIME",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 kept as 42",
    "QUIT": "221 bye",
}


@dataclass
class ScriptedMail:
    """A mail server that answers each command from a script; the words that are not in it go well."""

    script: Mapping[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say("CONNECT", writer):
            return
        while line := await reader.readline():
            self.commands.append(line.decode().strip())
            verb = self.commands[-1].split()[0].upper()
            if not await self._say(verb, writer):
                return
            if verb == "DATA" and self._answer("DATA").startswith("354"):
                self.kept.append(await reader.readuntil(b"\r\n.\r\n"))
                if not await self._say(".", writer):
                    return

    def _answer(self, verb: str) -> str:
        return self.script.get(verb, _GOOD.get(verb, "502 what?"))

    async def _say(self, verb: str, writer: asyncio.StreamWriter) -> bool:
        answer = self._answer(verb)
        if answer == DROP:
            return False
        if answer == SILENCE:
            await asyncio.sleep(60)
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
        return True


class Mailbox:
    """A handler for aiosmtpd that stores the envelopes it gets."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 kept"


@asynccontextmanager
async def real_mail_server(mailbox: Mailbox, **options) -> AsyncIterator[int]:
    """A server of aiosmtpd in the test's own loop."""
    loop = asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(SMTP(mailbox, hostname="mail.example", **options))
        return sessions[-1]

    server = await loop.create_server(session, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        for one in sessions:
            if one.transport:
                one.transport.abort()
        await asyncio.sleep(0.01)


# --- webhooks ---------------------------------------------------------------------------------------------------------


@dataclass
class Receiver:
    """A receiver of webhooks that stores every request and gives one answer: bytes, DROP or SILENCE."""

    answer: bytes | str = b"HTTP/1.1 204 No Content\r\n\r\n"
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append((first, headers, content))
        if self.answer == SILENCE:
            await asyncio.sleep(60)
        if self.answer == DROP:
            writer.transport.abort()
            return
        writer.write(self.answer)
        await writer.drain()
