"""The reference of all keys, docs/configuration.md: `python -m tests.config.reference` writes it."""

from pathlib import Path

from monitor.config.descriptions import DESCRIPTIONS

FILE = Path(__file__).parents[2] / "docs" / "configuration.md"
HEAD = """# Configuration reference

All keys of the configuration, file by file. `monitor config schema` prints the same for editors, `monitor config show` your own
values with the place that each comes from. Spans of time are written as 30s, 10m, 1h or 1d, sizes as 10MB or 1GB, times as
07:30.
"""
SECTIONS = (
    ("monitor.yaml", "SettingsFile", "Every key can be set by a variable: MONITOR_ZONE, MONITOR_SMTP__PORT."),
    ("monitor.yaml, smtp:", "MailServer", ""),
    ("monitor.yaml, limits:", "Limits", ""),
    ("sources/*.yaml, sources:", "Source", "Each file has a list under `sources:`."),
    ("sources/*.yaml, listing:", "ListingForm", ""),
    ("sources/*.yaml, page:", "PageSelectors", ""),
    (
        "channels.yaml, channels:",
        "Channel",
        "`secret` and `allow_private` belong to webhooks, `proxy` to webhooks and Slack.",
    ),
    ("rules/*.yaml", "RuleSet", "[docs/rules.md](rules.md) explains how a text is judged."),
)


def text() -> str:
    """Returns the page."""
    parts = [HEAD]
    for title, schema, note in SECTIONS:
        rows = "\n".join(f"| `{key}` | {meaning} |" for key, meaning in DESCRIPTIONS[schema].items())
        spaced = f"{note}\n\n" if note else ""
        parts.append(f"## {title}\n\n{spaced}| key | meaning |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
