"""Check data against a form: every error at once, each with its place and a hint."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from monitor.config.yaml import Document, Place, Trail
from monitor.errors import ConfigError
from monitor.query import QueryError

Form = TypeVar("Form")


class ConfigErrors(ConfigError):
    """All that is wrong with a configuration; its text is the whole report."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        self.errors = tuple(errors)
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''} in the configuration"
        super().__init__("\n".join([*map(_shown, errors), count]))


def fill(form: TypeAdapter[Form], document: Document) -> Form | None:
    """The filled form, or None: then `document.errors` says why."""
    try:
        return form.validate_python(document.data)
    except ValidationError as error:
        known = form.json_schema()
        for fault in error.errors(include_url=False):
            document.errors.append(_error(document, fault, known))
        return None


def _error(document: Document, fault: Mapping[str, Any], known: Mapping[str, Any]) -> ConfigError:
    trail = _trail(document.data, fault["loc"])
    kind, key = fault["type"], fault["loc"][-1] if fault["loc"] else ""
    hint = ""
    match kind:
        case "extra_forbidden" | "unexpected_keyword_argument":
            trail = (*trail, key) if not trail or trail[-1] != key else trail
            said, hint = "unknown key", _meant(str(key), _names(known, trail[:-1]))
        case "missing":
            said = f'"{key}" is missing'
        case "value_error":
            said = str(fault["ctx"]["error"])
        case "enum" | "literal_error":
            expected = fault["ctx"]["expected"].replace("'", "")
            said = f"must be {expected}, not {fault['input']}"
            hint = _meant(str(fault["input"]), expected.replace(" or ", ", ").split(", "))
        case _:
            said = f"{fault['msg'][0].lower()}{fault['msg'][1:]}"
    place = document.place(trail)
    dotted = ".".join(map(str, trail))
    message = f"{dotted}: {said}" if dotted else said
    return ConfigError(message, file=place.file, line=place.line, column=place.column, hint=hint)


def _trail(data: Any, loc: Iterable[str | int]) -> Trail:
    """The part of pydantic's location that is in the data: it names union members and validators beside keys."""
    trail: list[str | int] = []
    for step in loc:
        known = range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
        if step in known:
            data = data[step]
            trail.append(step)
    return tuple(trail)


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""


def _names(schema: Mapping[str, Any], trail: Trail) -> list[str]:
    """The keys that a form knows at a place, by its JSON schema."""
    here = [schema]
    for step in trail:
        here = [inner for one in here for inner in _inside(_resolved(one, schema), step)]
    return [name for one in here for part in _resolved(one, schema) for name in part.get("properties", {})]


def _inside(parts: Iterable[Mapping[str, Any]], step: str | int) -> Iterable[Mapping[str, Any]]:
    for part in parts:
        if isinstance(step, int):
            items = part.get("items")
        else:
            items = part.get("properties", {}).get(step, part.get("additionalProperties"))
        if isinstance(items, Mapping):
            yield items


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in part:
        return _resolved(schema["$defs"][part["$ref"].rpartition("/")[2]], schema)
    return [inner for one in part["anyOf"] for inner in _resolved(one, schema)] if "anyOf" in part else [part]


def _shown(error: ConfigError) -> str:
    """An error as a compiler shows it: the sentence, the line, a caret."""
    line = _line(error)
    if not line.strip():
        return str(error)
    caret = " " * (error.column - 1) + "^"
    return f"{error}\n    {line}\n    {caret}"


def _line(error: ConfigError) -> str:
    try:
        return Path(error.file).read_text("utf-8-sig").splitlines()[error.line - 1] if error.line else ""
    except (OSError, UnicodeDecodeError, IndexError):
        return ""


def at(document: Document, trail: Trail, message: str, *, hint: str = "") -> ConfigError:
    """An error at a place of the document."""
    place: Place = document.place(trail)
    return ConfigError(message, file=place.file, line=place.line, column=place.column, hint=hint)


def inside(document: Document, trail: Trail, error: QueryError) -> ConfigError:
    """An error within a query of the document: at its very place where the query stands on the line of its key."""
    place = document.place(trail)
    dotted, hint = ".".join(map(str, trail)), f"expected {', '.join(error.expected)}" if error.expected else ""
    line = _line(ConfigError("", file=place.file, line=place.line, column=place.column))
    begins = line.find(error.query, place.column)
    if begins < 0:  # in several lines, or escaped: the error shows the query itself
        return ConfigError(f"{dotted}: {error}", file=place.file, line=place.line, column=place.column)
    column = begins + error.column
    return ConfigError(f"{dotted}: {error.message}", file=place.file, line=place.line, column=column, hint=hint)
