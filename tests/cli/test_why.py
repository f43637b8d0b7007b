"""`monitor why`: decisions for each channel, and channels whose filter excludes a text."""

from dataclasses import replace

import pytest

from monitor.cli.views.verdict_text import verdict_lines
from monitor.model import NotifyReason, SkipReason, Verdict

CHANNEL = """
  - id: {id}
    kind: webhook
    recipients: ["https://hooks.example/"]
    secret: s
    {choice}
"""


@pytest.fixture
def relevant_url(monitor, played) -> str:
    """The URL of a relevant text with topics."""
    return next(row["url"] for row in monitor("search", "munir", "--json").json if row["topics"])


def channels(folder, **choices: str) -> None:
    text = "".join(CHANNEL.format(id=name, choice=choice) for name, choice in choices.items())
    (folder / "channels.yaml").write_text(f"channels:{text}", "utf-8")


def test_excluding_channels_are_named(monitor, desk, relevant_url):
    """Each channel whose filter excludes the text is named with the setting that decided."""
    assert "would leave it out" not in monitor("why", relevant_url).out
    channels(desk, cup="include: [sport]", wire="alerts: true")
    assert (
        "filter            channel cup would leave it out today: it includes only sport"
        in monitor("why", relevant_url).out
    )
    assert monitor("why", relevant_url, "--json").json["left_out"] == {"cup": "it includes only sport"}


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "fewer than 1 in 20 texts with this score were relevant"),
        (0.34, "about 3 in 10 texts with this score were relevant"),
        (1.0, "more than 19 in 20 texts with this score were relevant"),
    ],
)
def test_the_probability_is_a_frequency(probability, words):
    """The probability of a verdict is shown as a count of texts; a verdict of an older release has none."""
    verdict = Verdict(digest=False, alert=False, score=1.7)
    assert not any("in 10" in line for line in verdict_lines("judged", verdict))
    assert any(words in line for line in verdict_lines("judged", replace(verdict, probability=probability)))


def test_a_channel_with_a_notice_is_not_named(monitor, desk, played):
    """A channel that was notified before its filter changed is not listed as excluding."""
    channels(desk, desk="include: [sport]")
    rows = monitor("search", "munir OR mousavi", "--json").json
    histories = [monitor("why", row["url"], "--json").json for row in rows if row["outcome"] == "pending"]
    notified = [bool(history["item"]["notices"]) for history in histories]
    assert True in notified
    assert [history["left_out"] == {} for history in histories] == notified


def test_rejected_texts_list_no_channel(monitor, desk, played):
    """For a rejected text the verdict is reason enough."""
    channels(desk, cup="include: [sport]")
    rows = monitor("search", "--json", "--", "-zeppelin").json
    rejected = next(row["url"] for row in rows if row["outcome"] == "rejected")
    assert "would leave it out" not in monitor("why", rejected).out


@pytest.mark.parametrize(
    ("argument", "message"), [("4711", "No item has the number 4711."), ("a.example/1", "No source has shown")]
)
def test_unknown_entries_exit_1(monitor, played, argument, message):
    """An unknown number and an unknown URL have different errors."""
    result = monitor("why", argument)
    assert (result.code, result.out) == (1, "")
    assert message in result.err


def test_each_channel_has_its_decision(monitor, desk, played):
    """The decision of a channel is printed in words, and is in the JSON with its code."""
    rows = monitor("search", "munir OR mousavi", "--json").json
    url = next(row["url"] for row in rows if row["outcome"] == "pending")
    (decision,) = monitor("why", url, "--json").json["decisions"]
    assert decision["channel"] == "desk"
    assert decision["reason"] in {*NotifyReason, *SkipReason}
    assert "decision          desk: " in monitor("why", url).out


def test_a_url_in_other_spellings(monitor, played):
    """Scheme, "www." and the last slash may differ from the stored URL."""
    url = monitor("search", "munir", "--json").json[0]["url"]
    expected = monitor("why", url, "--json").json
    scheme, _, address = url.partition("://")
    other = {"http": "https", "https": "http"}[scheme]
    for spelling in (address, f"www.{address}", f"{url}/", f"{other}://{address}", f"{other}://www.{address}/"):
        assert monitor("why", spelling, "--json").json == expected, spelling
