"""The cells of the matrix about items, corrections, catalogues, and what the public reads."""

import pytest

from disclosure.permissions import ROWS
from ninghai.accounts.permission_table import VISITORS, cells
from tests.run_totals import CELLS
from tests.security.permissions.asking import failures, sample


@pytest.mark.core
def test_an_allowed_and_a_refused_cell_of_each_row_holds(disclosure_ground):
    wrong = failures(disclosure_ground, sample(ROWS))

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_disclosure_holds(disclosure_ground, role, record_property):
    asked = [cell for cell in cells(ROWS) if cell.visitor == role]
    wrong = failures(disclosure_ground, asked)

    record_property(CELLS, len(asked))
    assert not wrong, "\n".join(wrong)
