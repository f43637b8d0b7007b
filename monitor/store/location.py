"""Where the store is if nobody says."""

import platformdirs

from monitor.errors import StoreError


def default_store() -> str:
    """Returns the database URL if none is set: a SQLite file in the user's data folder. Raises StoreError if they have none."""
    try:
        folder = platformdirs.user_data_path("monitor")
    except RuntimeError as error:  # a container that runs as a user id without an entry in /etc/passwd
        message = "this user has no home directory for the store (set HOME, --store, or store: in monitor.yaml)"
        raise StoreError(message) from error
    return f"sqlite:///{folder / 'monitor.db'}"
