"""Terms and rules: a text in, a verdict with its evidence out."""

from monitor.relevance.judge import Judge, compile  # noqa: A004 - the rooms agreed on relevance.compile
from monitor.relevance.rulebook import faults, search

__all__ = ["Judge", "compile", "faults", "search"]
