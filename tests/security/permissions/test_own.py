"""The cells of the matrix about the doors, accounts, messages and ground facts."""

import pytest

from ninghai.accounts.permission_table import VISITORS, cells
from ninghai.permissions import ROWS
from tests.run_totals import CELLS
from tests.security.permissions.asking import failures, sample


@pytest.mark.core
def test_an_allowed_and_a_refused_cell_of_each_row_holds(own_ground, settings):
    settings.SECOND_FACTOR = True
    wrong = failures(own_ground, sample(ROWS))

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_the_ground_holds(own_ground, role, settings, record_property):
    settings.SECOND_FACTOR = True
    asked = [cell for cell in cells(ROWS) if cell.visitor == role]
    wrong = failures(own_ground, asked)

    record_property(CELLS, len(asked))
    assert not wrong, "\n".join(wrong)
