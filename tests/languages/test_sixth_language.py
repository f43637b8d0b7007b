"""A sixth language is one folder: a made-up one is added to a copy of the package, and every stage uses it."""

import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import monitor

PACKAGE = Path(monitor.__file__).parent
CHECKS = Path(__file__).with_name("sixth_language.py")
CODE = "xx"

# One file for each aspect. The words are in no other language.
FOLDER = {
    "language": """
name = "Sixth"
script = "latin"
direction = "ltr"
""",
    "script": """
common_words = ["zo", "zi", "zund", "zat"]
""",
    "dates": """
month_prepositions = ["zof"]
ordinal_endings = ["zt"]

[clock]
afternoon = ["zp"]
morning = ["za"]

[months]
gregorian = [
    ["zarnu"], ["zebru"], ["zarch"], ["zapri"], ["zamay"], ["zunu"], ["zulu"], ["zagust"], ["zeptem"], ["zoktob"],
    ["zovem"], ["zekem"],
]
""",
    "page": """
other_headings = ["zimilar zories$"]

[labels]
share = ["zhare ziz zory$"]

[closings]
source = ["zource ?:"]

[bylines]
by = ["zby"]
and = ["zund"]

[agencies]
Zagency = ["Zagency Zews"]
""",
    "feeds": """
truncated_endings = ["zead zore"]
read_more_links = ["Zead zore"]
related_labels = ["zead alzo"]
non_article_segments = ["zategory"]
""",
    "relations": """
conjunctions = ["zund"]
genitives = ["zof"]
prefixes = ["zu"]
""",
    "events": """
strike = ["zombard*"]
kill = ["zilled"]
""",
    "quantities": """
numbers_from_two = ["zwo", "zree", "zour"]
units = ["zays"]
non_count_suffixes = ["zt"]
""",
    "frequencies": """
[shares]
"0.5000" = "zo zund"
""",
    "duplicates": """
min_containment = 0.25
""",
}

EXPECTED = {
    "language": [["ar", "en", "fa", "tr", "ur", CODE], CODE, False],
    "script": [CODE, False, True],
    "dates": ["2026-01-16T19:30:00+00:00", "2025-12-03T00:00:00+00:00", None],
    "page": [["Zana Zoor", "Zeda Zhan"], False, True, True, True],
    "feeds": [True, True, True],
    "relations": [True, ["zaran", "zuzaran"]],
    "events": [True, True],
    "quantities": [["3"]],
    "frequencies": [{"zo": 0.5, "zund": 0.5}],
    "duplicates": [0.25],
}


@pytest.fixture(scope="module")
def copied_package(tmp_path_factory) -> Path:
    """A copy of the package with the folder of the sixth language."""
    package = tmp_path_factory.mktemp("sixth") / "monitor"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    folder = package / "languages" / CODE
    folder.mkdir()
    for aspect, content in FOLDER.items():
        (folder / f"{aspect}.toml").write_text(content, "utf-8")
    return package


@pytest.fixture(scope="module")
def results(copied_package: Path) -> dict[str, object]:
    """The results of the checks by aspect, from a process that imports the copy."""
    root = copied_package.parent
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.run(
        [sys.executable, str(CHECKS)], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    checked = json.loads(process.stdout)
    assert Path(checked.pop("package")).parent == copied_package
    return checked


@pytest.mark.parametrize("aspect", sorted(FOLDER))
def test_every_aspect_is_used(results, aspect):
    """The words in the folder take effect wherever the product uses that aspect."""
    assert results[aspect] == EXPECTED[aspect]


def test_the_folder_has_every_aspect():
    """An aspect that any language of the service has belongs into this test."""
    aspects = {file.stem for file in (PACKAGE / "languages").glob("*/*.toml")}
    assert aspects == set(FOLDER)


def different_files(comparison: filecmp.dircmp, folder: str = "") -> list[str]:
    """Returns the files and folders that two folders do not share or that differ."""
    names = [*comparison.left_only, *comparison.right_only, *comparison.diff_files, *comparison.funny_files]
    nested = (different_files(inner, f"{folder}{name}/") for name, inner in comparison.subdirs.items())
    return [*(folder + name for name in names), *(name for inner in nested for name in inner)]


def test_only_the_folder_was_added(copied_package):
    """Nothing else in the package differs: no module, no list, no other language."""
    comparison = filecmp.dircmp(PACKAGE, copied_package, ignore=["__pycache__"])
    assert different_files(comparison) == [f"languages/{CODE}"]
