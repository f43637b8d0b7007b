"""What an answer means: the page, an unchanged page, a way on, or a failure with its reason. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from monitor import urls
from monitor.errors import BadStatus, Challenge, Refused, Unreachable, WrongType
from monitor.model import Fetched, NotModified, Validators
from monitor.net import Answer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_PAGE = frozenset({200, 203})
_PERMANENT = frozenset({400, 404, 405, 410, 414, 451})
_ASKS_FOR_TIME = frozenset({429, 503})
LONGEST_RETRY_AFTER = timedelta(hours=24)

_NO_TEXT = re.compile(
    r"(image|video|audio|font|model)/"
    r"|application/(pdf|zip|gzip|x-gzip|x-tar|x-7z|x-rar|msword|vnd\.(ms-|openxml|oasis)|x-msdownload|x-shockwave|java-archive)"
)
_NO_TEXT_STARTS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x00\x00\x00\x1cftyp")

_WALL_SIZE = 100_000  # bytes; walls are small pages
# Marks that stand in the wall itself and not in the pages that it protects, each with the largest wall that has it:
# "_Incapsula_Resource" is also the last script of every page behind that service.
_WALL_MARKS = (
    (b"_cf_chl_opt", _WALL_SIZE),  # Cloudflare
    (b"cf-challenge-running", _WALL_SIZE),
    (b"/ddos-guard/js-challenge", 10_000),  # its other scripts are on served pages too
    (b"/ddos-guard/ddg-captcha-page", 10_000),
    (b"/.well-known/sgcaptcha/", 5_000),  # SiteGround
    (b"_Incapsula_Resource", 3_000),
    (b"geo.captcha-delivery.com", 5_000),  # DataDome
    (b"px-captcha", 20_000),  # PerimeterX
    (b"gokuProps", 20_000),  # AWS
    (b"sucuri_cloudproxy_js", 10_000),
    (b"sec-if-cpt-container", 20_000),  # Akamai
    (b"__arcsjs", 20_000),  # ArvanCloud, before IRNA and many other Iranian sites
)
_WALL_TITLES = frozenset(
    {
        "are you a robot?",
        "attention required! | cloudflare",
        "bot verification",
        "checking your browser",
        "ddos-guard",
        "human verification",
        "just a moment",
        "one moment, please",
        "robot check",
        "transferring to the website",
        "verify you are human",
        "you are being redirected",
    }
)
_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,200})", re.IGNORECASE)
_WALL_PATH = re.compile(r"/(login|log-in|signin|sign-in|wp-login\.php|consent|captcha)(/|\.\w+)?$", re.IGNORECASE)
_HOME = re.compile(r"/?(index\.(html?|php|aspx?)|home|[a-z]{2})?/?", re.IGNORECASE)


def next_hop(answer: Answer) -> str:
    """Where a redirect leads; BadStatus where it does not say, Refused where it leaves the web."""
    location = _as_written(answer.header("location")).strip()
    if not location:
        raise BadStatus(answer.url, answer.status)
    target = urls.absolute(answer.url, location)
    if not target:
        raise Refused(answer.url, f"redirects to {location[:200]!r}, which is not a plain http or https URL")
    return target


def retry_after(answer: Answer, *, now: datetime) -> timedelta | None:
    """How long a 429 or 503 asks us to wait (seconds or an HTTP date), up to a day; None where it does not say."""
    if answer.status not in _ASKS_FOR_TIME:
        return None
    asked = answer.header("retry-after").strip()
    wait = timedelta(seconds=min(int(asked[:12]), 10**9)) if _is_number(asked) else _until(asked, now)
    return min(wait, LONGEST_RETRY_AFTER) if wait and wait > timedelta(0) else None


def meaning(url: str, way: Sequence[Answer], *, validators: Validators | None, now: datetime) -> Fetched | NotModified:
    """What the answers to a look at `url` mean; `way` holds the redirects and ends with the last answer.

    `validators` are those that were sent. Raises BadStatus, Challenge, Unreachable or WrongType.
    """
    last = way[-1]
    if last.status == 304 and validators and len(way) == 1:  # noqa: PLR2004 - Not Modified
        return NotModified(url=url, validators=_renewed(validators, last), headers=last.headers, at=now)
    if last.status in REDIRECTS:
        raise Unreachable(url, f"redirected without end, at last to {last.url}")
    _check_wall(url, last, now=now)
    if last.status not in _PAGE:
        permanent = last.status in _PERMANENT
        raise BadStatus(url, last.status, permanent=permanent, retry_after=retry_after(last, now=now))
    _check_way(url, last)
    _check_type(url, last)
    return Fetched(
        url=url,
        final_url=last.url,
        status=last.status,
        headers=last.headers,
        body=last.body,
        validators=_validators(url, last) if len(way) == 1 else None,
        moved_to=last.url if _moved(way) else "",
        at=now,
    )


def _moved(way: Sequence[Answer]) -> bool:
    return len(way) > 1 and all(hop.status in _FOR_GOOD for hop in way[:-1])


def _validators(url: str, answer: Answer) -> Validators | None:
    etag, modified = answer.header("etag"), answer.header("last-modified")
    return Validators(url=url, etag=etag, last_modified=modified) if etag or modified else None


def _renewed(held: Validators, answer: Answer) -> Validators:
    return Validators(
        url=held.url,
        etag=answer.header("etag") or held.etag,
        last_modified=answer.header("last-modified") or held.last_modified,
    )


def _check_wall(url: str, answer: Answer, *, now: datetime) -> None:
    """Challenge where a wall answered, whatever its status: many say 200. On marks of the wall itself alone."""
    wall = answer.header("cf-mitigated") == "challenge" or answer.header("x-amzn-waf-action") or _is_wall(answer.body)
    if wall:
        raise Challenge(
            url, "a captcha or browser check in place of the page", retry_after=retry_after(answer, now=now)
        )


def _is_wall(body: bytes) -> bool:
    size = len(body)
    if size > _WALL_SIZE:
        return False
    title = _TITLE.search(body)
    named = title[1].decode("utf-8", "replace").strip(" .…\r\n\t").casefold() if title else ""
    return named in _WALL_TITLES or any(size <= most and mark in body for mark, most in _WALL_MARKS)


def _check_way(url: str, last: Answer) -> None:
    """A redirect that ended at a door or at the home page gave us something else than the text."""
    if last.url == url:
        return
    asked, came = urlsplit(url), urlsplit(last.url)
    if _WALL_PATH.search(came.path) and not _WALL_PATH.search(asked.path):
        raise Challenge(url, f"sent to {last.url}: a login or consent page in place of the text")
    if _is_home(last.url) and not _is_home(url):
        raise WrongType(url, f"sent to the home page {last.url}: the text is gone or not for us")


def _is_home(url: str) -> bool:
    parts = urlsplit(urls.canonical(url))  # the key: without tracking, which is no query
    return not parts.query and bool(_HOME.fullmatch(parts.path))


def _check_type(url: str, answer: Answer) -> None:
    declared = answer.header("content-type").lower()
    if _NO_TEXT.match(declared.strip()):
        raise WrongType(url, f"{declared[:80]} is no text", permanent=True)
    check_bytes(url, answer.body)


def check_bytes(url: str, body: bytes) -> None:
    """Raises WrongType where a body is empty, or a file of a kind that its first bytes tell to be no text."""
    if body.startswith(_NO_TEXT_STARTS):
        raise WrongType(url, "the bytes of a file that is no text", permanent=True)
    if not body.strip():
        raise WrongType(url, "empty body")


def _as_written(value: str) -> str:
    """A header as its sender meant it: bytes are kept as Latin-1, and addresses come in raw UTF-8."""
    raw = value.encode("latin-1", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _until(date: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
