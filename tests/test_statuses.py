"""docs/statuses.md lists every status and every reason, in the order of their enums, each with what to change."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from monitor.model import NotifyReason, SkipReason
from monitor.notify.explain import explain_notify, explain_skip
from monitor.store.statuses import EntryStatus

PAGE = (Path(__file__).parents[1] / "docs" / "statuses.md").read_text("utf-8")
ROW = re.compile(r"^\| `([a-z_-]+)` \| (.+) \| (.+) \|$", re.MULTILINE)
TABLES = {
    "Statuses of entries": EntryStatus,
    "Why a channel is notified": NotifyReason,
    "Why a channel is not notified": SkipReason,
}


@pytest.mark.parametrize(("title", "codes"), TABLES.items(), ids=TABLES)
def test_a_table_lists_its_enum(title: str, codes: type[StrEnum]):
    """Neither a code too many nor one too few."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    assert [code for code, _, _ in ROW.findall(section)] == [code.value for code in codes]


def test_every_reason_has_a_sentence():
    """An alert at once needs none; a reason to skip says which setting to change, or that there is nothing to change."""
    assert [code for code in NotifyReason if not explain_notify(code, "evidence")] == [NotifyReason.URGENT]
    for code in SkipReason:
        assert re.search(r"nothing to change|\w+: in channels\.yaml", explain_skip(code, "evidence"))
