"""Load a configuration folder: YAML files, then environment variables and secret files over them."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from monitor import relevance, urls
from monitor.channels import MailServer, email, registry
from monitor.config.descriptions import describe
from monitor.config.renamed import FileKind, apply_renames, apply_variable_rename
from monitor.config.schemas import (
    KIND_SETTINGS,
    SETTINGS_FROM_FILES,
    ChannelsFile,
    RulesFile,
    SettingsFile,
    SourcesFile,
    recipient_key,
)
from monitor.config.settings import Config
from monitor.config.validation import ConfigErrors, error_at, error_in_query, keys_at, suggestion, validate
from monitor.config.yaml_positions import (
    ConfigWarning,
    KeyPath,
    Location,
    YamlDocument,
    dotted,
    merge_documents,
    read_yaml,
    warning_at,
)
from monitor.errors import ConfigError
from monitor.model import Channel, Source
from monitor.relevance.rules import RuleSet, Weights

# Of environment variables; two underscores separate a key from the key inside it: MONITOR_SMTP__PORT.
ENV_PREFIX = "MONITOR_"
# What Kubernetes sets in every container beside a service called monitor or monitor-db (MONITOR_DB_SERVICE_HOST).
SERVICE_LINK = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$")
# The variables of options of the command line, which are not settings.
CLI_VARIABLES = {"MONITOR_CONFIG", "MONITOR_STORE"}

SETTINGS: TypeAdapter[SettingsFile] = TypeAdapter(SettingsFile)
SOURCES: TypeAdapter[SourcesFile] = TypeAdapter(SourcesFile)
CHANNELS: TypeAdapter[ChannelsFile] = TypeAdapter(ChannelsFile)
RULES: TypeAdapter[RuleSet] = TypeAdapter(RulesFile)

WarningSink = Callable[[ConfigWarning], None]


def bundled(name: str) -> Path:
    """A folder that is shipped with the program, `config` or `cassettes`: in the wheel, or beside it in a checkout."""
    package = Path(str(files("monitor")))
    packed = package / "_bundled" / name
    return packed if packed.is_dir() else package.parent / name


def load(folder: Path, *, env: Mapping[str, str]) -> Config:
    """Load the configuration in a folder. Raises ConfigErrors with everything that is wrong with it.

    `rules/` may be missing: then the bundled rules apply. Renamed keys are accepted and listed in `Config.warnings`.
    """
    if not (folder / "monitor.yaml").is_file():
        hint = f"`monitor init {folder}` writes one to start from; --config names another folder"
        raise ConfigErrors([ConfigError("there is no monitor.yaml here", file=folder, hint=hint)])
    # All files are read and validated before anything is raised, so that one run reports every error.
    settings_document = read_settings(folder, env)
    sources_document = read_files(yaml_files(folder / "sources"), FileKind.SOURCES)
    channels_document = read_channels(folder)
    rules_document, rules = read_rules(yaml_files(rules_folder(folder)))

    settings = validate(SETTINGS, settings_document)
    if settings:
        inherit_zone(channels_document, settings_document)
    sources = validate(SOURCES, sources_document)
    channels = validate(CHANNELS, channels_document)
    if sources:
        check_unique(sources_document, "sources", "id", [source.id for source in sources.sources])
        check_unique(sources_document, "sources", "url", [urls.canonicalize(source.url) for source in sources.sources])
    if channels:
        check_channels(channels_document, channels.channels)
    if channels and settings:  # with a faulty smtp: every email channel would seem to lack one
        check_missing_settings(channels_document, channels.channels, settings.smtp)
    if settings and channels:
        check_operator_channel(settings_document, settings.operator_channel, channels.channels)
    if channels and rules:
        check_choices(channels_document, channels.channels, topic_and_flag_codes(rules))

    documents = (settings_document, sources_document, channels_document, rules_document)
    if any(document.errors for document in documents):
        found = [in_file_order([*document.errors, *document.faults]) for document in documents]
        raise ConfigErrors([error for errors in found for error in errors])
    assert settings
    assert sources
    assert channels
    assert rules
    return Config(
        contact=settings.contact,
        zone=settings.zone,
        store=settings.store,
        mail=with_unsubscribe(settings.smtp, contact=settings.contact),
        limits=settings.limits,
        sources=sources.sources,
        rules=rules,
        channels=channels.channels,
        operator_channel=settings.operator_channel,
        faults=tuple(in_file_order(channels_document.faults)),
        warnings=(*(warning for document in documents for warning in document.warnings), *unread_files(folder)),
    )


def with_unsubscribe(mail: MailServer | None, *, contact: str) -> MailServer | None:
    """Returns the mail server with the default of its `unsubscribe`."""
    if mail is None or mail.unsubscribe:
        return mail
    return replace(mail, unsubscribe=email.unsubscribe_url(contact, mail.sender))


def load_store_url(folder: Path, *, env: Mapping[str, str]) -> str:
    """Returns the database URL of a configuration folder, "" if it sets none; errors elsewhere in it do not matter.

    Raises ConfigErrors if monitor.yaml cannot be read as YAML.
    """
    if not (folder / "monitor.yaml").is_file():
        return ""
    document = read_settings(folder, env)
    if not document.data and document.errors:
        raise ConfigErrors(document.errors)
    store = document.data.get("store")
    return store if isinstance(store, str) else ""


def load_sources(paths: Iterable[Path], *, warn: WarningSink | None = None) -> tuple[Source, ...]:
    """Load the sources of some files only. Raises ConfigErrors; `warn` is called for every renamed key."""
    document = read_files(paths, FileKind.SOURCES)
    sources = validate(SOURCES, document)
    if sources is None or document.errors:
        raise ConfigErrors(document.errors)
    report_warnings(document, warn)
    return sources.sources


def load_rules(folder: Path, *, warn: WarningSink | None = None) -> RuleSet:
    """Load the rules of a configuration folder only. Raises ConfigErrors; `warn` is called for every renamed key."""
    return rules_in(rules_folder(folder), warn=warn)


def rules_in(folder: Path, *, warn: WarningSink | None = None) -> RuleSet:
    """Load the rules from the files of a folder. Raises ConfigErrors, also if there are no rule files in it."""
    paths = yaml_files(folder)
    # A mistyped folder must not silently mean the bundled rules, as it does for a whole configuration.
    if not paths or folder / "monitor.yaml" in paths:
        message = "is the folder of a whole configuration" if paths else "there are no *.yaml files here"
        hint = "name a folder of rule files such as config/rules"
        raise ConfigErrors([ConfigError(message, file=folder, hint=hint)])
    document, rules = read_rules(paths)
    if rules is None or document.errors:
        raise ConfigErrors(document.errors)
    report_warnings(document, warn)
    return rules


def schema() -> dict[str, Any]:
    """JSON schemas for editors, by kind of file."""
    adapters: Mapping[FileKind, TypeAdapter[Any]] = {
        FileKind.SETTINGS: SETTINGS,
        FileKind.CHANNELS: CHANNELS,
        FileKind.SOURCES: SOURCES,
        FileKind.RULES: RULES,
    }
    return {kind.value: describe(adapter.json_schema()) for kind, adapter in adapters.items()}


# --- files ------------------------------------------------------------------------------------------------------------


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder, sorted, without hidden ones."""
    # Editors and macOS leave ".#pk.yaml" and "._pk.yaml" beside a file; they are broken links or binary.
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def unread_files(folder: Path) -> Iterator[ConfigWarning]:
    """Yields a warning for each file that looks like a part of the configuration and is not read.

    Seen: `channels.yml`, `channel.yaml`, and sources in a subfolder, each without any effect and without a word.
    """
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in ("monitor.yaml", "channels.yaml") and not path.name.startswith("."):
            # By the stem: the common ".yaml" would make any two names alike.
            meant = suggestion(path.stem, ("monitor", "channels"))
            hint = meant.replace('"?', '.yaml"?') or "sources belong into sources/, rules into rules/"
            yield unread_file(path, hint)
    for part in (folder / "sources", folder / "rules"):
        for path in sorted(part.rglob("*.y*ml")):
            if any(step.startswith(".") for step in path.relative_to(part).parts):
                continue
            if path.parent != part:
                yield unread_file(path, f"files in subfolders are not; move it into {part}")
            elif path.suffix != ".yaml":
                yield unread_file(path, f"name it {path.with_suffix('.yaml').name}")


