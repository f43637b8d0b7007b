"""What a page shows and its article leaves out."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.leftovers import leftovers
from monitor.model import Article, Method

ARTICLE = Article(
    url="https://dawn.example/1", title="A headline", text="One.\n\n> Two, quoted.", method=Method.DENSITY
)


def test_texts_outside_the_article_come_in_order():
    """Each once, as it is shown; what the article holds is not among them, whatever its punctuation."""
    page = (
        "<body><nav>Home</nav><h1>A headline</h1><p>One.<p>“Two, quoted.”<div>Share</div><nav>Home</nav><p>End</body>"
    )
    assert leftovers(page.encode(), ARTICLE) == ("Home", "Share", "End")


def test_what_is_not_shown_is_no_leftover():
    """Scripts and styles are not text."""
    assert leftovers(b"<body><script>var a</script><style>p{}</style><p>One.</body>", ARTICLE) == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body):
    """Nothing is raised; nothing of the article is called a leftover."""
    assert not {"One.", "A headline"} & set(leftovers(body, ARTICLE))
