"""The address of an entry's page: what in a feed is an address, relative to what, and behind which redirector."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor import urls

# Ids and texts in the place of a link.
NOT_ADDRESS = re.compile(r"\d*|(?!https?:)[a-z][a-z0-9+.-]*:(?!//).*", re.IGNORECASE | re.DOTALL)
HOST_FIRST = re.compile(r"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
MAX_WRAPPERS = 3  # one inside the other
# The last segment of a redirector's path, and the parameters in which redirectors carry their target.
REDIRECTOR = re.compile(
    r"(?:url|urls|redirects?|redirector|redir|away|out|outbound|exit|leave|goto|go|jump|link|l|click|clicks|track|apiclick|ck/a)"
    r"(?:\.\w{2,5})?",
    re.IGNORECASE,
)
TARGET_PARAMETERS = (
    "url",
    "u",
    "q",
    "target",
    "to",
    "dest",
    "destination",
    "redirect",
    "redirect_url",
    "uddg",
    "link",
    "z",
    "r",
)
WHOLE_URL = re.compile(r"https?://[^/\s]+\.[^\s]+", re.IGNORECASE)
SAFE_LINKS = re.compile(r"(?:.+\.)?safelinks\.protection\.outlook\.com")
YAHOO_TARGET = re.compile(r"/RU=(?P<url>[^/]+)/")
# Copies of a page in a cache, with host and path in the path: /c/s/outlet.example/news/1 (s: https).
CACHED_PAGE = re.compile(r"/(?:amp|c|v|wp/s|i)(?P<tls>/s)?/(?P<page>[a-z0-9-]+(?:\.[a-z0-9-]+)+/.*)", re.IGNORECASE)
CACHE_HOST = re.compile(r"(?:.+\.)?cdn\.ampproject\.org|(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
GOOGLE_NEWS_ARTICLE = re.compile(r"/(?:__i/)?(?:rss/)?articles/(?P<code>[\w-]{20,})")
URL_IN_BYTES = re.compile(rb"https?://[\x21-\x7e]+")


def page_link(text: str, *, base: str) -> str:
    """Returns the URL of the page that a link of a feed leads to, or "" if the text is not an address.

    Relative links are resolved against `base`. The fragment is kept. A link through a redirector that names its target is
    that target: the redirector refuses robots, and writes another link at each poll.
    """
    # Browsers ignore line breaks inside of a link; some feeds escape ampersands twice.
    href = re.sub(r"[\t\r\n]+", "", text.strip()).replace("&amp;", "&")
    if NOT_ADDRESS.fullmatch(href):
        return ""
    host_first = HOST_FIRST.fullmatch(href)
    if host_first and (href.lower().startswith("www.") or urls.is_same_site("https://" + href, base)):
        href = "https://" + href
    link, (_, _, fragment) = urls.resolve(base, href), href.partition("#")
    target = unwrap(link)
    return f"{target}#{fragment}" if fragment and target == link and link else target


def id_link(text: str, *, base: str) -> str:
    """Returns the URL that an id is, or "": many feeds use the URL of a page as its id, but most ids are none."""
    text = text.strip()
    return page_link(text, base=base) if WHOLE_URL.match(text) or text.startswith(("/", "www.")) else ""


def unwrap(link: str) -> str:
    """Returns the target of a link through a redirector or a cache, if the link names it; else the link itself."""
    for _ in range(MAX_WRAPPERS):
        target = urls.resolve("", wrapped_url(link))
        if not target:
            break
        link = target
    return link


def wrapped_url(link: str) -> str:
    """Returns the URL inside of a link, or ""."""
    parts = urlsplit(link)
    host, path = urls.host(link), parts.path
    if match := YAHOO_TARGET.search(path):
        return unquote(match["url"])
    if CACHE_HOST.fullmatch(host) and (match := CACHED_PAGE.fullmatch(path)):
        query = f"?{parts.query}" if parts.query else ""
        return f"{'https' if match['tls'] else 'http'}://{match['page']}{query}"
    if host == "news.google.com" and (match := GOOGLE_NEWS_ARTICLE.match(path)):
        return url_in_code(match["code"])
    last_segments = path.strip("/").split("/")
    is_redirector = any(REDIRECTOR.fullmatch("/".join(last_segments[-size:])) for size in (1, 2))
    if not is_redirector and not SAFE_LINKS.fullmatch(host):
        return ""
    parameters = {name.lower(): value for name, value in parse_qsl(parts.query)}
    return next(filter(None, (target_of(parameters.get(name, "")) for name in TARGET_PARAMETERS)), "")


def target_of(value: str) -> str:
    """Returns the URL in a parameter of a redirector, or ""; it may be escaped once more, or in Bing's base64."""
    value = unquote(value) if value[:8].lower().startswith(("http%3a", "https%3a")) else value
    if WHOLE_URL.fullmatch(value):
        return value
    return url_in_code(value[2:]) if value.startswith("a1aHR0c") else ""


def url_in_code(code: str) -> str:
    """Returns the URL in a base64 code, or ""; the newer codes of Google News have none."""
    try:
        decoded = urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (Base64Error, ValueError):
        return ""
    match = URL_IN_BYTES.search(decoded)
    return match[0].decode("ascii") if match else ""
