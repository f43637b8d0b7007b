"""The cookies of one visit: sent back along its redirects, then forgotten.

Some servers redirect a URL to itself, or by way of another host, until a cookie comes back. Nothing is stored: two visits
have nothing in common that a server could recognise.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor import urls
from monitor.net import Response

MAX_COOKIES = 30
MAX_COOKIE_BYTES = 4_096  # name and value; the limit of browsers
# Characters that would end the header, or the cookie in it.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f;]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie, and the requests that it belongs to (RFC 6265)."""

    name: str
    value: str
    domain: str
    host_only: bool  # not for the subdomains of `domain`
    path: str
    secure: bool

    def belongs_to(self, url: str) -> bool:
        """Whether a request for this URL carries the cookie."""
        parts, host = urlsplit(url), urls.host(url)
        is_host = host == self.domain or (not self.host_only and host.endswith("." + self.domain))
        path = parts.path or "/"
        is_path = path == self.path or path.startswith(self.path.removesuffix("/") + "/")
        return is_host and is_path and (parts.scheme == "https" or not self.secure)


@dataclass(slots=True)
class VisitCookies:
    """The cookies that the responses of one visit have set."""

    _cookies: dict[tuple[str, str, str], Cookie] = field(default_factory=dict)

    def header(self, url: str) -> str:
        """Returns the value of the Cookie header for a URL, or ""."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies.values() if cookie.belongs_to(url))

    def add(self, response: Response, *, now: datetime) -> None:
        """Keep the cookies of a response; those that it deletes are dropped, those that cannot be read are ignored."""
        for name, value in response.headers:
            if name == "set-cookie" and (parsed := parse_cookie(value, url=response.url)):
                key = (parsed.name, parsed.domain, parsed.path)
                if is_expired(value, now=now):
                    self._cookies.pop(key, None)
                elif key in self._cookies or len(self._cookies) < MAX_COOKIES:
                    self._cookies[key] = parsed


def parse_cookie(header: str, *, url: str) -> Cookie | None:
    """Returns the cookie of a Set-Cookie header from `url`; None if it has no name or is for another site."""
    pair, _, _ = header.partition(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name or len(pair) > MAX_COOKIE_BYTES or FORBIDDEN.search(pair):
        return None
    attributes = cookie_attributes(header)
    host = urls.host(url)
    domain = attributes.get("domain", "").lstrip(".").lower() or host
    if domain != host and not is_parent_domain(domain, host):
        return None
    path = attributes.get("path", "")
    return Cookie(
        name=name,
        value=value,
        domain=domain,
        host_only=not attributes.get("domain"),
        path=path if path.startswith("/") else urlsplit(url).path.rpartition("/")[0] or "/",
        secure="secure" in attributes,
    )


def cookie_attributes(header: str) -> dict[str, str]:
    """Returns the attributes of a Set-Cookie header by their names in lower case."""
    parts = (part.partition("=") for part in header.split(";")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in parts}


def is_parent_domain(domain: str, host: str) -> bool:
    """Whether a host may set cookies for a domain: its own parent, and not a registry such as com.pk."""
    try:
        ip_address(host)
    except ValueError:
        return "." in domain and host.endswith("." + domain) and bool(urls.registrable_domain(domain))
    return False


def is_expired(header: str, *, now: datetime) -> bool:
    """Whether a Set-Cookie header deletes its cookie."""
    attributes = cookie_attributes(header)
    if re.fullmatch(r"-?\d{1,12}", max_age := attributes.get("max-age", "")):
        return int(max_age) <= 0
    try:
        expires = parsedate_to_datetime(attributes.get("expires", ""))
    except (ValueError, TypeError, IndexError):
        return False
    return expires.replace(tzinfo=expires.tzinfo or now.tzinfo) <= now
