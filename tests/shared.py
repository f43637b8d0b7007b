"""The corpora and data that lie beside the project; MONITOR_SHARED names another place. Tests that read them skip without."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).parents[1] / "../shared")
