"""Looking into a file in the sandbox: what is personal in it, the words that a reader sees, or why it cannot be looked into."""

import logging
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.reader import contents
from ninghai.personal_data.reading.visible import VisibleText
from ninghai.personal_data.scan import FileFindings, findings_in
from ninghai.sandbox.limits import Limits, ParsingFailed, ParsingRefused
from ninghai.sandbox.running import parse_in_sandbox

logger = logging.getLogger(__name__)

MOST_HITS = 20_000  # in one file; nobody rules on more
TOO_MANY = f"发现的个人信息超过{MOST_HITS}处，请去标识化后重新上传。"
UNEXPECTED = "检查时发生意外错误。请用办公软件打开后另存一份，重新上传。"


@dataclass(frozen=True, slots=True)
class Looked:
    """The hits as `Found.as_json` tells them, without the file's own name; or why it cannot be looked into."""

    hits: list[dict[str, str | bool]]
    unreadable: list[str]
    text: str = ""


def look_in_sandbox(*, name: str, source: bytes | Path, limits: Limits, patience: float = 20.0) -> Looked:
    """Everything in the file. Raises TooCostly, or Interrupted when nothing is known of its content."""
    asked = {"name": name}
    try:
        answer = parse_in_sandbox(f"{__name__}:looked", source, limits=limits, arguments=asked, patience=patience)
    except ParsingRefused as refused:
        return Looked([], [str(refused)])
    except ParsingFailed as failed:
        logger.warning("a file could not be looked into: %s", failed)
        return Looked([], [UNEXPECTED])
    return Looked(**answer.value)


def looked(data: bytes, *, name: str) -> dict[str, Any]:
    """For the sandbox. The text is there also where too much was found."""
    text = VisibleText()
    found = list(islice(findings_in(text.beside(contents(name, data))), MOST_HITS + 1))
    if len(found) > MOST_HITS:
        raise UnreadableFile(TOO_MANY)
    return {"hits": [_kept(each, name) for each in found], "unreadable": [], "text": storable(str(text))}


def _kept(found: FileFindings, name: str) -> dict[str, str | bool]:
    kept: dict[str, Any] = {**found.as_json(), "file": found.file.removeprefix(name).lstrip("/")}
    return {key: storable(value) if isinstance(value, str) else value for key, value in kept.items()}


def storable(text: str) -> str:
    """What PostgreSQL can keep: a PDF may hold characters that are none."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()
