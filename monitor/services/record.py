"""Record the responses of a source as a cassette for tests and replays, without secrets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from monitor import urls
from monitor.app import open_app
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.model import HostState, Source
from monitor.pipeline.context import Context
from monitor.services.check_source import HostStates, check_source

# The headers that a replay needs. Others change with every request, or identify the person who recorded (cookies, keys,
# the contact address).
REQUEST_HEADERS_KEPT = {"if-none-match", "if-modified-since"}
RESPONSE_HEADERS_KEPT = {
    "cache-control", "content-type", "date", "etag", "expires", "last-modified", "link", "location", "retry-after",
    "vary", "x-robots-tag",
}  # fmt: skip
# Query parameters that carry a secret ("api_key", "X-Amz-Signature"); "keyword" must not match.
SECRET_PARAMETER = re.compile(
    r"(?:.*[_.-])?(?:access|api)?(?:auth|key|pass(?:word)?|secret|session(?:id)?|sid|sig(?:nature)?|token)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSummary:
    """A new cassette, and its number of responses. `error`: why the source could not be parsed from them, or None."""

    file: Path
    responses: int
    error: MonitorError | None


async def record(config: Config, source: Source, folder: Path, *, pages: int) -> RecordSummary:
    """Record a source with an application of its own. See `record_source`."""
    async with open_app(config, store="sqlite://") as context:
        return await record_source(context, source, folder, pages=pages)


async def record_source(context: Context, source: Source, folder: Path, *, pages: int) -> RecordSummary:
    """Fetch a source and its newest `pages`, and write all responses to a new cassette below `folder`.

    Raises MonitorError if vcrpy is not installed, or if there was no response at all.
    """
    file = folder / source.id / f"{context.clock():%Y%m%d-%H%M%S}.yaml"
    hosts: HostStates = {}
    with open_cassette(file) as cassette:
        check = await check_source(context, source, hosts)
        for entry in [entry for entry in check.entries if entry.link][:pages]:
            host = urls.host(entry.link)
            state = hosts.get(host, HostState(host=host))
            hosts[host] = (await context.web.fetch(entry.link, host=state, robots=True, proxy=source.proxy)).host
    # A response that cannot be parsed is worth recording: parsers are tested with such.
    if check.error and not len(cassette):
        raise check.error
    return RecordSummary(file=file, responses=len(cassette), error=check.error)


@contextmanager
def open_cassette(file: Path) -> Iterator[Any]:
    """Record all requests of httpcore into a file. Raises MonitorError if vcrpy is not installed."""
    try:
        import vcr  # noqa: PLC0415 - an optional dependency: the extra "record"
    except ImportError as error:
        command = "pip install 'iran-pakistan-monitor[record]'"
        raise MonitorError(f"recording needs vcrpy, which is not installed: {command}") from error
    recorder = vcr.VCR(
        record_mode="once",
        decode_compressed_response=True,
        before_record_request=anonymize_request,
        before_record_response=anonymize_response,
    )
    with recorder.use_cassette(str(file)) as cassette:
        yield cassette


def anonymize_request(request: Any) -> Any:
    """Returns the request without the headers and query parameters that identify its sender."""
    for name in [name for name in request.headers if name.lower() not in REQUEST_HEADERS_KEPT]:
        del request.headers[name]
    request.uri = without_secrets(request.uri)
    return request


def anonymize_response(response: dict[str, Any]) -> dict[str, Any]:
    """Returns the response with the headers that a replay needs; redirects lose their secret parameters too."""
    headers: dict[str, list[str]] = {}
    for name, values in response["headers"].items():
        if name.lower() == "location":
            headers[name] = [without_secrets(url) for url in values]
        elif name.lower() in RESPONSE_HEADERS_KEPT:
            headers[name] = values
    return response | {"headers": headers}


def without_secrets(url: str) -> str:
    """Returns a URL without the query parameters that carry a secret; other URLs are returned unchanged."""
    parts = urlsplit(url)
    pairs = parts.query.split("&")
    public = [pair for pair in pairs if not SECRET_PARAMETER.fullmatch(pair.partition("=")[0])]
    # Rebuilding a URL may change its spelling, and a replay looks responses up by the exact URL.
    return url if public == pairs else urlunsplit(parts._replace(query="&".join(public)))
