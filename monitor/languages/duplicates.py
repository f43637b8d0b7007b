"""Aspect `duplicates`: how much text two copies share in languages whose papers rewrite agency texts."""

from functools import cache

from monitor.languages import registry


@cache
def min_containment(code: str, default: float) -> float:
    """Returns the share of the shorter text, 0 to 1, from which two texts of a language are copies, or the default."""
    if code not in registry.codes():
        return default
    return float(registry.read(code, "duplicates").get("min_containment", default))
