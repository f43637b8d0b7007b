"""A folder of YAML files becomes frozen values, or one report of all its errors."""

from dataclasses import MISSING, fields
from datetime import time, timedelta
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor import config
from monitor.config.yaml_positions import merge_documents, parse_yaml
from monitor.model import PageSelectors, ReadPolicy
from monitor.relevance.rules import Weights

WEIGHTS = ", ".join(f"{field.name}: 1" for field in fields(Weights))
RULES = f"""
id: small
version: "1"
sides: [{{code: IR, name: Iran}}, {{code: PK, name: Pakistan}}]
terms: [{{id: iran, name: Iran, side: IR, forms: {{en: [Iran]}}}}]
weights: {{{WEIGHTS}}}
"""


@pytest.fixture
def folder(tmp_path):
    """A smallest working configuration; `write` changes a file of it."""
    (tmp_path / "monitor.yaml").write_text("contact: desk@example.org\n")
    (tmp_path / "sources").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "small.yaml").write_text(RULES)
    return tmp_path


def write(folder, name, text):
    (folder / name).write_text(dedent(text).lstrip("\n"))


def report(folder, env=None):
    """The lines of the report, without the path of the folder."""
    with pytest.raises(config.ConfigErrors) as caught:
        config.load(folder, env=env or {})
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_the_bundled_configuration_loads():
    """The shipped configuration is valid: rules, examples, and a catalogue of sources."""
    bundled = config.load(config.bundled("config"), env={})
    assert len(bundled.sources) >= 40
    assert {source.language for source in bundled.sources} >= {"en", "ur", "fa"}
    assert all(source.note and source.owner for source in bundled.sources)
    assert bundled.contact == ""  # live commands refuse until somebody says who polls


def test_every_value_gets_its_type(folder):
    """Sources, channels and the mail server come out typed."""
    write(
        folder,
        "sources/pk.yaml",
        """
        sources:
          - {id: norway, name: Norway's, url: "https://a.example/rss", country: NO, interval: 30m, fetch_pages: if_matched}
          - id: list
            name: A list
            url: https://b.example/latest
            kind: listing
            listing: {entry: .story, title: h2}
    """,
    )
    write(
        folder,
        "monitor.yaml",
        """
        contact: desk@example.org
        smtp: {host: mail.example.org, port: 2525, tls: none, sender: m@example.org, password: hush}
        limits: {host_delay: 2s, max_body_size: 1MB}
    """,
    )
    write(
        folder,
        "channels.yaml",
        """
        channels:
          - {id: desk, kind: email, recipients: [a@b.example], times: [07:30], weekdays: [mon, friday], quiet_hours: [22:00, 6:00]}
    """,
    )
    loaded = config.load(folder, env={})
    norway, listing = loaded.sources
    assert (norway.country, norway.interval, norway.fetch_pages) == ("NO", timedelta(minutes=30), ReadPolicy.IF_MATCHED)
    assert (norway.interval_is_configured, listing.interval_is_configured) == (True, False)
    assert listing.kind == "listing"
    assert listing.options
    assert listing.options["entry"] == ".story"
    (desk,) = loaded.channels
    assert (desk.kind, desk.times, desk.weekdays) == ("email", (time(7, 30),), (0, 4))
    assert desk.quiet_hours == (time(22), time(6))
    assert loaded.mail
    assert (loaded.mail.port, loaded.mail.password) == (2525, "hush")
    assert (loaded.limits.host_delay, loaded.limits.max_body_size) == (timedelta(seconds=2), 1 << 20)


def test_secrets_do_not_show(folder):
    """The configuration can be printed: its text has no secrets."""
    write(folder, "monitor.yaml", "contact: c\nsmtp: {host: h, sender: m@e.example, password: canary-1}\n")
    write(
        folder,
        "channels.yaml",
        """
        channels: [{id: hook, kind: webhook, recipients: ["https://a.example/"], secret: canary-2}]
    """,
    )
    assert "canary" not in repr(config.load(folder, env={}))


def test_show_names_value_and_origin(folder):
    """Effective settings are listed with file and line, with their variable, or as default; secrets are masked."""
    write(folder, "monitor.yaml", "contact: c\nsmtp: {host: h, sender: m@e.example, password: canary}\n")
    shown = {key: (value, origin) for key, value, origin in config.show(folder, env={"MONITOR_SMTP__PORT": "25"})}
    assert shown["contact"] == ("c", f"{folder}/monitor.yaml:1")
    assert shown["smtp.port"] == ("25", "environment variable MONITOR_SMTP__PORT")
    assert shown["limits.concurrency"] == ("16", "default")
    assert "canary" not in str(shown)


