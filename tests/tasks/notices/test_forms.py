"""The 2018 notice says the same in every form a county may publish it in."""

import pytest

from tasks.notices.reading import read_notice
from tests.tasks.notices.documents import published
from tests.tasks.notices.forms import FORMS


def facts(notice):
    return [
        (
            point.key,
            point.text,
            {(unit.name, unit.role.value, unit.group) for unit in point.units},
            {deadline.date for deadline in point.times.deadlines},
            [(limit.amount, limit.unit) for limit in point.times.time_limits],
        )
        for point in notice.points
    ]


@pytest.mark.parametrize("name", FORMS)
def test_the_2018_notice_is_the_same_in_every_form(name):
    notice = read_notice(data=FORMS[name](), filename=name)

    assert facts(notice) == facts(published("2018-notice"))
    assert (notice.document_number, notice.issued_on) == ("宁政办发〔2018〕44号", published("2018-notice").issued_on)
    assert [warning.message for warning in notice.warnings] == []
