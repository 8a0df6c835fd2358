"""Where the sandbox finds a file (来源): a path where it lies on the disk, else its bytes."""

from pathlib import Path
from typing import IO


def source_of(stream: IO[bytes]) -> bytes | Path:
    """A large upload lies in a temporary file already: it is not read into the memory of the web process."""
    path = getattr(stream, "temporary_file_path", None)
    stream.seek(0)
    if path is not None:
        return Path(path())
    data = stream.read()
    stream.seek(0)
    return data
