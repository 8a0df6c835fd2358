"""Every shape in every format, in the phrases that the reader was written beside and in those that were held out."""

import pytest

from tests.tasks.notices.shapes.catalogue import SHAPES
from tests.tasks.notices.shapes.formats import FORMATS
from tests.tasks.notices.shapes.score import FLOOR, measure
from tests.tasks.notices.shapes.wordings import SETS

PRINTED = "print.pdf"  # slow to make: a few shapes stand for all
IN_PRINT = (
    "items_with_labels_below",
    "table_of_merged_cells_below_heads_of_every_kind",
    "table_below_two_rows_of_heads",
    "table_in_several_parts",
    "tag_with_a_time_behind_its_note",
)


@pytest.mark.parametrize("wording", SETS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_read_in_every_format(shape, wording):
    for kind in FORMATS:
        if kind != PRINTED or shape in IN_PRINT:
            tally = measure(shape, kind, wording)
            assert tally.score() >= FLOOR[wording], (kind, tally.examples)
