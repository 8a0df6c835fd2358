"""The first page of a PDF as a picture (首页图), for whoever would rather look than open the file.

It is drawn in the sandbox and kept in the cache under the hash of the file: the same bytes are the same picture. Whoever
shows it has asked the rule of the file.
"""

import base64
import io
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2  # type: ignore[import-untyped]
from django.core.cache import cache
from redis import RedisError

from ninghai.files.sandbox.limits import AT_ONCE, Interrupted, ParsingFailed, ParsingRefused, TooCostly
from ninghai.files.sandbox.running import parse_in_sandbox

if TYPE_CHECKING:
    from ninghai.models import StoredFile

logger = logging.getLogger(__name__)

WIDTH = 960  # dots: sharp where it is shown at half of that
TALLEST = 3 * WIDTH
COLOURS = 48  # of a page of text: black, grey edges, a red head
PATIENCE = 1.0  # seconds in a queue for the sandbox: the page it stands on is useful without it
KEPT_FOR, TRIED_AGAIN_AFTER = 7 * 24 * 3600, 600  # seconds


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Of how many pages, and the picture: a PNG of WIDTH × `height` dots."""

    pages: int
    height: int
    png: bytes
    width: int = WIDTH


def first_page_of(stored: "StoredFile") -> FirstPage | None:
    """None where it cannot be drawn, or not just now."""
    key = f"first-page:{stored.sha256}"
    with suppress(RedisError):
        if kept := cache.get(key):
            return FirstPage(*kept) if kept[0] else None
    try:
        found = _drawn_now(stored)
    except Interrupted as why:
        logger.info("the first page of %s was not drawn just now: %s", stored.pk, why)
        return None
    with suppress(RedisError):
        kept = (found.pages, found.height, found.png) if found else (0, 0, b"")
        cache.set(key, kept, KEPT_FOR if found else TRIED_AGAIN_AFTER)
    return found


def _drawn_now(stored: "StoredFile") -> FirstPage | None:
    try:
        answer = parse_in_sandbox(f"{__name__}:drawn", Path(stored.file.path), limits=AT_ONCE, patience=PATIENCE)
    except (ParsingRefused, ParsingFailed, TooCostly) as why:
        logger.warning("the first page of %s cannot be drawn: %s", stored.pk, why)
        return None
    return FirstPage(answer.value["pages"], answer.value["height"], base64.b64decode(answer.value["png"]))


def drawn(data: bytes) -> dict[str, Any]:
    """Called in the sandbox: what is pinned to the page (annotations) is not drawn."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[0]
        width, height = page.get_size()
        if height * WIDTH > TALLEST * width:
            raise ValueError("the page is too tall for a picture")
        picture = page.render(scale=WIDTH / width, draw_annots=False).to_pil().convert("RGB")
        pages = len(document)
    written = io.BytesIO()
    picture.quantize(COLOURS).save(written, "PNG")
    return {"pages": pages, "height": picture.height, "png": base64.b64encode(written.getvalue()).decode()}
