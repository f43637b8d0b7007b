"""`monitor why`: which channels are not told of a text, and why."""

import pytest

from monitor.model import NotifyReason, SkipReason

CHANNEL = """
  - id: {id}
    kind: webhook
    recipients: ["https://hooks.example/"]
    secret: s
    {choice}
"""


@pytest.fixture
def told(monitor, played) -> str:
    """The URL of a text that the rules tell, with its topics and flags."""
    return next(row["url"] for row in monitor("search", "munir", "--json").json if row["topics"])


def channels(folder, **choices: str) -> None:
    text = "".join(CHANNEL.format(id=name, choice=choice) for name, choice in choices.items())
    (folder / "channels.yaml").write_text(f"channels:{text}", "utf-8")


def test_channels_that_leave_it_out_are_named(monitor, desk, told):
    """What nobody is told is explained: each channel with the part of its choice that decided."""
    assert "not for channel" not in monitor("why", told).out
    channels(desk, cup="include: [sport]", wire="alerts: true")
    assert "notice            not for channel cup: it includes only sport" in monitor("why", told).out
    assert monitor("why", told, "--json").json["left_out"] == {"cup": "it includes only sport"}


def test_a_channel_with_a_notice_is_not_named(monitor, desk, played):
    """It was told before its choice was changed."""
    channels(desk, desk="include: [sport]")
    rows = monitor("search", "munir OR mousavi", "--json").json
    trails = [monitor("why", row["url"], "--json").json for row in rows if row["outcome"] == "pending"]
    noted = [bool(trail["item"]["notices"]) for trail in trails]
    assert True in noted
    assert [trail["left_out"] == {} for trail in trails] == noted


def test_rejected_texts_are_for_nobody(monitor, desk, played):
    """That the rules turned a text down says enough."""
    channels(desk, cup="include: [sport]")
    rows = monitor("search", "--json", "--", "-zeppelin").json
    rejected = next(row["url"] for row in rows if row["outcome"] == "rejected")
    assert "not for channel" not in monitor("why", rejected).out


@pytest.mark.parametrize(
    ("named", "said"), [("4711", "No item has the number 4711."), ("a.example/1", "No source has shown")]
)
def test_what_is_not_known_is_said(monitor, played, named, said):
    """A number is not taken for an address that could be tried."""
    ran = monitor("why", named)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_each_channel_has_its_decision(monitor, desk, played):
    """The decision of a channel is printed in words, and is in the JSON with its code."""
    rows = monitor("search", "munir OR mousavi", "--json").json
    url = next(row["url"] for row in rows if row["outcome"] == "pending")
    (decision,) = monitor("why", url, "--json").json["decisions"]
    assert decision["channel"] == "desk"
    assert decision["reason"] in {*NotifyReason, *SkipReason}
    assert "decision          desk: " in monitor("why", url).out
