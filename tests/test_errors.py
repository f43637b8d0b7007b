"""The error tree: what an error says, and that it survives the pipe of a worker."""

import pickle
from datetime import timedelta
from inspect import getdoc, getmembers, isclass

import pytest

from monitor import errors


def test_tree_is_drawn_whole():
    """Every error of the module stands in the tree of its docstring."""
    kinds = [name for name, kind in getmembers(errors, isclass) if issubclass(kind, errors.MonitorError)]
    assert [name for name in kinds if name not in (getdoc(errors) or "")] == []


def test_config_error_reads_like_a_compiler():
    """A position stands before the message, the cure behind it."""
    error = errors.ConfigError("unknown key", file="monitor.yaml", line=5, column=3, hint='did you mean "port"?')
    assert str(error) == 'monitor.yaml:5:3: unknown key (did you mean "port"?)'


@pytest.mark.parametrize(
    "error",
    [
        errors.BadStatus("http://a.example/", 503, retry_after=timedelta(seconds=7)),
        errors.Unreachable("http://a.example/", "no such name", permanent=True),
        errors.ParseError("http://a.example/", "not a feed"),
        errors.ExtractError("http://a.example/", "no main text"),
        errors.ConfigError("unknown key", file="monitor.yaml", line=5, column=3),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_cross_a_pipe(error):
    """An error raised in a worker arrives with its kind, its words and its state."""
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
