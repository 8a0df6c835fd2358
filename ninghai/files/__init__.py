"""Private files: what may come in, under which name it is kept, and the one way in which it leaves again.

1. `upload` looks at an upload's content, never trusting its name, and refuses what cannot be trusted.
2. `kinds` lists what is accepted for which purpose, and cleans the original name, which is only ever shown;
   `archive` and `office_document` each know one family of formats.
3. `storing` has an upload looked into in the `sandbox` and keeps it, and knows again what the portal itself has made.
   `paper_codes` are the short codes by which a paper in hand finds its record.
4. `virus_scan` asks the virus scanner, where there is one.
5. `sanitizing` writes a file anew for the public, `public_copy` keeps what came of it.
6. `response` sends a stored file; the view has asked its rule before. `drawing` draws it for the eye.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ninghai.files.drawing.drawn import first_page_of
    from ninghai.files.kinds import Purpose, UnacceptableFile
    from ninghai.files.response import (
        file_response,
        note_download,
        picture_response,
        private_file_response,
        sealed_file_response,
    )
    from ninghai.files.storing import discard, store_bytes, store_looked_into, store_upload
    from ninghai.files.virus_scan import unscanned, virus_obstacle, waits_for_scanner

__all__ = [
    "Purpose",
    "UnacceptableFile",
    "discard",
    "file_response",
    "first_page_of",
    "note_download",
    "picture_response",
    "private_file_response",
    "sealed_file_response",
    "store_bytes",
    "store_looked_into",
    "store_upload",
    "unscanned",
    "virus_obstacle",
    "waits_for_scanner",
]
_HOMES = {
    "drawing.drawn": ["first_page_of"],
    "kinds": ["Purpose", "UnacceptableFile"],
    "response": [
        "file_response",
        "note_download",
        "picture_response",
        "private_file_response",
        "sealed_file_response",
    ],
    "virus_scan": ["unscanned", "virus_obstacle", "waits_for_scanner"],
    "storing": ["discard", "store_bytes", "store_looked_into", "store_upload"],
}
_MODULES = {name: f"{__name__}.{home}" for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Loaded when asked for: the sandbox looks into files with the modules of this package, without the database."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(_MODULES[name]), name)
