"""Recorded HTTP in place of the network: cassettes in vcrpy's format, answered as of the clock.

vcrpy itself records; it cannot replay several files at once, nor choose an answer by the time, and its own miss can be
taken for a source that is down. Here a miss is an error of its own kind and is kept, so that nothing hides it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx
import yaml

from monitor.errors import ConfigError

# RFC 9110, 15.4.5
_KEPT_BY_304 = {"cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"}
# libyaml's loader where there is one: the bundled cassettes (0.7 MB) take 0.04 s with it, 0.4 s with PyYAML's own.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DAWN_OF_TIME = datetime.min.replace(tzinfo=UTC)


class ReplayMiss(AssertionError):
    """A request that no cassette answers. No httpx error and none of ours: it must not pass for a failing source."""


def cassettes(folder: Path, *, act: str = "*") -> list[Path]:
    """The cassettes of a folder (`<source>/<act>.yaml`), of one act or of all, sorted."""
    return sorted(folder.glob(f"*/{act}.yaml"))


class ReplayTransport(httpx.AsyncBaseTransport):
    """Answers every request from cassettes and never opens a connection.

    Of a URL's recorded answers, the newest whose Date is not after the clock counts. Asked exactly as in the recording,
    it is given as it was recorded; asked otherwise, the page as of then, or 304 where the request's validators are that
    page's. `misses` lists what was asked in vain ("GET url").
    """

    def __init__(self, files: Iterable[Path], *, clock: Callable[[], datetime]) -> None:
        self._files, self._clock = tuple(files), clock
        self.misses: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer; ReplayMiss where there is none yet."""
        key = f"{request.method} {request.url}"
        answer = _choose(self._recorded.get(key, ()), _conditions(dict(request.headers)), self._clock())
        if answer is None:
            self.misses.append(key)
            raise ReplayMiss(f"{key}: in none of {len(self._files)} cassettes as of {self._clock():%Y-%m-%d %H:%M} UTC")
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=httpx.ByteStream(answer.body),
            request=request,
        )

    @cached_property
    def _recorded(self) -> "dict[str, list[_Recorded]]":
        """What all cassettes hold, by method and URL, from the oldest on; read at the first request."""
        found = sorted((one for file in self._files for one in _read(file)), key=attrgetter("key", "at"))
        return {key: list(answers) for key, answers in groupby(found, key=attrgetter("key"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    key: str
    asked: tuple[str, str]  # If-None-Match and If-Modified-Since of the recorded request
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def _choose(answers: Iterable[_Recorded], asked: tuple[str, str], now: datetime) -> _Recorded | None:
    known = [answer for answer in answers if answer.at <= now]
    if known and known[-1].asked == asked:
        return known[-1]
    page = next((answer for answer in reversed(known) if answer.status != httpx.codes.NOT_MODIFIED), None)
    return _not_modified(page) if page and _names(asked, page) else page


def _names(asked: tuple[str, str], page: _Recorded) -> bool:
    """Whether a request's validators are those of the page; If-None-Match goes first (RFC 9110, 13.2.2)."""
    etag, since = asked
    return page.header("etag") == etag if etag else bool(since) and page.header("last-modified") == since


def _not_modified(page: _Recorded) -> _Recorded:
    headers = tuple((name, value) for name, value in page.headers if name.lower() in _KEPT_BY_304)
    return _Recorded(
        key=page.key, asked=page.asked, at=page.at, status=httpx.codes.NOT_MODIFIED, headers=headers, body=b""
    )


def _read(file: Path) -> list[_Recorded]:
    try:
        loaded = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - both are safe loaders
        return [_recorded(interaction) for interaction in loaded["interactions"]]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, httpx.InvalidURL) as error:
        raise ConfigError(f"not a cassette: {error}", file=file, hint="record it again") from error


def _recorded(interaction: dict[str, Any]) -> _Recorded:
    request, response = interaction["request"], interaction["response"]
    headers = tuple((name, value) for name, values in response["headers"].items() for value in values)
    asked = {name: values[0] for name, values in request["headers"].items()}
    date = next((value for name, value in headers if name.lower() == "date"), "")
    body = response["body"]["string"]
    return _Recorded(
        key=f"{request['method']} {httpx.URL(request['uri'])}",
        asked=_conditions(asked),
        at=parsedate_to_datetime(date).astimezone(UTC) if date else _DAWN_OF_TIME,
        status=int(response["status"]["code"]),
        headers=headers,
        body=body.encode() if isinstance(body, str) else body,
    )


def _conditions(headers: dict[str, str]) -> tuple[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("if-none-match", ""), lower.get("if-modified-since", "")
