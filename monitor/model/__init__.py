"""The nouns. Frozen, keyword-only; a new stage of life is a new type.

Times are aware and in UTC; an unknown time is None, never "now". Texts are plain text: paragraphs are parted by one
blank line, and a paragraph that quotes a post (an embedded tweet) begins with "> ".
"""

from monitor.model.articles import Article, Entry, Method, Parsed, Shape
from monitor.model.deliveries import Ambiguous, Delivered, Message, Rejected, Sent
from monitor.model.http import Failed, Fetched, Looked, NotModified, Outcome, Validators
from monitor.model.notices import (
    Blind,
    Channel,
    ChannelKind,
    Context,
    Coverage,
    Digest,
    Gap,
    Line,
    NearMiss,
    NoticeKind,
    Rendered,
    Telling,
    ToldStory,
)
from monitor.model.sources import HostState, ListingSelectors, PageSelectors, Read, Source, SourceKind
from monitor.model.stories import Mark, Placement
from monitor.model.verdicts import Field, Flag, Hit, Reason, Topic, Verdict

__all__ = [
    "Ambiguous",
    "Article",
    "Blind",
    "Channel",
    "ChannelKind",
    "Context",
    "Coverage",
    "Delivered",
    "Digest",
    "Entry",
    "Failed",
    "Fetched",
    "Field",
    "Flag",
    "Gap",
    "Hit",
    "HostState",
    "Line",
    "ListingSelectors",
    "Looked",
    "Mark",
    "Message",
    "Method",
    "NearMiss",
    "NotModified",
    "NoticeKind",
    "Outcome",
    "PageSelectors",
    "Parsed",
    "Placement",
    "Read",
    "Reason",
    "Rejected",
    "Rendered",
    "Sent",
    "Shape",
    "Source",
    "SourceKind",
    "Telling",
    "ToldStory",
    "Topic",
    "Validators",
    "Verdict",
]
