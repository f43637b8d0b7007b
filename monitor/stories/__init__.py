"""Groups items: copies of one text, stories of one event, threads of one affair.

`extract_features` reduces an item to the features that grouping needs. `place` returns the story and thread that it
joins, and the item whose text it repeats. All of it is pure: the same window and features give the same placement, in
whatever order the window comes.
"""

from monitor.stories.duplicates import containment
from monitor.stories.features import extract_features
from monitor.stories.grouping import StoryWindow, place
from monitor.stories.threads import THREAD_WINDOW

__all__ = ["THREAD_WINDOW", "StoryWindow", "containment", "extract_features", "place"]
