"""What may cost only so much: read whenever the suite runs, timed by `make costly-files` alone.

A machine that does other work makes any time untrue. Without a clock the text is still read to its end, so that a pattern
whose work doubles with each character never lets a run end.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

IS_TIMED = os.environ.get("COSTLY") == "all"


@contextmanager
def costs_at_most(seconds: float) -> Iterator[None]:
    """Seconds of computing of this process."""
    began = time.process_time()
    yield
    assert_at_most(time.process_time() - began, seconds)


def assert_at_most(taken: float, most: float) -> None:
    if IS_TIMED:
        assert taken < most