def unread_file(path: Path, hint: str) -> ConfigWarning:
    """The warning for a file that is not read."""
    return ConfigWarning(message=f"this file is not read ({hint})", file=str(path), line=0, column=0)


def in_file_order(errors: Iterable[ConfigError]) -> list[ConfigError]:
    """The errors of one kind of file, by file and line."""
    return sorted(errors, key=lambda error: (str(error.file), error.line, error.column))


# --- reading ----------------------------------------------------------------------------------------------------------


def read_settings(folder: Path, env: Mapping[str, str]) -> YamlDocument:
    """monitor.yaml with the environment variables over it."""
    document = read_yaml(folder / "monitor.yaml")
    # The file before the variables: a variable under its new name overrides a key of the file under its old one.
    apply_renames(document, FileKind.SETTINGS)
    apply_environment(document, env)
    drop_empty_sections(document)
    if isinstance(smtp := document.data.get("smtp"), dict):
        read_secret_file(document, smtp, "password", ("smtp",), folder)
    return document


def read_channels(folder: Path) -> YamlDocument:
    """channels.yaml, which may be missing, with the secrets from the files that it names."""
    path = folder / "channels.yaml"
    document = read_yaml(path) if path.exists() else YamlDocument()
    apply_renames(document, FileKind.CHANNELS)
    drop_empty_sections(document)
    channels = document.data.get("channels")
    for number, channel in enumerate(channels if isinstance(channels, list) else []):
        if isinstance(channel, dict):
            for key in sorted(SETTINGS_FROM_FILES):
                read_secret_file(document, channel, key, ("channels", number), folder)
            drop_unused_settings(document, channel, ("channels", number))
            warn_of_repeated_recipients(document, channel, ("channels", number))
    return document


