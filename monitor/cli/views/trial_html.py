"""A page trial as an HTML document of its own, rendered by trial_page.html.j2 beside this module."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from monitor.languages.script import is_rtl
from monitor.model import Excerpt
from monitor.services.page_trial import (
    TextSpan,
    excerpt_terms,
    facts,
    group_blocks,
    match_excerpts,
    selector_lines,
    split_at_matches,
    term_counts,
)
from monitor.services.try_page import PageTrial, ReadablePage

QUOTED_TEXT = re.compile("&quot;(.+?)&quot;")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcerptRun:
    """Adjacent excerpts as one text with marked matches, and the terms that they match."""

    spans: tuple[TextSpan, ...]
    terms: str

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(span.text for span in self.spans)


def render_page(trial: PageTrial) -> str:
    """Returns the whole document."""
    resources = files("monitor.cli.views")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["direction"] = direction_attributes
    environment.filters["isolate_quotes"] = isolate_quotes
    template = environment.from_string(resources.joinpath("trial_page.html.j2").read_text("utf-8"))
    kept = sum(block.kept for block in trial.blocks)
    return template.render(
        # Our own style sheet: escaped, its child selectors (">") and quotes would be lost.
        style=Markup(resources.joinpath("trial_page.css").read_text("utf-8")),  # noqa: S704 - a file of this package
        url=trial.url,
        # A saved file can claim any URL; "javascript:" must not become a link.
        is_web=trial.url.startswith(("http://", "https://")),
        facts=list(facts(trial)),
        selector_lines=selector_lines(trial.selectors) if trial.selectors else [],
        groups=list(group_blocks(trial)),
        kept=kept,
        dropped=len(trial.blocks) - kept,
        **article_values(trial),
    )


def article_values(trial: PageTrial) -> dict[str, object]:
    """Returns the variables of the template that only a page with an article has; neutral ones for other pages."""
    if not isinstance(trial, ReadablePage):
        return {"title": trial.url, "language": "", "verdict": None}
    article, verdict = trial.article, trial.verdict
    title_hits = [hit for hit in verdict.hits if hit.field == "title"]
    return {
        "title": article.title,
        "language": article.language,
        "verdict": verdict,
        "badge": "alert" if verdict.alert else "digest" if verdict.digest else "not relevant",
        "title_spans": list(split_at_matches(article.title, title_hits)),
        "term_counts": term_counts(verdict.hits),
        "excerpt_runs": [to_excerpt_run(run) for run in match_excerpts(trial)],
    }


def to_excerpt_run(run: Sequence[Excerpt]) -> ExcerptRun:
    """Returns adjacent excerpts as spans."""
    spans: list[TextSpan] = []
    for excerpt in run:
        spans += [
            TextSpan(text=excerpt.before),
            TextSpan(text=excerpt.match, match=excerpt.name),
            TextSpan(text=excerpt.after),
        ]
    return ExcerptRun(spans=tuple(spans), terms=excerpt_terms(run))


def direction_attributes(text: str, language: str = "") -> Markup:
    """Returns the `dir` attribute for a text, and `lang` for a right-to-left text whose language is known.

    Most of the letters decide. `dir=auto` follows the first letter, and an Urdu paragraph may begin with a Latin name.
    """
    if not is_rtl(text):
        return Markup('dir="ltr"')
    return Markup('dir="rtl" lang="{}"').format(language) if language else Markup('dir="rtl"')


def isolate_quotes(reason: str) -> Markup:
    """Returns a reason as HTML in which quoted page text does not change the direction of the English around it."""
    return Markup(QUOTED_TEXT.sub(r"&quot;<bdi>\1</bdi>&quot;", escape(reason)))  # noqa: S704 - escaped before
