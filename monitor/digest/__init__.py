"""Digests: the choice and order of their stories, and their rendering as text, HTML and JSON."""

from monitor.digest.compose import compose, in_order
from monitor.digest.excerpts import excerpts
from monitor.digest.gloss import gloss
from monitor.digest.outage import render_outage
from monitor.digest.render import LEAD_WORDS, Templates, compile_templates, render
from monitor.digest.templates import load as template_sources

__all__ = [
    "LEAD_WORDS",
    "Templates",
    "compile_templates",
    "compose",
    "excerpts",
    "gloss",
    "in_order",
    "render",
    "render_outage",
    "template_sources",
]
