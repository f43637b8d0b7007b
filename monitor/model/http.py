"""The results of fetching a URL."""

from dataclasses import dataclass
from datetime import datetime

from monitor.errors import FetchError
from monitor.model.sources import HostState


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified of one URL, byte for byte as the server sent them (RFC 9110, 8.8)."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body. `url` is the requested URL, `final_url` the one after redirects."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes
    # Validators belong to one URL. After a redirect they are those of another URL, and sending them to the first one could hide
    # a change behind a 304.
    validators: Validators | None  # None if there are none, or if the request was redirected
    # One temporary hop makes the whole way temporary: the old address must be asked again.
    moved_to: str = ""  # the final URL, if every redirect was permanent
    at: datetime

    def header(self, name: str) -> str:
        """Returns the first value of a header, or ""."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: the stored body is current. The validators may be new."""

    url: str
    validators: Validators
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No body, and the error."""

    url: str
    error: FetchError
    at: datetime


FetchResult = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOutcome:
    """The result of fetching a URL, and the state of its host afterwards."""

    result: FetchResult
    host: HostState
