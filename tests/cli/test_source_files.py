"""`monitor sources add`, `import` and `export` write new files and never change an existing one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load_sources
from monitor.errors import InvalidRequest, MonitorError
from monitor.formats import opml
from monitor.formats.opml import FeedOutline
from monitor.model import Source
from monitor.parse import SOURCE_KINDS
from monitor.services.check_source import SourceCheck
from monitor.services.source_files import new_source, sources_from_outlines, to_yaml, write_new_file
from monitor.text import clean
from tests.cli.builders import NOW, a_source

OPML = """<?xml version="1.0"?>
<opml version="1.0"><head><title>mine</title></head><body>
  <outline text="Asia"><outline text="Taftan Post" type="rss" xmlUrl="https://taftan.example/rss" language="en-us"/>
    <outline title="روزنامہ" xmlUrl="https://urdu.example/feed?a=1&amp;b=2"/></outline>
  <outline text="known" xmlUrl="http://dawn.example/feed"/>
  <outline text="twice" xmlUrl="http://taftan.example/rss"/>
  <outline text="odd" xmlUrl="javascript:alert(1)"/>
  <outline text="a folder"/>
</body></opml>"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "My feeds.opml"
    path.write_text(OPML, "utf-8")
    return path


def test_import_writes_a_new_file(monitor, desk, file):
    """New feeds go into a new file; each skipped feed is named on stderr."""
    before = (desk / "sources" / "own.yaml").read_bytes()
    result = monitor("sources", "import", file)
    assert (result.code, result.out.split()[-4:]) == (0, ["2", "of", "5", "feeds"])
    assert len(result.err.splitlines()) == 3
    new = load_sources([desk / "sources" / "imported-my-feeds.yaml"])
    assert [(source.id, source.name, source.language) for source in new] == [
        ("taftan-post", "Taftan Post", "en"),
        ("urdu-example", "روزنامہ", ""),
    ]
    assert (desk / "sources" / "own.yaml").read_bytes() == before
    assert monitor("config", "check").code == 0


def test_import_again_writes_nothing(monitor, desk, file):
    """Feeds that any file already configures are skipped."""
    monitor("sources", "import", file)
    result = monitor("sources", "import", file)
    assert "nothing was written" in result.out
    assert len(list((desk / "sources").iterdir())) == 2


def test_export_can_be_imported(monitor, tmp_path):
    """An exported file can be read as OPML, and --out writes the same bytes as stdout."""
    out = tmp_path / "out.opml"
    assert monitor("sources", "export", "--out", out).code == 0
    assert monitor("sources", "export").out.encode() == out.read_bytes()
    assert opml.read(out.read_bytes()) == (FeedOutline(title="Dawn", url="http://dawn.example/feed", language="en"),)


def test_export_does_not_overwrite_a_file(monitor, tmp_path):
    """If the file exists, the command fails and the file is unchanged."""
    out = tmp_path / "out.opml"
    out.write_text("mine")
    assert monitor("sources", "export", "--out", out).code == 1
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><outline text="&b;" xmlUrl="http://a.example"/></opml>',
        b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>',
        b"<rss/>",
        b"<opml>",
        b"",
        b'<?xml version="1.0" encoding="klingon"?><opml/>',
        b"\x00" * 20,
        b" " * (opml.MAX_FILE_BYTES + 1),
    ],
)
def test_invalid_opml_is_refused(content):
    """Entities, document types, other XML, invalid XML and oversized files raise one error."""
    with pytest.raises(MonitorError):
        opml.read(content)


@given(st.lists(st.text(max_size=30), max_size=5), st.sampled_from(["en", "ur", ""]))
def test_opml_round_trip(names, language):
    """Any name survives writing and reading, in the same order."""
    sources = [a_source(f"s{n}", name=name, language=language) for n, name in enumerate(names)]
    read = opml.read(opml.write(sources).encode())
    assert [source.url for source in read] == [source.url for source in sources]
    assert [source.title for source in read] == [
        clean(source.name) or f"s{n}.example" for n, source in enumerate(sources)
    ]


@given(st.text(max_size=60), st.sampled_from(list(SOURCE_KINDS)))
def test_written_sources_load_unchanged(tmp_path_factory, name, kind):
    """Whatever its name and kind, a written source loads as an equal source."""
    source = a_source(name=clean(name), kind=kind, language="fa")
    file = tmp_path_factory.mktemp("sources") / "a.yaml"
    file.write_text(to_yaml([source], comment="new"), "utf-8")
    assert load_sources([file]) == (source,)


def test_new_file_gets_an_unused_name(tmp_path):
    """If the name is taken, a number is appended."""
    first, second = (write_new_file(tmp_path / "new", "added-dawn", text) for text in ("one", "two"))
    assert (first.name, first.read_text(), second.name) == ("added-dawn.yaml", "one", "added-dawn-2.yaml")


def test_new_source_is_named_after_the_feed():
    """Id, name and language come from the feed; the URL is the target of its permanent redirect."""
    checked = a_source("x", url="http://dawn.example/old")
    check = SourceCheck(
        source=checked, at=NOW, title="Dawn — Home", language="en-PK", moved_to="https://dawn.example/new"
    )
    source = new_source(check, [a_source("dawn-home")])
    assert (source.id, source.name, source.url, source.language) == (
        "dawn-home-2",
        "Dawn — Home",
        "https://dawn.example/new",
        "en",
    )


def test_source_is_not_added_twice():
    """A URL that is configured in another spelling, or a used id, is refused; the error names the existing source."""
    check = SourceCheck(
        source=a_source("x", url="http://DAWN.example/feed?utm_source=a"), at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(InvalidRequest, match="as dawn"):
        new_source(check, [a_source("dawn")])
    with pytest.raises(InvalidRequest, match="is already used"):
        new_source(SourceCheck(source=a_source("y"), at=NOW), [a_source("dawn")], source_id="dawn")


def test_imported_ids_are_unique():
    """Feeds with the same name get different ids."""
    outlines = [FeedOutline(title="News", url=f"https://{host}.example/") for host in "abc"]
    taken, _ = sources_from_outlines(outlines, [Source(id="news", name="", url="https://z.example/")])
    assert [source.id for source in taken] == ["news-2", "news-3", "news-4"]
