"""The options that come before the command: where the configuration and the store are."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

# The root command is imported for `--help` too. `monitor.config` and `monitor.store` (pydantic and SQLAlchemy: 0.25 s of
# CPU) are therefore imported in the methods; the commands that call these methods import them anyway.
if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.relevance.rules import RuleSet
    from monitor.store import Store


@dataclass(slots=True, kw_only=True)
class CliContext:
    """The values of --config and --store (None and "": not given), and the configuration once it was loaded."""

    config: Path | None
    store: str
    loaded: "Config | None" = field(default=None, init=False)

    def load(self) -> "Config":
        """Returns the configuration; prints its warnings once. Raises ConfigError."""
        if self.loaded is None:
            self.loaded = self.reload()
        return self.loaded

    def reload(self) -> "Config":
        """Returns the configuration as the files are now; prints its warnings. Raises ConfigError."""
        from monitor.config import load

        config = load(self.folder(), env=os.environ)
        for warning in config.warnings:
            print_warning(warning)
        return config

    def rules(self) -> "RuleSet":
        """Returns the rules without the rest of the configuration; the bundled rules if the folder has none."""
        from monitor.config import load_rules

        return self.loaded.rules if self.loaded else load_rules(self.folder(), warn=print_warning)

    @contextmanager
    def open_store(self) -> Iterator["Store"]:
        """Open the store alone. The configuration is loaded only if it is needed to locate the database."""
        from monitor.store import open_store

        store = open_store(self.url())
        try:
            yield store
        finally:
            store.close()

    def url(self) -> str:
        """Returns the database URL: from --store, else from the configuration, else a file in the user's data folder."""
        if self.store:
            return self.store
        from monitor.app import default_store

        return (self.load().store if self.configured() else "") or default_store()

    def configured(self) -> bool:
        """Returns whether there is a configuration. Commands that only read a store work without one."""
        return (self.folder() / "monitor.yaml").exists()

    def folder(self) -> Path:
        """Returns the configuration folder: --config, else ./config, else the user's configuration folder."""
        import platformdirs

        if self.config is not None:
            return self.config
        local = Path("config")
        personal = platformdirs.user_config_path("monitor")
        return local if (local / "monitor.yaml").exists() or not personal.is_dir() else personal


def print_warning(warning: object) -> None:
    """Print a warning of the configuration on stderr, so that stdout stays valid JSON or CSV."""
    sys.stderr.write(f"{warning}\n")
