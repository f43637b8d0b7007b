"""The forms of the files: what may stand in them. Each turns into the noun that the rest of the program knows."""

import re
from dataclasses import MISSING, fields
from datetime import time, timedelta
from typing import Annotated, Any, Literal, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, create_model

from monitor import urls
from monitor.model import Channel, ChannelKind, ListingSelectors, PageSelectors, Read, Source, SourceKind
from monitor.relevance.rules import RuleSet

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SIZE = re.compile(r"(\d+)\s*(KB|MB|GB)", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+|[^@\s<>]+@localhost")


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(str(value))
    if not found:
        raise ValueError(f"must be a time span such as 10m, 1h or 30s, not {value!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _size(value: object) -> object:
    if isinstance(value, int):
        return value
    found = _SIZE.fullmatch(str(value))
    if not found:
        raise ValueError(f"must be a size such as 10MB or 1GB, not {value!r}")
    return int(found[1]) << {"KB": 10, "MB": 20, "GB": 30}[found[2].upper()]


def _zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise ValueError(f"is no time zone: {value!r} (names such as Asia/Karachi, Asia/Tehran, UTC)") from None
    return value


def _url(value: object) -> object:
    if not urls.canonical(str(value)):
        raise ValueError(f"is no http or https URL: {value!r}")
    return value


def _clock(value: object) -> object:
    try:
        return time.fromisoformat(str(value).zfill(5))  # 7:30 as well as 07:30
    except ValueError:
        raise ValueError(f"must be a local time such as 07:30, not {value!r}") from None


def _weekday(value: object) -> object:
    name = str(value).strip().lower()[:3]
    if name not in _DAYS:
        raise ValueError(f"must be a weekday such as mon or friday, not {value!r}")
    return _DAYS.index(name)


def _css(value: object) -> object:
    from monitor.extract import selector_error  # noqa: PLC0415 - it brings the parser of pages; few sources have selectors

    if wrong := selector_error(str(value)):
        raise ValueError(wrong)
    return value


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _endpoint(value: object) -> object:
    host, colon, port = str(value).rpartition(":")
    if not (colon and host and port.isdigit()):
        raise ValueError(f"must be host:port, not {value!r}")
    return host.lower(), int(port)


Duration = Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=str)]
Size = Annotated[int, BeforeValidator(_size, json_schema_input_type=str)]
Zone = Annotated[str, BeforeValidator(_zone)]
Url = Annotated[str, BeforeValidator(_url)]
LocalTime = Annotated[time, BeforeValidator(_clock, json_schema_input_type=str)]
Weekday = Annotated[int, BeforeValidator(_weekday, json_schema_input_type=str)]
Css = Annotated[str, BeforeValidator(_css)]
Endpoint = Annotated[tuple[str, int], BeforeValidator(_endpoint, json_schema_input_type=str)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Form(BaseModel):
    """What all forms share: an unknown key is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListingForm(Form):
    """CSS for a listing page."""

    entry: Annotated[str, StringConstraints(min_length=1), BeforeValidator(_css)]
    link: Css = "a"
    title: Css = ""
    summary: Css = ""
    time: Css = ""


class PageForm(Form):
    """CSS for the article pages of a source, for where the general way takes too much or too little."""

    content: Css = ""
    remove: Annotated[tuple[Css, ...], BeforeValidator(_several, json_schema_input_type=str | tuple[str, ...])] = ()
    title: Css = ""
    author: Css = ""
    date: Css = ""


class SourceForm(Form):
    """One source."""

    id: Id
    name: str
    url: Url
    kind: SourceKind = SourceKind.FEED
    language: Language | Literal[""] = ""
    country: Country | Literal[""] = ""
    owner: str = ""
    zone: Zone = "UTC"
    every: Duration = Field(default=timedelta(minutes=10), ge=timedelta(minutes=1), le=timedelta(days=1))
    read: Read = Read.ALL
    enabled: bool = True
    note: str = ""
    listing: ListingForm | None = None
    page: PageForm | None = None
    proxy: Url | Literal[""] = ""

    def noun(self) -> Source:
        """The source."""
        values = dict(self)
        values["listing"] = ListingSelectors(**dict(self.listing)) if self.listing else None
        values["page"] = PageSelectors(**dict(self.page)) if self.page else None
        return Source(**values)


class SourcesForm(Form):
    """The files of sources/, joined."""

    sources: tuple[SourceForm, ...] = ()


class ChannelForm(Form):
    """One channel."""

    id: Id
    kind: ChannelKind
    name: str = ""
    recipients: tuple[str, ...] = Field(min_length=1)
    zone: Zone = "UTC"
    times: tuple[LocalTime, ...] = (time(7, 30), time(18, 0))
    weekdays: tuple[Weekday, ...] = (0, 1, 2, 3, 4, 5, 6)
    alerts: bool = True
    quiet: tuple[LocalTime, LocalTime] | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    when_empty: bool = False
    most: int = Field(default=40, ge=1, le=200)
    secret: SecretStr = SecretStr("")
    secret_file: str = ""
    allow_private: tuple[Endpoint, ...] = ()
    proxy: Url | Literal[""] = ""

    def wrong_recipients(self) -> list[tuple[int, str]]:
        """Position and value of what is no address (email) or no URL (webhook)."""
        fits = _ADDRESS.fullmatch if self.kind is ChannelKind.EMAIL else urls.canonical
        return [(number, value) for number, value in enumerate(self.recipients) if not fits(value)]

    def noun(self, secret: str) -> Channel:
        """The channel, with the secret wherever it was kept."""
        values = dict(self)
        del values["secret_file"]
        return Channel(**values | {"secret": secret})


class ChannelsForm(Form):
    """channels.yaml."""

    channels: tuple[ChannelForm, ...] = ()


class SmtpForm(Form):
    """The mail server."""

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr = SecretStr("")
    password_file: str = ""
    sender: str
    timeout: Duration = timedelta(seconds=60)


class LimitsForm(Form):
    """Bounds of one run."""

    width: int = Field(default=16, ge=1, le=200)
    workers: int = Field(default=2, ge=1, le=64)
    parse_seconds: float = Field(default=10.0, ge=1, le=120)
    parse_memory: Size = 1 << 30
    body: Size = 10 << 20
    gap: Duration = timedelta(seconds=5)


# The rules are nouns of plain types throughout: their form is made from them, and holds them to the same strictness.
_RULES: dict[str, Any] = {
    field.name: (get_type_hints(RuleSet)[field.name], ... if field.default is MISSING else field.default)
    for field in fields(RuleSet)
}
RulesForm: type[Form] = create_model("RulesForm", __base__=Form, **_RULES)


class SettingsForm(Form):
    """monitor.yaml."""

    contact: str = ""
    zone: Zone = "UTC"
    store: str = ""
    smtp: SmtpForm | None = None
    limits: LimitsForm = LimitsForm()
