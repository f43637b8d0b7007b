"""What a robots.txt says to us (RFC 9309). Protego decides; the text is cleaned for it first."""

import re
from datetime import timedelta
from functools import lru_cache

from protego import Protego

PRODUCT = "Monitor"  # our product token: the group that robots.txt may write for us
MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much is read
LONGEST_DELAY = timedelta(seconds=60)

# The records that count, with the spellings that Protego takes for them. Any other line is dropped: Protego ends a
# group at it, where RFC 9309 (2.2) passes over it.
_RECORD = re.compile(
    r"\s*(?P<field>user[\s-]?agent|allow|dis+al+[oa]w|diasllow|crawl[\s-]?delay|request[\s-]?rate)\s*[:\s](?P<value>.*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
_SOMEBODY_ELSE = "0"  # no product token holds a digit


def read(body: bytes) -> str:
    """The text of a robots.txt as it is kept: UTF-8 without BOM and NUL, cut where we may stop reading."""
    return body[:MOST_BYTES].decode("utf-8-sig", "replace").replace("\0", "")


def allows(text: str, url: str, *, token: str = PRODUCT) -> bool:
    """Whether this robots.txt lets us ask for the URL."""
    return bool(_rules(text, token).can_fetch(url, token))


def delay(text: str, *, token: str = PRODUCT) -> timedelta:
    """The pause between two requests that it asks for (Crawl-delay, Request-rate), up to a minute; else none."""
    rules = _rules(text, token)
    rate = rules.request_rate(token)
    asked = max(rules.crawl_delay(token) or 0.0, rate.seconds / rate.requests if rate else 0.0)
    return min(timedelta(seconds=min(asked, 1e6)), LONGEST_DELAY)


@lru_cache(maxsize=64)
def _rules(text: str, token: str) -> Protego:
    return Protego.parse("\n".join(_record(line, token) for line in text.splitlines()))


def _record(line: str, token: str) -> str:
    found = _RECORD.match(line)
    if not found:
        return ""
    if found["field"][0] not in "uU":
        return line
    return f"User-agent: {_agent(found['value'], token)}"


def _agent(value: str, token: str) -> str:
    """The agent of a group as Protego shall see it: us, everybody, or somebody else.

    Protego takes "Mon" and "Monitor/2" for its own reading of a name; RFC 9309 (2.2.1) compares whole product tokens.
    """
    named = _TOKEN.match(value.strip())
    if named and named[0] == "*":
        return "*"
    return token if named and named[0].lower() == token.lower() else _SOMEBODY_ELSE
