"""The types that the packages exchange: frozen, keyword-only, one for each stage of processing.

Times are aware and in UTC; an unknown time is None, never "now". Texts are plain text: one blank line separates
paragraphs, and a paragraph that quotes a post (an embedded tweet) begins with "> ".
"""

from monitor.model.articles import Article, Entry, Method, ParseResult, Shape
from monitor.model.deliveries import Ambiguous, DeliveryResult, Message, Rejected, Sent
from monitor.model.http import Failed, Fetched, FetchOutcome, FetchResult, NotModified, Validators
from monitor.model.notices import (
    AlertedStory,
    Channel,
    Coverage,
    Decision,
    DecisionRecord,
    Digest,
    DigestArticle,
    DigestStory,
    EarlierStory,
    Excerpt,
    Gap,
    NearMiss,
    NoticeKind,
    Notify,
    NotifyReason,
    OutageChange,
    OutageReport,
    Rendered,
    SilentSource,
    Skip,
    SkipReason,
    StoryState,
)
from monitor.model.sources import HostState, PageSelectors, ReadPolicy, Source
from monitor.model.stories import Placement, StoryFeatures
from monitor.model.verdicts import Field, Flag, Hit, Reason, Topic, Verdict

__all__ = [
    "AlertedStory",
    "Ambiguous",
    "Article",
    "Channel",
    "Coverage",
    "Decision",
    "DecisionRecord",
    "DeliveryResult",
    "Digest",
    "DigestArticle",
    "DigestStory",
    "EarlierStory",
    "Entry",
    "Excerpt",
    "Failed",
    "FetchOutcome",
    "FetchResult",
    "Fetched",
    "Field",
    "Flag",
    "Gap",
    "Hit",
    "HostState",
    "Message",
    "Method",
    "NearMiss",
    "NotModified",
    "NoticeKind",
    "Notify",
    "NotifyReason",
    "OutageChange",
    "OutageReport",
    "PageSelectors",
    "ParseResult",
    "Placement",
    "ReadPolicy",
    "Reason",
    "Rejected",
    "Rendered",
    "Sent",
    "Shape",
    "SilentSource",
    "Skip",
    "SkipReason",
    "Source",
    "StoryFeatures",
    "StoryState",
    "Topic",
    "Validators",
    "Verdict",
]
