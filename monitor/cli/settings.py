"""Where a command finds its configuration and its store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # reading the configuration costs a tenth of a second that `--help` need not wait for
    from monitor.config import Config
    from monitor.relevance.rules import RuleSet
    from monitor.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the options before the command said."""

    config: Path | None
    store: str

    def load(self) -> "Config":
        """The configuration: of --config, else of ./config, else of the user's config folder."""
        from monitor.config import load

        return load(self.folder(), env=os.environ)

    def rules(self) -> "RuleSet":
        """The rules that hold, without the rest of the configuration; those of the program where there is none."""
        from monitor.config import load_rules

        return load_rules(self.folder())

    @contextmanager
    def open_store(self) -> Iterator["Store"]:
        """The store alone, for commands that only read; a configuration is needed only to find it."""
        from monitor.store import open_store

        store = open_store(self.url())
        try:
            yield store
        finally:
            store.close()

    def url(self) -> str:
        """The database: of --store, else of the configuration, else a file in the user's data folder."""
        if self.store:
            return self.store
        from monitor.app import default_store

        return (self.load().store if self.configured() else "") or default_store()

    def configured(self) -> bool:
        """Whether there is a configuration to load; a store alone is enough for some commands."""
        return (self.folder() / "monitor.yaml").exists()

    def folder(self) -> Path:
        """The folder that `load` reads."""
        import platformdirs

        if self.config is not None:
            return self.config
        here = Path("config")
        own = platformdirs.user_config_path("monitor")
        return here if (here / "monitor.yaml").exists() or not own.is_dir() else own