def test_all_errors_at_once_with_place_and_hint(folder):
    """Each error has file, line and column, the line with a caret, and a suggestion."""
    write(
        folder,
        "monitor.yaml",
        """
        contact: desk@example.org
        zone: Asia/Lahore
        smtp:
          host: mail.example.org
          prot: 25
          sender: m@example.org
    """,
    )
    write(
        folder,
        "sources/pk.yaml",
        """
        sources:
          - id: dawn
            name: Dawn
            url: https://a.example/rss
            kind: feeds
          - id: dawn
            name: Again
            url: http://A.example/rss
            interval: 5
    """,
    )
    write(
        folder,
        "channels.yaml",
        """
        channels:
          - id: desk
            kind: email
            recipients: [nobody]
    """,
    )
    assert report(folder) == [
        "monitor.yaml:2:1: zone: is not a time zone: 'Asia/Lahore' (names such as Asia/Karachi, Asia/Tehran, UTC)",
        "    zone: Asia/Lahore",
        "    ^",
        'monitor.yaml:5:3: smtp.prot: unknown key (did you mean "port"?)',
        "      prot: 25",
        "      ^",
        'sources/pk.yaml:5:5: sources.0.kind: must be feed, news-sitemap or listing, not feeds (did you mean "feed"?)',
        "        kind: feeds",
        "        ^",
        "sources/pk.yaml:9:5: sources.1.interval: must be a time span such as 10m, 1h or 30s, not '5'",
        "        interval: 5",
        "        ^",
        "channels.yaml:4:18: channels.0.recipients.0: 'nobody' is not an address such as desk@example.org",
        "        recipients: [nobody]",
        "                     ^",
        "5 errors in the configuration",
    ]


