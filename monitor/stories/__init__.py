"""Same text, same event, same affair: where an item belongs among those of the last weeks.

`mark` boils an item down to what grouping needs; `place` says which story and thread it joins and which text it
repeats. All of it is pure: the same window and mark give the same placement, in whatever order the window comes.
"""

from monitor.stories.affairs import THREAD_WINDOW
from monitor.stories.copies import contained
from monitor.stories.marks import mark
from monitor.stories.window import Window, place

__all__ = ["THREAD_WINDOW", "Window", "contained", "mark", "place"]
