"""Bytes of a page to an Article: its main text, what it says of itself, and how sure we are."""

from monitor.extract.reading import article

__all__ = ["article"]
