"""A folder of YAML files to one Config: files, then environment and secret files over them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, TypeAdapter

from monitor import relevance, urls
from monitor.channels.email import MailServer
from monitor.config.check import ConfigErrors, at, fill, inside
from monitor.config.forms import ChannelsForm, RulesForm, SettingsForm, SmtpForm, SourcesForm
from monitor.config.nouns import Config, Limits
from monitor.config.yaml import Document, Place, merge, read
from monitor.errors import ConfigError
from monitor.model import Channel, ChannelKind, Source
from monitor.relevance.rules import RuleSet

PREFIX = "MONITOR_"  # of environment variables; two underscores part a key from the key inside it
NOT_SETTINGS = {"MONITOR_CONFIG", "MONITOR_STORE"}  # of the command line, see `cli`

SETTINGS = TypeAdapter(SettingsForm)
SOURCES = TypeAdapter(SourcesForm)
CHANNELS = TypeAdapter(ChannelsForm)
RULES = TypeAdapter(RulesForm)


def bundled(name: str) -> Path:
    """A folder that travels with the program, `config` or `cassettes`: inside the wheel, or beside it in a checkout."""
    package = Path(str(files("monitor")))
    packed = package / "_bundled" / name
    return packed if packed.is_dir() else package.parent / name


def load(folder: Path, *, env: Mapping[str, str]) -> Config:
    """The configuration in a folder, or ConfigErrors with everything that is wrong with it.

    `rules/` may be left out: then the bundled rules hold.
    """
    if not (folder / "monitor.yaml").is_file():
        hint = f"`monitor init {folder}` writes one to start from; --config names another folder"
        raise ConfigErrors([ConfigError("there is no monitor.yaml here", file=folder, hint=hint)])
    settings_file = settings_document(folder, env)
    sources_file = merge(map(read, sorted((folder / "sources").glob("*.yaml"))))
    channels_file = read(folder / "channels.yaml") if (folder / "channels.yaml").exists() else Document()
    rules_file = merge(map(read, sorted(_rules(folder).glob("*.yaml"))))

    settings = fill(SETTINGS, settings_file)
    sources = fill(SOURCES, sources_file)
    channels = fill(CHANNELS, channels_file)
    rules = _ruleset(rules_file)
    if sources:
        _unique(sources_file, "sources", [(source.id, "id") for source in sources.sources])
        _unique(sources_file, "sources", [(urls.canonical(source.url), "url") for source in sources.sources])
    mail = _mail_server(settings_file, settings.smtp, folder) if settings and settings.smtp else None
    told = _channels(channels_file, channels, folder, has_mail=mail is not None) if channels else ()
    if channels and rules:
        _choices(channels_file, channels, codes(rules))

    errors = [error for file in (settings_file, sources_file, channels_file, rules_file) for error in file.errors]
    if errors:
        raise ConfigErrors(errors)
    assert settings
    assert sources
    assert rules
    return Config(
        contact=settings.contact,
        zone=settings.zone,
        store=settings.store,
        mail=mail,
        limits=Limits(**dict(settings.limits)),
        sources=tuple(source.noun() for source in sources.sources),
        rules=rules,
        channels=told,
    )


def settings_document(folder: Path, env: Mapping[str, str]) -> Document:
    """monitor.yaml with the environment over it."""
    document = read(folder / "monitor.yaml")
    _overlay(document, env)
    return document


def load_sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The sources of some files alone, or ConfigErrors."""
    document = merge(map(read, paths))
    form = fill(SOURCES, document)
    if form is None or document.errors:
        raise ConfigErrors(document.errors)
    return tuple(source.noun() for source in form.sources)


def load_rules(folder: Path) -> RuleSet:
    """The rules of a configuration alone, or ConfigErrors."""
    return rules_in(_rules(folder))


def rules_in(folder: Path) -> RuleSet:
    """The rules that the files of a folder make, or ConfigErrors; a folder without any is an error as well."""
    files = sorted(folder.glob("*.yaml"))
    if not files or folder / "monitor.yaml" in files:
        wrong = "is the folder of a whole configuration" if files else "there are no *.yaml files here"
        hint = "name a folder of rule files such as config/rules"
        raise ConfigErrors([ConfigError(wrong, file=folder, hint=hint)])
    document = merge(map(read, files))
    rules = _ruleset(document)
    if rules is None or document.errors:
        raise ConfigErrors(document.errors)
    return rules


def _ruleset(document: Document) -> RuleSet | None:
    """The rules of a document, their queries read; None, with `document.errors`, where they cannot be."""
    form = fill(RULES, document)
    if form is None:
        return None
    rules = RuleSet(**dict(form))
    document.errors += [inside(document, trail, error) for trail, error in relevance.faults(rules)]
    return rules


