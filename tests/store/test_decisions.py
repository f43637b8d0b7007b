"""The stored decisions about items for channels."""

from monitor.model import NoticeKind, Notify, NotifyReason, Skip, SkipReason
from monitor.store import Store, decisions
from tests.store.builders import MINUTE, NOW, admitted

DIGEST = Notify(
    channel="desk",
    kind=NoticeKind.DIGEST,
    not_before=NOW,
    reason=NotifyReason.STALE_FOR_ALERT,
    detail="first seen 14 h after publication",
)
SKIP = Skip(channel="wire", reason=SkipReason.NOT_INCLUDED, detail="sport")


def test_a_decision_is_read_as_it_was_saved(store: Store):
    """Notify and skip, by channel."""
    item = admitted(store, decisions=[DIGEST, SKIP]).item
    desk, wire = store.call(decisions.of_item, item)
    assert (desk.channel, desk.kind, desk.reason, desk.detail, desk.not_before) == (
        "desk",
        NoticeKind.DIGEST,
        NotifyReason.STALE_FOR_ALERT,
        DIGEST.detail,
        NOW,
    )
    assert (wire.channel, wire.kind, wire.reason, wire.detail) == ("wire", None, SkipReason.NOT_INCLUDED, "sport")


def test_a_digest_that_was_full_is_the_new_reason(store: Store):
    """The pending decisions of a story get another reason; those of other channels keep theirs."""
    saved = admitted(store, decisions=[DIGEST, SKIP])
    store.call(
        decisions.change_reason,
        "desk",
        [saved.story],
        reason=NotifyReason.OVERFLOW,
        detail="it had 40 stories already",
        kinds=(NoticeKind.DIGEST,),
        digest_id=1,
        now=NOW + MINUTE,
    )
    desk, wire = store.call(decisions.of_item, saved.item)
    assert (desk.reason, desk.at) == (NotifyReason.OVERFLOW, NOW + MINUTE)
    assert wire.reason is SkipReason.NOT_INCLUDED


def test_removed_decisions_are_gone(store: Store):
    """An item that is forgotten leaves no decision."""
    item = admitted(store, decisions=[DIGEST]).item
    store.call(decisions.remove, item)
    assert store.call(decisions.of_item, item) == ()
