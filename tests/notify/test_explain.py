"""A decision in words."""

from datetime import UTC, datetime

import pytest

from monitor.model import DecisionRecord, NoticeKind, NotifyReason, SkipReason
from monitor.notify.explain import explain_decision, explain_notify, explain_skip

EVENING = datetime(2024, 1, 18, 15, 0, tzinfo=UTC)  # 20:00 in Karachi
STALE = "first seen 14 h after publication"


def explained(reason, kind=None, detail="", next_digest=None, **carried) -> str:
    record = DecisionRecord(
        channel="desk",
        kind=kind,
        reason=reason,
        detail=detail,
        not_before=EVENING if kind else None,
        at=EVENING,
        **carried,
    )
    return explain_decision(record, zone="Asia/Karachi", next_digest=next_digest)


DIGEST = {"carried_by": "digest", "carried_at": EVENING}
ALERT = {"carried_by": "alert", "carried_at": EVENING}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"reason": NotifyReason.STALE_FOR_ALERT, "kind": NoticeKind.DIGEST, "detail": STALE, **DIGEST},
            "not alerted: first seen 14 h after publication; in the digest of 18 January 20:00",
        ),
        (
            {"reason": NotifyReason.STALE_FOR_ALERT, "kind": NoticeKind.DIGEST, "detail": STALE},
            "not alerted: first seen 14 h after publication; in the next digest",
        ),
        (
            {
                "reason": NotifyReason.STALE_FOR_ALERT,
                "kind": NoticeKind.DIGEST,
                "detail": STALE,
                "next_digest": EVENING,
            },
            "not alerted: first seen 14 h after publication; in the digest of 18 January 20:00",
        ),
        ({"reason": NotifyReason.URGENT, "kind": NoticeKind.ALERT, **ALERT}, "alerted 18 January 20:00"),
        ({"reason": NotifyReason.URGENT, "kind": NoticeKind.ALERT}, "alert due 18 January 20:00"),
        (
            {"reason": NotifyReason.QUIET_HOURS, "kind": NoticeKind.ALERT},
            "alert due 18 January 20:00 (delayed by quiet hours)",
        ),
        (
            {"reason": NotifyReason.BUNDLED, "kind": NoticeKind.ALERT, "detail": "4 other stories", **ALERT},
            "alerted 18 January 20:00 (in one message with 4 other stories)",
        ),
        (
            {"reason": NotifyReason.NEW_FACTS, "kind": NoticeKind.UPDATE, "detail": "Panjgur", **DIGEST},
            "update, new facts: Panjgur; in the digest of 18 January 20:00",
        ),
        (
            {"reason": NotifyReason.OVERFLOW, "kind": NoticeKind.DIGEST, "detail": "it had 40 stories already"},
            "left out of the digest before: it had 40 stories already; in the next digest",
        ),
        (
            {"reason": SkipReason.NOT_INCLUDED, "detail": "sport"},
            "not notified: the channel includes only sport (include: in channels.yaml)",
        ),
        (
            {"reason": SkipReason.NO_NEW_FACTS, **ALERT},
            (
                "alerted 18 January 20:00; no further notice: the channel has received its story, and it adds no new facts; "
                "nothing to change: `monitor story` shows it"
            ),
        ),
    ],
)
def test_a_decision_is_explained_in_the_time_of_its_channel(given, sentence):
    """One sentence: alert or not, why, and in which message."""
    assert explained(**given) == sentence


def test_every_reason_has_words():
    """No code is shown to people; only an alert without delay needs no words."""
    assert [reason for reason in NotifyReason if not explain_notify(reason, "detail")] == [NotifyReason.URGENT]
    assert all(explain_skip(reason, "detail") for reason in SkipReason)
