"""`monitor init` writes a configuration that loads, and never changes an existing file."""

import io

import pytest

from monitor import config


@pytest.fixture
def init(monitor):
    """Runs `monitor init`, asserts success, and returns its output."""

    def run(folder, *options):
        done = monitor("init", folder, "--yes", *options)
        assert done.code == 0, done.err
        return done.out

    return run


def test_the_written_configuration_loads(init, tmp_path):
    """The contact is filled in, the sources are there, and the bundled rules apply."""
    init(tmp_path / "new", "--contact", "desk@example.org")
    loaded = config.load(tmp_path / "new", env={})
    assert loaded.contact == "desk@example.org"
    assert loaded.rules == config.load_rules(config.bundled("config"))
    assert not (tmp_path / "new" / "rules").exists()


def test_rules_are_copied_on_request(init, tmp_path):
    """With --rules the rule files are copied, so that they can be edited."""
    init(tmp_path, "--rules")
    assert (tmp_path / "rules" / "weights.yaml").exists()
    assert config.load(tmp_path, env={}).rules.terms


def test_an_existing_file_is_kept(init, tmp_path):
    """A second run changes no file."""
    (tmp_path / "monitor.yaml").write_text("contact: mine@example.org\n")
    assert f"kept     {tmp_path / 'monitor.yaml'}" in init(tmp_path, "--contact", "other@example.org")
    assert config.load(tmp_path, env={}).contact == "mine@example.org"


def test_a_kept_file_without_a_contact_is_an_error(monitor, tmp_path):
    """--contact is not ignored in silence: the kept file has none, so the command says so and fails."""
    (tmp_path / "monitor.yaml").write_text('contact: ""\n')
    result = monitor("init", tmp_path, "--yes", "--contact", "you@example.org")
    assert result.code == 1
    assert "was kept as it is: set contact: you@example.org in it yourself" in result.err
    assert (tmp_path / "monitor.yaml").read_text() == 'contact: ""\n'


def test_another_contact_is_reported(monitor, tmp_path):
    """If the kept file has another contact, the command says that it was not changed."""
    (tmp_path / "monitor.yaml").write_text("contact: mine@example.org\n")
    result = monitor("init", tmp_path, "--yes", "--contact", "other@example.org")
    assert result.code == 0
    assert "set contact: other@example.org in it yourself" in result.err


@pytest.mark.parametrize("contact", ["nobody", "desk@localhost", "example.org"])
def test_an_unusable_contact_is_wrong_usage(monitor, tmp_path, contact):
    """A contact is a mail address or the URL of a page; nothing is written otherwise."""
    result = monitor("init", tmp_path / "new", "--yes", "--contact", contact)
    assert (result.code, (tmp_path / "new").exists()) == (2, False)
    assert "neither a mail address" in result.err


def test_an_empty_answer_is_asked_again(monitor, tmp_path, monkeypatch):
    """Without --contact and --yes the command asks until the answer is a contact."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\nnobody\ndesk@example.org\n"))
    result = monitor("init", tmp_path / "new")
    assert result.code == 0
    assert config.load(tmp_path / "new", env={}).contact == "desk@example.org"


def test_check_and_doctor_refuse_an_unusable_contact(monitor, desk):
    """Both name the contact by which nobody can be reached."""
    (desk / "monitor.yaml").write_text("contact: nobody\n")
    (desk / "sources" / "own.yaml").write_text("sources: []\n")
    check = monitor("config", "check")
    assert check.code == 2
    assert f"{desk / 'monitor.yaml'}:1: contact: 'nobody' is neither" in check.err
    assert "FAIL contact: 'nobody' is neither an address nor a URL" in monitor("doctor").out


def test_rules_are_added_to_a_configuration(init, tmp_path):
    """Beside an existing monitor.yaml, --rules writes the rules alone."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "monitor.yaml").write_text("contact: mine@example.org\n")
    init(folder, "--rules")
    assert sorted(path.name for path in folder.iterdir()) == ["monitor.yaml", "rules"]


def test_the_unit_names_the_folder(init, tmp_path):
    """The unit file of systemd runs Monitor with the configuration beside it."""
    init(tmp_path / "new")
    unit = (tmp_path / "new" / "monitor.service").read_text("utf-8")
    assert f"--config {tmp_path / 'new'} --store" in unit
    assert "/etc/monitor" not in unit
