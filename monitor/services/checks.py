"""The results of `monitor health` and `monitor doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """One check. `value` is an age in seconds, a size in bytes or a count of sources; None if there is none."""

    name: str
    ok: bool
    value: float | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCheck:
    """One check of the set-up; `fix` is the advice if it failed."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
