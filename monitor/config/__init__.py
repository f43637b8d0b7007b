"""The configuration: YAML files become frozen values. All errors are reported at once, each with file, line and column."""

from monitor.config.loader import (
    bundled,
    load,
    load_rules,
    load_sources,
    load_store_url,
    rules_in,
    schema,
    topic_and_flag_codes,
)
from monitor.config.settings import Config, Limits, is_contact
from monitor.config.show import show
from monitor.config.upgrade import upgrade
from monitor.config.validation import ConfigErrors
from monitor.config.yaml_positions import ConfigWarning, read_yaml

__all__ = [
    "Config",
    "ConfigErrors",
    "ConfigWarning",
    "Limits",
    "bundled",
    "is_contact",
    "load",
    "load_rules",
    "load_sources",
    "load_store_url",
    "read_yaml",
    "rules_in",
    "schema",
    "show",
    "topic_and_flag_codes",
    "upgrade",
]
