"""The schemas of the configuration files.

The dataclasses of `model` and `settings` are the only definition of the keys, their types and defaults. A schema adds
the rules of YAML: how a value is written ("10m", "1GB", "mon") and which values are allowed.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import time, timedelta
from typing import Annotated, Any, Literal, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    StringConstraints,
    create_model,
)
from pydantic import Field as Bounds
from pydantic_core import CoreSchema, core_schema

from monitor import urls
from monitor.channels import ChannelKind, MailServer, email, registry
from monitor.config.settings import Limits
from monitor.css import selector_error
from monitor.model import Channel, PageSelectors, Source
from monitor.parse import SOURCE_KINDS, option_forms
from monitor.relevance.rules import RuleSet

DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
DURATION_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SIZE = re.compile(r"(\d+)\s*(KB|MB|GB)", re.IGNORECASE)
# Binary sizes, as memory limits are counted.
SIZE_SHIFTS = {"KB": 10, "MB": 20, "GB": 30}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# --- values as YAML has them ------------------------------------------------------------------------------------------


def parse_duration(value: object) -> object:
    """Returns "10m" as a timedelta."""
    if isinstance(value, timedelta):
        return value
    match = DURATION.fullmatch(str(value))
    if not match:
        raise ValueError(f"must be a time span such as 10m, 1h or 30s, not {value!r}")
    return timedelta(**{DURATION_UNITS[match[2]]: int(match[1])})


def parse_seconds(value: object) -> object:
    """Returns "1m" as 60.0."""
    duration = parse_duration(value)
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def parse_size(value: object) -> object:
    """Returns "10MB" as a number of bytes."""
    if isinstance(value, int):
        return value
    match = SIZE.fullmatch(str(value))
    if not match:
        raise ValueError(f"must be a size such as 10MB or 1GB, not {value!r}")
    return int(match[1]) << SIZE_SHIFTS[match[2].upper()]


def check_zone(value: object) -> object:
    """The name of a time zone."""
    try:
        # A wrong zone would shift every time of a source by hours, and alerts with it.
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise ValueError(f"is not a time zone: {value!r} (names such as Asia/Karachi, Asia/Tehran, UTC)") from None
    return value


def check_url(value: object) -> object:
    """A URL that can be fetched."""
    if not urls.canonicalize(str(value)):
        raise ValueError(f"is not an http or https URL: {value!r}")
    return value


def parse_local_time(value: object) -> object:
    """Returns "07:30" as a time."""
    try:
        return time.fromisoformat(str(value).zfill(5))  # 7:30 as well as 07:30
    except ValueError:
        raise ValueError(f"must be a local time such as 07:30, not {value!r}") from None


def parse_weekday(value: object) -> object:
    """Returns 0 for "mon" or "Monday"."""
    name = str(value).strip().lower()[:3]
    if name not in WEEKDAYS:
        raise ValueError(f"must be a weekday such as mon or friday, not {value!r}")
    return WEEKDAYS.index(name)


def check_css(value: object) -> object:
    """A CSS selector that the page parser accepts."""
    if error := selector_error(str(value)):
        raise ValueError(error)
    return value


def one_or_several(value: object) -> object:
    """A single string as a list of one."""
    return (value,) if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(parse_duration, json_schema_input_type=str)]
Seconds = Annotated[float, BeforeValidator(parse_seconds, json_schema_input_type=str)]
Size = Annotated[int, BeforeValidator(parse_size, json_schema_input_type=str)]
Zone = Annotated[str, BeforeValidator(check_zone)]
Url = Annotated[str, BeforeValidator(check_url)]
OptionalUrl = Url | Literal[""]
LocalTime = Annotated[time, BeforeValidator(parse_local_time, json_schema_input_type=str)]
Weekday = Annotated[int, BeforeValidator(parse_weekday, json_schema_input_type=str)]
Css = Annotated[str, BeforeValidator(check_css)]
CssList = Annotated[tuple[Css, ...], BeforeValidator(one_or_several, json_schema_input_type=str | tuple[str, ...])]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | Literal[""]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | Literal[""]


# --- from mappings to dataclasses -------------------------------------------------------------------------------------


class Schema(BaseModel):
    """The base of all schemas: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def dataclass_members(type_: type, replaced: Mapping[str, Any], omitted: Collection[str] = ()) -> dict[str, Any]:
    """The fields of a dataclass in the form that `create_model` takes, some with another type."""
    hints = get_type_hints(type_)

    def default(field: "Field[Any]") -> Any:
        if field.default_factory is not MISSING:
            return Bounds(default_factory=field.default_factory)
        return ... if field.default is MISSING else field.default

    members = [field for field in fields(type_) if field.name not in omitted]
    return {field.name: (replaced.get(field.name, hints[field.name]), default(field)) for field in members}


