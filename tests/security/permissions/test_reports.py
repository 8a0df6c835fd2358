"""The cells of the matrix about reports, batches, booklets, and what units receive."""

import pytest

from ninghai.accounts.permission_table import VISITORS, cells
from reports.permissions import ROWS
from tests.run_totals import CELLS
from tests.security.permissions.asking import failures, sample


@pytest.mark.core
def test_an_allowed_and_a_refused_cell_of_each_row_holds(reports_ground):
    wrong = failures(reports_ground, sample(ROWS))

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_reports_holds(reports_ground, role, record_property):
    asked = [cell for cell in cells(ROWS) if cell.visitor == role]
    wrong = failures(reports_ground, asked)

    record_property(CELLS, len(asked))
    assert not wrong, "\n".join(wrong)