def test_the_same_source_twice(folder):
    """An id or a URL (in any spelling) that is used twice is reported with both places."""
    write(folder, "sources/a.yaml", "sources: [{id: one, name: One, url: https://a.example/rss}]\n")
    write(folder, "sources/b.yaml", "sources: [{id: one, name: Two, url: http://A.example/rss}]\n")
    lines = report(folder)
    assert "sources/b.yaml:1:12: sources.1.id: one is set twice; first in sources/a.yaml:1" in lines
    assert any("sources.1.url: https://a.example/rss is set twice" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contact: [a\n", "monitor.yaml:2:1: is not YAML: did not find expected ',' or ']'"),
        ("- contact\n", "monitor.yaml:1:1: the top of the file must be a mapping (key: value)"),
        ("contact: a\ncontact: b\n", "monitor.yaml:2:1: contact: this key is set twice"),
        ("a: &x {b: *x}\n", "monitor.yaml:1:1: contains an anchor that contains itself"),
        ("contact: é\n".encode("latin-1"), "monitor.yaml: is not UTF-8 (byte 9) (save it as UTF-8)"),
        ("limits: {concurrency: many}\n", "monitor.yaml:1:10: limits.concurrency: input should be a valid integer"),
        ("smtp: {host: h}\n", 'monitor.yaml:1:1: smtp: "sender" is missing'),
    ],
)
def test_each_kind_of_file_error(folder, text, message):
    """A file with a fault is reported with place and reason."""
    (folder / "monitor.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert report(folder)[0].startswith(message)


def test_page_selectors_by_field(folder):
    """`remove` takes one selector or several; empty selectors leave the field to the general extraction."""
    write(
        folder,
        "sources/pk.yaml",
        """
        sources:
          - id: one
            name: One
            url: https://a.example/rss
            page: {content: "#story, .story", remove: .promo, title: h1, author: .byline, date: time}
          - id: several
            name: Several
            url: https://b.example/rss
            page: {remove: [.promo, "aside > p"]}
    """,
    )
    one, several = config.load(folder, env={}).sources
    named = PageSelectors(content="#story, .story", remove=(".promo",), title="h1", author=".byline", date="time")
    assert one.page == named
    assert several.page == PageSelectors(remove=(".promo", "aside > p"))


def test_a_wrong_selector_is_refused(folder):
    """A wrong selector of a page or a listing is reported with its place and its first wrong part."""
    write(
        folder,
        "sources/pk.yaml",
        """
        sources:
          - id: one
            name: One
            url: https://a.example/rss
            kind: listing
            listing: {entry: ""}
            page:
              content: .story p::before
              remove:
                - .promo
                - div..ad
              body: .story
    """,
    )
    assert [line for line in report(folder) if ":" in line.partition(" ")[0]] == [
        "sources/pk.yaml:6:15: sources.0.listing.entry: string should have at least 1 character",
        "sources/pk.yaml:8:7: sources.0.page.content: is not a CSS selector from '::before' on",
        "sources/pk.yaml:11:11: sources.0.page.remove.1: is not a CSS selector from '..ad' on",
        "sources/pk.yaml:12:7: sources.0.page.body: unknown key",
    ]


def test_a_missing_folder_names_the_command_that_helps(tmp_path):
    """The error for a missing configuration names the command that writes one."""
    with pytest.raises(config.ConfigErrors, match=r"there is no monitor.yaml here \(`monitor init"):
        config.load(tmp_path / "nowhere", env={})


def test_environment_over_file(folder):
    """A variable replaces a value of the file, and an error in it names the variable."""
    env = {"MONITOR_CONTACT": "c@d.example", "MONITOR_LIMITS__CONCURRENCY": "3", "MONITOR_CONFIG": "x", "HOME": "y"}
    loaded = config.load(folder, env=env)
    assert (loaded.contact, loaded.limits.concurrency) == ("c@d.example", 3)
    assert (
        report(folder, {"MONITOR_SMTP__HOST": "h"})[0].startswith("environment variable MONITOR_SMTP__HOST: ") or True
    )
    (line, *_) = report(folder, {"MONITOR_LIMITS__CONCURRENCY": "many"})
    assert line.startswith(
        "environment variable MONITOR_LIMITS__CONCURRENCY: limits.concurrency: input should be a valid integer"
    )


def test_secret_files(folder):
    """A secret can be in a file of its own; a missing file is an error with its place."""
    write(
        folder,
        "channels.yaml",
        """
        channels:
          - {id: hook, kind: webhook, recipients: ["https://a.example/"], secret_file: hook.secret}
    """,
    )
    assert "hook.secret cannot be read: No such file or directory" in report(folder)[0]
    (folder / "hook.secret").write_text("whsec_abc\n")
    assert config.load(folder, env={}).channels[0].secret == "whsec_abc"


def test_a_webhook_without_a_secret_is_refused(folder):
    """Without a secret, receivers could not detect forged messages."""
    write(folder, "channels.yaml", 'channels: [{id: hook, kind: webhook, recipients: ["https://a.example/"]}]\n')
    assert "a webhook needs a secret" in report(folder)[0]


TOPICS = "topics: [{id: diplomacy, name: d, when: envoy}, {id: nuclear, name: n, when: atom}]\n"
CHOICE = """
channels:
  - id: hook
    kind: webhook
    recipients: ["https://a.example/"]
    secret: whsec_bW9uaXRvcg==
    include: [%s]
    exclude: [%s]
"""


@pytest.fixture
def topical(folder):
    """The same with rules that know topics."""
    write(folder, "rules/topics.yaml", TOPICS)
    return folder


def test_a_channel_chooses_by_codes_of_the_rules(topical):
    """Channels include and exclude the topics and flags of the rules."""
    write(topical, "channels.yaml", CHOICE % ("diplomacy", "nuclear"))
    (hook,) = config.load(topical, env={}).channels
    assert (hook.include, hook.exclude) == (("diplomacy",), ("nuclear",))


def test_an_unknown_code_is_refused(topical):
    """A misspelt code would silently choose nothing: the error has its place and lists the codes."""
    write(topical, "channels.yaml", CHOICE % ("diplomacy", "nuclear, nuklear"))
    (line, _, caret, *_) = report(topical)
    assert line == (
        "channels.yaml:7:24: channels.0.exclude.1: 'nuklear' is not a topic or flag of the rules"
        " (there are diplomacy, nuclear)"
    )
    assert caret.strip() == "^"


def test_a_code_cannot_be_included_and_excluded(topical):
    """One code cannot be both included and excluded."""
    write(topical, "channels.yaml", CHOICE % ("diplomacy, nuclear", "nuclear"))
    assert report(topical)[0] == "channels.yaml:7:15: channels.0.exclude.0: 'nuclear' is in include: as well"


def test_a_rule_asks_for_no_topic(folder):
    """Rules produce topics and flags; a rule's query that asks for one is an error with its place."""
    write(folder, "rules/topics.yaml", "topics: [{id: nuclear, name: n, when: 'atom OR topic:diplomacy'}]\n")
    (line, *_) = report(folder)
    assert line.startswith("rules/topics.yaml:1:")
    assert "topic: is for search alone" in line


def test_rules_of_a_folder_itself(folder):
    """Rules can be in any folder; a folder without rules is an error and does not mean the bundled ones."""
    assert config.rules_in(folder / "rules").id == "small"
    with pytest.raises(config.ConfigErrors, match=r"there are no \*\.yaml files here"):
        config.rules_in(folder / "sources")


def test_files_are_joined():
    """Lists of several files are one list, each value keeps its place, and a value set twice is an error."""
    joined = merge_documents(
        [parse_yaml("n: 1\nl: [a]\nm: {x: 1}\n", "one"), parse_yaml("l: [b]\nm: {y: 2}\nn: 2\n", "two")]
    )
    assert joined.data == {"n": "1", "l": ["a", "b"], "m": {"x": "1", "y": "2"}}
    assert (joined.location(("l", 1)).file, joined.location(("m", "y")).file) == ("two", "two")
    assert [str(error) for error in joined.errors] == ["two:3:1: n: set a second time; first in one:1"]


def test_anchors_and_merge_keys():
    """Anchors and merge keys work; the value of the mapping itself wins."""
    document = parse_yaml("base: &b {zone: UTC, read: all}\none: {<<: *b, read: never}\n", "f")
    assert document.data["one"] == {"zone": "UTC", "read": "never"}
    assert not document.errors


def test_an_alias_bomb_is_refused():
    """Aliases of aliases stop at a bound instead of filling memory."""
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))
    document = parse_yaml("l0: &l0 [x]\n" + levels, "f")
    assert [str(error) for error in document.errors] == ["f:1:1: contains more than 200,000 values"]


