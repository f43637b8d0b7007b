"""Another subject by configuration alone: Iran and Afghanistan, told by the same code."""

import ast
import re
from pathlib import Path

import pytest

from monitor import relevance
from monitor.config import load_rules
from tests.relevance.rulefiles import shipped

FOLDER = Path(__file__).parent / "profiles" / "iran-afghanistan"
JUDGE = relevance.compile(load_rules(FOLDER))


@pytest.mark.parametrize(
    "text",
    [
        {"title": "Iran, Taliban sign deal on Khaf-Herat railway"},
        {"title": "Muttaqi, Araghchi discuss water rights by phone"},
        {"title": "Iran deports 30,000 Afghans in a week"},
        {"title": "Islam Qala crossing closed after customs row"},
        {"title": "Afghan dam on the Helmand river alarms farmers downstream"},
        {
            "title": "Shots fired near Milak",
            "text": "Iranian guards and Taliban fighters clashed at the border on Sunday.",
        },
        {"title": "هیئت طالبان وارد تهران شد"},
        {"title": "وزیر خارجه با متقی دیدار کرد", "country": "IR"},
        {"title": "سفیر ایران در کابل با وزیر تجارت افغانستان دیدار کرد"},
        {"title": "حقابه هیرمند", "text": "ایران و افغانستان درباره حقابه گفتگو کردند."},
    ],
)
def test_told(text):
    """Both sides, a shared project or a crossing: relations of these two are told."""
    assert JUDGE(**text).digest


@pytest.mark.parametrize(
    "text",
    [
        {"title": "Iran, Pakistan sign accord on border markets"},
        {"title": "Kabul pulao, the way Iranians like it"},
        {"title": "Taliban ban chess"},
        {"title": "Iran beat Afghanistan in futsal qualifier"},
        {"title": "Countries such as Iran, Afghanistan and Iraq face drought"},
        {"title": "TEHRAN (AP) — Snow closes roads"},
        {"title": "Oil slips", "text": "Traders watched Iran. A note on Kabul's budget came later."},
        {"title": "زلزله در هرات"},
        {"title": "تورم در ایران به چهل درصد رسید"},
        {"title": "کشورهایی مانند ایران، افغانستان و عراق خشک‌تر می‌شوند"},
    ],
)
def test_not_told(text):
    """One side, another pair, a dish, a match and a list stay out."""
    assert not JUDGE(**text).digest


def test_classes_and_topics_are_the_profiles_own():
    """Flags and topics come from its files, and so does what is near to the other profile's subject."""
    verdict = JUDGE(title="Iran, Taliban talks on Afghan migrants begin", text="A minister spoke of refugees.")
    assert [topic.code for topic in verdict.topics] == ["people-movement", "diplomacy"]
    assert [flag.code for flag in JUDGE(title="Iran hold Afghanistan in futsal").flags] == ["sport"]


def _words(path: Path) -> set[str]:
    """The words of a module's names and texts, docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    notes = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {word.casefold() for text in [*texts, *names] for word in re.findall(r"\w+", text)}


# Modules that may contain a name of the two countries, with the reason.
MAY = {
    "cli/__init__.py": "what the program is for",
    "services/demo.py": "the desk of the recorded acts",
    "services/record.py": "the name of the package",
    "fetch/web.py": "the name of the package",
    "store/schema.py": "pk: a primary key",
    "digest/render.py": "the code of a bundled flag",
    "urls.py": "public suffixes and blog hosts",
}


def test_the_code_names_no_country():
    """The subject comes from rules, sources and channels: no module names either country."""
    sides = {
        form
        for term in shipped().terms
        if term.kind in {"country", "pair"} and term.strength == "strong"
        for one in term.forms.values()
        for form in one
    }
    sides |= {side.code for side in shipped().sides} | {side.name for side in shipped().sides}
    words = {form.casefold() for form in sides if form.isalpha()}
    source = Path(relevance.__file__).parents[1]
    modules = {path.relative_to(source).as_posix(): path for path in source.rglob("*.py")}
    assert {name for name, path in modules.items() if _words(path) & words} == set(MAY)
