"""Looking at an upload in the sandbox (上传检查), before it is taken."""

import logging
from typing import IO

from ninghai.files.kinds import KINDS, FileKind, Purpose, UnacceptableFile
from ninghai.models import StoredFile
from ninghai.sandbox.limits import UPLOAD, Interrupted, ParsingFailed, ParsingRefused, TooCostly
from ninghai.sandbox.running import parse_in_sandbox, source_of

# The portal's own papers (本平台生成的文件), known again by their bytes.

PDF = "application/pdf"


def is_made_here(sha256: str) -> bool:
    """Whether the portal itself has made this very file; one byte changed, and it is somebody else's.

    It makes PDFs alone: a document that a command has imported is somebody else's, too.
    """
    return StoredFile.objects.filter(sha256=sha256, stored_by=None, media_type=PDF).exists()


logger = logging.getLogger(__name__)

TOO_COSTLY = "文件的结构太复杂，检查没有完成。请用办公软件打开后另存一份，或拆分后再上传。"
BROKEN = "检查文件时发生意外错误。请用办公软件打开后另存一份，再上传。"
BUSY = "服务器正忙，文件没有检查完，没有保存。请过一会儿再上传一次。"


class NotLookedInto(UnacceptableFile):
    """Nothing is known of the file: the look was interrupted. It may be looked into again."""


def inspect(stream: IO[bytes], *, label: str, purpose: Purpose) -> FileKind:
    """The file's kind. Raises UnacceptableFile unless content, structure and name agree and nothing in it is active."""
    asked = {"label": label, "purpose": purpose.value}
    try:
        found = parse_in_sandbox("ninghai.files.upload:inspected", source_of(stream), limits=UPLOAD, arguments=asked)
    except ParsingRefused as refused:
        raise UnacceptableFile(str(refused)) from None
    except TooCostly as limit:
        logger.warning("an upload was refused, it costs too much: %s", limit)
        raise UnacceptableFile(TOO_COSTLY) from None
    except ParsingFailed as failed:
        logger.warning("an upload could not be looked into: %s", failed)
        raise UnacceptableFile(BROKEN) from None
    except Interrupted as interrupted:
        logger.warning("an upload was not looked into: %s", interrupted)
        raise NotLookedInto(BUSY) from None
    _refuse_files_inside(found.value["holding"])
    return KINDS[found.value["extension"]]


def _refuse_files_inside(holding: dict[str, str]) -> None:
    """Files in a PDF, unless the portal itself has made it: its circulars bring their tables along."""
    for sha256, sentence in holding.items():
        if not is_made_here(sha256):
            raise UnacceptableFile(sentence)
