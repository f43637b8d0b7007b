"""Every key of the configuration is described, for editors and in the reference."""

import pytest

from monitor import config
from monitor.config.descriptions import DESCRIPTIONS
from tests.config import reference

DESCRIBED_KINDS = ("monitor.yaml", "channels.yaml", "sources")


@pytest.mark.parametrize("kind", DESCRIBED_KINDS)
def test_every_key_has_a_description(kind):
    """An editor shows a sentence for each key of these files."""
    schema = config.schema()[kind]
    parts = {**schema["$defs"], kind: schema}
    missing = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, value in part.get("properties", {}).items()
        if not value.get("description")
    ]
    assert missing == []


def test_every_key_of_the_rules_file_has_a_description():
    """The top keys of rule files are described; docs/rules.md explains the rest."""
    assert all(value.get("description") for value in config.schema()["rules"]["properties"].values())


def test_durations_are_written_as_in_yaml():
    """A default can be pasted into a file: 10m, not PT10M."""
    schema = config.schema()
    assert schema["sources"]["$defs"]["Source"]["properties"]["interval"]["default"] == "10m"
    assert schema["monitor.yaml"]["$defs"]["Limits"]["properties"]["host_delay"]["default"] == "5s"


def test_no_description_is_left_over():
    """A key that was removed or renamed has no description."""
    names = {
        part["title"]
        for schema in config.schema().values()
        for part in [*schema.get("$defs", {}).values(), schema]
        if "title" in part
    }
    assert set(DESCRIPTIONS) <= names | {"Channel"}
    keys = {
        key
        for schema in config.schema().values()
        for part in [*schema.get("$defs", {}).values(), schema]
        for key in part.get("properties", {})
    }
    assert {key for meanings in DESCRIPTIONS.values() for key in meanings} <= keys


def test_the_reference_is_up_to_date():
    """docs/configuration.md is written by `python -m tests.config.reference`."""
    assert reference.FILE.read_text("utf-8") == reference.text()
