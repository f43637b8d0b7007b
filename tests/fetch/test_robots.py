"""What a robots.txt says to us."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch import robots

SITE = "https://dawn.example"


def allows(text: str, path: str = "/news/1") -> bool:
    return robots.is_allowed(text, SITE + path)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: Monitor\nDisallow: /", False),
        ("user-agent: MONITOR\ndisallow: /", False),
        ("User-agent: Monitor/2.0 (+x)\nDisallow: /", False),
        ("User-agent: Mon\nDisallow: /", True),
        ("User-agent: MonitorBot\nDisallow: /", True),
        ("User-agent: Monitor-News\nDisallow: /", True),
        ("User-agent: Othermonitor\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Monitor\nDisallow: /private", True),
        ("User-agent: Monitor\nDisallow: /private\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Monitor\nDisallow: /a\n\nUser-agent: Monitor\nDisallow: /news", False),
        ("User-agent: Other\nUser-agent: Monitor\nDisallow: /", False),
        ("User-agent: Monitor\nNoise: here\nUser-agent: Other\nDisallow: /", False),
        ("User-agent: Monitor\nSitemap: https://dawn.example/s.xml\nUser-agent: Other\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /news", True),
        ("User-agent: *\nDisallow: /*/1$", False),
        ("User-agent: *\nDisallow: /*/2$", True),
        ("User-agent: *\nDisallow /news", False),
        ("User-agent: *\nDissallow: /news", False),
        ("User-agent: *  # all\nDisallow: /news # no", False),
        ("User-agent: * nobody\nDisallow: /", False),
        ("Disallow: /", True),
        ("<html><body>Not found. Disallow: /</body></html>", True),
        ("User-agent: *\rDisallow: /\r", False),
    ],
)
def test_rules(text: str, allowed):
    """RFC 9309: the group of our very token, else of everybody; the longest match; strange lines are passed over."""
    assert allows(text) is allowed


@pytest.mark.parametrize("path", ["/خبر", "/%D8%AE%D8%A8%D8%B1", "/%d8%ae%d8%a8%d8%b1/1"])
def test_persian_paths_match_in_either_form(path: str):
    """A rule written in letters holds for the escaped path."""
    assert not robots.is_allowed("User-agent: *\nDisallow: /خبر", SITE + path)


def test_bytes_are_cleaned():
    """BOM, NUL and broken UTF-8 do not hide a rule; what lies beyond 500 KiB is not read."""
    assert robots.decode(b"\xef\xbb\xbfUser-agent: *\nDis\x00allow: /") == "User-agent: *\nDisallow: /"
    assert robots.decode(b"\xff") == "\N{REPLACEMENT CHARACTER}"
    assert len(robots.decode(b"#" * 1_000_000)) == 500 * 1024


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 3600", 60),
        ("User-agent: *\nCrawl-delay: 1e400", 0),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nRequest-rate: 1/30", 30),
        ("User-agent: *\nCrawl-delay: 5\nRequest-rate: 1/10", 10),
        ("User-agent: Other\nCrawl-delay: 10", 0),
    ],
)
def test_delays(text: str, seconds: float):
    """The longer of Crawl-delay and Request-rate, up to a minute."""
    assert robots.crawl_delay(text) == timedelta(seconds=seconds)


RECORDS = st.lists(
    st.sampled_from(["User-agent: *", "User-agent: Monitor", "Disallow: /", "Crawl-delay: 9", "x", "", "#"])
)


@given(st.one_of(st.binary(), RECORDS.map("\n".join).map(str.encode)), st.text())
def test_any_bytes_are_a_robots_txt(body: bytes, path: str):
    """Nothing a server puts there raises."""
    text = robots.decode(body)
    assert robots.is_allowed(text, SITE + "/" + path) in (True, False)
    assert timedelta(0) <= robots.crawl_delay(text) <= timedelta(minutes=1)
