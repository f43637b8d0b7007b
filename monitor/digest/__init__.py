"""What a channel is told: which notices an item causes, what a digest holds, and how it is written out."""

from monitor.digest.compose import compose
from monitor.digest.render import LEAD_WORDS, Templates, compile_templates, render
from monitor.digest.templates import load as template_sources
from monitor.digest.why import why

__all__ = [
    "LEAD_WORDS",
    "Templates",
    "compile_templates",
    "compose",
    "render",
    "template_sources",
    "why",
]
