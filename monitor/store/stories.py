"""Stories, for whoever looks at them outside a digest."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from monitor.model import NoticeKind
from monitor.store import notices
from monitor.store.notices import Notice, StoryRecord
from monitor.store.schema import story

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def list_stories(conn: Connection, *, since: datetime, until: datetime) -> list[StoryRecord]:
    """The stories with an item seen in a period, those with the newest item first."""
    found = notices.stories_for(conn, notices.preview_notices(conn, channel="", since=since, until=until))
    return sorted(found, key=lambda one: max(item.first_seen for item in one.items), reverse=True)


def find(conn: Connection, story_id: int) -> StoryRecord | None:
    """A story with its items and the earlier stories of its thread; None where there is none of this id."""
    if conn.scalar(select(story.c.id).where(story.c.id == story_id)) is None:
        return None
    asked = Notice(
        id=0, channel="", story=story_id, kind=NoticeKind.DIGEST, not_before=_EVER, late=False, partial=False
    )
    (found,) = notices.stories_for(conn, [asked])
    return found
