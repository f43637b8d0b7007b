"""JSON output of commands. Its keys are an interface: programs of users read them, so they never change."""

import json
import sys
from dataclasses import fields, is_dataclass
from typing import Any, Final

import typer

from monitor.cli.views.output import is_encodable, to_number
from monitor.store.json_codec import to_plain

# Type (by its name, which is unique: importing all types here would cost each command a second) -> attribute -> key, for attributes that were renamed after their key was published. This is the only place that
# knows the old names; tests/cli/test_json_output.py pins the keys of every command.
JSON_KEYS: Final[dict[str, dict[str, str]]] = {
    "BacktestReport": {
        "incomplete": "unkept",
        "unjudged_labels": "unheld",
        "agreements": "held",
        "mismatches": "wrong",
    },
    "DecisionChange": {"reasons": "because"},
    "EntryHistory": {"headline_verdict": "hint", "status": "outcome", "delivered_at": "told_at"},
    "FetchSummary": {"entry_statuses": "outcomes", "silent_sources": "blind"},
    "HealthCheck": {"detail": "says"},
    "ItemHistory": {"new_facts": "fresh"},
    "LabelAgreement": {"decision": "line"},
    "LabelMismatch": {"decision": "line", "was_right": "broken"},
    "ReadablePage": {"selectors": "page", "provenance": "places", "blocks": "pieces"},
    "SetupCheck": {"detail": "says", "fix": "cure"},
    "UnreadablePage": {"selectors": "page", "reason": "refused", "blocks": "pieces"},
}


def print_json(value: object) -> None:
    """Print a value as indented JSON; letters outside ASCII stay readable."""
    # Times end in +00:00, as in every release; pydantic, which encodes the rows of the store, would write Z.
    text = json.dumps(with_public_keys(value), default=to_plain, ensure_ascii=False, indent=2)
    if not is_encodable(text, sys.stdout):  # every JSON parser reads the escapes of the other form
        text = json.dumps(json.loads(text), indent=2)
    typer.echo(text)


def with_public_keys(value: Any) -> Any:
    """Returns a value in which every dataclass is a dict with its published keys."""
    if is_dataclass(value) and not isinstance(value, type):
        keys = JSON_KEYS.get(type(value).__name__, {})
        members = {field.name: with_public_keys(getattr(value, field.name)) for field in fields(value)}
        if "score" in members:
            members["score"] = to_number(members["score"])
        return {keys.get(name, name): member for name, member in members.items()}
    if isinstance(value, dict):
        return {key: with_public_keys(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [with_public_keys(inner) for inner in value]
    return value
