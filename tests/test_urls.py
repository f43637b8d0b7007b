"""The key of a URL, and the form that is fetched."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import urls

SAME = [
    ("http://Dawn.Example/news/1", "https://dawn.example/news/1"),
    ("https://dawn.example:443/a", "https://dawn.example/a"),
    ("http://dawn.example:80/a", "https://dawn.example/a"),
    ("https://dawn.example./a", "https://dawn.example/a"),
    ("https://dawn.example", "https://dawn.example/"),
    ("https://dawn.example/a#comments", "https://dawn.example/a"),
    ("  https://dawn.example/a\n", "https://dawn.example/a"),
    ("https://dawn.example/a/./b/../c", "https://dawn.example/a/c"),
    ("https://dawn.example/a/%2e%2e/c", "https://dawn.example/c"),
    ("https://dawn.example/%7euser/%c3%a9", "https://dawn.example/~user/%C3%A9"),
    ("https://dawn.example/100%", "https://dawn.example/100%25"),
    ("https://dawn.example/a b", "https://dawn.example/a%20b"),
    ("https://jang.example/خبر", "https://jang.example/%D8%AE%D8%A8%D8%B1"),
    ("https://jang.example/%d8%ae%d8%a8%d8%b1", "https://jang.example/%D8%AE%D8%A8%D8%B1"),
    ("https://خبر.example/", "https://xn--ngblk.example/"),
    ("https://dawn.example/?id=5&utm_source=rss&UTM_Medium=x&page=2", "https://dawn.example/?id=5&page=2"),
    ("https://dawn.example/a?fbclid=x", "https://dawn.example/a"),
    ("https://dawn.example/a?ref=rss&ref=1234", "https://dawn.example/a?ref=1234"),
    ("https://dawn.example/a?source=rss-b1f3-4&wt_mc=rss.x", "https://dawn.example/a"),
    ("https://dawn.example/a?b=2&a=1&&", "https://dawn.example/a?b=2&a=1"),
    ("https://[2001:DB8:0::1]/", "https://[2001:db8::1]/"),
]


@pytest.mark.parametrize(("spelling", "key"), SAME)
def test_spellings_of_one_address_have_one_key(spelling: str, key: str):
    """All spellings of one address have one key, and so are one entry."""
    assert urls.canonicalize(spelling) == key


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://dawn.example/a", "https://dawn.example/a/"),
        ("https://dawn.example/A", "https://dawn.example/a"),
        ("https://dawn.example/a", "https://m.dawn.example/a"),
        ("https://dawn.example/a", "https://www.dawn.example/a"),
        ("https://dawn.example/a", "https://dawn.example/amp/a"),
        ("https://dawn.example/?id=5", "https://dawn.example/?id=6"),
        ("https://dawn.example/?a=%26b", "https://dawn.example/?a=&b"),
        ("https://dawn.example/a%2Fb", "https://dawn.example/a/b"),
        ("https://dawn.example/", "https://dawn.example:8443/"),
    ],
)
def test_possibly_different_pages_have_different_keys(first: str, second: str):
    """No difference that can select another text is removed: a merged entry would be a lost story."""
    assert urls.canonicalize(first) != urls.canonicalize(second)


NO_URL = [
    "",
    "dawn.example/a",
    "ftp://dawn.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:dawn.example",
    "https:///a",
    "https://user:secret@dawn.example/",
    "http://10.0.0.1:8888\\@dawn.example/",
    "https://dawn.example/a\\b",
    "https://dawn.example/\x00",
    "https://dawn\t.example/",
    "https://dawn.example:port/",
    "https://dawn.example:99999/",
    "https://dawn.example:0/",
    "https://[::1",
    "https://[dawn]/",
    "https://xn--a.example/",
    "https://-dawn.example/",
    "https://dawn..example/",
    "https://" + "a" * 64 + ".example/",
    "https://dawn.example/\ud800",
    "https://dawn.example/" + "a" * 9000,
]


@pytest.mark.parametrize("text", NO_URL)
def test_invalid_urls_have_no_key(text: str):
    """Other schemes, credentials, control characters and broken hosts give "", in all four functions."""
    assert urls.canonicalize(text) == urls.resolve("", text) == ""
    if len(text) < 9000:
        assert urls.host(text) == urls.site(text) == ""


@pytest.mark.parametrize(
    ("base", "href", "joined"),
    [
        ("https://dawn.example/news/", "1.html", "https://dawn.example/news/1.html"),
        ("https://dawn.example/news/", "/1?id=2#x", "https://dawn.example/1?id=2"),
        ("https://dawn.example/news/", "//jang.example/1", "https://jang.example/1"),
        ("https://dawn.example/news/", " ?page=2 ", "https://dawn.example/news/?page=2"),
        ("http://dawn.example/", "http://dawn.example:80/a", "http://dawn.example:80/a"),
        ("https://dawn.example/", "/خبر/utm?utm_source=x", "https://dawn.example/%D8%AE%D8%A8%D8%B1/utm?utm_source=x"),
        ("https://dawn.example/", "/%d8%ae", "https://dawn.example/%d8%ae"),
        ("https://dawn.example/", "mailto:desk@dawn.example", ""),
        ("https://dawn.example/", "javascript:void(0)", ""),
        ("https://dawn.example/", "\\\\jang.example\\a", ""),
        ("https://dawn.example/", "/a\nb", ""),
        ("https://dawn.example/", "http://[x/", ""),
        ("", "news/1", ""),
    ],
)
def test_a_link_is_resolved_at_its_page(base: str, href: str, joined: str):
    """The resolved link is absolute and in ASCII, and lacks only its fragment."""
    assert urls.resolve(base, href) == joined


def test_a_site_is_its_host_without_www():
    """Only a leading www. goes: news.example and m.news.example are different sites."""
    assert urls.site("https://www.Dawn.example:8443/a") == "dawn.example"
    assert urls.site("https://m.dawn.example/a") == "m.dawn.example"
    assert urls.host("https://www.dawn.example/a") == "www.dawn.example"


ANY_TEXT = st.one_of(
    st.text(),
    st.builds("http{}://{}".format, st.sampled_from(["", "s"]), st.text()),
    st.builds("http://dawn.example{}".format, st.text(alphabet=st.sampled_from("/.%2e5aZ?&=#+ ؀:@[];utm_"))),
    st.builds("https://{}/".format, st.text(alphabet=st.characters(categories=["L", "N", "M"]), min_size=1)),
)


@given(ANY_TEXT)
@example("http://a/%2%35")
@example("http://dawn.example:443/")
@example("http://a/.%2e//b")
def test_canonicalize_is_idempotent(text: str):
    """No text raises, and the key of a key is itself."""
    key = urls.canonicalize(text)
    assert urls.canonicalize(key) == key
    assert key == "" or (key.isascii() and key.startswith("https://"))


@given(ANY_TEXT, ANY_TEXT)
def test_resolve_is_idempotent(base: str, href: str):
    """No pair raises; the result is absolute and keeps its host in its key."""
    joined = urls.resolve(base, href)
    assert urls.resolve("", joined) == joined
    assert bool(joined) <= bool(urls.canonicalize(joined)) or len(joined) > urls.MAX_URL_CHARS - 10
    assert urls.host(joined) == urls.host(urls.canonicalize(joined))


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("en.outlet.example", "outlet.example"),
        ("outlet.example", "outlet.example"),
        ("www.outlet.com.pk", "outlet.com.pk"),
        ("outlet.com.pk", "outlet.com.pk"),
        ("com.pk", ""),
        ("news.ministry.gov.ir", "ministry.gov.ir"),
        ("a.b.outlet.co.uk", "outlet.co.uk"),
        ("outlet.blogspot.com", "outlet.blogspot.com"),
        ("blogspot.com", ""),
        ("co.outlet.com", "outlet.com"),
        ("localhost", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_domain_that_one_owner_registered(host: str, domain: str):
    """One label more than the suffix under which others register, too."""
    assert urls.registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://en.outlet.example/world", "https://outlet.example/1", True),
        ("https://en.outlet.com.pk/", "https://ur.outlet.com.pk/", True),
        ("https://outlet.com.pk/", "https://other.com.pk/", False),
        ("https://a.blogfa.com/", "https://b.blogfa.com/", False),
        ("https://gov.ir/", "https://gov.ir/", False),
        ("https://10.0.0.1/", "https://10.0.0.1/a", True),
        ("not a url", "not a url", False),
    ],
)
def test_the_hosts_of_one_owner(first: str, second: str, *, same: bool):
    """Subdomains are one site, unless others can register them."""
    assert urls.is_same_site(first, second) is same
