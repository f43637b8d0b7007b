"""`monitor init` writes a configuration that loads, and never changes an existing file."""

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
