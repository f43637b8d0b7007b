"""Bytes of a page to an Article: its main text, what it says of itself, and how sure we are."""

from monitor.extract.furniture import Sketch
from monitor.extract.reading import article, explain, remembered
from monitor.extract.reasons import Piece, Reading
from monitor.extract.selectors import selector_error

__all__ = ["Piece", "Reading", "Sketch", "article", "explain", "remembered", "selector_error"]
