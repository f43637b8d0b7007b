"""The errors of Monitor, as one tree.

MonitorError
├─ ConfigError(file, line, column, hint)     exit 2, before anything starts
├─ FetchError(url, permanent, retry_after)   a value inside Failed(error); notify.schedule decides when to try again
│  ├─ Unreachable     dns, tls, timeout, reset
│  ├─ Refused         scheme, private address, robots
│  ├─ BadStatus       a status that is neither a page nor a redirect
│  ├─ TooLarge        a body over the limit
│  ├─ WrongType       an unexpected kind of body: a broken encoding, an image instead of a page
│  └─ Challenge       a login, consent or captcha page instead of the text
├─ ParseError(url)                           not a feed, or no usable entry
├─ ExtractError(url)                         no main text
├─ WorkerError(reason)                       a worker process was killed: over its time or memory limit
├─ InvalidRequest(parameter)                 exit 2: the request names something that does not exist
└─ StoreError                                not handled: the daemon exits and is restarted
   ├─ InvalidStoreUrl                        exit 2: not the URL of a database
   ├─ StoreMissing                           nothing is stored yet, or the name is mistyped
   └─ StoreUnavailable                       locked, full or restarting: the daemon waits and tries again

Expected outcomes (a 304, a rejected message) are values in `model`, not errors.
"""

import re
from datetime import timedelta
from pathlib import Path

MASK = "***"
# The user information and the secret query parameters of a URL: feeds for subscribers have them, and webhooks too.
URL_USER = re.compile(r"(?<=://)[^/\s@\"']+@")
URL_KEY = re.compile(
    r"([?&][\w.-]*(?:key|token|secret|password|passwd|auth|sig|signature)=)[^&\s\"'\\]+", re.IGNORECASE
)


def mask_secrets(text: str) -> str:
    """Returns a text in which the credentials and the secret query parameters of URLs are masked."""
    return URL_KEY.sub(rf"\1{MASK}", URL_USER.sub(f"{MASK}@", text))


class MonitorError(Exception):
    """The base of every error that Monitor raises on purpose."""

    # Without it, pickle calls __init__ with the joined message alone, and every error with more arguments fails to load.
    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by state: errors cross the pipe of a worker, and `args` has only the joined message."""
        return (rebuild_error, (type(self), self.args, self.__dict__))


class ConfigError(MonitorError):
    """An unusable setting, with its place in the file; `hint` is the way to fix it."""

    def __init__(self, message: str, *, file: Path | str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        place = f"{file}:{line}:{column}: " if line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}" + (f" ({hint})" if hint else ""))
        self.message, self.file, self.line, self.column, self.hint = message, str(file), line, column, hint


class FetchError(MonitorError):
    """A URL could not be fetched. Permanent: the same request will not succeed later."""

    def __init__(self, url: str, reason: str, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        # Errors are stored, logged and shown in tables: none of them carries the secret of a URL.
        reason = mask_secrets(reason)
        super().__init__(f"{mask_secrets(url)}: {reason}")
        self.url, self.reason, self.permanent, self.retry_after = url, reason, permanent, retry_after


# A POST that was never sent can be repeated at once; one that was sent without an answer may have arrived, and a repeat can
# be a duplicate. Hence `request_sent`.
class Unreachable(FetchError):
    """No complete answer: DNS, TLS, a timeout, a reset.

    `request_sent` is False if the connection was never made, so the receiver cannot have acted on the request.
    """

    def __init__(
        self,
        url: str,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        request_sent: bool = True,
    ) -> None:
        super().__init__(url, reason, permanent=permanent, retry_after=retry_after)
        self.request_sent = request_sent


class Refused(FetchError):
    """The request was not sent: its scheme, its address or robots.txt forbids it."""


class BadStatus(FetchError):
    """An answer that is neither the page nor a redirect; `status` is the HTTP status code."""

    def __init__(self, url: str, status: int, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(url, f"HTTP {status}", permanent=permanent, retry_after=retry_after)
        self.status = status


class TooLarge(FetchError):
    """The body is larger than the limit in bytes, compressed or decompressed."""


class WrongType(FetchError):
    """The body has a media type or an encoding that is not supported."""


class Challenge(FetchError):
    """A login, consent or captcha page was returned instead of the page."""


class ParseError(MonitorError):
    """A body that is not a feed, sitemap or listing, or that has no usable entry."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{mask_secrets(url)}: {reason}")
        self.url, self.reason = url, reason


class ExtractError(MonitorError):
    """A page without a main text."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{mask_secrets(url)}: {reason}")
        self.url, self.reason = url, reason


class WorkerError(MonitorError):
    """A worker process was killed or died during a call, or the called function has a bug."""


class InvalidRequest(MonitorError):
    """A use case was asked for something that does not exist or cannot be used; the caller has to change the request.

    `parameter` names the part of the request, or is "". The command line reports it as wrong usage (exit code 2).
    """

    def __init__(self, message: str, *, parameter: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter


class StoreError(MonitorError):
    """The database cannot be opened, is newer than this program, or is broken."""


class InvalidStoreUrl(StoreError):
    """A text that is not the URL of a supported database."""


class StoreMissing(StoreError):
    """There is no store at the URL, and the command does not create one."""


class StoreUnavailable(StoreError):
    """The database is locked, its disk is full or its server restarts: the same call may succeed later."""


def rebuild_error(kind: type[MonitorError], args: tuple[object, ...], state: dict[str, object]) -> MonitorError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
