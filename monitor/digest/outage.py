"""Render the message to the operator when many sources fall silent, and when they answer again."""

from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.digest.payload import VERSION, iso_time
from monitor.digest.render import cleaned, count, format_time, wrap
from monitor.model import OutageChange, OutageReport, Rendered

MAX_SOURCES_LISTED = 20
NEXT_STEPS = (
    "If all of them failed at the same time, the cause is probably the network or the name server of this machine: "
    "`monitor doctor` tests them. `monitor sources list` shows the state of every source."
)
PAGE = Markup(
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="font-family: sans-serif"><h1 style="font-size: 18px">{subject}</h1>{paragraphs}<ul>{sources}</ul></body></html>'
)


def render_outage(report: OutageReport) -> Rendered:
    """Render the message as text, HTML and the JSON of webhooks (`payload` describes it)."""
    report = cleaned(report)
    subject = subject_line(report)
    paragraphs = explain(report)
    lines = source_lines(report)
    text = "\n\n".join([subject, *map(wrap, paragraphs), "\n".join(f"- {line}" for line in lines)]).strip() + "\n"
    return Rendered(
        subject=subject,
        text=text,
        html=PAGE.format(
            subject=subject,
            paragraphs=Markup("").join(Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs),
            sources=Markup("").join(Markup("<li>{}</li>").format(line) for line in lines),
        ),
        data={
            "version": VERSION,
            "channel": report.channel,
            "kind": report.change.value,
            "start": iso_time(report.start),
            "end": iso_time(report.at),
            # Empty, so that a receiver that expects a digest finds no story.
            "held": 0,
            "stories": [],
            "near": [],
            "text": text,
            "sources": report.sources,
            "silent": [
                {"source": silent.source, "since": iso_time(silent.since), "reason": silent.reason}
                for silent in report.silent
            ],
        },
    )


def subject_line(report: OutageReport) -> str:
    """The change and the number of sources."""
    if report.change is OutageChange.ONSET:
        return f"Monitor: {len(report.silent)} of {count(report.sources, 'source')} silent"
    answering = report.sources - len(report.silent)
    return f"Monitor: sources answer again ({answering} of {report.sources})"


def explain(report: OutageReport) -> list[str]:
    """The paragraphs of the message."""
    zone = ZoneInfo(report.zone)
    noticed = format_time(report.start, zone=zone)
    if report.change is OutageChange.ONSET:
        number = f"{len(report.silent)} of {count(report.sources, 'source')}"
        return [f"{number} returned nothing for three intervals or longer; noticed on {noticed}.", NEXT_STEPS]
    end = format_time(report.at, zone=zone)
    still = f" {count(len(report.silent), 'source')} still silent:" if report.silent else ""
    return [f"The outage was noticed on {noticed} and ended by {end}.{still}"]


def source_lines(report: OutageReport) -> list[str]:
    """One line for each silent source, the others counted."""
    zone = ZoneInfo(report.zone)
    lines = []
    for silent in report.silent[:MAX_SOURCES_LISTED]:
        since = f"since {format_time(silent.since, zone=zone)}" if silent.since else "never answered"
        lines.append(f"{silent.source} ({since}): {silent.reason}")
    hidden = len(report.silent) - MAX_SOURCES_LISTED
    return [*lines, *([f"and {hidden} more"] if hidden > 0 else [])]
