"""JSON output of commands, and commands that only read."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from monitor.cli import app
from monitor.cli.views.json_output import print_json, with_public_keys
from monitor.cli.views.source_text import check_json
from monitor.config import bundled
from monitor.model import Verdict
from monitor.services.check_source import SourceCheck, check_source
from monitor.services.fetch_once import FetchSummary
from tests.cli.builders import DAWN, Site, a_config, a_feed, a_source, an_article, visiting

JUNE = ("--since", "2025-06-01", "--until", "2025-07-30")
JSON_KEYS = yaml.safe_load((Path(__file__).parent / "json_keys.yaml").read_text("utf-8"))
# Their keys are ids, codes or field names and not a fixed set.
OPEN_MAPPINGS = {"left_out", "outcomes", "places"}
TEXT = "Iran and Pakistan opened the crossing at Taftan again on Saturday after a pause of nine days, officers said."


def key_paths(value: Any, path: str = "") -> Iterator[str]:
    """Yields the path of every key in a JSON value: `stored.changes[].title`."""
    if isinstance(value, list):
        for item in value:
            yield from key_paths(item, f"{path}[]")
    elif isinstance(value, dict) and path.rpartition(".")[2] not in OPEN_MAPPINGS:
        for key, item in value.items():
            key_path = f"{path}.{key}" if path else key
            yield key_path
            yield from key_paths(item, key_path)


def commands_with_json() -> Iterator[str]:
    """Yields the names of all commands that have --json."""
    root: Any = typer.main.get_command(app)
    for name in root.list_commands(None):
        command = root.get_command(None, name)
        children = getattr(command, "commands", {})
        leaves = {f"{name} {child}": leaf for child, leaf in children.items()} or {name: command}
        yield from (path for path, leaf in leaves.items() if any("--json" in option.opts for option in leaf.params))


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    """A saved page."""
    file = tmp_path / "page.html"
    file.write_text(an_article(TEXT, TEXT.replace("nine", "ten")), "utf-8")
    return file


def run_command(monitor: Callable[..., Any], command: str, page: Path, db: Path) -> Any:
    """Returns the JSON that a command prints for the store after the act of June 2025."""
    relevant = "munir OR mousavi"
    if command in ("label set", "label list"):
        monitor("label", "https://nowhere.example/1", "yes")
    if command == "why":  # of an item with a notice and a message, whose keys are listed as well
        hits = monitor("search", relevant, "--json").json
        histories = [monitor("why", hit["item"], "--json").json for hit in hits if hit["outcome"] == "pending"]
        return next(history for history in histories if history["item"]["deliveries"])
    if command == "backtest":
        labels = page.with_name("labels.jsonl")
        labels.write_text(json.dumps({"title": "Iran and Pakistan sign a pact in Tehran", "grade": 2}) + "\n", "utf-8")
        stored = monitor("search", relevant, "--json").json[0]["url"]
        monitor("label", stored, "yes")
        rules = Path(shutil.copytree(bundled("config") / "rules", page.parent / "rules"))
        weights = yaml.safe_load((rules / "weights.yaml").read_text("utf-8"))
        weights["weights"] |= {"digest": 100, "alert": 100}
        (rules / "weights.yaml").write_text(yaml.safe_dump(weights), "utf-8")
        return monitor("backtest", "--rules", rules, "--labelled", labels, "--json").json
    arguments: Mapping[str, tuple[object, ...]] = {
        "digest": JUNE,
        "label set": ("https://nowhere.example/1", "yes"),
        "search": ("iran",),
        "story list": JUNE,
        "story show": (1,),
        "try": (page, "--url", f"{DAWN}/news/1", "--content", "article"),
    }
    if command == "doctor":
        db.with_name("config").joinpath("monitor.yaml").write_text("contact: ''\n", "utf-8")
    return monitor(*command.split(), *arguments.get(command, ()), "--json").json


@pytest.mark.parametrize("command", sorted(set(JSON_KEYS) - {"fetch", "sources check"}))
def test_json_keys(monitor, played, page_file, command):
    """Programs of users read these keys, so none may be lost or renamed. Further keys may be added."""
    value = run_command(monitor, command, page_file, played)
    assert set(JSON_KEYS[command]) - set(key_paths(value)) == set()


async def test_json_keys_of_commands_that_poll():
    """The same for the two commands that need outlets."""
    async with visiting(Site({"dawn.example/feed": a_feed("One", "Two")}), a_config()) as context:
        check: SourceCheck = await check_source(context, a_source(), {})
    assert set(JSON_KEYS["sources check"]) - set(key_paths(with_public_keys(check_json(check)))) == set()
    counts = dict.fromkeys(("ok", "unchanged", "failed", "new", "relevant", "stories"), 0)
    summary = FetchSummary(**counts, entry_statuses={"rejected": 1}, silent_sources=("dawn: HTTP 500",))
    assert set(JSON_KEYS["fetch"]) - set(key_paths(with_public_keys(summary))) == set()


def test_every_json_command_has_pinned_keys():
    """A new command with --json needs a list of its keys."""
    assert sorted(commands_with_json()) == sorted(JSON_KEYS)


def test_a_zero_score_has_no_decimals(capsys):
    """A score of zero is printed as in earlier releases: `0`."""
    print_json(Verdict(digest=False, alert=False, score=0.0))
    assert '"score": 0,' in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("config", "show"),
        ("sources", "list"),
        ("outbox", "list"),
        ("story", "list", *JUNE),
        ("story", "show", "1"),
        ("search", "iran"),
        ("why", "1"),
        ("backtest",),
        ("digest", *JUNE),
    ],
)
def test_json_is_the_only_output(monitor, played, words):
    """With --json stdout is one JSON document with content, and stderr is empty."""
    result = monitor(*words, "--json")
    assert result.json
    assert (result.code, result.err) == (0, "")
    assert result.out != monitor(*words).out


def test_reading_commands_do_not_write(monitor, played):
    """The file of the store has the same bytes afterwards."""
    before = played.read_bytes()
    for words in (
        ("sources", "list"),
        ("search", "iran"),
        ("outbox", "list"),
        ("story", "show", "1"),
        ("why", "1"),
        ("backtest",),
    ):
        monitor(*words)
    assert played.read_bytes() == before
