"""Event words of the five languages."""

import pytest

from monitor.languages.events import find_event_types
from monitor.text import fold


@pytest.mark.parametrize(
    ("language", "text", "event_types"),
    [
        ("en", "Two killed as drones hit a village", ["kill", "strike", "strike"]),
        ("ur", "ایرانی حملے کی مذمت، بچے جاں بحق", ["strike", "condemn", "kill"]),
        ("fa", "سفیر استوارنامهٔ خود را تقدیم کرد", ["envoy", "credentials"]),
        ("tr", "Telefonda görüştü, teşekkür etti", ["call", "meet", "thank"]),
        ("ar", "اتصال هاتفي بين الوزيرين", ["call", "call"]),
        ("en", "Jilani spoke to reporters; the shop was rebuilt", []),
        ("xx", "strike", []),
    ],
)
def test_event_words_are_found(language, text, event_types):
    """The event types of a text are found in the order of its words; an unknown language has none."""
    assert [event_type for _, event_type in find_event_types(fold(text).text.split(), language)] == event_types
