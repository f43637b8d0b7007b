"""Which edits readers of a text must hear of."""

import pytest

from monitor.pipeline.corrections import correction

DEAD = "Nine killed in strike near Panjgur"


@pytest.mark.parametrize(
    "title",
    [
        "CORRECTED-Iran reopens crossing",
        "Correction: Iran reopens crossing",
        "(Corrected) Iran reopens",
        "Düzeltme: Tahran",
    ],
)
def test_outlets_label_their_corrections(title):
    """Also those that come under another address, and so are the first of their entry."""
    assert correction(title) == "corrected by its outlet"
    assert correction(title, known_title="Iran reopens") == "corrected; the headline was: Iran reopens"
    assert correction(title, known_title=title) == ""


@pytest.mark.parametrize(
    ("title", "known", "is_correction"),
    [
        ("Iran reopens 6 markets", "Iran reopens 3 markets", True),
        ("Iran reopens six markets", "Iran reopens markets", False),
        ("Iran to reopen 3 border markets", "Iran reopens 3 markets", False),
        ("Iran reopens 3 markets", "", False),
        ("Correctional facility opens in Zahedan", "", False),
        ("Corrected course: Iran and Pakistan talk again", "", False),
    ],
)
def test_most_edits_are_no_corrections(title, known, is_correction):
    """Headlines are polished all the time; other figures are other facts."""
    assert bool(correction(title, known_title=known)) is is_correction
