"""The five texts that this service must handle first."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import config, relevance, stories

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[2] / "../shared"))
EXAMPLES = SHARED / "corpora" / "examples"
# By what the texts say of their day.
WHEN = {"000": (2025, 6, 29), "001": (2024, 1, 19), "002": (2024, 1, 29), "003": (2025, 6, 20), "004": (2024, 1, 28)}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the example texts are not in {EXAMPLES}"),
]


@pytest.fixture(scope="module")
def judged():
    """Verdict and placement of each text, in the order of their days."""
    judge = relevance.compile(config.load_rules(config.bundled("config")))
    window, found = stories.Window(), {}
    for number, (name, day) in enumerate(sorted(WHEN.items(), key=lambda one: one[1]), start=1):
        title, _, text = (EXAMPLES / f"{name}.txt").read_text("utf-8").partition("\n")
        if name == "004":  # its first line is the section of the site
            title, _, text = text.strip().partition("\n")
        verdict = judge(title=title, text=text, language="en")
        at = datetime(*day, 12, tzinfo=UTC)
        mark = stories.mark(item=number, at=at, language="en", source=name, title=title, text=text, hits=verdict.hits)
        placed = window.place(mark)
        thread, story = placed.thread or number, placed.story or number
        window.add(
            stories.mark(
                item=number,
                at=at,
                language="en",
                source=name,
                title=title,
                text=text,
                hits=verdict.hits,
                story=story,
                thread=thread,
            )
        )
        found[name] = (verdict, thread)
    return found


@pytest.mark.parametrize("name", WHEN)
def test_each_is_told(judged, name):
    """All five are about both countries."""
    verdict, _ = judged[name]
    assert verdict.digest


def test_january_is_one_affair(judged):
    """The call, the envoys' return and the visit of January 2024 are one thread."""
    assert judged["001"][1] == judged["002"][1] == judged["004"][1]


def test_the_military_call_is_its_own(judged):
    """The call of June 2025 has nothing to do with January 2024."""
    assert judged["000"][1] not in {thread for name, (_, thread) in judged.items() if name != "000"}


def test_the_content_farm_page_is_flagged_and_never_alerts(judged):
    """A spun text is shown with its flag and its evidence, not sent at once."""
    verdict, thread = judged["003"]
    assert not verdict.alert
    assert "template-text" in {flag.code for flag in verdict.flags}
    assert all(flag.evidence for flag in verdict.flags)
    assert thread not in {one for name, (_, one) in judged.items() if name != "003"}
