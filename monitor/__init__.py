"""Monitor: a media monitor for Iran-Pakistan relations."""

__version__ = "0.2.0"  # the same as in pyproject.toml; reading the metadata of the package would slow `--help` down
