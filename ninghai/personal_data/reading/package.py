"""What the office formats have in common: a zip of parts, pictures among them."""

import io
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

from ninghai.personal_data.reading.content import Picture


def pictures_of(data: bytes, *, folder: str) -> Iterator[Picture]:
    """The pictures that a package keeps in this folder."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            count = sum(name.startswith(folder) and not name.endswith("/") for name in package.namelist())
    except (BadZipFile, OSError):
        return
    yield from (Picture("文中插图") for _ in range(count))
