"""Validate data against a schema: every error at once, each with its location and a hint."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from monitor.config.yaml_positions import KeyPath, Location, YamlDocument, dotted
from monitor.errors import ConfigError
from monitor.query import QueryError

Value = TypeVar("Value")

# The forms of a value that pydantic names by a type of Python, which no user of YAML knows ("a valid tuple").
VALUE_FORMS = {
    "tuple_type": "a list such as [a, b]",
    "list_type": "a list such as [a, b]",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "dict_type": "a mapping (key: value)",
    "string_type": "one text, and not a list or a mapping",
    "too_short": "a list with at least one entry",
}


class ConfigErrors(ConfigError):
    """All errors of a configuration; its text is the whole report."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        self.errors = tuple(errors)
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''} in the configuration"
        super().__init__("\n".join([*map(show_error, errors), count]))


def validate(schema: TypeAdapter[Value], document: YamlDocument) -> Value | None:
    """Returns the validated value, or None after adding the reasons to `document.errors`."""
    try:
        return schema.validate_python(document.data)
    except ValidationError as error:
        # Made only for errors: the JSON schema of the rules takes longer than their validation.
        json_schema = schema.json_schema()
        for fault in error.errors(include_url=False):
            document.errors.append(to_config_error(document, fault, json_schema))
        return None


def to_config_error(document: YamlDocument, fault: Mapping[str, Any], json_schema: Mapping[str, Any]) -> ConfigError:
    """An error of pydantic in our words, located in the file, with the key or value that was probably meant."""
    path = path_in_data(document.data, fault["loc"])
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    hint = ""
    match fault["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            path = (*path, key) if not path or path[-1] != key else path
            message, hint = "unknown key", suggestion(key, keys_at(json_schema, path[:-1]))
        case "missing":
            message = f'"{key}" is missing'
        # Only channels are a union, and they are distinguished by `kind`.
        case "union_tag_not_found":
            message = '"kind" is missing'
        case "union_tag_invalid":
            path = (*path, "kind")
            message, hint = wrong_choice(fault["ctx"]["tag"], fault["ctx"]["expected_tags"])
        case "value_error":
            message = str(fault["ctx"]["error"])
        case "enum" | "literal_error":
            message, hint = wrong_choice(fault["input"], fault["ctx"]["expected"])
        case kind:
            form = VALUE_FORMS.get(kind)
            message = f"must be {form}" if form else f"{fault['msg'][0].lower()}{fault['msg'][1:]}"
    return error_at(document, path, f"{dotted(path)}: {message}" if path else message, hint=hint)


def wrong_choice(value: object, expected: str) -> tuple[str, str]:
    """Message and hint for a value outside a list; pydantic writes the list as "'a', 'b' or 'c'"."""
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    listed = f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0]
    return f"must be {listed}, not {value}", suggestion(str(value), choices)


def path_in_data(data: Any, loc: Iterable[str | int]) -> KeyPath:
    """The part of pydantic's `loc` that is in the data; `loc` also names union members and validators."""
    path: list[str | int] = []
    for step in loc:
        keys = range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
        if step in keys:
            data = data[step]
            path.append(step)
    return tuple(path)


def suggestion(word: str, choices: Iterable[str]) -> str:
    """A hint with the choice that is spelt most like a word, or ""."""
    # 0.6 suggests "port" for "prot" and nothing for a word that merely shares some letters.
    close = get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""


def keys_at(json_schema: Mapping[str, Any], path: KeyPath) -> list[str]:
    """The keys that a JSON schema allows at a path."""
    schemas = [json_schema]
    for step in path:
        schemas = [
            child
            for schema in schemas
            for alternative in alternatives(schema, json_schema)
            if isinstance(child := _child(alternative, step), Mapping)
        ]
    members = [alternative for schema in schemas for alternative in alternatives(schema, json_schema)]
    return [name for member in members for name in member.get("properties", {})]


def _child(schema: Mapping[str, Any], step: str | int) -> object:
    if isinstance(step, int):
        return schema.get("items")
    return schema.get("properties", {}).get(step, schema.get("additionalProperties"))


def alternatives(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema itself, with references to `root` resolved, or each member if it is a union."""
    if "$ref" in schema:
        yield from alternatives(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    elif members := schema.get("anyOf", schema.get("oneOf")):
        for member in members:
            yield from alternatives(member, root)
    else:
        yield schema


def show_error(error: ConfigError) -> str:
    """An error as compilers print it: the message, the line of the file, a caret."""
    line = line_of(error.file, error.line)
    if not line.strip():
        return str(error)
    caret = " " * (error.column - 1) + "^"
    return f"{error}\n    {line}\n    {caret}"


def line_of(file: str, line: int) -> str:
    """One line of a file, counted from 1; "" if there is no such line or file."""
    # The file is read again, because an error is rare and the text of all files would have to be kept for it.
    try:
        return Path(file).read_text("utf-8-sig").splitlines()[line - 1] if line else ""
    except (OSError, UnicodeDecodeError, IndexError):
        return ""


def error_at(document: YamlDocument, path: KeyPath, message: str, *, hint: str = "") -> ConfigError:
    """An error at the location of a value."""
    location = document.location(path)
    return ConfigError(message, file=location.file, line=location.line, column=location.column, hint=hint)


def error_in_query(document: YamlDocument, path: KeyPath, error: QueryError) -> ConfigError:
    """An error within a query of the document, located at the wrong word if the query is on the line of its key."""
    location: Location = document.location(path)
    query_start = line_of(location.file, location.line).find(error.query, location.column)
    if query_start < 0:  # the query spans several lines or is escaped: the error shows the query itself
        return error_at(document, path, f"{dotted(path)}: {error}")
    return ConfigError(
        f"{dotted(path)}: {error.message}",
        file=location.file,
        line=location.line,
        column=query_start + error.column,
        hint=f"expected {', '.join(error.expected)}" if error.expected else "",
    )