def _rules(folder: Path) -> Path:
    own = folder / "rules"
    return own if own.is_dir() else bundled("config") / "rules"


def _overlay(document: Document, env: Mapping[str, str]) -> None:
    """MONITOR_SMTP__PORT=25 over smtp.port, and so on."""
    for name in sorted(env):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        trail = tuple(name.removeprefix(PREFIX).lower().split("__"))
        inner: dict[str, Any] = document.data
        for step in trail[:-1]:
            following = inner.get(step)
            inner[step] = inner = following if isinstance(following, dict) else {}
        inner[trail[-1]] = env[name]
        document.places[trail] = Place(file=f"environment variable {name}", line=0, column=0)


def _unique(document: Document, key: str, values: Iterable[tuple[str, str]]) -> None:
    first: dict[str, int] = {}
    for number, (value, name) in enumerate(values):
        if value in first:
            where = document.place((key, first[value], name))
            message = f"{key}.{number}.{name}: {value} stands twice; first in {where.file}:{where.line}"
            document.errors.append(at(document, (key, number, name), message))
        first.setdefault(value, number)


def _secret(document: Document, form: BaseModel, key: str, trail: tuple[str | int, ...], folder: Path) -> str:
    """A secret from the file itself, or from the file that `<key>_file` names (relative to the folder)."""
    written: SecretStr = getattr(form, key)
    kept: str = getattr(form, f"{key}_file")
    if not kept:
        return written.get_secret_value()
    path = folder / kept
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        document.errors.append(at(document, (*trail, f"{key}_file"), f"{path} cannot be read: {reason}"))
        return ""


def _mail_server(document: Document, form: SmtpForm, folder: Path) -> MailServer:
    return MailServer(
        host=form.host,
        port=form.port,
        tls=form.tls,
        username=form.username,
        password=_secret(document, form, "password", ("smtp",), folder),
        sender=form.sender,
        timeout=form.timeout.total_seconds(),
    )


def _channels(document: Document, form: ChannelsForm, folder: Path, *, has_mail: bool) -> tuple[Channel, ...]:
    _unique(document, "channels", [(channel.id, "id") for channel in form.channels])
    told = []
    for number, channel in enumerate(form.channels):
        trail = ("channels", number)
        for position, value in channel.wrong_recipients():
            what = (
                "an address such as desk@example.org" if channel.kind is ChannelKind.EMAIL else "an http or https URL"
            )
            message = f"channels.{number}.recipients.{position}: {value!r} is not {what}"
            document.errors.append(at(document, (*trail, "recipients", position), message))
        secret = _secret(document, channel, "secret", trail, folder)
        if channel.kind is ChannelKind.WEBHOOK and not secret:
            message = f"channels.{number}: a webhook needs a secret, or its receiver cannot tell us from others"
            document.errors.append(at(document, trail, message, hint="secret: whsec_… or secret_file: PATH"))
        if channel.kind is ChannelKind.EMAIL and not has_mail:
            message = f"channels.{number}: an email channel needs a mail server"
            document.errors.append(at(document, trail, message, hint="add smtp: to monitor.yaml"))
        told.append(channel.noun(secret))
    return tuple(told)


def codes(rules: RuleSet) -> set[str]:
    """The topics and flags that a text may get by these rules, and a channel choose by."""
    flags = {caution.code for caution in rules.cautions} | {rule.flag for rule in rules.rules if rule.flag}
    return flags | {topic.id for topic in rules.topics}


def _choices(document: Document, form: ChannelsForm, known: Collection[str]) -> None:
    """A misspelt code would leave nothing out, or everything."""
    for number, channel in enumerate(form.channels):
        for key, chosen in (("include", channel.include), ("exclude", channel.exclude)):
            for position, code in enumerate(chosen):
                trail = ("channels", number, key, position)
                what = f"{'.'.join(map(str, trail))}: {code!r}"
                if code not in known:
                    hint = f"there are {', '.join(sorted(known))}"
                    document.errors.append(at(document, trail, f"{what} is no topic or flag of the rules", hint=hint))
                elif key == "exclude" and code in channel.include:
                    document.errors.append(at(document, trail, f"{what} is in include: as well"))


def schema() -> dict[str, Any]:
    """JSON schemas for editors, one for each kind of file."""
    kinds: Mapping[str, Callable[[], dict[str, Any]]] = {
        "monitor.yaml": SETTINGS.json_schema,
        "channels.yaml": CHANNELS.json_schema,
        "sources": SOURCES.json_schema,
        "rules": RULES.json_schema,
    }
    return {name: make() for name, make in kinds.items()}
