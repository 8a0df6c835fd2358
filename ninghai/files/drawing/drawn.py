"""A file as it is looked at (文件预览): drawn in the sandbox and kept in the cache under its hash: the same bytes look the same.

What cannot be drawn says so in a sentence, and is downloaded instead. Whoever shows it has asked the rule of the file.
"""

import base64
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache
from redis import RedisError

from ninghai.files.drawing.texts import DrawnText
from ninghai.files.kinds import KINDS, extension_of
from ninghai.files.sandbox.limits import AT_ONCE, IN_WEB, Interrupted, Limits, ParsingFailed, ParsingRefused, TooCostly
from ninghai.files.sandbox.plain_values import from_plain
from ninghai.files.sandbox.running import parse_in_sandbox
from ninghai.files.virus_scan import unscanned
from ninghai.models import PublicCopy, StoredFile

logger = logging.getLogger(__name__)

VERSION = 2  # of what is kept
KEPT_FOR, TRIED_AGAIN_AFTER = 24 * 3600, 600  # seconds
PATIENCE = 1.0  # seconds in a queue for the sandbox where the page is useful without the picture
# Somebody has opened the file to look at it, and waits for that.
LOOKED_AT, PATIENCE_OF_WHO_LOOKS = Limits(seconds=1, most_seconds=1, memory=IN_WEB), 3.0
PAGE, PHOTO = "ninghai.files.drawing.pages:page_drawn", "ninghai.files.drawing.pages:photo_drawn"
DOCUMENT = "ninghai.files.drawing.texts:document_drawn"
WORKBOOK, TABLE = "ninghai.files.drawing.texts:workbook_drawn", "ninghai.files.drawing.texts:table_drawn"
PICTURES = {"pdf": PAGE, "jpg": PHOTO, "jpeg": PHOTO, "png": PHOTO}
TEXTS = {"docx": DOCUMENT, "xlsx": WORKBOOK, "csv": TABLE}

TOO_COSTLY = "这个文件内容太多或者结构太复杂，不能在线预览，请下载查看。"
FAILED = "这个文件不能在线预览，可能加了密码或者已损坏，请下载查看。"
BUSY = "现在正忙，文件没有打开。请过一会儿刷新本页，或者下载查看。"
UNSCANNED = "这个文件还没有通过病毒扫描，暂时不能预览。"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Of how many pages, and one of them as a picture."""

    pages: int
    width: int
    height: int
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LookOfFile:
    """How a file is looked at: page by page, or as a text; else `refusal` says why it is not."""

    first: PagePicture | None = None
    text: DrawnText | None = None
    refusal: str = ""


class CannotDraw(Exception):
    """Why, in a sentence for the screen."""


def can_be_drawn(name: str) -> bool:
    """Whether files of this kind are; one of them may still be broken."""
    return extension_of(name) in PICTURES.keys() | TEXTS.keys()


def first_page_of(stored: StoredFile) -> PagePicture | None:
    """Of a PDF of our own, for a page that is useful without it; None where it cannot be drawn, or not just now."""
    with suppress(CannotDraw):
        return _picture(_answer(stored, PAGE, limits=AT_ONCE, patience=PATIENCE, number=1))
    return None


def look_of(stored: StoredFile) -> LookOfFile:
    """What there is to look at, with the first page where it has pages."""
    try:
        if function := TEXTS.get(extension_of(stored.original_name)):
            _must_be_clean(stored)
            return LookOfFile(text=from_plain(DrawnText, _answer(stored, function)))
        return LookOfFile(first=picture_of(stored, 1))
    except CannotDraw as why:
        return LookOfFile(refusal=str(why))


def picture_of(stored: StoredFile, number: int) -> PagePicture:
    """The page of that number; of a photograph there is only the first. Raises CannotDraw."""
    extension = extension_of(stored.original_name)
    function = PICTURES.get(extension)
    if function is None or (function == PHOTO and number != 1):
        kind = f"{KINDS[extension]}格式" if extension in KINDS else "这种格式"
        raise CannotDraw(f"{kind}的文件不能在线预览，请下载查看。")
    _must_be_clean(stored)
    return _picture(_answer(stored, function, number=number if function == PAGE else None))


def _must_be_clean(stored: StoredFile) -> None:
    """Nobody looks at what was not scanned, nor at what could not be written anew for the public."""
    if unscanned([stored]):
        raise CannotDraw(UNSCANNED)
    if refused := PublicCopy.objects.filter(original=stored, copy=None).exclude(refusal="").first():
        raise CannotDraw(f"这个文件没有通过检查，不能预览：{refused.refusal}")


def _picture(answer: dict[str, Any]) -> PagePicture:
    return PagePicture(**{**answer, "data": base64.b64decode(answer["data"])})


def _answer(
    stored: StoredFile,
    function: str,
    *,
    limits: Limits = LOOKED_AT,
    patience: float = PATIENCE_OF_WHO_LOOKS,
    number: int | None = None,
) -> dict[str, Any]:
    """What the sandbox draws of it; kept, also where it cannot. Raises CannotDraw."""
    key = f"drawn:{VERSION}:{function}:{stored.sha256}:{number or ''}"
    kept: dict[str, Any] | None = None
    with suppress(RedisError):
        kept = cache.get(key)
    if kept is None:
        arguments = {} if number is None else {"number": number}
        kept = _drawn_now(stored, function, limits=limits, patience=patience, arguments=arguments)
        with suppress(RedisError):
            cache.set(key, kept, TRIED_AGAIN_AFTER if "refusal" in kept else KEPT_FOR)
    if "refusal" in kept:
        raise CannotDraw(kept["refusal"])
    return kept


def _drawn_now(
    stored: StoredFile, function: str, *, limits: Limits, patience: float, arguments: dict[str, Any]
) -> dict[str, Any]:
    """The answer, or the sentence that is as good as one; what says nothing of the file raises CannotDraw."""
    try:
        path = Path(stored.file.path)
        answer: dict[str, Any] = parse_in_sandbox(
            function, path, limits=limits, arguments=arguments, patience=patience
        ).value
    except Interrupted as why:
        logger.info("%s was not drawn just now: %s", stored.pk, why)
        raise CannotDraw(BUSY) from None
    except ParsingRefused as why:
        return {"refusal": str(why)}
    except (ParsingFailed, TooCostly) as why:
        logger.warning("%s cannot be drawn: %s", stored.pk, why)
        return {"refusal": TOO_COSTLY if isinstance(why, TooCostly) else FAILED}
    return answer
