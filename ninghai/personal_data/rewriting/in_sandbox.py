"""Masked copies made in the sandbox (受限进程中制作), while somebody waits."""

import logging
from pathlib import Path

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.sandbox.limits import IMPORT
from ninghai.sandbox.outcomes import Interrupted, ParsingFailed, ParsingRefused, TooCostly
from ninghai.sandbox.running import parse_in_sandbox

logger = logging.getLogger(__name__)

TOO_COSTLY = "文件太大或者结构太复杂，请在本机去标识化后重新上传。"
FAILED = "处理时发生意外错误，请用办公软件打开后另存一份，重新上传。"
BUSY = "服务器正忙，没有做完，请过一会儿再试一次。"


def masked_in_sandbox(*, name: str, source: bytes | Path) -> bytes:
    """The file with everything personal masked; raises UnreadableFile with a sentence where that cannot be done."""
    try:
        made = parse_in_sandbox(f"{__name__}:masked", source, limits=IMPORT, arguments={"name": name})
    except ParsingRefused as refused:
        raise UnreadableFile(str(refused)) from refused
    except TooCostly as limit:
        raise UnreadableFile(TOO_COSTLY) from limit
    except ParsingFailed as failed:
        logger.warning("no masked copy: %s", failed)
        raise UnreadableFile(FAILED) from failed
    except Interrupted as interrupted:
        logger.warning("no masked copy: %s", interrupted)
        raise UnreadableFile(BUSY) from interrupted
    return made.data


def masked(data: bytes, *, name: str) -> bytes:
    """For the sandbox."""
    return masked_copy(name=name, data=data)