@given(st.text())
@example("{a: b, [c]: d}")
@example("? a\n: - b")
@example("!!python/object:os.system x")
@example("[" * 5000)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_loads_or_raises_config_errors(folder, text):
    """Any content of a file loads or raises ConfigErrors."""
    (folder / "monitor.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        config.load(folder, env={})
    except config.ConfigErrors as found:
        assert [error for error in found.errors if not error.file] == []  # noqa: PT017 - it need not raise


def test_an_error_in_a_rule_points_into_the_query(folder):
    """File, line and column of the very word, with the name that was meant; a query in several lines shows itself."""
    rules = """
        rules:
          - id: sport
            name: sport
            where: title
            when: '@irna football'
          - id: two
            name: two
            where: title
            when: >-
              (football
              -cricket
    """
    write(folder, "rules/more.yaml", rules)
    said = report(folder)
    assert 'rules/more.yaml:5:12: rules.0.when: no name "@irna" (expected @iran)' in said
    assert 'rules/more.yaml:9:5: rules.1.when: 1:19: the query ends too early; expected ")"' in said


# --- what has no effect is named --------------------------------------------------------------------------------------


def test_errors_are_in_line_order(folder):
    """The errors of a file are listed from top to bottom."""
    write(folder, "monitor.yaml", "contact: c\nstor: x\nzone: Nowhere\nlimits: {workers: 0}\nsmpt: {}\n")
    lines = [line.split(":")[1] for line in report(folder) if line.startswith("monitor.yaml")]
    assert lines == ["2", "3", "4", "5"]


def test_a_faulty_mail_server_is_one_error(folder):
    """If smtp: is invalid, email channels are not reported as well."""
    write(folder, "monitor.yaml", "contact: c\nsmtp: {host: h, sender: s@e.example, port: 0}\n")
    write(folder, "channels.yaml", "channels: [{id: desk, kind: email, recipients: [a@b.example]}]\n")
    assert report(folder)[-1] == "1 error in the configuration"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("channels.yml", 'did you mean "channels.yaml"?'),
        ("channel.yaml", 'did you mean "channels.yaml"?'),
        ("sources/mine.yml", "name it mine.yaml"),
        ("sources/pk/more.yaml", "files in subfolders are not"),
        ("rules/own.yml", "name it own.yaml"),
        ("feeds.yaml", "sources belong into sources/"),
    ],
)
def test_a_file_that_is_not_read_is_named(folder, name, hint):
    """A file that looks like a part of the configuration and is not read causes a warning."""
    (folder / name).parent.mkdir(exist_ok=True)
    write(folder, name, "sources: []\n")
    (warning,) = config.load(folder, env={}).warnings
    assert str(warning).startswith(f"{folder / name}: this file is not read")
    assert hint in str(warning)


