"""The cells of the matrix about items, corrections, catalogues, and what the public reads."""

import pytest

from disclosure.permissions import ROWS
from ninghai.permissions.table import VISITORS
from tests.counted import CELLS
from tests.security.permissions.asking import failures


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_disclosure_holds(disclosure_ground, role, record_property):
    asked, wrong = failures(disclosure_ground, ROWS, role)
    record_property(CELLS, asked)
    assert not wrong, "\n".join(wrong)
