"""Real feeds and front pages go through the whole pipeline, where they are at hand beside the project."""

import pytest

from tests import real_input

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not real_input.CORPORA.is_dir(), reason=real_input.ABSENT),
]


async def test_every_real_entry_comes_to_an_end_and_no_feed_alerts():
    """Nothing breaks, nothing waits, each feed and page is read, and news of other affairs alerts nobody."""
    run = await real_input.play()
    assert real_input.broken(run) == 0
    assert [one.entry.url for one in run.seen if not one.outcome] == []
    assert [state.source.id for state in run.states if state.status != "new"] == ["Latest_etribune_Posts_d79055"]
    read = [one for one in run.seen if one.source == "articles"]
    assert sum(one.article is not None for one in read) >= 0.95 * len(read)
    feeds = {state.source.id for state in run.states if state.source.kind == "feed"}
    assert [one.entry.title for one in run.seen if one.alerted and one.source in feeds] == []
