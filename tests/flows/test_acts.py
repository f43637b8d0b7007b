"""The recorded acts, from cassette to received mail and verified webhook, held against what a desk expects."""

import asyncio
from pathlib import Path

import pytest

from tests.flows.compare import differences
from tests.flows.play import EXPECTED, play

ACTS = sorted(EXPECTED["acts"])


@pytest.fixture(scope="module", params=ACTS)
def act(request, tmp_path_factory):
    """An act, played once for all the tests of this file."""
    return request.param, asyncio.run(play(request.param, tmp_path_factory.mktemp(request.param)))


def test_every_request_was_recorded(act):
    """A miss would be taken for a source that is down."""
    _, played = act
    assert played.misses == []


def test_entries_in_are_outcomes_out(act):
    """Every entry that the outlets listed has ended, each in one outcome."""
    name, played = act
    assert len(played.entries) == len(EXPECTED["acts"][name]["entries"])
    assert [url for url, entry in played.entries.items() if not entry["outcome"]] == []


def test_what_was_told_has_arrived_once(act):
    """Each message of the outbox is in one mailbox or was posted and verified, once, with an id of its own."""
    _, played = act
    ids = [mail["Message-ID"] for mail in played.mails] + [hook["data"]["digest"] for hook in played.hooks]
    assert len(ids) == len(set(ids)) == sum(map(len, played.told.values()))


def test_mails_are_readable(act):
    """Each mail has a plain text and an HTML part, and no defect that a mail program would stumble over."""
    _, played = act
    for mail in played.mails:
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
        assert mail.defects == []


def test_it_is_as_the_desk_expects(act):
    """What differs from the expectations is written down beside them; neither more nor less may differ.

    `python -m tests.flows.compare ACT` prints the differences. The list only gets shorter: where it does, strike it
    out here too.
    """
    name, played = act
    known = Path(__file__).with_name(f"differences-{name}.txt").read_text("utf-8").splitlines()
    assert differences(name, played) == [line for line in known if line and not line.startswith("#")]
