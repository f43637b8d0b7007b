"""The interpretation of responses: a page, an unchanged page, a redirect, or an error with its reason. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from monitor import charset, urls
from monitor.errors import BadStatus, Challenge, Refused, Unreachable, WrongType
from monitor.model import Fetched, NotModified, Validators
from monitor.net import Response
from monitor.net.retry_after import parse_retry_after

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_SUCCESS = frozenset({200, 203})
_PERMANENT_ERRORS = frozenset({400, 404, 405, 410, 414, 451})
_RETRY_LATER = frozenset({429, 503})

# Not gzip: a packed sitemap is unpacked by its first bytes, before it comes here.
_NON_TEXT_TYPE = re.compile(
    r"(image|video|audio|font|model)/"
    r"|application/(pdf|zip|x-tar|x-7z|x-rar|msword|vnd\.(ms-|openxml|oasis)|x-msdownload|x-shockwave|java-archive)"
)
_NON_TEXT_SIGNATURES = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x00\x00\x00\x1cftyp",
)

_REFRESH = re.compile(
    r"\s*(?P<delay>\d{0,6})(?:\.[\d.]*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?P<quote>[\"']?)(?P<url>.*)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_META = re.compile(r"<meta\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?P<name>[\w-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>]+))")
# An element that is not closed hides the rest.
_NOT_SHOWN = re.compile(r"<(script|style|svg)\b(?:.*?</\1\s*>|.*)|<!--(?:.*?-->|.*)", re.IGNORECASE | re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript\b(?:.*?</noscript\s*>|.*)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_FEED = re.compile(rb"<(?:[\w-]+:)?(?:rss|feed|rdf|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_MAX_REFRESH_DELAY_S = 20
_MAX_REFRESH_PAGE_BYTES = 16_384  # of a page, where a refresh is looked for
_MAX_STUB_BYTES = 50_000
_MAX_STUB_WORDS = 60  # "You are being redirected. If nothing happens, click here."
_MAX_WALL_BYTES = 100_000  # walls are small pages
# Strings that occur in the wall itself and not in the pages behind it, each with the size of the largest wall seen:
# "_Incapsula_Resource" is also the last script of every page behind that service.
_WALL_MARKS = (
    (b"_cf_chl_opt", _MAX_WALL_BYTES),  # Cloudflare
    (b"cf-challenge-running", _MAX_WALL_BYTES),
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


def next_hop(answer: Response) -> str:
    """Returns the URL to which a response sends its reader: by a redirect or a refresh; "" if it is an end.

    Raises BadStatus if a redirect has no target, Refused if its target is not an http or https URL.
    """
    if answer.status not in REDIRECTS:
        return refresh_target(answer)
    location = decode_header(answer.header("location")).strip()
    if not location:
        raise BadStatus(answer.url, answer.status)
    target = urls.resolve(answer.url, location)
    if not target:
        raise Refused(answer.url, f"redirects to {location[:200]!r}, which is not a plain http or https URL")
    return target


def refresh_target(answer: Response) -> str:
    """Returns the URL that a page loads instead of itself (`Refresh:` or its meta element), or "".

    A page with a text of its own is only left if it refreshes at once, outside of <noscript>: news sites reload their
    pages every few minutes, and send readers without scripts to a page that says so.
    """
    if answer.status not in _SUCCESS or is_challenge(answer):
        return ""
    page = page_opening(answer)
    refresh = parse_refresh(decode_header(answer.header("refresh"))) or meta_refresh(_NOSCRIPT.sub(" ", page))
    is_immediate = refresh is not None and refresh[0] == 0
    delay, href = refresh or meta_refresh(page) or (0, "")
    target = urls.resolve(answer.url, href) if href else ""
    if not target or delay > _MAX_REFRESH_DELAY_S:
        return ""
    # A page that reloads itself is waiting for a cookie, or will have other news later.
    is_reload = urls.canonicalize(target) == urls.canonicalize(answer.url)
    return target if (is_immediate and not is_reload) or is_stub(answer.body) else ""


def page_opening(answer: Response) -> str:
    """Returns the opening of a page that may contain a refresh, without comments and scripts; "" of any other body."""
    body = answer.body[:_MAX_REFRESH_PAGE_BYTES]
    # A feed may carry the whole page of an article, with its refresh.
    if b"refresh" not in body.lower() or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or _FEED.search(body):
        return ""
    return _NOT_SHOWN.sub(" ", charset.decode(body, answer.header("content-type")))


def meta_refresh(page: str) -> tuple[int, str] | None:
    """Returns delay and URL of the first <meta http-equiv=refresh> that has a URL, or None."""
    for element in _META.finditer(page):
        attributes = {
            match["name"].lower(): unescape(match["double"] or match["single"] or match["bare"] or "")
            for match in _ATTRIBUTE.finditer(element[1])
        }
        refresh = parse_refresh(attributes.get("content", ""))
        if refresh and attributes.get("http-equiv", "").strip().lower() == "refresh":
            return refresh
    return None


def parse_refresh(value: str) -> tuple[int, str] | None:
    """Returns the delay in seconds and the URL of a refresh, or None if it has no URL ("300" reloads the page)."""
    # As browsers parse it: "0;url=/a", "0; /a", "1, URL = '/a'".
    match = _REFRESH.fullmatch(value)
    if not match:
        return None
    href = match["url"].partition(match["quote"])[0] if match["quote"] else match["url"].strip()
    return (int(match["delay"] or 0), href) if href else None


def is_stub(body: bytes) -> bool:
    """Whether a page has next to no text of its own."""
    if len(body) > _MAX_STUB_BYTES:
        return False
    text = _TAG.sub(" ", _NOT_SHOWN.sub(" ", body.decode("utf-8", "replace")))
    return len(text.split()) <= _MAX_STUB_WORDS


def retry_after(answer: Response, *, now: datetime) -> timedelta | None:
    """Returns the delay that a 429 or 503 requests, at most a day; None if it requests none."""
    return parse_retry_after(answer.header("retry-after"), now=now) if answer.status in _RETRY_LATER else None


def interpret(
    url: str, hops: Sequence[Response], *, validators: Validators | None, now: datetime
) -> Fetched | NotModified:
    """Returns the result of fetching `url`; `hops` are its redirects and the last response.

    `validators` are those that were sent. Raises BadStatus, Challenge, Unreachable or WrongType.
    """
    last = hops[-1]
    if last.status == 304 and validators and len(hops) == 1:  # noqa: PLR2004 - Not Modified
        return NotModified(url=url, validators=_renewed(validators, last), headers=last.headers, at=now)
    # The chain ended at a redirect or a refresh: it was a loop, or longer than the limit.
    if last.status in REDIRECTS or refresh_target(last):
        raise Unreachable(url, f"redirected without end, at last to {last.url}")
    check_wall(url, last, now=now)
    if last.status not in _SUCCESS:
        permanent = last.status in _PERMANENT_ERRORS
        raise BadStatus(url, last.status, permanent=permanent, retry_after=retry_after(last, now=now))
    check_redirect_target(url, last)
    check_type(url, last)
    return Fetched(
        url=url,
        final_url=last.url,
        status=last.status,
        headers=last.headers,
        body=last.body,
        validators=_validators(url, last) if len(hops) == 1 else None,
        moved_to=last.url if _moved(hops) else "",
        at=now,
    )


def _moved(hops: Sequence[Response]) -> bool:
    return len(hops) > 1 and all(hop.status in _PERMANENT_REDIRECTS for hop in hops[:-1])


def _validators(url: str, answer: Response) -> Validators | None:
    etag, modified = answer.header("etag"), answer.header("last-modified")
    return Validators(url=url, etag=etag, last_modified=modified) if etag or modified else None


def _renewed(sent: Validators, answer: Response) -> Validators:
    return Validators(
        url=sent.url,
        etag=answer.header("etag") or sent.etag,
        last_modified=answer.header("last-modified") or sent.last_modified,
    )


def check_wall(url: str, answer: Response, *, now: datetime) -> None:
    """Raises Challenge if a wall answered, whatever its status: many have 200. Only strings of the wall itself count."""
    if is_challenge(answer):
        raise Challenge(url, "a captcha or browser check instead of the page", retry_after=retry_after(answer, now=now))


def is_challenge(answer: Response) -> bool:
    """Whether a captcha or browser check answered."""
    is_mitigated = answer.header("cf-mitigated") == "challenge" or bool(answer.header("x-amzn-waf-action"))
    return is_mitigated or is_wall(answer.body)


def is_wall(body: bytes) -> bool:
    size = len(body)
    if size > _MAX_WALL_BYTES:
        return False
    title = _TITLE.search(body)
    name = title[1].decode("utf-8", "replace").strip(" .…\r\n\t").casefold() if title else ""
    return name in _WALL_TITLES or any(size <= max_size and mark in body for mark, max_size in _WALL_MARKS)


def check_redirect_target(url: str, last: Response) -> None:
    """Raises an error if a redirect ended at a login or consent page or at the home page, and not at the text."""
    if last.url == url:
        return
    requested, final = urlsplit(url), urlsplit(last.url)
    if _WALL_PATH.search(final.path) and not _WALL_PATH.search(requested.path):
        raise Challenge(url, f"sent to {last.url}: a login or consent page instead of the text")
    if is_home_page(last.url) and not is_home_page(url):
        raise WrongType(url, f"sent to the home page {last.url}: the text is gone or not for us")


def is_home_page(url: str) -> bool:
    parts = urlsplit(urls.canonicalize(url))  # without tracking parameters, which do not make it another page
    return not parts.query and bool(_HOME.fullmatch(parts.path))


def check_type(url: str, answer: Response) -> None:
    declared = answer.header("content-type").lower()
    if _NON_TEXT_TYPE.match(declared.strip()):
        raise WrongType(url, f"{declared[:80]} is not text", permanent=True)
    check_bytes(url, answer.body)


def check_bytes(url: str, body: bytes) -> None:
    """Raises WrongType if a body is empty, or if its first bytes show that it is not text."""
    if body.startswith(_NON_TEXT_SIGNATURES):
        raise WrongType(url, "the body is not text: it begins like an archive, a picture or a PDF", permanent=True)
    if not body.strip():
        raise WrongType(url, "empty body")


def decode_header(value: str) -> str:
    """Returns a header decoded as UTF-8 if it is: httpx decodes as Latin-1, and servers send URLs in raw UTF-8."""
    raw = value.encode("latin-1", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return value
