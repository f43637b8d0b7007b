"""The newsroom's texts as nouns: outlets with their pieces and their faults, acts with their moments."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from monitor import urls
from monitor.model import ReadPolicy, Source

NEVER = datetime.max.replace(tzinfo=UTC)
HERE = Path(__file__).parent
CASSETTES = HERE.parents[1] / "cassettes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text of an outlet. A paragraph that begins with "## " is a heading, with "> " an embedded post."""

    path: str
    at: datetime
    title: str
    lead: str
    body: tuple[str, ...]
    section: str = ""
    author: str = ""
    bio: str = ""
    tags: tuple[str, ...] = ()
    contents: bool = False  # a table of contents stands above the text
    charset: str = "utf-8"
    declared: bool = True  # the page names its charset
    gone: bool = False  # listed, but its page answers 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What an outlet answers at one address for a while, in place of what it has there."""

    path: str  # on another host than the outlet's own: the whole URL
    since: datetime
    until: datetime = NEVER
    status: int = 200
    shows: str = ""  # the template of its body; else a line that names the status, and nothing at all under 200
    cut: bool = False  # what it has there, cut off in the middle
    location: str = ""
    retry_after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An outlet: how it is polled, its templates, its texts from the oldest on."""

    id: str
    name: str
    host: str
    kind: str
    path: str  # of what is polled
    feed: str  # its template
    page: str  # the template of its articles
    language: str
    country: str
    owner: str
    zone: str
    robots: str  # "" where there is no robots.txt
    read: ReadPolicy = ReadPolicy.ALL
    tracking: str = ""  # query that its feed hangs on every link
    validators: tuple[str, ...] = ("etag", "last-modified")
    shown: int = 15  # entries that its feed shows
    polled: str = ""  # the URL that the desk knows, where it is not that of `host` and `path`
    also: tuple[str, ...] = ()  # further addresses of the feed: paths, or URLs of other hosts
    turns: tuple[Turn, ...] = ()
    listing: dict[str, str] | None = None
    pieces: tuple[Piece, ...]

    @property
    def url(self) -> str:
        """What is polled."""
        return self.polled or f"http://{self.host}{self.path}"

    @property
    def hosts(self) -> set[str]:
        """All names under which it can be asked."""
        return {self.host, *(urls.host(url) for url in self.also if url.startswith("http"))}

    def source(self) -> Source:
        """The outlet as Monitor is told of it."""
        return Source(
            id=self.id,
            name=self.name,
            url=self.url,
            kind=self.kind,
            language=self.language,
            country=self.country,
            owner=self.owner,
            zone=self.zone,
            fetch_pages=self.read,
            options=self.listing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A stretch of time that the newsroom plays: when all sources are looked at, and until when the clock runs."""

    id: str
    title: str
    sources: tuple[str, ...]
    moments: tuple[datetime, ...]
    until: datetime


def outlets() -> dict[str, Outlet]:
    """Every outlet by its id."""
    found = [_outlet(_load(file)) for file in sorted((HERE / "outlets").glob("*.yaml"))]
    return {outlet.id: outlet for outlet in found}


def acts() -> dict[str, Act]:
    """Every act by its id; they stand beside the cassettes, for whoever replays those needs their clock."""
    return {name: _act(name, raw) for name, raw in _load(CASSETTES / "acts.yaml").items()}


def _load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _outlet(raw: dict[str, Any]) -> Outlet:
    listing = raw.pop("listing", None)
    return Outlet(
        **raw
        | {
            "kind": raw["kind"],
            "read": ReadPolicy(raw.get("read", ReadPolicy.ALL)),
            "validators": tuple(raw.get("validators", ("etag", "last-modified"))),
            "also": tuple(raw.get("also", ())),
            "turns": tuple(_turn(turn) for turn in raw.get("turns", ())),
            "listing": listing,
            "pieces": tuple(_piece(piece) for piece in raw["pieces"]),
        }
    )


def _piece(raw: dict[str, Any]) -> Piece:
    body = tuple(paragraph.strip() for paragraph in raw["body"].split("\n\n"))
    return Piece(**raw | {"at": _moment(raw["at"]), "body": body, "tags": tuple(raw.get("tags", ()))})


def _turn(raw: dict[str, Any]) -> Turn:
    return Turn(**raw | {key: _moment(raw[key]) for key in ("since", "until") if key in raw})


def _act(name: str, raw: dict[str, Any]) -> Act:
    moments = tuple(_moment(moment) for moment in raw["moments"])
    return Act(id=name, title=raw["title"], sources=tuple(raw["sources"]), moments=moments, until=_moment(raw["until"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
