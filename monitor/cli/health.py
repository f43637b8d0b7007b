"""`monitor health`: is the service over this store well?"""

import json
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import span
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from sqlalchemy import Connection

QUIET = timedelta(seconds=60)  # the daemon writes a sign of life every few seconds
WAITING = timedelta(hours=1)  # a receiver that is away for longer is worth a look
LATELY = timedelta(days=3)  # pages since then are looked at; `sources list` has the time to look back further
FREE = 200 << 20  # bytes: below it, the write-ahead log of a busy day may fill the disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `value` is in seconds, bytes or sources, None where there is none."""

    name: str
    ok: bool
    value: float | None
    says: str


@app.command()
def health(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """Tell whether the daemon works, messages leave, and the disk has room. Exit code 1 where something is wrong.

    Example: monitor --store sqlite:////data/monitor.db health
    """
    where: Where = context.obj
    checks = _checks(where)
    well = all(check.ok for check in checks)
    if as_json:
        typer.echo(json.dumps({"healthy": well, "checks": [asdict(check) for check in checks]}))
    else:
        for check in checks:
            typer.echo(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.says}")
    raise typer.Exit(0 if well else 1)


def _checks(where: Where) -> list[Check]:
    from monitor.store.opening import file_of

    file = file_of(where.url())
    if file and not file.exists():  # to open it would make one
        return [Check(name="store", ok=False, value=None, says=f"{file} is not there; `monitor run` makes it")]
    with where.open_store() as store:
        now = datetime.now(UTC)
        beat, oldest, changed = store.call(_read, now=now)
    return [_daemon(beat, now), _outbox(oldest, now), _layouts(changed), *([_disk(file)] if file else [])]


def _read(conn: "Connection", *, now: datetime) -> tuple[datetime | None, datetime | None, Collection[str]]:
    from monitor.store import beats, outbox, readings

    return beats.last(conn), outbox.oldest(conn), readings.changed(conn, since=now - LATELY)


def _daemon(beat: datetime | None, now: datetime) -> Check:
    if beat is None:
        return Check(name="daemon", ok=False, value=None, says="none has run over this store; start `monitor run`")
    age = now - beat
    cure = "" if age < QUIET else "; is `monitor run` up? Its log says more"
    says = f"last sign of life {span(age)} ago{cure}"
    return Check(name="daemon", ok=age < QUIET, value=age.total_seconds(), says=says)


def _outbox(oldest: datetime | None, now: datetime) -> Check:
    if oldest is None:
        return Check(name="outbox", ok=True, value=None, says="nothing waits")
    age = now - oldest
    cure = "" if age < WAITING else "; `monitor outbox list` tells why"
    says = f"the oldest message has waited for {span(age)}{cure}"
    return Check(name="outbox", ok=age < WAITING, value=age.total_seconds(), says=says)


def _layouts(changed: Collection[str]) -> Check:
    """Sources whose pages have changed. The service is well all the same: starting it anew would mend nothing."""
    says = (
        f"changed, it seems, at {', '.join(changed)}; `monitor sources list` tells why" if changed else "as they were"
    )
    return Check(name="layouts", ok=True, value=len(changed), says=says)


def _disk(file: Path) -> Check:
    free = shutil.disk_usage(file.parent).free
    return Check(name="disk", ok=free >= FREE, value=free, says=f"{free / (1 << 30):.1f} GB free at {file.parent}")
