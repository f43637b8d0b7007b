"""A page trial as text: with colours and wrapped lines on a terminal, one block a line in a file."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from monitor.cli.views.output import field_line
from monitor.cli.views.verdict_text import verdict_lines
from monitor.model import Shape
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

MATCH_STYLE = "bold yellow"
SHAPE_STYLES = {Shape.HEADING: "bold", Shape.QUOTE: "italic", Shape.POST: "italic"}
SHAPE_SIGNS = {Shape.HEADING: "# ", Shape.ITEM: "* ", Shape.ROW: "| ", Shape.QUOTE: "> ", Shape.POST: "> "}

# The start of a line, which is repeated as blanks when the line wraps, and its text.
Line = tuple[str, Text]


def print_trial(trial: PageTrial, console: Console) -> None:
    """Print the facts about the article, the verdict, and the page block by block."""
    for start, text in (*article_lines(trial), *page_lines(trial)):
        # A file is not wrapped, so that grep finds whole blocks.
        lines = text.wrap(console, console.width - len(start)) if console.is_terminal else [text]
        for number, line in enumerate(lines):
            console.print(Text.assemble(start if number == 0 else " " * len(start), line), soft_wrap=True)


def article_lines(trial: PageTrial) -> Iterator[Line]:
    """Yields the headline, the facts, the verdict and the selectors."""
    if isinstance(trial, ReadablePage):
        title_hits = [hit for hit in trial.verdict.hits if hit.field == "title"]
        yield "", to_text(split_at_matches(trial.article.title, title_hits), style="bold")
    yield "", Text(trial.url)
    yield "", Text()
    for fact in facts(trial):
        provenance = f"  ({fact.provenance})" if fact.provenance else ""
        yield field_line(fact.label, ""), Text.assemble(fact.text, (provenance, "dim"))
    if isinstance(trial, ReadablePage):
        yield from judgement_lines(trial)
    if trial.selectors:
        yield "", Text("\nselectors, as in the file of a source:")
        yield from (("", Text(line, style="cyan")) for line in selector_lines(trial.selectors))


def judgement_lines(page: ReadablePage) -> Iterator[Line]:
    """Yields the verdict, the matched terms, and the matches with the words around them."""
    yield from (("", Text(line)) for line in verdict_lines("judged", page.verdict))
    if page.verdict.hits:
        yield field_line("matched", ""), Text(", ".join(term_counts(page.verdict.hits)))
    for run in match_excerpts(page):
        words = (word for excerpt in run for word in (excerpt.before, (excerpt.match, MATCH_STYLE), excerpt.after))
        yield field_line("", ""), Text.assemble(*words, (f"  = {excerpt_terms(run)}", "dim"))


def page_lines(trial: PageTrial) -> Iterator[Line]:
    """Yields the blocks of the page in order; a group of dropped blocks is one line with "-"."""
    kept = sum(block.kept for block in trial.blocks)
    pieces = "piece" if kept == 1 else "pieces"
    yield "", Text(f"\nthe page: {kept} {pieces} kept, {len(trial.blocks) - kept} dropped (-)", style="bold")
    for group in group_blocks(trial):
        if not group.kept:
            yield "  - ", Text.assemble((group.summary, "dim"), (f"  ({group.label})", "red"))
            continue
        for marked in group.blocks:
            shape = marked.block.shape
            reason = (f"  ({group.reason})", "green") if group.reason else ""
            text = to_text(marked.spans, style=SHAPE_STYLES.get(shape, ""))
            yield f"    {SHAPE_SIGNS.get(shape, '')}", Text.assemble(text, reason)


def to_text(spans: Iterable[TextSpan], *, style: str) -> Text:
    """Returns spans as one text in a style, with the matches highlighted."""
    return Text.assemble(*((span.text, MATCH_STYLE if span.match else style) for span in spans))