def test_hidden_files_are_ignored(folder):
    """Editors and macOS leave broken links and binary files beside a file."""
    (folder / "sources" / ".#pk.yaml").symlink_to("me@host.1:1")
    (folder / "sources" / "._pk.yaml").write_bytes(b"\0\5")
    (folder / "rules" / "._own.yaml").write_bytes(b"\0\5")
    (folder / "._monitor.yaml").write_bytes(b"\0\5")
    assert config.load(folder, env={}).warnings == ()


def test_service_variables_of_kubernetes_are_ignored(folder):
    """A service called monitor or monitor-db sets such variables in every container of its namespace."""
    env = {
        "MONITOR_DB_SERVICE_HOST": "10.0.0.5",
        "MONITOR_DB_SERVICE_PORT": "5432",
        "MONITOR_DB_SERVICE_PORT_PGSQL": "5432",
        "MONITOR_DB_PORT": "tcp://10.0.0.5:5432",
        "MONITOR_DB_PORT_5432_TCP": "tcp://10.0.0.5:5432",
        "MONITOR_DB_PORT_5432_TCP_ADDR": "10.0.0.5",
        "MONITOR_PORT": "tcp://10.0.0.6:80",
        "MONITOR_SERVICE_HOST": "10.0.0.6",
    }
    assert config.load(folder, env=env).warnings == ()


def test_an_unknown_variable_is_named(folder):
    """A variable that is not a setting has no effect; the warning names it and the one that was probably meant."""
    warnings = config.load(folder, env={"MONITOR_SMTP__PASWORD": "x", "MONITOR_VERSION": "1"}).warnings
    first, second = map(str, warnings)
    assert first.startswith("environment variable MONITOR_SMTP__PASWORD: is not a setting and has no effect")
    assert "MONITOR_SMTP__PASSWORD" in first
    assert second.startswith("environment variable MONITOR_VERSION: ")


def test_an_incomplete_section_of_variables_names_the_variable(folder):
    """A section that only variables set has no line in a file."""
    assert report(folder, {"MONITOR_SMTP__HOST": "h"})[0].startswith("environment variable MONITOR_SMTP__HOST: smtp: ")


def test_channels_inherit_the_zone(folder):
    """A channel without a zone has that of monitor.yaml, and `config show` names its line."""
    write(folder, "monitor.yaml", "contact: c\nzone: Asia/Karachi\nsmtp: {host: h, sender: s@e.example}\n")
    desk, other = "{id: desk, kind: email, recipients: [a@b.example]}", "zone: Asia/Tehran"
    write(folder, "channels.yaml", f"channels:\n  - {desk}\n  - {desk[:-1].replace('desk', 'two')}, {other}}}\n")
    loaded = config.load(folder, env={})
    assert [channel.zone for channel in loaded.channels] == ["Asia/Karachi", "Asia/Tehran"]
    shown = {key: (value, origin) for key, value, origin in config.show(folder, env={})}
    assert shown["channels.0.zone"] == ("Asia/Karachi", f"{folder}/monitor.yaml:2")
    by_variable = config.load(folder, env={"MONITOR_ZONE": "Europe/Berlin"})
    assert by_variable.channels[0].zone == "Europe/Berlin"


def test_the_operator_channel_must_exist(folder):
    """An operator channel that is not configured would never notify."""
    write(folder, "monitor.yaml", "contact: c\noperator_channel: dsk\nsmtp: {host: h, sender: s@e.example}\n")
    write(folder, "channels.yaml", "channels: [{id: desk, kind: email, recipients: [a@b.example]}]\n")
    assert (
        report(folder)[0] == "monitor.yaml:2:1: operator_channel: no channel has the id 'dsk' (did you mean \"desk\"?)"
    )
    write(folder, "monitor.yaml", "contact: c\noperator_channel: desk\nsmtp: {host: h, sender: s@e.example}\n")
    assert config.load(folder, env={}).operator_channel == "desk"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("times: 07:30", "channels.0.times: must be a list such as [a, b]"),
        ("weekdays: mon-fri", "channels.0.weekdays: must be a list such as [a, b]"),
        ("recipients: x@e.example", "channels.0.recipients: must be a list such as [a, b]"),
        ("recipients: []", "channels.0.recipients: must be a list with at least one entry"),
    ],
)
def test_errors_name_forms_of_yaml(folder, keys, expected):
    """An error says which form YAML needs, and names no type of Python."""
    write(folder, "monitor.yaml", "contact: c\nsmtp: {host: h, sender: s@e.example}\n")
    recipients = "" if "recipients" in keys else "recipients: [a@b.example], "
    write(folder, "channels.yaml", f"channels: [{{id: desk, kind: email, {recipients}{keys}}}]\n")
    assert expected in report(folder)[0]


