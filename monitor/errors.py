"""What can go wrong, as one tree.

MonitorError
├─ ConfigError(file, line, column, hint)     exit 2, before anything starts
├─ FetchError(url, permanent, retry_after)   travels inside Failed(error); cadence decides when again
│  ├─ Unreachable     dns, tls, timeout, reset
│  ├─ Refused         scheme, private address, robots
│  ├─ BadStatus       the server said no
│  ├─ TooLarge        more bytes than we take
│  ├─ WrongType       not what was asked for: a broken encoding, an image for a page
│  └─ Challenge       a login, consent or captcha page in place of the text
├─ ParseError(url)                           not a feed, or every entry bad
├─ ExtractError(url)                         no main text
├─ PoolError(reason)                         a worker was killed: over its time or memory
├─ StoreError                                rises; the daemon exits and is restarted
└─ SendError(channel, recipient, permanent)  a recipient did not take a message

What is expected (a 304, a refused recipient) is a value in `model`, not an error.
"""

from datetime import timedelta
from pathlib import Path


class MonitorError(Exception):
    """The base of every error that Monitor raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by state: errors cross the pipe of a worker, and `args` holds only the joined message."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class ConfigError(MonitorError):
    """A setting that cannot be used; `hint` says what to do about it."""

    def __init__(self, message: str, *, file: Path | str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        place = f"{file}:{line}:{column}: " if line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}" + (f" ({hint})" if hint else ""))
        self.message, self.file, self.line, self.column, self.hint = message, str(file), line, column, hint


class FetchError(MonitorError):
    """A URL could not be looked at. Permanent: the same request will not succeed later."""

    def __init__(self, url: str, reason: str, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{url}: {reason}")
        self.url, self.reason, self.permanent, self.retry_after = url, reason, permanent, retry_after


class Unreachable(FetchError):
    """No answer: name, route, TLS, time."""


class Refused(FetchError):
    """We do not ask: a scheme, an address or robots.txt forbids it."""


class BadStatus(FetchError):
    """An answer that is neither the page nor a redirect; `status` is the HTTP status code."""

    def __init__(self, url: str, status: int, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(url, f"HTTP {status}", permanent=permanent, retry_after=retry_after)
        self.status = status


class TooLarge(FetchError):
    """The body passed the limit in bytes, packed or unpacked."""


class WrongType(FetchError):
    """The body is of a kind or an encoding that we do not read."""


class Challenge(FetchError):
    """A wall (login, consent, captcha) answered in place of the page."""


class ParseError(MonitorError):
    """A body that is no feed, sitemap or listing, or in which every entry is bad."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url, self.reason = url, reason


class ExtractError(MonitorError):
    """A page without a main text."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url, self.reason = url, reason


class PoolError(MonitorError):
    """A worker process was killed over its work, or died of it."""


class StoreError(MonitorError):
    """The database cannot be opened, is newer than this program, or is broken."""


class SendError(MonitorError):
    """A recipient did not take a message. Permanent: the address or URL itself is wrong."""

    def __init__(
        self,
        channel: str,
        recipient: str,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{channel}: {recipient}: {reason}")
        self.channel, self.recipient, self.reason = channel, recipient, reason
        self.permanent, self.retry_after = permanent, retry_after


def _rebuild(kind: type[MonitorError], args: tuple[object, ...], state: dict[str, object]) -> MonitorError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
