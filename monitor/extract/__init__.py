"""Bytes of a page to an Article: its main text, what it says of itself, and how sure we are."""

from monitor.extract.furniture import Sketch
from monitor.extract.reading import MainText, article, explain, main_text, remembered
from monitor.extract.reasons import Piece, Reading
from monitor.extract.selectors import misfits, selector_error

__all__ = [
    "MainText",
    "Piece",
    "Reading",
    "Sketch",
    "article",
    "explain",
    "main_text",
    "misfits",
    "remembered",
    "selector_error",
]
