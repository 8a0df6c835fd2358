"""The cells of the matrix about the doors, accounts, messages and ground facts."""

import pytest

from ninghai.permissions import ROWS
from ninghai.permissions.table import VISITORS
from tests.counted import CELLS
from tests.security.permissions.asking import failures


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_the_ground_holds(own_ground, role, settings, record_property):
    settings.SECOND_FACTOR = True
    asked, wrong = failures(own_ground, ROWS, role)
    record_property(CELLS, asked)
    assert not wrong, "\n".join(wrong)
