"""Sources move, fall silent, lie and come back: the act of faults, played through the whole pipeline."""

import asyncio
import email
import email.policy
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from monitor import config, urls
from monitor.app import open_app
from monitor.channels import MailServer
from monitor.config import Config, Limits
from monitor.model import Channel
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline import compose, deliver, group, poll, read
from monitor.pipeline.context import ActClock, Context
from monitor.store import schema, sources
from monitor.store.sources import SourceState
from monitor.store.statuses import PollStatus
from tests.channels.servers import Mailbox, real_mail_server
from tests.newsroom import pages
from tests.newsroom.content import CASSETTES, acts, outlets

ACT = acts()["faults"]
OUTLETS = {name: outlets()[name] for name in ACT.sources}
EXPECTED = yaml.load((Path(__file__).parent / "expected-faults.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
SOURCES: dict[str, dict[str, Any]] = EXPECTED["sources"]
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
JITTER = timedelta(seconds=30)

each_source = pytest.mark.parametrize("name", SOURCES)


@dataclass
class Played:
    """What the act came to."""

    asked: list[tuple[datetime, httpx.Request]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    states: dict[datetime, dict[str, SourceState]] = field(default_factory=dict)  # after each moment
    entries: dict[str, Any] = field(default_factory=dict)  # rows by URL
    digests: dict[datetime, str] = field(default_factory=dict)  # the text of each mail, on one line
    logged: list[Any] = field(default_factory=list)


class Noted(httpx.AsyncBaseTransport):
    """A replay that notes what is asked, and when."""

    def __init__(self, replay: ReplayTransport, clock: ActClock, asked: list[tuple[datetime, httpx.Request]]) -> None:
        self._replay, self._clock, self._asked = replay, clock, asked

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._asked.append((self._clock(), request))
        return await self._replay.handle_async_request(request)


@pytest.fixture(scope="module")
def played() -> Played:
    with capture_logs() as logged:
        played = asyncio.run(_play())
    played.logged = logged
    return played


async def _play() -> Played:
    """Live through the act as the service does: polled is what is due, by its own rhythm."""
    played, clock, mailbox = Played(), ActClock(ACT.moments[0]), Mailbox()
    replay = ReplayTransport(cassettes(CASSETTES, act=ACT.id), clock=clock)
    transport = Noted(replay, clock, played.asked)
    async with (
        real_mail_server(mailbox) as port,
        open_app(_settings(port), store="sqlite://", transport=transport, clock=clock, rng=random.Random(1)) as context,
    ):
        for moment in ACT.moments:
            clock.set(moment)
            await _work(context)
            states = await context.store.run(sources.health, now=clock())
            played.states[moment] = {state.source.id: state for state in states}
            for mail in mailbox.envelopes[len(played.digests) :]:
                played.digests[moment] = _text(mail.content)
        played.entries = await context.store.run(_entries)
    played.misses = replay.misses
    return played


async def _work(context: Context) -> None:
    for step in (poll.step, read.step, group.step):
        while (await step(context)).rows:
            pass
    await compose.step(context)
    while (await deliver.step(context)).rows:
        pass


def _settings(port: int) -> Config:
    desk = Channel(
        id="desk",
        kind="email",
        recipients=("desk@desk.example",),
        times=(time(12),),
        alerts=False,
        send_empty=True,
    )
    return Config(
        contact="flows@monitor.example",
        mail=MailServer(host="127.0.0.1", port=port, tls="none", sender="Monitor <monitor@desk.example>"),
        limits=Limits(host_delay=timedelta(0), workers=1),
        sources=tuple(outlet.source() for outlet in OUTLETS.values()),
        rules=config.load_rules(config.bundled("config")),
        channels=(desk,),
    )


def _text(content: bytes) -> str:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def _entries(conn: Connection) -> dict[str, Any]:
    return {row.url: row for row in conn.execute(select(schema.entry))}


def moment(text: str) -> datetime:
    """A time of the week of the act, written as in "Tue 06:00"."""
    day, at = text.split()
    return datetime(2024, 3, 4 + DAYS.index(day), *map(int, at.split(":")), tzinfo=UTC)


def key(name: str, path: str) -> str:
    """The canonical URL of a path."""
    return urls.canonicalize(f"http://{OUTLETS[name].host}{path}")


# --- polls ------------------------------------------------------------------------------------------------------------


def wanted(name: str) -> dict[datetime, tuple[str, str, datetime | None]]:
    """Of each moment at which a source is polled: status, reason, and when it is next due (None: never)."""
    said = SOURCES[name]
    polls = {at: ("unchanged", "", at + timedelta(minutes=10)) for at in ACT.moments}
    polls |= {moment(at): ("new", "", moment(at) + timedelta(minutes=10)) for at in said["new"]}
    cut = {moment(at): ("new", "the feed is cut short") for at in said.get("cut short", ())}
    polls |= {at: (*what, at + timedelta(minutes=10)) for at, what in cut.items()}
    polls |= {moment(at): ("failed", one["reason"], moment(one["next"])) for at, one in said.get("failed", {}).items()}
    for at, one in said.get("gone", {}).items():
        polls = {when: what for when, what in polls.items() if when < moment(at)}
        polls[moment(at)] = (PollStatus.GONE, one["reason"], None)
    return {at: what for at, what in polls.items() if at not in map(moment, said.get("left alone", ()))}


@each_source
def test_each_poll_ends_as_it_must(played: Played, name: str):
    """At each moment a source is polled or not, with the outcome, the reason and the next date that are expected."""
    expected = wanted(name)
    for at, states in played.states.items():
        state = states[name]
        if at not in expected:
            assert state.last_poll != at, at
            continue
        status, reason, due = expected[at]
        assert (state.last_poll, state.status) == (at, status), at
        assert reason in state.reason, at
        assert bool(reason) == bool(state.reason), at
        assert due is None or due <= state.next_at <= due + JITTER, at


def test_every_answer_is_on_record(played: Played):
    """The pipeline asks for nothing that the recording did not ask for."""
    assert played.misses == []


@each_source
def test_a_source_is_polled_where_it_has_moved_to(played: Played, name: str):
    """Three days of the same permanent redirect move a source; what is for the time being or taken back does not."""
    said = SOURCES[name].get("moved")
    outlet = OUTLETS[name]
    for at, states in played.states.items():
        moved = bool(said) and at >= moment(said["since"])
        assert states[name].moved_to == (said["to"] if moved else ""), at
        assert states[name].source.url == outlet.url
        first = [str(request.url) for when, request in played.asked if when == at and _polls(name, request)][:1]
        came_late = bool(said) and at > moment(said["since"])
        assert first in ([], [said["to"] if came_late else outlet.url]), at


def _polls(name: str, request: httpx.Request) -> bool:
    outlet = OUTLETS[name]
    return str(request.url) in {outlet.url, f"http://{outlet.host}{outlet.path}", *outlet.also}


def test_a_host_that_asks_to_wait_is_left_alone(played: Played):
    """After a 429 nothing is asked of its host, feed or page, until the time it named has passed."""
    times = [when for when, request in played.asked if request.url.host == OUTLETS["panjgur-herald"].host]
    assert moment("Tue 06:00") in times
    assert not [when for when in times if moment("Tue 06:00") < when < moment("Tue 10:00")]


def test_a_source_that_is_gone_is_asked_nothing_more(played: Played):
    """After a 410 its feed is paused with the reason, which names the status."""
    times = [when for when, request in played.asked if request.url.host == OUTLETS["quetta-bulletin"].host]
    assert max(times) == moment("Tue 12:00")
    state = played.states[ACT.moments[-1]]["quetta-bulletin"]
    assert state.paused_at == moment("Tue 12:00")
    assert "410" in state.paused_reason


def test_moves_and_ends_are_said_aloud(played: Played):
    """What needs somebody to see to it stands out of the log: a move is a warning, an end an error. Nothing broke."""
    loud = {(one["event"], one["log_level"], one.get("source")) for one in played.logged if one["log_level"] != "info"}
    assert loud == {("source.moved", "warning", "gwadar-watch"), ("source.ended", "error", "quetta-bulletin")}


def test_the_validators_of_a_feed_cut_short_are_not_sent_back(played: Played):
    """Its ETag says that it was whole: sent back, it would have brought a 304 in place of the rest."""
    asked = {when: request for when, request in played.asked if _polls("taftan-wire", request)}
    assert "if-none-match" in asked[moment("Mon 12:00")].headers
    assert not {"if-none-match", "if-modified-since"} & set(asked[moment("Tue 07:00")].headers)


# --- entries ----------------------------------------------------------------------------------------------------------


@each_source
def test_each_entry_ends_as_it_must(played: Played, name: str):
    """Every entry is seen when it must be, and has its one end at the right time."""
    for path, said in SOURCES[name]["entries"].items():
        row = played.entries.get(key(name, path))
        if said == "missed":
            assert row is None, path
            continue
        seen = moment(said["seen"])
        ended = moment(said["ended"]) if "ended" in said else seen
        assert row is not None, path
        assert (row.first_seen, row.status, row.ended_at) == (seen, said["outcome"], ended), path


def test_entries_in_are_outcomes_out(played: Played):
    """What the newsroom lists is what is expected and what the store holds; nothing waits, nothing is over."""
    listed = {urls.canonicalize(pages.link(outlet, piece)) for outlet in OUTLETS.values() for piece in outlet.pieces}
    said = {key(name, path): what for name, one in SOURCES.items() for path, what in one["entries"].items()}
    assert listed == set(said)
    assert played.entries.keys() == {url for url, what in said.items() if what != "missed"}
    ends = Counter(row.status for row in played.entries.values())
    assert ends == Counter(what["outcome"] for what in said.values() if what != "missed")


# --- digests ----------------------------------------------------------------------------------------------------------


def footer(played: Played, at: str) -> str:
    """What the digest of a day says of its coverage."""
    return played.digests[moment(at)].rpartition("COVERAGE")[2]


def spoken(at: str) -> str:
    """A time as the digest writes it."""
    return f"{moment(at).day} Mar 2024, {at[4:]} UTC"


each_digest = pytest.mark.parametrize("at", EXPECTED["digests"])


@each_digest
def test_the_digest_names_who_was_blind(played: Played, at: str):
    """The footer names each blind source, since when and why, and nobody else."""
    found = re.findall(r"Silent: ([\w-]+), since (.*? UTC): .*?: (.*?)(?: - |$)", footer(played, at))
    reasons = {name: SOURCES[name].get("failed", SOURCES[name].get("gone")) for name in EXPECTED["digests"][at]}
    assert [(name, since) for name, since, _ in found] == [
        (name, spoken(since)) for name, since in EXPECTED["digests"][at].items()
    ]
    for name, _, reason in found:
        last = max((one for one in reasons[name] if moment(one) <= moment(at)), key=moment)
        assert reason.startswith(reasons[name][last]["reason"]), name


@each_digest
def test_the_digest_names_the_gap(played: Played, at: str):
    """A window that was overrun is named once, in the digest of its day, with the times between which to look."""
    gaps = {name: one["gap"] for name, one in SOURCES.items() if "gap" in one and one["gap"]["end"][:3] == at[:3]}
    assert re.findall(r"Gap: ([\w-]+) .*? between (.*? UTC) and (.*? UTC)", footer(played, at)) == [
        (name, spoken(one["start"]), spoken(one["end"])) for name, one in gaps.items()
    ]
