"""URLs: the key that says which entry this is, and the form that is fit to be fetched. Nothing here raises."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urljoin, urlsplit

import idna

LONGEST = 8_000  # characters; the common servers take 8 KB of request line

# Parameters that say how a reader came, never which text this is. Sorted; a name ending in * is a prefix.
# fmt: off
_TRACKING = (
    "__twitter_impression", "_ga", "_gl", "_hsenc", "_hsmi", "at_*", "cmpid", "dclid", "emc", "fb_*", "fbclid",
    "feedname", "feedtype", "gad_source", "gbraid", "gclid", "gclsrc", "guccounter", "guce_*", "hsctatracking", "igsh",
    "igshid", "ito", "maca", "matomo_*", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "mtm_*", "ns_campaign",
    "ns_linkname", "ns_mchannel", "ns_source", "ocid", "oly_anon_id", "oly_enc_id", "piwik_*", "pk_*", "ref_src",
    "ref_url", "s_cid", "smid", "srsltid", "traffic_source", "ttclid", "twclid", "utm_*", "vero_*", "wbraid",
    "wt.mc_id", "wt_*", "xtor", "yclid",
)
# fmt: on

# Names that are content on some sites and tracking on others: the value tells.
_ORIGIN_NAMES = {"from", "partner", "ref", "source", "src", "via"}
_ORIGIN_VALUE = re.compile(r"(facebook|feed|instagram|newsletter|rss|telegram|twitter|whatsapp)(-.*)?", re.IGNORECASE)

_TRACKED = re.compile(
    "|".join(re.escape(name[:-1]) + ".*" if name[-1] == "*" else re.escape(name) for name in _TRACKING)
)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_PATH_UNSAFE = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_QUERY_UNSAFE = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    scheme: str
    host: str  # IPv6 without its brackets
    port: int | None
    path: str  # raw
    query: str  # raw


def canonical(url: str) -> str:
    """The key of a URL, or "" where it is no http or https URL.

    Two spellings of one address have one key: scheme https, host in lower-case ASCII, no default port, no fragment,
    dot segments resolved, escapes in one form, tracking parameters out and the rest of the query in its order.
    Idempotent. AMP and mobile addresses stay what they are: that they show one text is for the text to say.
    """
    parts = _parts(url)
    if parts is None:
        return ""
    # 80 and 443 both go: the key's scheme is https whatever was asked, so neither port can stay and be "default" later.
    port = None if parts.port in (80, 443) else parts.port
    query = "&".join(_normal(pair, _QUERY_UNSAFE) for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    path = _without_dots(_normal(parts.path, _PATH_UNSAFE))
    return _joined("https", parts.host, port, path, query)


def absolute(base: str, href: str) -> str:
    """`href` as found at `base`, as an http or https URL fit to be fetched, without fragment; "" where there is none.

    Refused: other schemes, credentials, backslashes and control characters (two parsers read them as two hosts).
    """
    href = href.strip()
    if _FORBIDDEN.search(href):
        return ""
    try:
        joined = urljoin(base.strip(), href)
    except ValueError:  # brackets in the host that hold no IPv6 address
        return ""
    parts = _parts(joined)
    if parts is None:
        return ""
    path, query = _escaped(parts.path, _PATH_UNSAFE), _escaped(parts.query, _QUERY_UNSAFE)
    return _joined(parts.scheme, parts.host, parts.port, path, query)


def host(url: str) -> str:
    """The host of an http or https URL in lower-case ASCII (an IPv6 address without brackets), or ""."""
    parts = _parts(url)
    return parts.host if parts else ""


def site(url: str) -> str:
    """The host without a leading "www.", or ""."""
    return host(url).removeprefix("www.")


def _parts(url: str) -> _Parts | None:
    url = url.strip()
    if _FORBIDDEN.search(url):
        return None
    try:
        split = urlsplit(url)
        name, port = split.hostname or "", split.port
    except ValueError:  # a port that is no number, a host that holds "/" after Unicode folding
        return None
    if split.scheme not in ("http", "https") or "@" in split.netloc or port == 0:
        return None
    ascii_name = _ascii_host(name, bracketed=split.netloc.startswith("["))
    if not ascii_name:
        return None
    return _Parts(scheme=split.scheme, host=ascii_name, port=port, path=split.path, query=split.query)


def _ascii_host(name: str, *, bracketed: bool) -> str:
    if bracketed:
        return _ipv6(name)
    name = name.lower()
    if not name.isascii() or "xn--" in name:
        name = _idna(name)
    name = name.removesuffix(".")
    return name if len(name) <= 253 and _HOST.fullmatch(name) else ""  # noqa: PLR2004 - the longest name DNS carries


def _idna(name: str) -> str:
    try:
        return idna.encode(name[:255], uts46=True).decode("ascii")
    except ValueError:
        return ""


def _ipv6(name: str) -> str:
    try:
        address = IPv6Address(name)
    except ValueError:
        return ""
    return "" if address.scope_id else str(address)  # a zone (fe80::1%eth0) names a link of this machine


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    return bool(_TRACKED.fullmatch(name)) or (name in _ORIGIN_NAMES and bool(_ORIGIN_VALUE.fullmatch(value)))


def _normal(text: str, unsafe: re.Pattern[str]) -> str:
    """Escapes in one form: hex in capitals, unreserved characters bare, everything else that needs it escaped."""
    return _ESCAPE.sub(_plain_or_capital, _escaped(text, unsafe))


def _plain_or_capital(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _escaped(text: str, unsafe: re.Pattern[str]) -> str:
    return unsafe.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _joined(scheme: str, name: str, port: int | None, path: str, query: str) -> str:
    place = f"[{name}]" if ":" in name else name
    url = f"{scheme}://{place}{f':{port}' if port else ''}{path or '/'}{f'?{query}' if query else ''}"
    return url if len(url) <= LONGEST else ""
