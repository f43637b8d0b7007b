"""Stored stories as a digest shows them. Pure."""

from collections.abc import Sequence

from monitor import digest
from monitor.model import DigestArticle, DigestStory, Field, NoticeKind
from monitor.store.notices import StoryItem, StoryRecord
from monitor.text import first_words

MAX_REASONS = 3  # sentences about the verdict beside a story; `monitor why` shows them all


def to_digest_story(story: StoryRecord) -> DigestStory:
    """Returns a story for a reader: of an update only the new articles; duplicates beside the text they repeat."""
    originals = [item for item in story.items if not item.copy_of] or list(story.items[:1])
    # A delivered item that raised the notice was corrected.
    undelivered = [item for item in originals if not item.delivered or item.raised_notice]
    is_update = story.kind is NoticeKind.UPDATE
    shown = undelivered if is_update and undelivered else originals
    articles = digest.in_order([to_digest_article(item, story.items) for item in shown], story.kind)
    # The evidence is that of the text that the digest shows first.
    best = next(item for item in shown if item.item == articles[0].item)
    fields: dict[Field, str] = {"title": best.article.title, "summary": best.article.lead, "text": best.article.text}
    hits = best.verdict.hits
    topics = tuple(topic.code for topic in best.verdict.topics)
    return DigestStory(
        story=story.story,
        thread=story.thread,
        kind=story.kind,
        articles=tuple(articles),
        excerpts=digest.excerpts(fields, hits),
        reasons=tuple(dict.fromkeys(reason.text for reason in best.verdict.reasons))[:MAX_REASONS],
        score=best.verdict.score,
        late=story.late,
        urgent=any(item.verdict.alert for item in shown),
        topics=topics,
        new_facts=tuple(dict.fromkeys(fact for item in shown for fact in item.new_facts)) if is_update else (),
        gloss=digest.gloss(hits, topics, language=best.article.language or best.source.language),
        headline_suffices=len({hit.side for hit in hits if hit.field == "title" and hit.side}) > 1,
        earlier=story.earlier,
    )


def to_digest_article(item: StoryItem, items: Sequence[StoryItem]) -> DigestArticle:
    """Returns an item for a reader, with those of `items` that repeat its text as its copies."""
    return DigestArticle(
        item=item.item,
        url=item.entry.link,
        title=item.article.title or item.entry.title,
        lead=first_words(item.article.lead or item.article.text, digest.LEAD_WORDS),
        source=item.source.name,
        owner=item.source.owner,
        country=item.source.country,
        language=item.article.language or item.source.language,
        published=item.published,
        first_seen=item.first_seen,
        partial=item.partial,
        copies=tuple((copy.source.name, copy.entry.link) for copy in items if copy.copy_of == item.item),
        flags=item.verdict.flags,
        raised_notice=item.raised_notice,
    )
