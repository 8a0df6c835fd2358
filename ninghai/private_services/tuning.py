"""What a private PostgreSQL may take of the machine it runs on: PostgreSQL's own defaults are made for the smallest there is."""

import os

MIB = 1024**2
LEAST, MOST = 128, 2048  # MiB


def tuned() -> dict[str, str]:
    """Settings as PostgreSQL's manual advises for a server that shares its machine with the portal.

    The catalogue's rows and the much used parts of its indexes stay in memory, long texts are packed by the quick
    method, and a bulk load is not held up by a checkpoint every few seconds.
    """
    buffers = shared_buffers(memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return {
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{3 * buffers}MB",
        "default_toast_compression": "lz4",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
    }


def shared_buffers(*, memory: int) -> int:
    """MiB: an eighth of the memory (bytes), within bounds."""
    return min(MOST, max(LEAST, memory // 8 // MIB))
