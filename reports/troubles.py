"""Why something could not be printed (失败原因): said to a clerk, and how often it is worth another try."""

import errno

from django.conf import settings

from reports.bounds import OutOfTime, is_close_to_memory_bound
from reports.claims import MOST_TRIES
from reports.typesetting import TypesettingError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def reason_for_screen(error: Exception) -> str:
    """What a clerk can do about it."""
    if isinstance(error, TypesettingError):
        return str(error)
    if isinstance(error, OutOfTime):
        return f"生成超过{settings.REPORT_SECONDS}秒，已中止。请缩短内容后重试，仍不成功请联系系统管理员。"
    if wanted_memory(error):
        return "生成所需的内存超过上限，已中止。请缩短内容后重试，仍不成功请联系系统管理员。"
    if isinstance(error, OSError) and error.errno in FULL:
        return "存放文件的磁盘空间不足，文件没有存下来。请系统管理员清理磁盘，然后重新生成。"
    return "生成时发生意外错误，详情已记入系统日志。请稍后重试，仍不成功请联系系统管理员。"


def tries_for(error: Exception) -> int:
    """What was too long or too large for its bounds hardly becomes smaller."""
    return 2 if isinstance(error, OutOfTime) or wanted_memory(error) else MOST_TRIES


def wanted_memory(error: Exception) -> bool:
    """Close to the bound, libraries written in C call it all sorts of things."""
    if isinstance(error, MemoryError):
        return True
    return not isinstance(error, TypesettingError | OutOfTime | OSError) and is_close_to_memory_bound()
