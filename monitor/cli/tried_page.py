"""A trial of a page as a page of its own: no script, nothing remote, and nothing of the tried page unescaped."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from monitor.cli.tried import (
    Part,
    Run,
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
from monitor.extract import Piece
from monitor.model import Flag, Topic, Verdict
from monitor.text import is_rtl

_FOLDED = 2  # dropped pieces in a row from which on they are shown in one line, to be opened
_QUOTED = re.compile("&quot;(.+?)&quot;")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # whatever slipped through would neither run nor load


def page(trial: Trial) -> str:
    """The whole document."""
    return "\n".join(_document(trial))


def _document(trial: Trial) -> Iterator[str]:
    style = files("monitor.cli").joinpath("tried_page.css").read_text("utf-8")
    yield '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    title = trial.article.title if isinstance(trial, Tried) else trial.url
    yield f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>"
    if isinstance(trial, Tried):
        yield from _head(trial)
    else:
        yield '<p><span class="badge">not read</span></p>'
    yield _address(trial.url)
    yield from _facts(trial)
    if isinstance(trial, Tried):
        yield from _verdict(trial)
    yield from _pieces(trial)
    yield "</body>\n</html>"


def _head(tried: Tried) -> Iterator[str]:
    verdict, article = tried.verdict, tried.article
    badge = "alert" if verdict.alert else "digest" if verdict.digest else "not told"
    yield f'<p><span class="badge{" yes" if verdict.digest else ""}">{badge}</span> score {verdict.score:.2f}</p>'
    title = parts(article.title, [hit for hit in verdict.hits if hit.field == "title"])
    yield f"<h1 {_way(article.title, article.language)}>{_marked(title)}</h1>"


def _address(url: str) -> str:
    address = escape(url)
    # A file may be said to come from anywhere, from "javascript:" as well.
    is_web = url.startswith(("http://", "https://"))
    return f'<p><a href="{address}" rel="noreferrer">{address}</a></p>' if is_web else f"<p>{address}</p>"


def _language(trial: Trial) -> str:
    return trial.article.language if isinstance(trial, Tried) else ""


def _facts(trial: Trial) -> Iterator[str]:
    yield '<h2>The article</h2>\n<dl class="card">'
    for name, text, place in facts(trial):
        told = f"<p {_way(text, _language(trial))}>{escape(text)}</p>"
        yield f"<dt>{escape(name)}</dt><dd>{told}{f'<small>{escape(place)}</small>' if place else ''}</dd>"
    yield "</dl>"
    if trial.page:
        lines = escape("\n".join(as_yaml(trial.page)))
        yield f'<h2>The selectors, as they stand in the file of a source</h2>\n<pre class="card">{lines}</pre>'


def _verdict(tried: Tried) -> Iterator[str]:
    verdict = tried.verdict
    yield '<h2>The verdict</h2>\n<div class="card"><table>'
    yield from (f"<tr><td>{escape(name)}</td><td>{text}</td></tr>" for name, text in _reasons(verdict))
    yield "</table>"
    for run in contexts(tried):
        words = [
            part
            for one in run
            for part in (Part(text=one.before), Part(text=one.match, match=one.name), Part(text=one.after))
        ]
        way = _way("".join(part.text for part in words), tried.article.language)
        yield f'<div class="context"><p {way}>{_marked(words)}</p><small>{escape(named(run))}</small></div>'
    yield "</div>"


def _reasons(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What made the verdict: a word in front, and the rest in HTML."""
    yield from ((f"{reason.points:+.2f}", escape(reason.text)) for reason in verdict.reasons)
    yield f"{verdict.score:.2f}", f"in all (rules {escape(verdict.rules)})"
    yield from (("topic", _coded(topic)) for topic in verdict.topics)
    yield from (("flag", _coded(flag)) for flag in verdict.flags)
    if verdict.missing:
        yield "missing", escape(verdict.missing)
    if verdict.hits:
        yield "matched", escape(", ".join(matches(verdict.hits)))


def _coded(told: Topic | Flag) -> str:
    return f"{escape(told.code)}: <bdi>{escape(told.evidence)}</bdi>" if told.evidence else escape(told.code)


def _pieces(trial: Trial) -> Iterator[str]:
    kept = sum(piece.kept for piece in trial.pieces)
    yield f"<h2>The page: {kept} pieces kept, {len(trial.pieces) - kept} dropped</h2>"
    yield '<div class="card">'
    for run in runs(trial):
        yield from _kept(run, _language(trial)) if run.kept else _dropped(run)
    yield "</div>"


def _kept(run: Run, language: str) -> Iterator[str]:
    for piece, parted in run.pieces:
        text = f"<p {_way(piece.text, language)}>{_marked(parted)}</p>"
        yield f'<div class="piece kept {piece.shape}">{text}<small>{escape(run.reason)}</small></div>'


def _dropped(run: Run) -> Iterator[str]:
    short = f"<p {_way(dropped(run))}>{escape(dropped(run))}</p><small>{_isolated(why_dropped(run))}</small>"
    pieces = [piece for piece, _ in run.pieces]
    if len(pieces) < _FOLDED and dropped(run) == pieces[0].text:
        yield f'<div class="piece dropped">{short}</div>'
    else:
        yield f'<details class="dropped"><summary>{short}</summary>{"".join(map(_whole, pieces))}</details>'


def _whole(piece: Piece) -> str:
    return f'<div class="piece"><p {_way(piece.text)}>{escape(piece.text)}</p><small>{_isolated(piece.reason)}</small></div>'


def _marked(parted: Iterable[Part]) -> str:
    return "".join(
        f'<mark title="{escape(part.match)}">{escape(part.text)}</mark>' if part.match else escape(part.text)
        for part in parted
    )


def _isolated(reason: str) -> str:
    """What a reason quotes of the page may run the other way."""
    return _QUOTED.sub(r"&quot;<bdi>\1</bdi>&quot;", escape(reason))


def _way(text: str, language: str = "") -> str:
    """The direction by the letters of the text: a paragraph in Urdu may begin with a Latin name, which `auto` follows."""
    way = "rtl" if is_rtl(text) else "ltr"
    return f'dir="{way}" lang="{escape(language)}"' if language and way == "rtl" else f'dir="{way}"'
