"""`monitor story`: the items of one event."""

JUNE = ("--since", "2025-06-01", "--until", "2025-07-30")


def test_list_and_show_agree(monitor, played):
    """A story of the list shows as many items as it was listed with."""
    stories = monitor("story", "list", *JUNE, "--json").json
    assert len(stories) > 1
    for story in stories:
        assert monitor("story", "show", story["story"], "--json").json == story | {"earlier": story["earlier"]}


def test_list_is_bounded_by_its_period(monitor, played):
    """By default a day back from now: nothing of last summer."""
    assert monitor("story", "list", "--json").json == []


def test_lines_for_people(monitor, played):
    """The headline stands in the list; every item with its link in the story."""
    story = max(monitor("story", "list", *JUNE, "--json").json, key=lambda one: len(one["items"]))
    assert story["items"][0]["title"] in monitor("story", "list", *JUNE).out
    shown = monitor("story", "show", story["story"]).out
    assert all(item["url"] in shown for item in story["items"])


def test_why_leads_to_the_story(monitor, played):
    """The number of a story is what `why` tells of its items."""
    (story, *_) = monitor("story", "list", *JUNE, "--json").json
    assert f"{story['story']} of thread" in monitor("why", story["items"][0]["url"]).out
