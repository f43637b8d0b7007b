"""The configuration: YAML files to frozen nouns. Every error is named with file, line and column, all at once."""

from monitor.config.check import ConfigErrors
from monitor.config.load import bundled, codes, load, load_rules, load_sources, rules_in, schema
from monitor.config.nouns import Config, Limits
from monitor.config.show import show
from monitor.config.yaml import read

__all__ = [
    "Config",
    "ConfigErrors",
    "Limits",
    "bundled",
    "codes",
    "load",
    "load_rules",
    "load_sources",
    "read",
    "rules_in",
    "schema",
    "show",
]
