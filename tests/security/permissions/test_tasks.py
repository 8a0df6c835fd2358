"""The cells of the matrix about notices, tasks, progress reports, spot checks and scores."""

import pytest

from ninghai.permissions.table import VISITORS
from tasks.permissions import ROWS
from tests.counted import CELLS
from tests.security.permissions.asking import failures


@pytest.mark.parametrize("role", VISITORS)
def test_every_cell_of_tasks_holds(tasks_ground, role, record_property):
    asked, wrong = failures(tasks_ground, ROWS, role)
    record_property(CELLS, asked)
    assert not wrong, "\n".join(wrong)
