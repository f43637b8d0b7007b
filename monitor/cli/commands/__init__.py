"""One module for each command of `monitor`; `monitor.cli.lazy_group.COMMANDS` lists them."""
