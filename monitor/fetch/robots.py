"""The rules of a robots.txt for us (RFC 9309). Protego decides; the text is cleaned for it first."""

import re
from datetime import timedelta
from functools import lru_cache

from protego import Protego

PRODUCT = "Monitor"  # our product token: a robots.txt may have a group for it
MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: a crawler must read at least this much
MAX_CRAWL_DELAY = timedelta(seconds=60)

# The lines that count, with the spellings that Protego accepts. All other lines are dropped: Protego ends a group at
# them, but RFC 9309 (2.2) ignores them.
_RECORD = re.compile(
    r"\s*(?P<field>user[\s-]?agent|allow|dis+al+[oa]w|diasllow|crawl[\s-]?delay|request[\s-]?rate)\s*[:\s](?P<value>.*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
_OTHER_AGENT = "0"  # a product token has no digits, so this matches no real agent


def decode(body: bytes) -> str:
    """Returns the text of a robots.txt to be stored: UTF-8 without BOM and NUL, cut at MAX_ROBOTS_BYTES."""
    return body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace").replace("\0", "")


def is_allowed(text: str, url: str, *, token: str = PRODUCT) -> bool:
    """Returns whether this robots.txt allows us to request the URL."""
    return bool(parse_rules(text, token).can_fetch(url, token))


def crawl_delay(text: str, *, token: str = PRODUCT) -> timedelta:
    """Returns the pause between two requests that it requests (Crawl-delay, Request-rate), at most a minute."""
    rules = parse_rules(text, token)
    rate = rules.request_rate(token)
    requested = max(rules.crawl_delay(token) or 0.0, rate.seconds / rate.requests if rate else 0.0)
    return min(timedelta(seconds=min(requested, 1e6)), MAX_CRAWL_DELAY)


@lru_cache(maxsize=64)
def parse_rules(text: str, token: str) -> Protego:
    return Protego.parse("\n".join(clean_line(line, token) for line in text.splitlines()))


def clean_line(line: str, token: str) -> str:
    match = _RECORD.match(line)
    if not match:
        return ""
    if match["field"][0] not in "uU":
        return line
    return f"User-agent: {agent_token(match['value'], token)}"


def agent_token(value: str, token: str) -> str:
    """Returns the agent of a group for Protego: our token, "*", or a token that matches nobody."""
    # Protego also matches "Mon" and "Monitor/2"; RFC 9309 (2.2.1) compares whole product tokens.
    match = _TOKEN.match(value.strip())
    if match and match[0] == "*":
        return "*"
    return token if match and match[0].lower() == token.lower() else _OTHER_AGENT
