"""The next page of an article: told from the next article by its address."""

import pytest

from tests.extract.builders import an_article, paragraphs

STORY = f"<article><h1>Ministers meet</h1>{paragraphs()}</article>"
SITE = "https://outlet.example"


@pytest.mark.parametrize(
    ("url", "head", "link", "next_page"),
    [
        ("/news/1", '<link rel="next" href="/news/1?page=2">', "", "/news/1?page=2"),
        ("/news/1", "", "?page=2", "/news/1?page=2"),
        ("/news/talks/", "", "/news/talks/2/", "/news/talks/2/"),
        ("/news/talks", "", "/news/talks/page/2", "/news/talks/page/2"),
        ("/news/talks.html", "", "/news/talks-2.html", "/news/talks-2.html"),
        ("/news/talks.htm", "", "talks_p2.htm", "/news/talks_p2.htm"),
        ("/view.php?id=71", "", "/view.php?id=71&page=2", "/view.php?id=71&page=2"),
        ("/news/1", '<link rel="next" href="/news/2">', "", ""),
        ("/news/5", "", "/news/6", ""),
        ("/view.php?id=5", "", "/view.php?id=6", ""),
        ("/notes/week-15", "", "/notes/week-16", ""),
        ("/news/talks", "", "/news/talks/3", ""),
        ("/news/talks", "", "/news/other/2", ""),
        ("/news/talks", "", "https://other.example/news/talks/2", ""),
    ],
)
def test_the_address_tells(url: str, head: str, link: str, next_page: str):
    """It is that of this article with the number two; `rel=next` may be that of the next post."""
    article = an_article(f"{STORY}<a href='{link}'>2</a>" if link else STORY, head, url=f"{SITE}{url}")
    assert article.next_page == (f"{SITE}{next_page}" if next_page else "")
    assert article.partial is bool(next_page)


def test_the_next_page_of_comments_is_none():
    """The article is whole, and its comments go on."""
    body = f"{STORY}<div class='comments-nav'><a href='?page=2'>2</a></div>"
    assert an_article(body, url=f"{SITE}/news/talks").next_page == ""
