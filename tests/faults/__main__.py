"""`python -m tests.faults`: the long form; each fault is told as "N of N" at the end."""

import os
import sys

import pytest

from tests.faults.counts import LONG_FORM

if __name__ == "__main__":
    os.environ[LONG_FORM] = "1"
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/faults", *sys.argv[1:]]))
