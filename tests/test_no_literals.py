"""Words and letters of the languages are data: no module but those of `languages/` and `text/` contains any."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import monitor

PACKAGE = Path(monitor.__file__).parent
# The data files of languages/ have the words; text/ has letters and punctuation, by code point.
ALLOWED = {"languages", "text"}

# The Arabic blocks without U+FEFF, which is the byte order mark: as characters, and as the escapes of a raw string.
ARABIC = re.compile(
    "[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
    r"|\\[uU](?:0000)?(?:06|07[5-7]|08[a-f]|fb[5-9a-f]|fc|fd|fe[7-9a-f])[0-9a-f]",
    re.IGNORECASE,
)
BYTE_ORDER_MARK = re.compile(r"\\ufe(?:f[d-f])", re.IGNORECASE)


def modules() -> list[Path]:
    """Returns the modules that may not contain Arabic script."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] not in ALLOWED]


def arabic_literals(source: str) -> Iterator[tuple[int, str]]:
    """Yields the line and the value of each string literal with Arabic script; comments and docstrings may quote it."""
    tree = ast.parse(source)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in docstrings:
            continue
        if ARABIC.search(BYTE_ORDER_MARK.sub("", node.value)):
            yield node.lineno, node.value


def test_no_module_contains_arabic_script():
    """A word of a language belongs in its folder, and a letter or sign in `monitor.text`, so that a language is data."""
    literals = [
        f"{path.relative_to(PACKAGE.parent)}:{line}: {value.strip()[:60]!r}"
        for path in modules()
        for line, value in arabic_literals(path.read_text("utf-8"))
    ]
    assert not literals, "Arabic script outside languages/ and text/:\n" + "\n".join(literals)


def test_literals_are_found_in_every_form():
    """Characters, escapes, escapes in raw strings and parts of f-strings are found; docstrings and comments are not."""
    source = (
        '"""ایران"""\n# ایران\na = "\\u0627"\nb = r"[\\u0600-\\u06ff]"\nc = f"{a} ایران"\nd = "\\ufeff", r"\\ufeff"\n'
    )
    assert [line for line, _ in arabic_literals(source)] == [3, 4, 5]
