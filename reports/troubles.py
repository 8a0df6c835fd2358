"""Why something could not be printed (失败原因): said to a clerk, and how often it is worth another try."""

import errno
import re
import resource
from pathlib import Path

from django.conf import settings

from reports.claims import MOST_TRIES
from reports.time_limit import OutOfTime
from reports.typesetting import TypesettingError

CLOSE = 0.9  # of the bound: so near to it, what fails has failed for want of memory, whatever it calls itself
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
    """Libraries written in C say all sorts of things when they get none."""
    if isinstance(error, MemoryError):
        return True
    return not isinstance(error, TypesettingError | OutOfTime | OSError) and _has_come_close_to_its_bound()


def _has_come_close_to_its_bound() -> bool:
    bound = resource.getrlimit(resource.RLIMIT_AS)[0]
    most = re.search(r"VmPeak:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return bound != resource.RLIM_INFINITY and most is not None and int(most[1]) * 1024 > CLOSE * bound
