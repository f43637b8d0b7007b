"""Renamed keys and values work for one release, with a warning that names the place and the new name."""

import pytest

from monitor import config
from monitor.config.loader import CHANNELS, RULES, SETTINGS, SOURCES
from monitor.config.renamed import RENAMED_KEYS, RENAMED_VALUES, FileKind
from monitor.config.validation import keys_at

from .test_loader import folder, report, write

__all__ = ["folder"]  # a fixture

SCHEMAS = {
    FileKind.SETTINGS: SETTINGS,
    FileKind.CHANNELS: CHANNELS,
    FileKind.SOURCES: SOURCES,
    FileKind.RULES: RULES,
}
OLD_CHANNELS = """
channels:  # ours
  - id: hook
    kind: webhook
    recipients: ["https://a.example/"]
    secret: s
    "most": 5  # stories
    when_empty: true
    quiet: [22:00, 06:00]
"""


def test_old_keys_and_values_work_with_a_warning(folder):
    """The old names have their effect; each gives one warning with file, line, column, old and new name."""
    write(
        folder, "sources/a.yaml", "sources:\n  - {id: a, name: A, url: https://a.example/, every: 30m, read: hinted}\n"
    )
    write(folder, "channels.yaml", OLD_CHANNELS)
    loaded = config.load(folder, env={})
    assert loaded.sources[0].fetch_pages == "if_matched"
    (hook,) = loaded.channels
    assert (hook.max_stories, hook.send_empty) == (5, True)
    assert [str(warning).replace(f"{folder}/", "") for warning in loaded.warnings] == [
        "sources/a.yaml:2:47: sources.0.every is now interval; the old name stops working with the next release",
        "sources/a.yaml:2:59: sources.0.read is now fetch_pages; the old name stops working with the next release",
        "sources/a.yaml:2:59: sources.0.fetch_pages: hinted is now if_matched; the old name stops working with the next release",
        "channels.yaml:6:5: channels.0.most is now max_stories; the old name stops working with the next release",
        "channels.yaml:7:5: channels.0.when_empty is now send_empty; the old name stops working with the next release",
        "channels.yaml:8:5: channels.0.quiet is now quiet_hours; the old name stops working with the next release",
    ]
    assert (loaded.warnings[0].line, loaded.warnings[0].old, loaded.warnings[0].new) == (2, "every", "interval")


def test_old_variables_work_with_a_warning(folder):
    """A variable under its old name overrides the file, and the warning names the new variable."""
    write(folder, "monitor.yaml", "contact: c\nlimits: {concurrency: 8}\n")
    loaded = config.load(folder, env={"MONITOR_LIMITS__WIDTH": "3"})
    assert loaded.limits.concurrency == 3
    [warning] = loaded.warnings
    assert (warning.old, warning.new) == ("MONITOR_LIMITS__WIDTH", "MONITOR_LIMITS__CONCURRENCY")


def test_old_and_new_together_are_an_error(folder):
    """An old key beside its new one is an error, because either could be meant."""
    write(folder, "monitor.yaml", "contact: c\nlimits:\n  width: 3\n  concurrency: 8\n")
    assert report(folder)[0] == (
        "monitor.yaml:3:3: limits.width: this is the old name of concurrency, and both are set (remove width)"
    )
    write(folder, "monitor.yaml", "contact: c\n")
    both = {"MONITOR_LIMITS__WIDTH": "3", "MONITOR_LIMITS__CONCURRENCY": "8"}
    assert report(folder, both)[0].startswith("environment variable MONITOR_LIMITS__WIDTH: this is the old name of")


def test_rules_and_sources_alone_report_through_the_callback(folder):
    """Where no Config is loaded, the warnings go to the callback."""
    write(folder, "rules/more.yaml", "cautions: []\n")
    warnings = []
    assert config.load_rules(folder, warn=warnings.append)
    assert [(warning.old, warning.new) for warning in warnings] == [("cautions", "flags")]


def test_keys_of_another_kind_have_no_effect(folder):
    """A key that only other kinds of channels have was always ignored: it gives a warning, not an error."""
    write(folder, "monitor.yaml", "contact: c\nsmtp: {host: h, sender: m@e.example}\n")
    write(folder, "channels.yaml", "channels: [{id: desk, kind: email, recipients: [a@b.example], secret: s}]\n")
    [warning] = config.load(folder, env={}).warnings
    assert warning.message == "channels.0.secret: has no effect in a channel of kind email"


@pytest.mark.parametrize("kind", FileKind)
def test_every_new_name_is_a_key_of_the_schema(kind):
    """The table of renames leads to keys that exist, and from keys that do not."""
    schema = SCHEMAS[kind].json_schema()
    for pattern, new in RENAMED_KEYS[kind].items():
        path = tuple(0 if step == "*" else step for step in pattern.split("."))
        keys = keys_at(schema, path[:-1])
        assert new in keys, pattern
        assert path[-1] not in keys, pattern
    for pattern in RENAMED_VALUES[kind]:
        path = tuple(0 if step == "*" else step for step in pattern.split("."))
        assert path[-1] in keys_at(schema, path[:-1]), pattern


# --- config upgrade ---------------------------------------------------------------------------------------------------


def test_upgrade_keeps_comments_and_layout():
    """Only the renamed names change, quotes included; everything between them stays."""
    new = OLD_CHANNELS.replace('"most"', '"max_stories"').replace("when_empty", "send_empty")
    assert config.upgrade(OLD_CHANNELS) == new.replace("quiet:", "quiet_hours:")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limits: {width: 3, gap: 2s}  # گ\n", "limits: {concurrency: 3, host_delay: 2s}  # گ\n"),
        (
            "sources:\n- &a {id: a, every: 1h, read: hinted}\n- <<: *a\n  every: 2h\n",
            "sources:\n- &a {id: a, interval: 1h, fetch_pages: if_matched}\n- <<: *a\n  interval: 2h\n",
        ),
        ("terms:\n  - {id: a, strength: weak}\n", "terms:\n  - {id: a, strength: ambiguous}\n"),
        (
            "cues: [{id: a, of: [b]}]\nweights: {near: 1}\n",
            "word_sets: [{id: a, includes: [b]}]\nweights: {near_miss: 1}\n",
        ),
        (
            "\ufeffcontact: c # width: 3\r\nlimits:\r\n  body: 1MB\r\n",
            "\ufeffcontact: c # width: 3\r\nlimits:\r\n  max_body_size: 1MB\r\n",
        ),
        ("", ""),
    ],
)
def test_upgrade_of_each_kind_of_file(old, new):
    """The kind of a file is known by its top keys; an upgraded file is not changed again."""
    assert config.upgrade(old) == new
    assert config.upgrade(new) == new


def test_upgrade_refuses_what_it_cannot_read():
    """A syntax error and a key under both names are reported with their place."""
    with pytest.raises(config.ConfigErrors, match=r"^a.yaml:2:1: is not YAML"):
        config.upgrade("contact: [a\n", file="a.yaml")
    with pytest.raises(config.ConfigErrors, match=r"^a.yaml:1:10: limits.width: this is the old name"):
        config.upgrade("limits: {width: 3, concurrency: 4}\n", file="a.yaml")


def test_the_bundled_configuration_has_no_old_names():
    """The files that are shipped give no warning and are not changed by an upgrade."""
    folder = config.bundled("config")
    assert config.load(folder, env={}).warnings == ()
    for path in folder.rglob("*.yaml"):
        assert config.upgrade(path.read_text("utf-8")) == path.read_text("utf-8")
