"""Cookies live for one visit: they lead along its redirects, and no other visit sends them."""

from datetime import timedelta

import httpx
import pytest

from monitor.fetch.cookies import MAX_COOKIES, VisitCookies
from monitor.model import Failed, Fetched, FetchResult
from monitor.net import Response
from tests.fetch.builders import NOW, Page, Site, ok, open_host

PAGE = "https://www.gazette.example/news/1"


def redirect(location: str, *cookies: str) -> httpx.Response:
    """A redirect that sets cookies."""
    return httpx.Response(302, headers=[("location", location), *(("set-cookie", cookie) for cookie in cookies)])


def if_cookie(part: str, page: Page, otherwise: httpx.Response) -> Page:
    """A page for those who send this cookie."""
    return lambda request: page if part in request.headers.get("cookie", "") else otherwise  # type: ignore[return-value]


async def visit(site: Site, url: str = PAGE) -> FetchResult:
    return (
        await site.web(host_delay=timedelta(0)).fetch(url, host=open_host("www.gazette.example"), robots=False)
    ).result


async def test_a_page_that_redirects_to_itself_until_the_cookie_comes_back():
    """The second request carries the cookie."""
    site = Site({PAGE: if_cookie("seen=1", ok(), redirect(PAGE, "seen=1; Path=/"))})
    assert isinstance(await visit(site), Fetched)
    assert [request.headers.get("cookie") for request in site.requests] == [None, "seen=1"]


async def test_a_page_that_tries_for_cookies_with_a_parameter():
    """By way of a parameter that detects whether cookies are kept, and back."""
    trial = PAGE + "?AspxAutoDetectCookieSupport=1"
    site = Site(
        {
            PAGE: if_cookie("session", ok(), redirect(trial, "AspxAutoDetectCookieSupport=1; path=/")),
            trial: if_cookie(
                "AspxAutoDetect", redirect(PAGE, "session=x; HttpOnly"), ok(b"<title>Enable cookies</title>")
            ),
        }
    )
    result = await visit(site)
    assert isinstance(result, Fetched)
    assert result.final_url == PAGE


async def test_the_way_over_a_login_host():
    """Another host of the outlet sets a cookie for all of them."""
    login = "https://id.gazette.example/auth?back=1"
    site = Site(
        {
            PAGE: if_cookie("guest=yes", ok(), redirect(login, "start=1")),
            login: redirect(PAGE, "guest=yes; Domain=.gazette.example; Path=/; Secure"),
        }
    )
    assert isinstance(await visit(site), Fetched)
    assert site.requests[1].headers.get("cookie") is None  # a cookie of www is not for id
    assert site.requests[2].headers["cookie"] == "start=1; guest=yes"


async def test_a_cookie_is_forgotten_after_the_visit():
    """The next visit starts without one."""
    site = Site({PAGE: if_cookie("seen=1", ok(), redirect(PAGE, "seen=1; Max-Age=9999"))})
    web = site.web(host_delay=timedelta(0))
    for _ in range(2):
        await web.fetch(PAGE, host=open_host("www.gazette.example"), robots=False)
    assert [request.headers.get("cookie") for request in site.requests] == [None, "seen=1"] * 2


async def test_a_cookie_that_changes_nothing_ends_the_visit():
    """The same cookie again is the same request: a loop."""
    site = Site({PAGE: redirect(PAGE, "seen=1")})
    assert isinstance(await visit(site), Failed)
    assert len(site.requests) == 2


async def test_ever_new_cookies_end_at_the_limit_of_redirects():
    """A server that counts in a cookie does not keep us."""
    site = Site({PAGE: lambda request: redirect(PAGE, f"n={len(site.requests)}")})
    assert isinstance(await visit(site), Failed)
    assert len(site.requests) == 11


def cookies_after(*headers: str, url: str = PAGE) -> VisitCookies:
    cookies = VisitCookies()
    response = Response(url=url, status=302, headers=tuple(("set-cookie", header) for header in headers), body=b"")
    cookies.add(response, now=NOW)
    return cookies


@pytest.mark.parametrize(
    ("header", "url", "sent"),
    [
        ("a=1", PAGE, True),
        ("a=1", "https://gazette.example/news/2", False),
        ("a=1", "https://m.www.gazette.example/news/2", False),
        ("a=1; domain=gazette.example", "https://gazette.example/news/2", True),
        ("a=1; domain=GAZETTE.example", "https://m.gazette.example/news/2", True),
        ("a=1; domain=other.example", "https://other.example/news/", False),
        ("a=1; domain=example", "https://other.example/news/", False),
        ("a=1; domain=", PAGE, True),
        ("a=1", "https://www.gazette.example/about", False),  # the folder of the page is the default path
        ("a=1; path=/", "https://www.gazette.example/about", True),
        ("a=1; path=/ab", "https://www.gazette.example/about", False),
        ("a=1; path=/about", "https://www.gazette.example/about/us", True),
        ("a=1; secure; path=/", "http://www.gazette.example/", False),
        ("a=1; path=/", "http://www.gazette.example/", True),
        ("a=1; Expires=Mon, 29 Jun 2020 10:00:00 GMT", PAGE, False),
        ("a=1; Expires=Mon, 29-Jun-2037 10:00:00 GMT", PAGE, True),
        ("a=1; Expires=nonsense", PAGE, True),
        ("a=1; Max-Age=0", PAGE, False),
        ("a=1; Max-Age=-1; Expires=Mon, 29 Jun 2037 10:00:00 GMT", PAGE, False),
        ("a", PAGE, False),
        ("=1", PAGE, False),
        ("a=1\r\nx: y", PAGE, False),
        ("a=" + "x" * 5000, PAGE, False),
        ("", PAGE, False),
    ],
)
def test_where_a_cookie_goes(header: str, url: str, *, sent: bool):
    """To its host, or to all hosts of its domain, below its path, until it is deleted."""
    assert bool(cookies_after(header).header(url)) is sent


def test_cookies_are_replaced_deleted_and_bounded():
    """The latest value counts, and a server cannot set any number of them."""
    assert cookies_after("a=1", "b=2", "a=3").header(PAGE) == "a=3; b=2"
    assert cookies_after("a=1", "a=; Max-Age=0").header(PAGE) == ""
    assert len(cookies_after(*(f"c{n}=1" for n in range(500))).header(PAGE).split("; ")) == MAX_COOKIES
    assert cookies_after("a=1; domain=.1", url="https://10.0.0.1/").header("https://10.0.0.1/") == ""