class FromMapping:
    """An annotation: validate a mapping of YAML into the annotated dataclass.

    `types` replaces the types of fields that YAML writes in another way or that are checked further; `omitted` names
    fields without a key; `extra` names keys without a field, which the loader has used already.
    """

    def __init__(self, *, omitted: Collection[str] = (), extra: Iterable[str] = (), **types: Any) -> None:
        self._omitted, self._extra, self._types = omitted, tuple(extra), types

    def __get_pydantic_core_schema__(self, source_type: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of a generated pydantic model, followed by the step to the dataclass."""
        members = dataclass_members(source_type, self._types, self._omitted)
        members |= dict.fromkeys(self._extra, (str, ""))
        schema = create_model(source_type.__name__, __base__=Schema, **members)

        # A separate step, because pydantic would accept unknown keys if it validated the dataclass itself.
        def to_model(values: Schema) -> Any:
            return source_type(**{name: value for name, value in values if name not in self._extra})

        return core_schema.no_info_after_validator_function(to_model, handler.generate_schema(schema))


Page = Annotated[PageSelectors, FromMapping(content=Css, remove=CssList, title=Css, author=Css, date=Css)]
SOURCE_TYPES: Mapping[str, Any] = {
    "id": Id,
    "url": Url,
    "kind": Literal[tuple(SOURCE_KINDS)],
    "language": Language,
    "country": Country,
    "zone": Zone,
    "interval": Annotated[Duration, Bounds(ge=timedelta(minutes=1), le=timedelta(days=1))],
    "page": Page | None,
    "proxy": OptionalUrl,
}


class FromSourceMapping:
    """An annotation: validate a mapping into a Source, with the options of its kind."""

    def __get_pydantic_core_schema__(self, _source_type: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of a source, with one key for the options of each kind that has any."""
        options = {key: (form | None, None) for key, form in option_forms().items()}
        members = options | dataclass_members(Source, SOURCE_TYPES, omitted=("options", "interval_is_configured"))
        schema = create_model("Source", __base__=Schema, **members)
        return core_schema.no_info_after_validator_function(to_source, handler.generate_schema(schema))


def to_source(values: Schema) -> Source:
    """The source. Options of another kind than its own have no effect."""
    members = dict(values)
    options = {key: members.pop(key) for key in option_forms()}
    form = options.get(SOURCE_KINDS[members["kind"]].options_key)
    return Source(
        **members,
        options=form.model_dump() if form else None,
        interval_is_configured="interval" in values.model_fields_set,
    )


COMMON_CHANNEL_TYPES: Mapping[str, Any] = {
    "id": Id,
    "recipients": Annotated[tuple[str, ...], Bounds(min_length=1)],
    "zone": Zone,
    "times": tuple[LocalTime, ...],
    "weekdays": tuple[Weekday, ...],
    "quiet_hours": tuple[LocalTime, LocalTime] | None,
    "max_stories": Annotated[int, Bounds(ge=1, le=200)],
}
# The keys that only some kinds of channels have.
KIND_SETTINGS: frozenset[str] = frozenset(
    name for kind in registry.KINDS.values() for name in kind.settings.model_fields
)
# Those of them that may be read from a file, which the key `<key>_file` names.
SETTINGS_FROM_FILES = frozenset(name.removesuffix("_file") for name in KIND_SETTINGS if name.endswith("_file"))


def check_unsubscribe_url(value: str) -> str:
    """The value itself. Raises ValueError if it is neither a mailto: or https: URL nor empty."""
    if value and not email.is_unsubscribe_url(value):
        raise ValueError(f"must be mailto:ADDRESS or an https URL, not {value!r}")
    return value


def check_sender(value: str) -> str:
    """The value itself. Raises ValueError if no mail can be sent from it."""
    if not email.is_valid_sender(value):
        raise ValueError(f"must be an address, or Name <address>, not {value!r}")
    return value


class FromChannelMapping:
    """An annotation: validate a mapping into a Channel, by the keys of its kind."""

    def __get_pydantic_core_schema__(self, _source_type: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A union of one schema per registered kind, chosen by the key `kind`."""
        choices = {kind.id: handler.generate_schema(channel_schema(kind)) for kind in registry.KINDS.values()}
        # A tagged union reports the errors of the chosen kind only, not those of every kind.
        union = core_schema.tagged_union_schema(choices, discriminator="kind")
        return core_schema.no_info_after_validator_function(to_channel, union)


def channel_schema(kind: ChannelKind) -> type[BaseModel]:
    """The schema of one kind: the keys of all channels and its own."""
    members = dataclass_members(Channel, COMMON_CHANNEL_TYPES, KIND_SETTINGS)
    members["kind"] = (Literal[kind.id], ...)
    bases: tuple[type[BaseModel], ...] = (Schema, kind.settings)
    return create_model(f"{kind.id.capitalize()}Channel", __base__=bases, **members)


def to_channel(values: Schema) -> Channel:
    """The channel, with each recipient once; the loader has read its `*_file` keys already."""
    members = {name: value for name, value in values if not name.endswith("_file")}
    unique: dict[str, str] = {}
    for recipient in members["recipients"]:
        unique.setdefault(recipient_key(recipient), recipient)
    return Channel(**members | {"recipients": tuple(unique.values())})


def recipient_key(recipient: str) -> str:
    """Returns what two spellings of one recipient share: addresses differ by more than the case of their letters."""
    return recipient if "://" in recipient else recipient.casefold()


# --- the files --------------------------------------------------------------------------------------------------------

UnsubscribeUrl = Annotated[str, AfterValidator(check_unsubscribe_url)]
Sender = Annotated[str, AfterValidator(check_sender)]
Smtp = Annotated[
    MailServer,
    FromMapping(
        omitted=("reply_timeout", "ca_file"),
        extra=("password_file",),
        port=Annotated[int, Bounds(ge=1, le=65535)],
        sender=Sender,
        unsubscribe=UnsubscribeUrl,
        timeout=Seconds,
    ),
]
RunLimits = Annotated[
    Limits,
    FromMapping(
        concurrency=Annotated[int, Bounds(ge=1, le=200)],
        workers=Annotated[int, Bounds(ge=1, le=64)],
        parse_seconds=Annotated[float, Bounds(ge=1, le=120)],
        parse_memory=Size,
        max_body_size=Size,
        host_delay=Duration,
    ),
]


class SettingsFile(Schema):
    """monitor.yaml."""

    contact: str = ""
    zone: Zone = "UTC"
    store: str = ""
    operator_channel: str = ""
    smtp: Smtp | None = None
    limits: RunLimits = Bounds(default_factory=Limits)


class SourcesFile(Schema):
    """The files of sources/, joined."""

    sources: tuple[Annotated[Source, FromSourceMapping()], ...] = ()


class ChannelsFile(Schema):
    """channels.yaml."""

    channels: tuple[Annotated[Channel, FromChannelMapping()], ...] = ()


RulesFile = Annotated[RuleSet, FromMapping()]
