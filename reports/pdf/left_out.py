"""What WeasyPrint leaves out of a paper with no more than a line in the log: a paper that lacks something is none."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from reports.letters.letter import TypesettingError

LEFT_OUT = "Failed to "  # load or render a picture, a style sheet, an attachment: how each such line begins
MESSAGE = "文件中有图表或附件没有排印出来，这次生成作废。请稍后重试，仍不成功请联系系统管理员。"


class _Listener(logging.Handler):
    """Hears what this thread logs of it; others may be typesetting, too."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.thread = threading.get_ident()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread and str(record.msg).startswith(LEFT_OUT):
            self.heard.append(record.getMessage())


@contextmanager
def nothing_left_out() -> Iterator[None]:
    """Raises TypesettingError at the end of a block that left anything out."""
    listener, log = _Listener(), logging.getLogger("weasyprint")
    log.addHandler(listener)
    try:
        yield
    finally:
        log.removeHandler(listener)
    if listener.heard:
        raise TypesettingError(MESSAGE) from RuntimeError("; ".join(listener.heard)[:500])
