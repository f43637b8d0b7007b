"""Record the newsroom into cassettes/: `python -m tests.newsroom.record`.

Real HTTP over loopback, through the one client and its guard, with vcrpy hooked in where it always does. Asked is what
a poller asks: each source at every moment of the act with the validators it was given, robots.txt once a day, each
page once, when it is first listed. All pages are recorded, read or not by today's rules, so that a change of the rules
needs no new recording. Running it again changes nothing unless the newsroom has changed.
"""

import asyncio
import shutil
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import vcr
import yaml
from vcr.request import Request

from monitor import parse
from monitor.fetch import Web
from monitor.model import Entry, Fetched, HostState, Source
from monitor.net import Net
from monitor.stages.kit import ActClock
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
    async with serving([outlet], clock=stage) as port:
        net = Net(resolver=resolver(port), allow=[(outlet.host, 80)], user_agent="Monitor (newsroom)")
        clock = ActClock(act.moments[0])
        web = Web(net, contact="https://monitor.example/", clock=clock, gap=timedelta(0))
        host, validators, seen = HostState(host=outlet.host), None, set()
        for moment in act.moments:
            stage.set(moment)
            clock.set(moment)
            looked = await web.look(outlet.url, host=host, validators=validators, robots=False)
            host = looked.host
            if not isinstance(looked.outcome, Fetched):
                continue
            validators = looked.outcome.validators
            for entry in _entries(outlet, looked.outcome):
                if entry.url not in seen:
                    seen.add(entry.url)
                    host = (await web.look(entry.link, host=host, robots=True)).host
        await net.aclose()


def _entries(outlet: Outlet, fetched: Fetched) -> tuple[Entry, ...]:
    parsed = parse.source(
        outlet.kind,
        fetched.body,
        url=fetched.final_url,
        headers=fetched.headers,
        zone=outlet.zone,
        language=outlet.language,
        now=fetched.at,
        listing=outlet.listing,
    )
    return parsed.entries


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
    values = asdict(source) | {"kind": source.kind.value, "read": source.read.value}
    del values["every"], values["enabled"]  # as by default
    return values | {"listing": {key: css for key, css in (values["listing"] or {}).items() if css}}


if __name__ == "__main__":
    main()
