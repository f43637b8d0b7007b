"""The window of grouping, kept in memory beside the store.

The rows decide: the window in memory is used only while the store's revision says that it is what they hold, so a
one-shot beside the daemon, or several machines, see the same stories. Building it anew for each item would cost a
tenth of a second for a busy month.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from monitor import stories
from monitor.model import Mark, Placement
from monitor.store import items

_SLACK = timedelta(days=2)  # a window is built with so much before it, and anew when a mark reaches further back


class Groups:
    """Where items belong. To be used inside a transaction of the store, and by one thread at a time."""

    def __init__(self) -> None:
        self._window = stories.Window()
        self._revision = -1
        self._since = datetime.max.replace(tzinfo=UTC)

    def place(self, conn: Connection, entry_id: int, mark: Mark) -> Placement:
        """The placement of an entry's item among those of the last weeks, as the rows have them now."""
        own = items.of_entry(conn, entry_id)
        if own is None:
            return self._current(conn, mark.at).place(mark)
        # A window cannot unlearn the mark that will be replaced. Kept beside the new one it weighed twice, and a text
        # that came next found another story than after a restart.
        self.forget()
        others = [one for one in items.window(conn, since=mark.at - stories.THREAD_WINDOW) if one.item != own.item]
        if not items.is_met(conn, own.item):  # a title says little of its event: the page finds the right story
            return stories.place(others, mark)
        # It stays where readers met it, and is no news to itself.
        stayed = stories.place(others, replace(mark, story=own.story, thread=own.thread))
        return replace(stayed, fresh=())

    def add(self, conn: Connection, mark: Mark) -> None:
        """Take in a new item with its ids, right after it was written in the same transaction."""
        revision = items.revision(conn)
        if self._revision == revision - 1:
            self._window.add(mark)
            self._revision = revision

    def forget(self) -> None:
        """Build the window anew at its next use: it holds what the rows no longer do."""
        self._revision = -1

    def _current(self, conn: Connection, at: datetime) -> stories.Window:
        revision = items.revision(conn)
        since = at - stories.THREAD_WINDOW
        if revision != self._revision or not self._since <= since <= self._since + 2 * _SLACK:
            self._since = since - _SLACK
            self._window = stories.Window(items.window(conn, since=self._since))
            self._revision = revision
        return self._window
