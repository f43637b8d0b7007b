"""`monitor sources add`, `import`, `export`: new files, and never a change to an old one."""

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
    """New feeds go into a file of their own, in the form of the others; what is left out is named on stderr."""
    before = (desk / "sources" / "own.yaml").read_bytes()
    ran = monitor("sources", "import", file)
    assert (ran.code, ran.out.split()[-4:]) == (0, ["2", "of", "5", "feeds"])
    assert len(ran.err.splitlines()) == 3
    new = load_sources([desk / "sources" / "imported-my-feeds.yaml"])
    assert [(one.id, one.name, one.language) for one in new] == [
        ("taftan-post", "Taftan Post", "en"),
        ("urdu-example", "روزنامہ", ""),
    ]
    assert (desk / "sources" / "own.yaml").read_bytes() == before
    assert monitor("config", "check").code == 0


def test_import_again_writes_nothing(monitor, desk, file):
    """What is there already is passed over, whatever file it is in."""
    monitor("sources", "import", file)
    ran = monitor("sources", "import", file)
    assert "nothing was written" in ran.out
    assert len(list((desk / "sources").iterdir())) == 2


def test_export_is_imported_again(monitor, tmp_path):
    """What one desk exports is what another takes over."""
    out = tmp_path / "out.opml"
    assert monitor("sources", "export", "--out", out).code == 0
    assert monitor("sources", "export").out.encode() == out.read_bytes()
    assert opml.read(out.read_bytes()) == (FeedOutline(title="Dawn", url="http://dawn.example/feed", language="en"),)


def test_export_writes_over_nothing(monitor, tmp_path):
    """A file that is there stays."""
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
def test_what_is_no_plain_opml_is_refused(content):
    """Entities, document types, other XML, no XML and too much of it: one error, and nothing is read."""
    with pytest.raises(MonitorError):
        opml.read(content)


@given(st.lists(st.text(max_size=30), max_size=5), st.sampled_from(["en", "ur", ""]))
def test_opml_gives_back_what_was_to_yaml(names, language):
    """Any name survives: as it is shown, and in its place."""
    sources = [a_source(f"s{n}", name=name, language=language) for n, name in enumerate(names)]
    read = opml.read(opml.write(sources).encode())
    assert [one.url for one in read] == [one.url for one in sources]
    assert [one.title for one in read] == [clean(one.name) or f"s{n}.example" for n, one in enumerate(sources)]


@given(st.text(max_size=60), st.sampled_from(list(SOURCE_KINDS)))
def test_written_sources_load_as_they_were(tmp_path_factory, name, kind):
    """Whatever a feed calls itself, the file that names it is valid and says the same."""
    source = a_source(name=clean(name), kind=kind, language="fa")
    file = tmp_path_factory.mktemp("sources") / "a.yaml"
    file.write_text(to_yaml([source], comment="new"), "utf-8")
    assert load_sources([file]) == (source,)


def test_new_file_never_takes_the_place_of_another(tmp_path):
    """Names are counted up."""
    first, second = (write_new_file(tmp_path / "new", "added-dawn", text) for text in ("one", "two"))
    assert (first.name, first.read_text(), second.name) == ("added-dawn.yaml", "one", "added-dawn-2.yaml")


def test_found_source_is_named_after_its_title():
    """Id, name and language come from the feed; the address is the one that it moved to."""
    found = a_source("x", url="http://dawn.example/old")
    seen = SourceCheck(source=found, at=NOW, title="Dawn — Home", language="en-PK", moved_to="https://dawn.example/new")
    source = new_source(seen, [a_source("dawn-home")])
    assert (source.id, source.name, source.url, source.language) == (
        "dawn-home-2",
        "Dawn — Home",
        "https://dawn.example/new",
        "en",
    )


def test_source_is_not_added_twice():
    """The same address in another spelling, or an id that is taken, is refused and the other one named."""
    seen = SourceCheck(
        source=a_source("x", url="http://DAWN.example/feed?utm_source=a"), at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(InvalidRequest, match="as dawn"):
        new_source(seen, [a_source("dawn")])
    with pytest.raises(InvalidRequest, match="is already used"):
        new_source(SourceCheck(source=a_source("y"), at=NOW), [a_source("dawn")], source_id="dawn")


def test_ids_of_one_list_differ():
    """Two feeds of one name get two ids."""
    outlines = [FeedOutline(title="News", url=f"https://{host}.example/") for host in "abc"]
    taken, _ = sources_from_outlines(outlines, [Source(id="news", name="", url="https://z.example/")])
    assert [one.id for one in taken] == ["news-2", "news-3", "news-4"]
