"""Judges relevance: a text goes in, a verdict with its evidence comes out."""

from monitor.relevance.judge import Judge, compile, fingerprint  # noqa: A004 - called as relevance.compile, like re.compile
from monitor.relevance.rule_queries import parse_search_query, query_errors

__all__ = ["Judge", "compile", "fingerprint", "parse_search_query", "query_errors"]
