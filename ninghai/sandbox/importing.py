"""Reading a file that somebody imports, while they wait for what it says (导入时的读取)."""

import logging
from pathlib import Path
from typing import Any

from ninghai.sandbox.limits import IMPORT, Interrupted, Limits, ParsingFailed, ParsingRefused, TooCostly
from ninghai.sandbox.running import SandboxAnswer, parse_in_sandbox

logger = logging.getLogger(__name__)

TOO_COSTLY = "文件的内容太多或者结构太复杂，没有读完。请只保留需要的内容，用办公软件另存一份后再上传。"
FAILED = "读取文件时发生意外错误。请用办公软件打开后另存一份，再上传。"
BUSY = "服务器正忙，文件没有读完。请过一会儿再试一次。"


def read_for_import(
    function: str, source: bytes | Path, *, limits: Limits = IMPORT, is_opened_there: bool = False, **arguments: Any
) -> SandboxAnswer:
    """As `parse_in_sandbox`; whatever comes in the way is a ParsingRefused, whose sentence says what to do."""
    try:
        return parse_in_sandbox(function, source, limits=limits, arguments=arguments, is_opened_there=is_opened_there)
    except TooCostly as limit:
        logger.warning("%s: a file costs too much: %s", function, limit)
        raise ParsingRefused(TOO_COSTLY, kind="TooCostly") from limit
    except ParsingFailed as failed:
        logger.warning("%s: a file could not be read: %s", function, failed)
        raise ParsingRefused(FAILED, kind="ParsingFailed") from failed
    except Interrupted as interrupted:
        logger.warning("%s: a file was not read: %s", function, interrupted)
        raise ParsingRefused(BUSY, kind="Interrupted") from interrupted
