"""`monitor init` writes a configuration that works, and never over one that is there."""

import pytest

from monitor import config


@pytest.fixture
def init(monitor):
    """Run the command, and let it succeed; what it said."""

    def run(folder, *options):
        done = monitor("init", folder, "--yes", *options)
        assert done.code == 0, done.err
        return done.out

    return run


def test_what_it_writes_loads(init, tmp_path):
    """The contact is filled in, the catalogue is there, and the rules that come with Monitor hold."""
    init(tmp_path / "new", "--contact", "desk@example.org")
    loaded = config.load(tmp_path / "new", env={})
    assert loaded.contact == "desk@example.org"
    assert loaded.rules == config.load_rules(config.bundled("config"))
    assert not (tmp_path / "new" / "rules").exists()


def test_rules_are_copied_on_request(init, tmp_path):
    """To edit them one needs one's own."""
    init(tmp_path, "--rules")
    assert (tmp_path / "rules" / "weights.yaml").exists()
    assert config.load(tmp_path, env={}).rules.terms


def test_a_file_that_is_there_is_kept(init, tmp_path):
    """Nobody's settings are lost to a second run."""
    (tmp_path / "monitor.yaml").write_text("contact: mine@example.org\n")
    assert f"kept     {tmp_path / 'monitor.yaml'}" in init(tmp_path, "--contact", "other@example.org")
    assert config.load(tmp_path, env={}).contact == "mine@example.org"
