"""A trial of a page for a terminal, or for a file: the same words, colour and folded lines on a terminal only."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from monitor.cli.output import row
from monitor.cli.tried import (
    Part,
    Trial,
    Tried,
    as_yaml,
    contexts,
    dropped,
    facts,
    matches,
    named,
    parts,
    runs,
    why_dropped,
)
from monitor.cli.why import weighed
from monitor.model import Shape

_MATCH = "bold yellow"
_STYLES = {Shape.HEADING: "bold", Shape.QUOTE: "italic", Shape.POST: "italic"}
_SIGNS = {Shape.HEADING: "# ", Shape.ITEM: "* ", Shape.ROW: "| ", Shape.QUOTE: "> ", Shape.POST: "> "}


def show(trial: Trial, console: Console) -> None:
    """What is known of the article, the verdict on it, and the page piece by piece; without folding in a file."""
    for sign, text in (*_about(trial), *_page(trial)):
        lines = text.wrap(console, console.width - len(sign)) if console.is_terminal else [text]
        for number, line in enumerate(lines):
            console.print(Text.assemble(sign if number == 0 else " " * len(sign), line), soft_wrap=True)


def _about(trial: Trial) -> Iterator[tuple[str, Text]]:
    if isinstance(trial, Tried):
        title = [hit for hit in trial.verdict.hits if hit.field == "title"]
        yield "", _marked(parts(trial.article.title, title), style="bold")
    yield "", Text(trial.url)
    yield "", Text()
    for name, text, place in facts(trial):
        yield row(name, ""), Text.assemble(text, (f"  ({place})" if place else "", "dim"))
    if isinstance(trial, Tried):
        yield from _verdict(trial)
    if trial.page:
        yield "", Text("\nselectors, as they stand in the file of a source:")
        yield from (("", Text(line, style="cyan")) for line in as_yaml(trial.page))


def _verdict(tried: Tried) -> Iterator[tuple[str, Text]]:
    yield from (("", Text(line)) for line in weighed("judged", tried.verdict))
    if tried.verdict.hits:
        yield row("matched", ""), Text(", ".join(matches(tried.verdict.hits)))
    for run in contexts(tried):
        words = (word for one in run for word in (one.before, (one.match, _MATCH), one.after))
        yield row("", ""), Text.assemble(*words, (f"  = {named(run)}", "dim"))


def _page(trial: Trial) -> Iterator[tuple[str, Text]]:
    kept = sum(piece.kept for piece in trial.pieces)
    yield "", Text(f"\nthe page: {kept} pieces kept, {len(trial.pieces) - kept} dropped (-)", style="bold")
    for run in runs(trial):
        if not run.kept:
            yield "  - ", Text.assemble((dropped(run), "dim"), (f"  ({why_dropped(run)})", "red"))
            continue
        for piece, parted in run.pieces:
            reason = (f"  ({run.reason})", "green") if run.reason else ""
            shown = _marked(parted, style=_STYLES.get(piece.shape, ""))
            yield f"    {_SIGNS.get(piece.shape, '')}", Text.assemble(shown, reason)


def _marked(parted: Iterable[Part], *, style: str) -> Text:
    return Text.assemble(*((part.text, _MATCH if part.match else style) for part in parted))
