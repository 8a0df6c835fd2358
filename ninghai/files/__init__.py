"""Private files: what may come in, under which name it is kept, and the one way in which it leaves again.

1. `upload` looks at an upload's content, never trusting its name, and refuses what cannot be trusted.
2. `kinds` lists what is accepted for which purpose; `archive`, `office_document`, `compound`, `pdf` and `picture`
   each know one family of formats; `own` knows again what the portal has made.
3. `label` cleans the original name, which is only ever shown.
4. `scanning` asks the virus scanner, where there is one, through `clamd`.
5. `response` sends a stored file; the view has asked its rule before.
"""

from ninghai.files.kinds import Purpose
from ninghai.files.refusal import UnacceptableFile
from ninghai.files.response import file_response, note_download, private_file_response
from ninghai.files.scanning import virus_obstacle
from ninghai.files.storing import discard, store_bytes, store_looked_into, store_upload

__all__ = [
    "Purpose",
    "UnacceptableFile",
    "discard",
    "file_response",
    "note_download",
    "private_file_response",
    "store_bytes",
    "store_looked_into",
    "store_upload",
    "virus_obstacle",
]