def drop_empty_sections(document: YamlDocument) -> None:
    """Remove top keys without a value: `channels:` with nothing but comments below it is a section without entries."""
    document.data = {key: value for key, value in document.data.items() if value is not None}


def read_files(paths: Iterable[Path], kind: FileKind) -> YamlDocument:
    """Several files of one kind as one document."""
    documents = [read_yaml(path) for path in sorted(paths)]
    for document in documents:
        apply_renames(document, kind)
        drop_empty_sections(document)
    return merge_documents(documents)


def read_rules(paths: Sequence[Path]) -> tuple[YamlDocument, RuleSet | None]:
    """The rule files as one document, and their rules; None, with `document.errors`, if they are not valid."""
    try:
        contents = tuple((path, path.read_bytes()) for path in paths)
    except OSError:
        contents = ()  # reading them as YAML names the file and the reason
    return parse_rules(contents) if contents else parse_rules.__wrapped__(tuple((path, b"") for path in paths))


# Files with the same contents give the same rules: parsing them takes a quarter of a second, and a reload of the service or
# a series of commands in one process finds them unchanged.
@lru_cache(maxsize=2)
def parse_rules(contents: tuple[tuple[Path, bytes], ...]) -> tuple[YamlDocument, RuleSet | None]:
    """As `read_rules`, for files with these contents."""
    document = read_files([path for path, _ in contents], FileKind.RULES)
    return document, validate_rules(document)


def rules_folder(folder: Path) -> Path:
    """The folder of the rules that apply to a configuration folder."""
    # Without rules of its own, an installation gets the better rules of each release.
    own = folder / "rules"
    return own if own.is_dir() else bundled("config") / "rules"


def apply_environment(document: YamlDocument, env: Mapping[str, str]) -> None:
    """Set smtp.port from MONITOR_SMTP__PORT, and so on; an error names the variable.

    A variable that is not a setting has no effect. It causes a warning, and no error: Kubernetes sets MONITOR_PORT and others
    for a service called monitor, and images set MONITOR_VERSION.
    """
    variables: dict[KeyPath, str] = {}
    # Sorted, so that errors and warnings come in the same order on every machine.
    for variable in sorted(env):
        if not variable.startswith(ENV_PREFIX) or variable in CLI_VARIABLES or SERVICE_LINK.search(variable):
            continue
        old_path = tuple(variable.removeprefix(ENV_PREFIX).lower().split("__"))
        path = apply_variable_rename(old_path)
        location = Location(file=f"environment variable {variable}", line=0, column=0)
        new_variable = to_variable(path)
        if path not in setting_paths():
            if not env[variable].startswith(("tcp://", "udp://", "sctp://")):  # Kubernetes: MONITOR_PORT
                document.warnings.append(unknown_variable(variable, location))
            continue
        if path != old_path and new_variable in env:
            message = f"this is the old name of {new_variable}, and both are set"
            document.errors.append(ConfigError(message, file=location.file, hint=f"remove {variable}"))
            continue
        if path != old_path:
            message = f"is now {new_variable}; the old name stops working with the next release"
            document.warnings.append(warning_at(location, message, old=variable, new=new_variable))
        variables[path] = env[variable]
        document.locations[path] = location
    for path, value in variables.items():
        mapping: dict[str, Any] = document.data
        for key in map(str, path[:-1]):
            # A variable for a section that the file lacks creates the section.
            child = mapping.get(key)
            mapping[key] = mapping = child if isinstance(child, dict) else {}
        mapping[str(path[-1])] = value
        # An error of a section that no file has (smtp without a sender) is located at the variable.
        for length in range(1, len(path)):
            document.locations.setdefault(path[:length], document.locations[path])


