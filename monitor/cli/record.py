"""`monitor record`: what a source answers, as a cassette in the user's folder."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import app
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.errors import MonitorError
    from monitor.model import Source
    from monitor.pipeline.context import Kit

# All that a replay needs; the rest changes with every request, or tells who recorded (cookies, keys, our contact).
_OF_REQUESTS = {"if-none-match", "if-modified-since"}
_OF_ANSWERS = {
    "cache-control", "content-type", "date", "etag", "expires", "last-modified", "link", "location", "retry-after",
    "vary", "x-robots-tag",
}  # fmt: skip
# Names of parameters that open a door; "keyword" is none.
_SECRET = re.compile(
    r"(?:.*[_.-])?(?:access|api)?(?:auth|key|pass(?:word)?|secret|session(?:id)?|sid|sig(?:nature)?|token)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A cassette, and how many answers are in it; `error` says why the source could not be read from them."""

    file: Path
    answers: int
    error: "MonitorError | None"


@app.command()
def record(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of a source.")],
    out: Annotated[Path | None, typer.Option(help="Folder of cassettes. [default: in your data folder]")] = None,
    pages: Annotated[int, typer.Option(min=0, max=100, help="Articles to record, the newest first.")] = 5,
) -> None:
    """Record a poll of a source, and some of its pages, for tests and replays: OUT/SOURCE/DAY-TIME.yaml.

    Cookies, keys and all that tells who recorded are left out. Needs vcrpy, which comes with the extra "record".

    Example: monitor record dawn --pages 3
    """
    import asyncio

    import platformdirs

    where: Where = context.obj
    config = where.load()
    chosen = next((one for one in config.sources if one.id == source), None)
    if chosen is None:
        raise typer.BadParameter(f"no source is called {source}; see `monitor sources list`")
    folder = out or platformdirs.user_data_path("monitor") / "cassettes"
    recorded = asyncio.run(_record(config, chosen, folder, pages=pages))
    typer.echo(f"written  {recorded.file}: {recorded.answers} answers")
    if recorded.error:
        typer.echo(f"the source itself was not to be read: {recorded.error}", err=True)


async def _record(config: "Config", source: "Source", folder: Path, *, pages: int) -> Recorded:
    from monitor.app import open_app

    async with open_app(config, store="sqlite://") as kit:
        return await play(kit, source, folder, pages=pages)


async def play(kit: "Kit", source: "Source", folder: Path, *, pages: int) -> Recorded:
    """Look at a source and its newest pages, and keep all answers in a new cassette.

    Raises MonitorError where vcrpy is not installed, or nothing was answered.
    """
    from monitor import urls
    from monitor.cli.look import Hosts, look
    from monitor.model import HostState

    file = folder / source.id / f"{kit.clock():%Y%m%d-%H%M%S}.yaml"
    hosts: Hosts = {}
    with _cassette(file) as cassette:
        seen = await look(kit, source, hosts)
        for entry in seen.entries[:pages]:
            name = urls.host(entry.link)
            state = hosts.get(name, HostState(host=name))
            hosts[name] = (await kit.web.look(entry.link, host=state, robots=True, proxy=source.proxy)).host
    if seen.error and not len(cassette):
        raise seen.error
    return Recorded(file=file, answers=len(cassette), error=seen.error)


@contextmanager
def _cassette(file: Path) -> "Iterator[Any]":
    from monitor.errors import MonitorError

    try:
        import vcr
    except ImportError as error:
        hint = "pip install 'iran-pakistan-monitor[record]'"
        raise MonitorError(f"recording needs vcrpy, which is not installed: {hint}") from error
    recorder = vcr.VCR(
        record_mode="once",
        decode_compressed_response=True,
        before_record_request=_anonymous_request,
        before_record_response=_anonymous_answer,
    )
    with recorder.use_cassette(str(file)) as cassette:
        yield cassette


def _anonymous_request(request: Any) -> Any:
    for name in [name for name in request.headers if name.lower() not in _OF_REQUESTS]:
        del request.headers[name]
    request.uri = without_secrets(request.uri)
    return request


def _anonymous_answer(answer: dict[str, Any]) -> dict[str, Any]:
    headers = {name: values for name, values in answer["headers"].items() if name.lower() in _OF_ANSWERS}
    places = {
        name: list(map(without_secrets, values)) for name, values in headers.items() if name.lower() == "location"
    }
    return answer | {"headers": headers | places}


def without_secrets(url: str) -> str:
    """A URL without the parameters that open a door to whoever reads it."""
    from urllib.parse import urlsplit, urlunsplit

    split = urlsplit(url)
    pairs = split.query.split("&")
    kept = [pair for pair in pairs if not _SECRET.fullmatch(pair.partition("=")[0])]
    return url if kept == pairs else urlunsplit(split._replace(query="&".join(kept)))
