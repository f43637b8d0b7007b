"""What an outlet answers at a moment of its act: feed, robots.txt, article pages."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import jinja2
from persiantools.jdatetime import JalaliDateTime

from tests.newsroom.content import HERE, Outlet, Piece, Turn

KEPT = timedelta(days=30)  # an outlet's feed of June shows nothing of January
URDU_MONTHS = ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"]
TYPES = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "rss-pkt.xml": "text/xml; charset=utf-8",
    "wordpress.xml": "application/rss+xml; charset=UTF-8",
    "atom.xml": "application/atom+xml",
    "sitemap.xml": "application/xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer before HTTP has its say: no Date, no compression, not yet turned into a 304."""

    status: int = 200
    content_type: str = "text/html; charset=UTF-8"
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    location: str = ""
    retry_after: str = ""


def answer(outlet: Outlet, target: str, now: datetime) -> Page:
    """What the outlet shows at that time at a path (of another of its hosts: a URL)."""
    path = unquote(target.partition("?")[0])
    usual = _usual(outlet, path, now)
    turn = next((turn for turn in outlet.turns if turn.path == path and turn.since <= now < turn.until), None)
    return _turned(outlet, turn, usual) if turn else usual


def _turned(outlet: Outlet, turn: Turn, usual: Page) -> Page:
    if turn.cut:
        return replace(usual, body=usual.body[: len(usual.body) * 2 // 3])
    body = _render(turn.shows, outlet=outlet) if turn.shows else b""
    if turn.status >= 300 and not turn.shows:
        body = f"<!doctype html><title>{turn.status}</title>\n".encode()
    return Page(status=turn.status, body=body, location=turn.location, retry_after=turn.retry_after)


def _usual(outlet: Outlet, path: str, now: datetime) -> Page:
    """What it has there; what is not published yet is not there."""
    if path == "/robots.txt":
        return Page(content_type="text/plain", body=outlet.robots.encode()) if outlet.robots else _missing()
    if path == outlet.path or path in outlet.also:
        return _feed(outlet, now)
    found = next((piece for piece in outlet.pieces if piece.path == path and piece.at <= now), None)
    return _article(outlet, found) if found and not found.gone else _missing()


def listed(outlet: Outlet, now: datetime) -> list[Piece]:
    """What the outlet's feed shows at a moment, newest first."""
    shown = [piece for piece in outlet.pieces if now - KEPT < piece.at <= now]
    return shown[::-1][: outlet.shown]


def _feed(outlet: Outlet, now: datetime) -> Page:
    pieces = listed(outlet, now)
    body = _render(outlet.feed, outlet=outlet, pieces=pieces, now=now)
    return Page(
        content_type=TYPES.get(outlet.feed, Page.content_type),
        body=body,
        etag=_etag(outlet, body),
        last_modified=rfc822(pieces[0].at) if pieces and "last-modified" in outlet.validators else "",
    )


def _etag(outlet: Outlet, body: bytes) -> str:
    if "frozen-etag" in outlet.validators:
        return '"1"'
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return etag if "etag" in outlet.validators else f"W/{etag}" if "weak-etag" in outlet.validators else ""


def _article(outlet: Outlet, piece: Piece) -> Page:
    older = [other for other in outlet.pieces if other.at < piece.at and piece.at - other.at < KEPT][::-1][:3]
    body = _render(outlet.page, outlet=outlet, piece=piece, older=older)
    if piece.charset == "utf-8":
        return Page(body=body)
    # The old system names its charset in the page alone, or nowhere; it types the Arabic yeh, for the charset has no
    # other, and writes what else is lacking (the Urdu full stop) as character references.
    meta = f'<meta charset="{piece.charset}">\n' if piece.declared else ""
    text = body.decode().replace('<meta charset="utf-8">\n', meta).replace("ی", "ي")
    return Page(content_type="text/html", body=text.encode(piece.charset, "xmlcharrefreplace"))


def _missing() -> Page:
    return Page(status=404, body=b"<!doctype html><title>404</title><h1>Page not found</h1>\n")


def link(outlet: Outlet, piece: Piece, *, tracking: bool = False) -> str:
    """The address of a piece, as its outlet writes it."""
    address = f"http://{outlet.host}{quote(piece.path)}"
    return f"{address}?{outlet.tracking}" if tracking and outlet.tracking else address


def rfc822(moment: datetime) -> str:
    """The date of HTTP headers and of most feeds."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _pkt(moment: datetime) -> str:
    return format_datetime(moment.astimezone(ZoneInfo("Asia/Karachi")))


def _local(moment: datetime, outlet: Outlet, pattern: str) -> str:
    return moment.astimezone(ZoneInfo(outlet.zone)).strftime(pattern)


def _urdu_day(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo("Asia/Karachi"))
    return f"{local.day} {URDU_MONTHS[local.month - 1]} {local.year}"


def _jalali(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo("Asia/Tehran"))
    jalali: str = JalaliDateTime(local).strftime("%d %B %Y - %H:%M", locale="fa")
    return jalali


def _iso(moment: datetime, outlet: Outlet) -> str:
    return moment.astimezone(ZoneInfo(outlet.zone)).isoformat(timespec="seconds")


def _render(template: str, **values: Any) -> bytes:
    text = _templates().get_template(template + ".j2").render(**values)
    # Cassettes show bodies as blocks of lines, which YAML allows only where no line ends in a blank.
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()).encode() + b"\n"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals |= {"link": link}
    environment.filters |= {
        "rfc822": rfc822,
        "pkt": _pkt,
        "local": _local,
        "urdu_day": _urdu_day,
        "jalali": _jalali,
        "iso": _iso,
        "post": _post,
    }
    return environment


def _post(paragraph: str) -> Sequence[str]:
    """An embedded post ("> text — name (@handle) day") as text, author and day."""
    text, _, rest = paragraph.removeprefix("> ").rpartition(" — ")
    author, _, day = rest.partition(") ")
    return text, f"{author})", day
