"""What a page shows and an article leaves out, for whoever looks into a reading."""

from selectolax.lexbor import LexborHTMLParser

from monitor import charset
from monitor.extract.outline import outline
from monitor.extract.page import letters
from monitor.model import Article
from monitor.text import clean


def leftovers(body: bytes, article: Article, *, content_type: str = "") -> tuple[str, ...]:
    """The texts of a page that are not in its article, each once, in the order of the page. Raises nothing."""
    tree = LexborHTMLParser(charset.decode(body, content_type))
    if tree.body is None:
        return ()
    kept = letters(f"{article.title}\n{article.lead}\n{article.text}")
    texts = {letters(block.text): clean(block.text) for block in outline(tree.body).blocks}
    return tuple(text for key, text in texts.items() if key and key not in kept)
