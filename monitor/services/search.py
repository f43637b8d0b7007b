"""Search the stored texts with the query language of the rules."""

from collections.abc import Callable
from datetime import UTC, datetime

from monitor import query as queries
from monitor import relevance
from monitor.query import Query
from monitor.relevance.rules import RuleSet
from monitor.store import Store
from monitor.store import search as stored_search
from monitor.store.search import SearchPage

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # "since" for a search without a start

# A query that the index cannot narrow ("-cricket") is matched item by item; 50,000 items take about 5 s.
MAX_ITEMS_SEARCHED = 50_000


def parse_query(text: str, load_rules: Callable[[], RuleSet]) -> Query:
    """Returns the query of a text; the rules resolve its @names. Raises QueryError."""
    # Loading the rules takes longer than most searches, so it is done only for a text that can contain a name.
    if "@" not in text:
        return queries.parse(text)
    return relevance.parse_search_query(text, load_rules())


def find_items(store: Store, query: Query, *, since: datetime, limit: int) -> SearchPage:
    """Returns the newest items that match, and the time back to which items were searched (None: all of them)."""
    return store.call(stored_search.find, query, since=since, limit=limit, max_candidates=MAX_ITEMS_SEARCHED)
