"""Reads stories outside of digests, for the `story` commands; `items.save_item` opens, joins and merges them."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from monitor.model import NoticeKind
from monitor.store import notices
from monitor.store.notices import Notice, StoryRecord
from monitor.store.schema import story

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def list_stories(conn: Connection, *, since: datetime, until: datetime) -> list[StoryRecord]:
    """Returns the stories with an item seen in a period; those with the newest item come first."""
    records = notices.stories_for(conn, notices.preview_notices(conn, channel="", since=since, until=until))
    return sorted(records, key=lambda record: max(item.first_seen for item in record.items), reverse=True)


def find(conn: Connection, story_id: int) -> StoryRecord | None:
    """Returns a story with its items and the earlier stories of its thread, or None."""
    if conn.scalar(select(story.c.id).where(story.c.id == story_id)) is None:
        return None
    notice = Notice(
        id=0, channel="", story=story_id, kind=NoticeKind.DIGEST, not_before=LONG_AGO, late=False, partial=False
    )
    (record,) = notices.stories_for(conn, [notice])
    return record
