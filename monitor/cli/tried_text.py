"""A trial of a page for a terminal, or for a file: the same words, colour and folded lines on a terminal only."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from monitor.cli.output import row
from monitor.cli.tried import Part, Tried, as_yaml, contexts, dropped, facts, matches, named, parts, runs, why_dropped
from monitor.cli.why import weighed
from monitor.model import Shape

_MATCH = "bold yellow"
_STYLES = {Shape.HEADING: "bold", Shape.QUOTE: "italic", Shape.POST: "italic"}
_SIGNS = {Shape.HEADING: "# ", Shape.ITEM: "* ", Shape.ROW: "| ", Shape.QUOTE: "> ", Shape.POST: "> "}


def show(tried: Tried, console: Console) -> None:
    """What is known of the article, the verdict on it, and the page piece by piece; without folding in a file."""
    for sign, text in (*_about(tried), *_page(tried)):
        lines = text.wrap(console, console.width - len(sign)) if console.is_terminal else [text]
        for number, line in enumerate(lines):
            console.print(Text.assemble(sign if number == 0 else " " * len(sign), line), soft_wrap=True)


def _about(tried: Tried) -> Iterator[tuple[str, Text]]:
    title = [hit for hit in tried.verdict.hits if hit.field == "title"]
    yield "", _marked(parts(tried.article.title, title), style="bold")
    yield "", Text(tried.article.url)
    yield "", Text()
    for name, text, place in facts(tried):
        yield row(name, ""), Text.assemble(text, (f"  ({place})" if place else "", "dim"))
    yield from (("", Text(line)) for line in weighed("judged", tried.verdict))
    if tried.verdict.hits:
        yield row("matched", ""), Text(", ".join(matches(tried.verdict.hits)))
    for run in contexts(tried):
        words = (word for one in run for word in (one.before, (one.match, _MATCH), one.after))
        yield row("", ""), Text.assemble(*words, (f"  = {named(run)}", "dim"))
    if tried.page:
        yield "", Text("\nselectors, as they stand in the file of a source:")
        yield from (("", Text(line, style="cyan")) for line in as_yaml(tried.page))


def _page(tried: Tried) -> Iterator[tuple[str, Text]]:
    kept = sum(piece.kept for piece in tried.pieces)
    yield "", Text(f"\nthe page: {kept} pieces kept, {len(tried.pieces) - kept} dropped (-)", style="bold")
    for run in runs(tried):
        if not run.kept:
            yield "  - ", Text.assemble((dropped(run), "dim"), (f"  ({why_dropped(run)})", "red"))
            continue
        for piece, parted in run.pieces:
            reason = (f"  ({run.reason})", "green") if run.reason else ""
            shown = _marked(parted, style=_STYLES.get(piece.shape, ""))
            yield f"    {_SIGNS.get(piece.shape, '')}", Text.assemble(shown, reason)


def _marked(parted: Iterable[Part], *, style: str) -> Text:
    return Text.assemble(*((part.text, _MATCH if part.match else style) for part in parted))
