"""URLs: the key that identifies an entry, and the form that is fetched. No function here raises."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urljoin, urlsplit

import idna

MAX_URL_CHARS = 8_000  # the common servers take 8 KB of request line
MAX_FRAGMENT_CHARS = 300
MAX_HOST_CHARS = 253  # the longest name that DNS carries
DEFAULT_PORTS = (80, 443)

# Parameters that record how a reader came to a page and never select its text. Sorted; a name that ends in * is a prefix.
# fmt: off
TRACKING_PARAMETERS = (
    "__twitter_impression", "_ga", "_gl", "_hsenc", "_hsmi", "at_*", "cmpid", "dclid", "emc", "fb_*", "fbclid",
    "feedname", "feedtype", "gad_source", "gbraid", "gclid", "gclsrc", "guccounter", "guce_*", "hsctatracking", "igsh",
    "igshid", "ito", "maca", "matomo_*", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "mtm_*", "ns_campaign",
    "ns_linkname", "ns_mchannel", "ns_source", "ocid", "oly_anon_id", "oly_enc_id", "piwik_*", "pk_*", "ref_src",
    "ref_url", "s_cid", "smid", "srsltid", "traffic_source", "ttclid", "twclid", "utm_*", "vero_*", "wbraid",
    "wt.mc_id", "wt_*", "xtor", "yclid",
)
# fmt: on

# Parameters that select content on some sites and track readers on others: they track if their value is a referrer.
REFERRER_PARAMETERS = {"from", "partner", "ref", "source", "src", "via"}
REFERRER_VALUE = re.compile(r"(facebook|feed|instagram|newsletter|rss|telegram|twitter|whatsapp)(-.*)?", re.IGNORECASE)

# Where names are registered one level lower: the second label of country domains, and hosts that give each user a name.
# fmt: off
COUNTRY_CODE_CHARS = 2
REGISTRY_LABELS = {
    "ac", "biz", "co", "com", "edu", "fam", "firm", "gen", "go", "gob", "gok", "gop", "gos", "gov", "gub", "id", "info",
    "k12", "ltd", "mil", "name", "ne", "net", "nom", "or", "org", "plc", "press", "pro", "sch", "web",
}
BLOG_HOSTS = {
    "blog.ir", "blogfa.com", "blogsky.com", "blogspot.com", "github.io", "gitlab.io", "livejournal.com", "medium.com",
    "mihanblog.com", "netlify.app", "pages.dev", "parsiblog.com", "persianblog.ir", "substack.com", "tumblr.com",
    "vercel.app", "virgool.io", "web.app", "weebly.com", "wixsite.com", "wordpress.com",
}
# fmt: on

_TRACKING_NAME = re.compile(
    "|".join(re.escape(name[:-1]) + ".*" if name[-1] == "*" else re.escape(name) for name in TRACKING_PARAMETERS)
)
# Control characters, backslashes and surrogates: two parsers read a URL with one of them as two different hosts.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNSAFE_IN_PATH = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_UNSAFE_IN_QUERY = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
# Parts that every page of a site has, tracking (#Echobox=1700000000), and text fragments.
_NO_ENTRY_FRAGMENT = re.compile(
    r"(article|comments?|content|disqus_thread|main|respond|top)?$|echobox=|:~:", re.IGNORECASE
)
_UNSAFE_IN_FRAGMENT = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3


# Parameters with the words of a search. The results are those that fit best, not the newest of one list.
SEARCH_PARAMETERS = {"keyword", "keywords", "kw", "q", "qs", "query", "s", "search", "search_query", "term", "terms"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlParts:
    """The parts of an http or https URL; the fragment is dropped."""

    scheme: str
    host: str  # lower-case ASCII; IPv6 without its brackets
    port: int | None
    path: str  # as written
    query: str  # as written


def canonicalize(url: str) -> str:
    """Returns the key of a URL, or "" if it is not an http or https URL.

    All spellings of one address have one key: scheme https, host in lower-case ASCII, no default port, no fragment, dot
    segments resolved, escapes in one form, no tracking parameters, the rest of the query in its order. Idempotent.
    """
    # AMP and mobile addresses are not merged with their desktop pages: only the texts show that they are the same.
    parts = parse_url(url)
    if parts is None:
        return ""
    # Both default ports go: the key's scheme is always https, so port 80 would not be removed the next time.
    port = None if parts.port in DEFAULT_PORTS else parts.port
    pairs = [pair for pair in parts.query.split("&") if pair and not is_tracking(pair)]
    query = "&".join(normalize_escapes(pair, _UNSAFE_IN_QUERY) for pair in pairs)
    path = resolve_dots(normalize_escapes(parts.path, _UNSAFE_IN_PATH))
    return build_url("https", parts.host, port, path, query)


def resolve(base: str, href: str) -> str:
    """Resolves a link found at `base` (RFC 3986, 5.2) to an http or https URL that can be fetched, without fragment.

    Returns "" for other schemes, credentials, backslashes and control characters.
    """
    href = href.strip()
    if _FORBIDDEN.search(href):
        return ""
    try:
        absolute = urljoin(base.strip(), href)
    except ValueError:  # brackets in the host without an IPv6 address
        return ""
    parts = parse_url(absolute)
    if parts is None:
        return ""
    path, query = escape_unsafe(parts.path, _UNSAFE_IN_PATH), escape_unsafe(parts.query, _UNSAFE_IN_QUERY)
    return build_url(parts.scheme, parts.host, parts.port, path, query)


def fragment(url: str) -> str:
    """Returns the fragment of a link that names one entry of a page, or "".

    Text fragments, tracking (#xtor=RSS-1) and the parts that every page has (#comments) name none.
    """
    _, _, name = url.strip().partition("#")
    if len(name) > MAX_FRAGMENT_CHARS or _FORBIDDEN.search(name) or _NO_ENTRY_FRAGMENT.match(name):
        return ""
    return "" if any(is_tracking(pair) for pair in name.split("&")) else escape_unsafe(name, _UNSAFE_IN_FRAGMENT)


def with_fragment(url: str, name: str) -> str:
    """Returns a URL without a fragment with this one, or unchanged if `name` is "" or makes it too long."""
    return f"{url}#{name}" if name and len(url) + len(name) < MAX_URL_CHARS else url


def is_front_page(url: str) -> bool:
    """Whether a URL is the root of a site, which shows many articles and never is the page of one."""
    parts = parse_url(url)
    return parts is not None and parts.path in ("", "/") and not parts.query


def host(url: str) -> str:
    """Returns the host of an http or https URL in lower-case ASCII (an IPv6 address without brackets), or ""."""
    parts = parse_url(url)
    return parts.host if parts else ""


def site(url: str) -> str:
    """Returns the host without a leading "www.", or ""."""
    return host(url).removeprefix("www.")


def registrable_domain(host: str) -> str:
    """Returns the part of a host name that one owner registered: outlet.com.pk for en.outlet.com.pk.

    An IP address and a name of one label are their own; a suffix under which others register has none ("").
    """
    labels = host.split(".")
    if len(labels) == 1 or labels[-1].isdecimal() or ":" in host:
        return host
    suffix_size = 1
    if (len(labels[-1]) == COUNTRY_CODE_CHARS and labels[-2] in REGISTRY_LABELS) or ".".join(labels[-2:]) in BLOG_HOSTS:
        suffix_size = 2
    return ".".join(labels[-suffix_size - 1 :]) if len(labels) > suffix_size else ""


def is_same_site(first: str, second: str) -> bool:
    """Whether two URLs belong to hosts of one owner: en.outlet.example and www.outlet.example."""
    domain = registrable_domain(host(first))
    return bool(domain) and domain == registrable_domain(host(second))


def parse_url(url: str) -> UrlParts | None:
    """Splits an http or https URL into its parts; None if it is not one, or has credentials."""
    url = url.strip()
    if _FORBIDDEN.search(url):
        return None
    try:
        split = urlsplit(url)
        hostname, port = split.hostname or "", split.port
    except ValueError:  # a port that is not a number, a host with "/" after Unicode folding
        return None
    if split.scheme not in ("http", "https") or "@" in split.netloc or port == 0:
        return None
    ascii_host = normalize_ipv6(hostname) if split.netloc.startswith("[") else normalize_host(hostname)
    if not ascii_host:
        return None
    return UrlParts(scheme=split.scheme, host=ascii_host, port=port, path=split.path, query=split.query)


def normalize_host(name: str) -> str:
    """Returns a host name in lower-case ASCII (IDNA 2008, UTS 46), or "" if it is not one."""
    name = name.lower()
    if not name.isascii() or "xn--" in name:
        try:
            # Cut first: idna is quadratic, and no valid name is longer.
            name = idna.encode(name[: MAX_HOST_CHARS + 2], uts46=True).decode("ascii")
        except ValueError:
            return ""
    name = name.removesuffix(".")
    return name if len(name) <= MAX_HOST_CHARS and _HOST.fullmatch(name) else ""


def normalize_ipv6(text: str) -> str:
    """Returns an IPv6 address in its short form, or "" if it is not one."""
    try:
        address = IPv6Address(text)
    except ValueError:
        return ""
    return "" if address.scope_id else str(address)  # a zone (fe80::1%eth0) names a link of this machine


def is_search(url: str) -> bool:
    """Whether a URL asks for the results of a search."""
    parts = parse_url(url)
    if parts is None:
        return False
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    # Google Alerts deliver the results of a stored search.
    is_stored_search = parts.path.startswith("/alerts/feeds/")
    return is_stored_search or any(name.lower() in SEARCH_PARAMETERS and value for name, _, value in pairs)


def is_tracking(pair: str) -> bool:
    """Whether a `name=value` pair of a query only tracks readers."""
    name, _, value = pair.partition("=")
    name = name.lower()
    return bool(_TRACKING_NAME.fullmatch(name)) or (
        name in REFERRER_PARAMETERS and bool(REFERRER_VALUE.fullmatch(value))
    )


def normalize_escapes(text: str, unsafe: re.Pattern[str]) -> str:
    """Returns a text with escapes in one form: hex in capitals, unreserved characters bare, unsafe characters escaped."""

    def normalize(escape: re.Match[str]) -> str:
        char = chr(int(escape[0][1:], 16))
        return char if char in _UNRESERVED else escape[0].upper()

    return _ESCAPE.sub(normalize, escape_unsafe(text, unsafe))


def escape_unsafe(text: str, unsafe: re.Pattern[str]) -> str:
    """Returns a text with each match of `unsafe` percent-encoded as UTF-8."""
    return unsafe.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


def resolve_dots(path: str) -> str:
    """Returns a path without "." and ".." segments (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    resolved: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del resolved[-1:]
        elif segment != ".":
            resolved.append(segment)
    if segments[-1] in (".", ".."):
        resolved.append("")
    return "/" + "/".join(resolved)


def build_url(scheme: str, host: str, port: int | None, path: str, query: str) -> str:
    """Returns the URL of its parts, or "" if it is too long."""
    bracketed = f"[{host}]" if ":" in host else host
    url = f"{scheme}://{bracketed}{f':{port}' if port else ''}{path or '/'}{f'?{query}' if query else ''}"
    return url if len(url) <= MAX_URL_CHARS else ""
