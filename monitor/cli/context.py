"""The options that come before the command: where the configuration and the store are."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import ConfigError, StoreMissing

# The root command is imported for `--help` too. `monitor.config` and `monitor.store` (pydantic and SQLAlchemy: 0.25 s of
# CPU) are therefore imported in the methods; the commands that call these methods import them anyway.
if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.relevance.rules import RuleSet
    from monitor.store import Store

STORE_EVENTS = {
    "store.backed_up": "the store has the older schema {revision}; it was backed up to {path}",
    "store.migrated": "the store was migrated from schema {old} to {new} (backup: {backup})",
    "store.not_compacted": "the store could not be compacted: {reason}; it will not shrink when texts are deleted",
    "store.backup_kept": "{path}: an old backup could not be deleted: {reason}",
}


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
        for warning in (*config.warnings, *config.faults):
            print_warning(warning)
        return config

    def load_if_valid(self) -> "Config | None":
        """Returns the configuration; None if there is none, or if it has errors, which are printed.

        For commands that show what is stored: an error in channels.yaml must not hide it.
        """
        if not self.configured():
            return None
        try:
            return self.load()
        except ConfigError as error:
            print_warning(f"{error}\nthe configuration is ignored until its errors are fixed")
            return None

    def rules(self) -> "RuleSet":
        """Returns the rules without the rest of the configuration; the bundled rules if the folder has none."""
        from monitor.config import load_rules

        return self.loaded.rules if self.loaded else load_rules(self.folder(), warn=print_warning)

    @contextmanager
    def open_store(self) -> Iterator["Store"]:
        """Open the store alone. The configuration is loaded only if it is needed to locate the database."""
        from monitor.store import open_store

        print_store_events()
        with closing(open_store(self.url())) as store:
            yield store

    @contextmanager
    def change_store(self) -> Iterator["Store"]:
        """Open a store that exists. Raises StoreError if there is none: a mistyped name must not create one."""
        from monitor.store import open_existing_store

        print_store_events()
        with closing(open_existing_store(self.url())) as store:
            yield store

    @contextmanager
    def read_store(self) -> Iterator["Store"]:
        """Open a store that exists, for reading: the service is not disturbed. Raises StoreError if there is none."""
        from monitor.store import open_store_read_only

        print_store_events()
        with closing(open_store_read_only(self.url())) as store:
            yield store

    @contextmanager
    def read_store_if_any(self) -> Iterator["Store"]:
        """Open a store for reading; if there is none, say so on stderr and open an empty one in memory."""
        from monitor.store import open_store

        with ExitStack() as closing_stack:
            try:
                store = closing_stack.enter_context(self.read_store())
            except StoreMissing as error:
                print_warning(error)
                store = closing_stack.enter_context(closing(open_store("sqlite://")))
            yield store

    def url(self) -> str:
        """Returns the database URL: from --store, else from the configuration, else a file in the user's data folder."""
        if self.store:
            return self.store
        from monitor.config import load_store_url
        from monitor.store.location import default_store

        # Only this key: an error elsewhere in the configuration must not hide what is stored.
        return load_store_url(self.folder(), env=os.environ) or default_store()

    def configured(self) -> bool:
        """Returns whether there is a configuration. Commands that only read a store work without one."""
        return (self.folder() / "monitor.yaml").exists()

    def folder(self) -> Path:
        """Returns the configuration folder: --config, else ./config, else the user's configuration folder."""
        import platformdirs

        if self.config is not None:
            return self.config
        local = Path("config")
        try:
            personal = platformdirs.user_config_path("monitor")
        except RuntimeError:  # no HOME, and no entry of this user in /etc/passwd: a container with a user id alone
            return local
        return local if (local / "monitor.yaml").exists() or not personal.is_dir() else personal


class StoreEventFormatter(logging.Formatter):
    """Formats the events of opening a store as sentences."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the sentence of an event; of other records the message."""
        message = record.getMessage()
        sentence = STORE_EVENTS.get(message)
        return f"monitor: {sentence.format_map(vars(record)) if sentence else message}"


def print_store_events() -> None:
    """Print the events of opening a store on stderr, unless the command has set up the log."""
    logger = logging.getLogger("monitor.store")
    if logging.getLogger().handlers or logger.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(StoreEventFormatter())
    logger.addHandler(handler)


def print_warning(warning: object) -> None:
    """Print a warning of the configuration on stderr, so that stdout stays valid JSON or CSV."""
    sys.stderr.write(f"{warning}\n")