@cache
def setting_paths() -> frozenset[KeyPath]:
    """The paths of all settings of monitor.yaml that a variable can set."""
    root = SETTINGS.json_schema()
    sections = {key: keys_at(root, (key,)) for key in keys_at(root, ())}
    return frozenset(
        path for key, children in sections.items() for path in [(key,), *((key, child) for child in children)]
    )


def to_variable(path: KeyPath) -> str:
    """The name of the variable that sets a key."""
    return ENV_PREFIX + "__".join(map(str, path)).upper()


def unknown_variable(variable: str, location: Location) -> ConfigWarning:
    """The warning for a variable that is not a setting."""
    hint = suggestion(variable, map(to_variable, setting_paths())) or "`monitor config show` lists the settings"
    return warning_at(location, f"is not a setting and has no effect ({hint})", old=variable)


def inherit_zone(channels: YamlDocument, settings: YamlDocument) -> None:
    """Give each channel without `zone:` the zone of monitor.yaml, with its location."""
    listed = channels.data.get("channels")
    zone = settings.data.get("zone")
    for number, channel in enumerate(listed if zone and isinstance(listed, list) else []):
        if isinstance(channel, dict) and not channel.get("zone"):
            channel["zone"] = zone
            channels.locations["channels", number, "zone"] = settings.location(("zone",))


