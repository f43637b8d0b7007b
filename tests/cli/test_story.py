"""`monitor story`: the items of one event."""

JUNE = ("--since", "2025-06-01", "--until", "2025-07-30")


def test_list_and_show_agree(monitor, played):
    """A story has the same items in the list and by itself."""
    stories = monitor("story", "list", *JUNE, "--json").json
    assert len(stories) > 1
    for story in stories:
        assert monitor("story", "show", story["story"], "--json").json == story | {"earlier": story["earlier"]}


def test_list_covers_a_day_by_default(monitor, played):
    """Stories of last summer are not listed by default."""
    assert monitor("story", "list", "--json").json == []


def test_text_output(monitor, played):
    """The list has the headline; the story has every item with its link."""
    story = max(monitor("story", "list", *JUNE, "--json").json, key=lambda story: len(story["items"]))
    assert story["items"][0]["title"] in monitor("story", "list", *JUNE).out
    shown = monitor("story", "show", story["story"]).out
    assert all(item["url"] in shown for item in story["items"])


def test_why_names_the_story(monitor, played):
    """`monitor why` shows the number of the story of an item."""
    (story, *_) = monitor("story", "list", *JUNE, "--json").json
    assert f"{story['story']} of thread" in monitor("why", story["items"][0]["url"]).out


def test_an_unknown_story_is_wrong_usage(monitor, played):
    """A number that no story has: exit code 2, and how to find one."""
    result = monitor("story", "show", "70000")
    assert result.code == 2
    assert "monitor story list" in result.err
