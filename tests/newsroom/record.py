"""Record the newsroom into cassettes/: `python -m tests.newsroom.record`.

Real HTTP over loopback, through the one client and its guard, with vcrpy hooked in where it always does. Who asks is
the pipeline itself, at every moment of the act, so that what it is told is on record however a source behaves. All pages
are recorded, read or not by today's rules, so that a change of the rules needs no new recording. Running it again
changes nothing unless the newsroom or the pipeline's ways with it have changed.
"""

import asyncio
import shutil
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import vcr
import yaml
from vcr.request import Request

from monitor import config
from monitor.app import open_app
from monitor.config import Config, Limits
from monitor.model import ReadPolicy, Source
from monitor.pipeline import one_shot
from monitor.pipeline.context import ActClock
from tests.newsroom.content import CASSETTES, Act, Outlet, acts, outlets
from tests.newsroom.server import resolver, serving

KEPT_OF_REQUESTS = {"if-none-match", "if-modified-since"}  # the rest changes with our version or tells who recorded
DROPPED_OF_ANSWERS = {"connection", "server", "set-cookie"}


def main() -> None:
    """Record every act of every source, and write down the sources as the configuration wants them."""
    known = outlets()
    for folder in filter(Path.is_dir, CASSETTES.iterdir()):
        shutil.rmtree(folder)
    for act in acts().values():
        for name in act.sources:
            record(known[name], act, CASSETTES / name / f"{act.id}.yaml")
    write_sources([outlet.source() for outlet in known.values()], CASSETTES / "sources.yaml")


def record(outlet: Outlet, act: Act, file: Path) -> None:
    """One cassette: what a poller of this outlet is answered over the act."""
    file.unlink(missing_ok=True)
    with _recorder().use_cassette(str(file)):
        asyncio.run(_play(outlet, act))


def write_sources(sources: list[Source], file: Path) -> None:
    """The sources of the newsroom, in the form of config/sources/*.yaml."""
    told = [{key: value for key, value in _plain(source).items() if value} for source in sources]
    head = "# The invented outlets of the cassettes. Written by tests/newsroom/record.py.\n"
    file.write_text(head + _dump({"sources": told}), encoding="utf-8")


async def _play(outlet: Outlet, act: Act) -> None:
    stage = ActClock(act.moments[0])  # stands still within a moment, so that an order of reading is not recorded
    clock = ActClock(act.moments[0])
    async with serving([outlet], clock=stage) as port:
        allow = [(host, 80) for host in outlet.hosts]
        settings = _settings(outlet)
        async with open_app(settings, store="sqlite://", resolver=resolver(port), allow=allow, clock=clock) as context:
            for moment in act.moments:
                stage.set(moment)
                clock.set(moment)
                await one_shot.run_once(context)


def _settings(outlet: Outlet) -> Config:
    """Every page of the outlet is read, and nothing is relevant."""
    return Config(
        contact="https://monitor.example/",
        limits=Limits(host_delay=timedelta(0), workers=1),
        sources=(replace(outlet.source(), fetch_pages=ReadPolicy.ALL),),
        # The rules that ask for terms by name go with them.
        rules=replace(config.load_rules(config.bundled("config")), terms=(), rules=(), topics=()),
    )


def _recorder() -> vcr.VCR:
    recorder = vcr.VCR(
        serializer="readable",
        record_mode="once",
        decode_compressed_response=True,
        before_record_request=_anonymous_request,
        before_record_response=_anonymous_answer,
    )
    recorder.register_serializer("readable", Readable)
    return recorder


def _anonymous_request(request: Request) -> Request:
    for name in [name for name in request.headers if name.lower() not in KEPT_OF_REQUESTS]:
        del request.headers[name]
    return request


def _anonymous_answer(answer: dict[str, Any]) -> dict[str, Any]:
    headers = {name: values for name, values in answer["headers"].items() if name.lower() not in DROPPED_OF_ANSWERS}
    return answer | {"headers": headers}


class Readable:
    """A serializer for vcrpy: letters as letters, bodies as blocks of lines. By default they are escapes in one line."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        return _dump(cassette)

    @staticmethod
    def deserialize(text: str) -> Any:
        return yaml.load(text, Loader=yaml.CSafeLoader)


class _Blocks(yaml.SafeDumper):
    """Texts of several lines as literal blocks. Not libyaml's dumper: it escapes flags and other far-off letters."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _text)


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Blocks, allow_unicode=True, sort_keys=False, width=10_000)


def _plain(source: Source) -> dict[str, Any]:
    values = asdict(source) | {"fetch_pages": source.fetch_pages.value}
    del values["interval"], values["enabled"]  # as by default
    # The options of a kind are written under the name of the kind.
    return {source.kind if key == "options" else key: value for key, value in values.items()}


if __name__ == "__main__":
    main()
