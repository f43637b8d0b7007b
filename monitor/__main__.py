"""`python -m monitor` is `monitor`."""

from monitor.cli import main

if __name__ == "__main__":  # worker processes import this module under another name
    main()