def read_secret_file(document: YamlDocument, mapping: dict[str, Any], key: str, path: KeyPath, folder: Path) -> None:
    """Set `key` from the file that `<key>_file` names, relative to the folder; the file wins over the key itself."""
    name = mapping.get(f"{key}_file")
    if not name or not isinstance(name, str):
        return
    file_path = (*path, f"{key}_file")
    try:
        mapping[key] = (folder / name).read_text("utf-8").strip()
        document.locations[*path, key] = document.location(file_path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        document.errors.append(error_at(document, file_path, f"{folder / name} cannot be read: {reason}"))


def drop_unused_settings(document: YamlDocument, channel: dict[str, Any], path: KeyPath) -> None:
    """Remove the keys that other kinds have and this channel's kind does not use, each with a warning.

    They were always accepted; an error would stop a service at its next start.
    """
    kind = registry.KINDS.get(str(channel.get("kind")))
    if kind is None:
        return
    for key in sorted(KIND_SETTINGS & channel.keys() - kind.settings.model_fields.keys()):
        del channel[key]
        location = document.location((*path, key))
        if not key.endswith("_file") or location.line:
            message = f"{dotted((*path, key))}: has no effect in a channel of kind {kind.id}"
            document.warnings.append(warning_at(location, message, old=key))


def warn_of_repeated_recipients(document: YamlDocument, channel: Mapping[str, Any], path: KeyPath) -> None:
    """Add a warning for each recipient that is listed twice; it gets one message."""
    recipients = channel.get("recipients")
    first: set[str] = set()
    for position, recipient in enumerate(recipients if isinstance(recipients, list) else []):
        key = recipient_key(str(recipient))
        if key in first:
            location = document.location((*path, "recipients", position))
            message = f"{dotted((*path, 'recipients', position))}: {recipient} is listed twice and gets one message"
            document.warnings.append(warning_at(location, message, old=str(recipient)))
        first.add(key)


def report_warnings(document: YamlDocument, warn: WarningSink | None) -> None:
    """Hand the warnings of a document to a callback."""
    if warn:
        for warning in document.warnings:
            warn(warning)


# --- checks across values ---------------------------------------------------------------------------------------------


def validate_rules(document: YamlDocument) -> RuleSet | None:
    """The rules of a document with their queries checked; None, with `document.errors`, if they are not valid."""
    rules = validate(RULES, document)
    if rules:
        document.errors += [error_in_query(document, path, error) for path, error in relevance.query_errors(rules)]
        document.warnings += missing_weights(document)
    return rules


def missing_weights(document: YamlDocument) -> Iterator[ConfigWarning]:
    """Yields a warning if the weights were written for an older release: the built-in values of newer ones apply."""
    present = document.mapping(("weights",))
    missing = [f"{weight.name}: {weight.default}" for weight in fields(Weights) if weight.name not in present]
    if missing:
        message = (
            f"weights: of an older release, without {', '.join(missing)}. These values apply; add them to choose others"
        )
        yield warning_at(document.location(("weights",)), message, old="weights", new="weights")


def check_unique(document: YamlDocument, section: str, key: str, values: Iterable[str]) -> None:
    """Add an error for every value that two entries of a section share."""
    # Two sources with one id would share their entries; two with one URL would be polled twice as often as allowed.
    first: dict[str, int] = {}
    for number, value in enumerate(values):
        if value in first:
            earlier = document.location((section, first[value], key))
            message = f"{section}.{number}.{key}: {value} is set twice; first in {earlier.file}:{earlier.line}"
            document.errors.append(error_at(document, (section, number, key), message))
        first.setdefault(value, number)


def check_channels(document: YamlDocument, channels: Iterable[Channel]) -> None:
    """Add errors for ids that are used twice, and faults for recipients and settings that a channel's kind cannot use.

    A channel that can never notify causes a warning.
    """
    channels = tuple(channels)
    check_unique(document, "channels", "id", [channel.id for channel in channels])
    for number, channel in enumerate(channels):
        kind = registry.get(channel.kind)
        for position, recipient in enumerate(channel.recipients):
            if not kind.is_valid_recipient(recipient):
                path: KeyPath = ("channels", number, "recipients", position)
                message = f"{dotted(path)}: {recipient!r} is not {kind.recipient_form}"
                document.faults.append(error_at(document, path, message))
        for fault in kind.find_faults(channel):
            path = ("channels", number, *fault.path)
            document.faults.append(error_at(document, path, f"{dotted(path)}: {fault.message}", hint=fault.hint))
        if not channel.alerts and not (channel.times and channel.weekdays):
            location = document.location(("channels", number))
            reason = "no weekdays" if channel.times else "no times"
            message = f"channels.{number}: {channel.id} never notifies: it has {reason} for digests, and alerts: false"
            document.warnings.append(warning_at(location, message, old=""))


def check_missing_settings(document: YamlDocument, channels: Iterable[Channel], mail_server: MailServer | None) -> None:
    """Add errors for settings without which a channel's kind cannot work: a mail server, a secret."""
    for number, channel in enumerate(channels):
        kind = registry.get(channel.kind)
        # The file of a secret could not be read: that is an error of its own.
        written = document.data["channels"][number]
        if any(key.endswith("_file") and key.removesuffix("_file") not in written for key in written):
            continue
        if missing := kind.find_missing_setting(channel, mail_server):
            message = f"channels.{number}: {missing.message}"
            document.errors.append(error_at(document, ("channels", number), message, hint=missing.hint))


def check_operator_channel(document: YamlDocument, channel_id: str, channels: Iterable[Channel]) -> None:
    """Add an error if the operator channel is not one of the channels: the operator would never be notified."""
    ids = [channel.id for channel in channels]
    if channel_id and channel_id not in ids:
        hint = suggestion(channel_id, ids) or f"channels.yaml has {', '.join(ids) or 'no channel'}"
        message = f"operator_channel: no channel has the id {channel_id!r}"
        document.errors.append(error_at(document, ("operator_channel",), message, hint=hint))


def check_choices(document: YamlDocument, channels: Iterable[Channel], codes: Collection[str]) -> None:
    """Add errors for codes in include: and exclude: that the rules do not have; they would choose nothing, silently."""
    for number, channel in enumerate(channels):
        for key, chosen in (("include", channel.include), ("exclude", channel.exclude)):
            for position, code in enumerate(chosen):
                path = ("channels", number, key, position)
                subject = f"{dotted(path)}: {code!r}"
                if code not in codes:
                    hint = f"there are {', '.join(sorted(codes))}"
                    message = f"{subject} is not a topic or flag of the rules"
                    document.errors.append(error_at(document, path, message, hint=hint))
                elif key == "exclude" and code in channel.include:
                    document.errors.append(error_at(document, path, f"{subject} is in include: as well"))


def topic_and_flag_codes(rules: RuleSet) -> set[str]:
    """The codes of the topics and flags that these rules can give a text, and by which a channel can choose."""
    flags = {flag.code for flag in rules.flags} | {rule.flag for rule in rules.rules if rule.flag}
    return flags | {topic.id for topic in rules.topics}