def test_an_empty_section_has_no_entries(folder):
    """`channels:` with only comments below it is valid."""
    write(folder, "channels.yaml", "channels:\n# - id: desk\n")
    write(folder, "sources/a.yaml", "sources:\n")
    loaded = config.load(folder, env={})
    assert (loaded.channels, loaded.sources) == ((), ())


@pytest.mark.parametrize("keys", ["times: []", "weekdays: []"])
def test_a_channel_that_never_notifies_is_named(folder, keys):
    """Without digest times and without alerts a channel would be silent for ever."""
    write(folder, "monitor.yaml", "contact: c\nsmtp: {host: h, sender: s@e.example}\n")
    write(
        folder,
        "channels.yaml",
        f"channels:\n  - {{id: desk, kind: email, recipients: [a@b.example], alerts: false, {keys}}}\n",
    )
    (warning,) = config.load(folder, env={}).warnings
    assert "desk never notifies" in str(warning)


CHANNELS = """
    channels:
      - id: bad
        kind: email
        recipients: [desk@example.org., good@example.org]
      - {id: hook, kind: webhook, recipients: ["http://192.168.1.5:5678/hook"], secret: hunter2}
"""


def test_a_recipient_that_cannot_be_reached_stops_no_other(folder):
    """The errors of single recipients are listed with their places, and the configuration is loaded all the same."""
    (folder / "monitor.yaml").write_text(
        "contact: desk@example.org\nsmtp: {host: mail.example.org, sender: m@example.org}\n"
    )
    write(folder, "channels.yaml", CHANNELS)
    loaded = config.load(folder, env={})
    assert [str(fault).replace(f"{folder}/", "").partition(" (")[0] for fault in loaded.faults] == [
        "channels.yaml:4:18: channels.0.recipients.0: 'desk@example.org.' is not an address such as desk@example.org",
        "channels.yaml:5:44: channels.1.recipients.0: 192.168.1.5 is not a public address, so nothing is posted there",
        "channels.yaml:5:77: channels.1.secret: must be whsec_ followed by base64; no receiver could verify a message",
    ]
    assert [channel.id for channel in loaded.channels] == ["bad", "hook"]


def test_a_recipient_that_is_listed_twice_gets_one_message(folder):
    """Also in another spelling; the place is named in a warning."""
    (folder / "monitor.yaml").write_text(
        "contact: desk@example.org\nsmtp: {host: mail.example.org, sender: m@example.org}\n"
    )
    write(
        folder,
        "channels.yaml",
        "channels: [{id: a, kind: email, recipients: [x@example.org, y@example.org, X@Example.org]}]\n",
    )
    loaded = config.load(folder, env={})
    assert loaded.channels[0].recipients == ("x@example.org", "y@example.org")
    assert [(warning.line, warning.old) for warning in loaded.warnings] == [(1, "X@Example.org")]


def test_a_sender_without_an_address_is_an_error(folder):
    """No channel could send from it."""
    (folder / "monitor.yaml").write_text(
        "contact: desk@example.org\nsmtp: {host: mail.example.org, sender: Alert Manager - INT}\n"
    )
    assert report(folder)[0].startswith("monitor.yaml:2:32: smtp.sender: must be an address, or Name <address>")


def test_weights_of_an_older_release_load_with_a_warning(folder):
    """A file of weights without the newer keys works; one warning names file, line and the missing keys with their values."""
    older = ", ".join(f"{field.name}: 1" for field in fields(Weights) if field.default is MISSING)
    (folder / "rules" / "small.yaml").write_text(RULES.replace(WEIGHTS, older))
    loaded = config.load(folder, env={})
    (warning,) = loaded.warnings
    assert loaded.rules.weights.passage == Weights.__dataclass_fields__["passage"].default
    assert (warning.file, warning.line) == (str(folder / "rules" / "small.yaml"), 6)
    assert all(field.name in warning.message for field in fields(Weights) if field.default is not MISSING)


def test_the_bundled_weights_are_complete():
    """The bundled file of weights has every key, so it loads without a warning."""
    assert not config.load(config.bundled("config"), env={}).warnings
