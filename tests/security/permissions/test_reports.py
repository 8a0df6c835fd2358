"""The cells of the matrix about reports, batches, booklets, and what units receive."""

import pytest

from ninghai.permissions.table import VISITORS
from reports.permissions import ROWS
from tests.counted import CELLS
from tests.security.permissions.asking import failures


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_reports_holds(reports_ground, role, record_property):
    asked, wrong = failures(reports_ground, ROWS, role)
    record_property(CELLS, asked)
    assert not wrong, "\n".join(wrong)
