"""The query language of search, rules and backtests, evaluated over folded text.

    iran pakistan                both words; AND may be written
    iran OR tehran               at least one of them; binds less than AND
    -cricket, NOT cricket        without it
    "border market"              words side by side; "market border"~3 in any order, at most three words between
    munir NEAR/10 @mousavi       at most ten words apart, in any order; words, phrases, @names and (a OR b)
    pakist*                      a word that begins so
    title:raisi text:(a OR b)    in the headline or the body alone
    source:dawn lang:ur country:pk                where the article comes from
    term:taftan topic:diplomacy flag:sport        how the rules judged it
    @taftan                      term:taftan: a name of the rules in all its spellings, or a set of words of the rules

Operators are written in capitals; everything else is folded, so that case, marks and letter variants do not count.
"""

from monitor.query.aliases import find_aliases, resolve_aliases
from monitor.query.index import index_query, tag_token
from monitor.query.match import QueryDocument, matches
from monitor.query.parser import parse
from monitor.query.syntax import And, Near, Not, Or, Phrase, Query, QueryError, Tag, Within

__all__ = [
    "And",
    "Near",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "QueryDocument",
    "QueryError",
    "Tag",
    "Within",
    "find_aliases",
    "index_query",
    "matches",
    "parse",
    "resolve_aliases",
    "tag_token",
]
