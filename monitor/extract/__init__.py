"""Bytes of a page to an Article: its main text, what it says of itself, and how sure we are."""

from monitor.extract.reading import article, explain
from monitor.extract.reasons import Piece, Reading

__all__ = ["Piece", "Reading", "article", "explain"]
