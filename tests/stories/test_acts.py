"""What happened, in words of five languages."""

import pytest

from monitor.stories.acts import acts
from monitor.text import fold


@pytest.mark.parametrize(
    ("language", "text", "told"),
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
def test_acts_are_found(language, text, told):
    """One id for what reporters of five languages write in many ways, in the order of the text."""
    assert [act for _, act in acts(fold(text).text.split(), language)] == told
