"""The type of a source kind: one way to list entries, as the rest of the program uses it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from monitor.model import ParseResult
from monitor.parse.entries import SourceContext


class OptionsForm(BaseModel):
    """Base of the config forms of kinds that have options. An unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """One way in which a source lists its entries.

    `parse` takes the decoded body, the source's context and the options (an instance of `form`, or None). It raises
    ParseError and nothing else.
    """

    id: str  # the value of `kind:` in sources/*.yaml
    parse: Callable[[str, SourceContext, Any], ParseResult]
    options_key: str = ""  # the key in sources/*.yaml with the options; empty: the kind has none
    form: type[OptionsForm] | None = None  # the form of these options
    obeys_robots: bool = False  # feeds and sitemaps are published for machines; a page is not
    is_feed: bool = False  # OPML can list it
