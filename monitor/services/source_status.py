"""The sources of the store and the configuration with their state; pausing and resuming."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.errors import InvalidRequest
from monitor.model import Source
from monitor.store import Store, page_health, sources
from monitor.store.sources import SourceState

# Page failures in this period count as a changed layout. A source that publishes once a week still shows three pages.
LAYOUT_PERIOD = timedelta(days=30)


class SourceCondition(StrEnum):
    """The state of a source as one word."""

    OFF = "off"  # disabled in the configuration
    PAUSED = "paused"
    SILENT = "blind"  # returned nothing for three intervals; the value is part of the --json output
    NEW = "new"  # not polled yet
    LAYOUT_CHANGED = "changed"
    FAILING = "failing"
    ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source with its state in one word, the reason for it, and the times of its polls."""

    state: SourceState
    condition: SourceCondition
    reason: str


def list_sources(store: Store, configured: Sequence[Source], *, now: datetime) -> list[SourceStatus]:
    """Returns the status of every source by id: as configured now, including sources that were never polled.

    The store is only read.
    """
    broken_layouts = store.call(page_health.broken_layouts, since=now - LAYOUT_PERIOD)
    stored = store.call(sources.health, now=now)
    states = {
        state.source.id: replace(state, broken_layout=broken_layouts.get(state.source.id, "")) for state in stored
    }
    for source in configured:
        state = states.get(source.id) or unpolled_state(source, now=now)
        # The store follows the configuration only when a service starts; the file is newer.
        states[source.id] = replace(state, source=source, enabled=source.enabled)
    return [to_status(states[source_id]) for source_id in sorted(states)]


def unpolled_state(source: Source, *, now: datetime) -> SourceState:
    """Returns the state of a source that the store does not have yet."""
    return SourceState(
        source=source,
        enabled=source.enabled,
        paused_at=None,
        paused_reason="",
        status="",
        reason="",
        failures=0,
        failing_since=None,
        polls=0,
        overlap=0,
        last_poll=None,
        last_ok=None,
        last_new=None,
        next_at=now,
        silent=None,
    )


def to_status(state: SourceState) -> SourceStatus:
    """Returns the status for a state. If several conditions apply, the one that an operator acts on first wins."""
    if not state.enabled:
        condition, reason = SourceCondition.OFF, state.source.note
    elif state.paused_at:
        condition, reason = SourceCondition.PAUSED, state.paused_reason
    elif state.silent:
        # Both reasons: whoever repairs the connection should learn of the changed layout at once.
        condition, reason = SourceCondition.SILENT, "; ".join(filter(None, (state.silent.reason, state.broken_layout)))
    else:
        reason = state.broken_layout or state.reason
        if not state.polls:
            condition = SourceCondition.NEW
        elif state.broken_layout:
            condition = SourceCondition.LAYOUT_CHANGED
        else:
            condition = SourceCondition.FAILING if state.failures else SourceCondition.ON
    return SourceStatus(state=state, condition=condition, reason=reason)


def pause_source(
    store: Store, source_id: str, *, configured: Sequence[Source] | None, reason: str, now: datetime
) -> None:
    """Stop polling a source until it is resumed. Raises InvalidRequest if there is no such source.

    `configured` (None: there is no configuration) is stored first, so that a source that was never polled can be paused.
    """
    if configured is not None:
        store.call(sources.sync, configured, now=now)
    if not store.call(sources.pause, source_id, reason=reason, now=now):
        raise InvalidRequest(f"no source is called {source_id}; see `monitor sources list`")


def resume_source(store: Store, source_id: str, *, configured: Sequence[Source] | None, now: datetime) -> None:
    """Poll a paused source again. Raises InvalidRequest if there is no such source."""
    if configured is not None:
        store.call(sources.sync, configured, now=now)
    if not store.call(sources.resume, source_id, now=now):
        raise InvalidRequest(f"no source is called {source_id}; see `monitor sources list`")
