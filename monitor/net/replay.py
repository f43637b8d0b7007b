"""Replays recorded HTTP in place of the network: cassettes in vcrpy's format, as of the clock.

vcrpy records. It cannot replay several files at once or choose a response by time, and its own error for a missing
recording looks like a source that is down. Here a miss raises its own error and is listed, so that nothing hides it.
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

# The headers that a 304 repeats (RFC 9110, 15.4.5).
NOT_MODIFIED_HEADERS = {"cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"}
# libyaml's loader if available: the bundled cassettes (0.7 MB) take 0.04 s with it, 0.4 s with PyYAML's own.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNDATED = datetime.min.replace(tzinfo=UTC)


class ReplayMiss(AssertionError):
    """A request without a recording. Not an error of httpx or of Monitor: it must not look like a failing source."""


def cassettes(folder: Path, *, act: str = "*") -> list[Path]:
    """Returns the cassettes of a folder (`<source>/<act>.yaml`), of one act or of all, sorted."""
    return sorted(folder.glob(f"*/{act}.yaml"))


class ReplayTransport(httpx.AsyncBaseTransport):
    """Answers every request from cassettes and never opens a connection.

    Of a URL's recordings, the newest counts whose Date is not after the clock. If the request has the same validators as
    the recording, the recording is returned. Otherwise the latest page is returned, or a 304 if the request's validators
    are those of that page. `misses` lists the requests without a recording ("GET url").
    """

    def __init__(self, files: Iterable[Path], *, clock: Callable[[], datetime]) -> None:
        self._files, self._clock = tuple(files), clock
        self.misses: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Returns the recorded response. Raises ReplayMiss if there is none yet."""
        key = f"{request.method} {request.url}"
        recording = choose_recording(self._recordings.get(key, ()), validators_of(dict(request.headers)), self._clock())
        if recording is None:
            self.misses.append(key)
            raise ReplayMiss(f"{key}: in none of {len(self._files)} cassettes as of {self._clock():%Y-%m-%d %H:%M} UTC")
        return httpx.Response(
            recording.status,
            headers=recording.headers,
            stream=httpx.ByteStream(recording.body),
            request=request,
        )

    @cached_property
    def _recordings(self) -> "dict[str, list[Recording]]":
        """Returns all recordings by method and URL, the oldest first. They are loaded at the first request."""
        recordings = (recording for file in self._files for recording in load_cassette(file))
        by_key = groupby(sorted(recordings, key=attrgetter("key", "at")), key=attrgetter("key"))
        return {key: list(group) for key, group in by_key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recorded request with its response."""

    key: str  # method and URL
    validators: tuple[str, str]  # If-None-Match and If-Modified-Since of the request
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Returns the first value of a header, or ""."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def choose_recording(recordings: Iterable[Recording], validators: tuple[str, str], now: datetime) -> Recording | None:
    """Returns the recording that answers a request with these validators now, or None."""
    past = [recording for recording in recordings if recording.at <= now]
    if past and past[-1].validators == validators:
        return past[-1]
    page = next((recording for recording in reversed(past) if recording.status != httpx.codes.NOT_MODIFIED), None)
    return not_modified(page) if page and has_validators(page, validators) else page


def has_validators(page: Recording, validators: tuple[str, str]) -> bool:
    """Whether a request's validators are those of the page; If-None-Match has precedence (RFC 9110, 13.2.2)."""
    etag, since = validators
    return page.header("etag") == etag if etag else bool(since) and page.header("last-modified") == since


def not_modified(page: Recording) -> Recording:
    """Returns the 304 of a page."""
    headers = tuple((name, value) for name, value in page.headers if name.lower() in NOT_MODIFIED_HEADERS)
    return Recording(
        key=page.key, validators=page.validators, at=page.at, status=httpx.codes.NOT_MODIFIED, headers=headers, body=b""
    )


def load_cassette(file: Path) -> list[Recording]:
    """Returns the recordings of a file. Raises ConfigError if it is not a cassette."""
    try:
        loaded = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - both are safe loaders
        return [to_recording(interaction) for interaction in loaded["interactions"]]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, httpx.InvalidURL) as error:
        raise ConfigError(f"not a cassette: {error}", file=file, hint="record it again") from error


def to_recording(interaction: dict[str, Any]) -> Recording:
    """Returns one interaction of vcrpy's format as a recording."""
    request, response = interaction["request"], interaction["response"]
    headers = tuple((name, value) for name, values in response["headers"].items() for value in values)
    request_headers = {name: values[0] for name, values in request["headers"].items()}
    date = next((value for name, value in headers if name.lower() == "date"), "")
    body = response["body"]["string"]
    return Recording(
        key=f"{request['method']} {httpx.URL(request['uri'])}",
        validators=validators_of(request_headers),
        at=parsedate_to_datetime(date).astimezone(UTC) if date else UNDATED,
        status=int(response["status"]["code"]),
        headers=headers,
        body=body.encode() if isinstance(body, str) else body,
    )


def validators_of(headers: dict[str, str]) -> tuple[str, str]:
    """Returns If-None-Match and If-Modified-Since of a request, "" if absent."""
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("if-none-match", ""), lower.get("if-modified-since", "")
