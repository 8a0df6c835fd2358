"""`python -m tests.faults`: the long form; each fault is told as "N of N" at the end.

With it goes the batch of the whole county in the browser, once called off midway and once finished.
"""

import os
import sys

import pytest

from tests.faults import LONG_FORM

BATCH_IN_THE_BROWSER = "tests/browser/test_batches.py"

if __name__ == "__main__":
    os.environ[LONG_FORM] = "1"
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/faults", BATCH_IN_THE_BROWSER, *sys.argv[1:]]))
