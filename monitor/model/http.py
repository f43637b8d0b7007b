"""What a request for a URL gave."""

from dataclasses import dataclass
from datetime import datetime

from monitor.errors import FetchError
from monitor.model.sources import HostState


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified, byte for byte as the server sent them, of this one URL (RFC 9110, 8.8)."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body. `url` is what was asked, `final_url` where it came from after redirects."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes
    validators: Validators | None  # None where there are none or the answer was redirected
    moved_to: str = ""  # where every redirect of the way was permanent
    at: datetime

    def header(self, name: str) -> str:
        """The first value of a header, or ""."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: what we hold is current. Validators may have been renewed."""

    url: str
    validators: Validators
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No body, and why."""

    url: str
    error: FetchError
    at: datetime


Outcome = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at a URL gave, and the state of its host afterwards."""

    outcome: Outcome
    host: HostState
