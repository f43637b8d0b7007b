"""The five texts that this service must handle first."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from monitor import config, relevance, stories
from monitor.model import Verdict
from monitor.pipeline.story_cache import StoryWindowCache
from monitor.store import entry_history, items, open_store, polls, sources
from monitor.store.items import ItemDraft
from monitor.store.statuses import EntryStatus
from tests.shared import SHARED
from tests.store.builders import LEASE, NOW, a_source, an_article, polled, seen

EXAMPLES = SHARED / "corpora" / "examples"
# By what the texts say of their day.
WHEN = {"000": (2025, 6, 29), "001": (2024, 1, 19), "002": (2024, 1, 29), "003": (2025, 6, 20), "004": (2024, 1, 28)}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the example texts are not in {EXAMPLES}"),
]


@dataclass(frozen=True)
class Told:
    """What became of a text: the verdict on it, and the thread that its item stands in at the end."""

    verdict: Verdict
    thread: int


@pytest.fixture(scope="module")
def judged() -> dict[str, Told]:
    """The texts, admitted to a store in the order of their days as the stage admits them."""
    judge = relevance.compile(config.load_rules(config.bundled("config")))
    store, groups = open_store("sqlite://"), StoryWindowCache()
    store.call(sources.sync, [a_source(name) for name in WHEN], now=NOW)
    verdicts = {}
    for name, day in sorted(WHEN.items(), key=lambda one: one[1]):
        title, text = _read(name)
        verdicts[name] = judge(title=title, text=text, language="en")
        at = datetime(*day, 12, tzinfo=UTC)
        mark = stories.extract_features(
            item=0, at=at, language="en", source=name, title=title, text=text, hits=verdicts[name].hits
        )
        article = an_article(title=title, text=text, published=at)
        store.call(_admit, groups, name, article=article, verdict=verdicts[name], mark=mark)
    found = {name: store.call(entry_history.find, f"https://{name}.example/text") for name in WHEN}
    store.close()
    return {name: Told(verdict=verdicts[name], thread=found[name].item.thread) for name in WHEN}


def _read(name: str) -> tuple[str, str]:
    title, _, text = (EXAMPLES / f"{name}.txt").read_text("utf-8").partition("\n")
    if name == "004":  # its first line is the section of the site
        title, _, text = text.strip().partition("\n")
    return title, text


def _admit(conn, groups, name, *, article, verdict, mark):
    (due,) = polls.claim(conn, now=NOW, lease=LEASE, limit=1, only={name})
    shown = seen(f"https://{name}.example/text", title=article.title)
    ((entry_id, _),) = polls.commit(conn, polled(due, shown), now=NOW).new_entries
    placement = groups.place(conn, entry_id, mark)
    admission = ItemDraft(
        entry_id=entry_id,
        article=article,
        verdict=verdict,
        features=mark,
        placement=placement,
        status=EntryStatus.PENDING,
    )
    written = items.save_item(conn, admission, now=NOW)
    groups.add(conn, replace(mark, item=written.item, story=written.story, thread=written.thread))


@pytest.mark.parametrize("name", WHEN)
def test_each_is_told(judged, name):
    """All five are about both countries."""
    assert judged[name].verdict.digest


def test_january_is_one_affair(judged):
    """The call, the envoys' return and the visit of January 2024 are one thread."""
    assert judged["001"].thread == judged["002"].thread == judged["004"].thread


def test_the_military_call_is_its_own(judged):
    """The call of June 2025 has nothing to do with January 2024."""
    assert judged["000"].thread not in {told.thread for name, told in judged.items() if name != "000"}


def test_the_content_farm_page_is_flagged_and_never_alerts(judged):
    """A spun text is shown with its flag and its evidence, not sent at once."""
    spun = judged["003"]
    assert not spun.verdict.alert
    assert "template-text" in {flag.code for flag in spun.verdict.flags}
    assert all(flag.evidence for flag in spun.verdict.flags)
    assert spun.thread not in {told.thread for name, told in judged.items() if name != "003"}
