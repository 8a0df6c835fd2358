"""How old the newest whole backup is."""

import time
from pathlib import Path

from ninghai.safe_keeping.manifest import MANIFEST


def hours_since_backup(folder: str) -> float | None:
    """Of the backups below the folder; None where there is none, or none that may be seen."""
    try:
        made = [manifest.stat().st_mtime for manifest in Path(folder).glob(f"*/{MANIFEST}")]
    except OSError:
        return None
    return round((time.time() - max(made)) / 3600, 1) if made else None
