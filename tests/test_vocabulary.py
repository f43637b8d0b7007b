"""One vocabulary: a class name means one thing in the project, and the terms of the glossary are those of the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import monitor

PACKAGE = Path(monitor.__file__).parent
ARCHITECTURE = PACKAGE.parent / "ARCHITECTURE.md"


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Yields the name and the syntax tree of each module; migrations are frozen and define no types."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = str(path.relative_to(PACKAGE.parent))
        if "migrations" not in path.parts:
            yield name, ast.parse(path.read_text("utf-8"))


def glossary_terms(text: str) -> list[str]:
    """Returns the terms of the table below "## Glossary"; a cell such as "channel, recipient" has two."""
    section = re.search(r"^## Glossary\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert section, "ARCHITECTURE.md has no section '## Glossary'"
    cells = [line.split("|")[1].strip(" `*") for line in section[1].splitlines() if line.startswith("|")]
    terms = [term.strip(" `*") for cell in cells[2:] for term in cell.split(",")]  # below the heading and its rule
    assert terms, "the section '## Glossary' has no table"
    return terms


def words_of(identifier: str) -> str:
    """Returns an identifier as words: `EntryStatus` and `entry_status` are "entry status"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", identifier).lower()


def vocabulary() -> str:
    """Returns the words of all identifiers and docstrings, one identifier or docstring a line."""
    lines = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                    lines.add(words_of(name))
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    lines.add(words_of(name))
                    lines.add(" ".join((ast.get_docstring(node) or "").lower().split()))
                case ast.Module():
                    lines.add(" ".join((ast.get_docstring(node) or "").lower().split()))
    return "\n".join(sorted(lines))


def test_a_class_name_is_used_once():
    """Two public classes of one name make a reader look up which is meant."""
    modules = defaultdict(list)
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(name)
    ambiguous = {name: places for name, places in modules.items() if len(places) > 1}
    assert not ambiguous, f"public classes of one name: {ambiguous}"


def test_every_glossary_term_is_used():
    """A term that neither an identifier nor a docstring uses is not a term of the project, or has another name there."""
    used_words = vocabulary()
    terms = glossary_terms(ARCHITECTURE.read_text("utf-8"))
    unused = [term for term in terms if not re.search(rf"\b{re.escape(term.lower())}(?:s|es)?\b", used_words)]
    assert not unused, f"terms of the glossary that the code does not use: {unused}"


def test_glossary_cells_are_split():
    """A cell may give several terms, with or without marks of code."""
    table = "# X\n## Glossary\nText.\n\n| term | meaning |\n|---|---|\n| `match`, verdict | a, b |\n| entry status | c |\n\n## Next\n"
    assert glossary_terms(table) == ["match", "verdict", "entry status"]
