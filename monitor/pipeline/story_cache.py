"""The stories of the last weeks in memory, so that a new item is placed quickly.

The rows decide: the window in memory is used only while the store's revision shows that it equals them, so a one-shot
beside the daemon, or several machines, place items in the same stories.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from monitor import stories
from monitor.model import Placement, StoryFeatures
from monitor.store import items

# A window is built with so much time before the first item, and built anew when an item reaches further back. Building
# it for each item would cost a tenth of a second in a busy month.
_WINDOW_SLACK = timedelta(days=2)


class StoryWindowCache:
    """Places items among the stories. To be used inside a transaction of the store, by one thread at a time."""

    def __init__(self) -> None:
        self._window = stories.StoryWindow()
        self._revision = -1
        self._since = datetime.max.replace(tzinfo=UTC)

    def place(self, conn: Connection, entry_id: int, features: StoryFeatures) -> Placement:
        """Returns the placement of an entry's item among those of the last weeks, by the rows as they are now."""
        own = items.features_of_entry(conn, entry_id)
        if own is None:
            return self._current_window(conn, features.at).place(features)
        # A window cannot drop the features that will be replaced. If the window held the old and
        # the new ones, the item would weigh twice, and the next text could get another story than after a restart.
        self.forget()
        window = items.window(conn, since=features.at - stories.THREAD_WINDOW)
        other_items = [item for item in window if item.item != own.item]
        # With its number, so that it is not taken for a copy of an item that came after it.
        features = replace(features, item=own.item)
        if not items.was_delivered(conn, own.item):
            # A title has little information about its event: its page may move the item to another story.
            return stories.place(other_items, features)
        # Once an item was delivered, its story never changes; and it adds no new facts to its own story.
        placement = stories.place(other_items, replace(features, story=own.story, thread=own.thread))
        return replace(placement, new_facts=())

    def add(self, conn: Connection, features: StoryFeatures) -> None:
        """Add a new item with its ids, right after it was written in the same transaction."""
        revision = items.revision(conn)
        if self._revision == revision - 1:
            self._window.add(features)
            self._revision = revision

    @contextmanager
    def restored_on_error(self) -> Iterator[None]:
        """Forget the window if the block fails: its transaction is undone, and the window may hold an item of it."""
        try:
            yield
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Build the window anew at its next use: it may differ from the rows."""
        self._revision = -1

    def _current_window(self, conn: Connection, at: datetime) -> stories.StoryWindow:
        revision = items.revision(conn)
        since = at - stories.THREAD_WINDOW
        if revision != self._revision or not self._since <= since <= self._since + 2 * _WINDOW_SLACK:
            self._since = since - _WINDOW_SLACK
            self._window = stories.StoryWindow(items.window(conn, since=self._since))
            self._revision = revision
        return self._window
