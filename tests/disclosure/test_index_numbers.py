"""The form of an index number, and when one may be drawn."""

import pytest
from django.core.exceptions import ValidationError

from disclosure.index_numbers import accept_imported_number, allocate_index_number, written
from ninghai.models import Unit
from tests.disclosure.makers import AT


def test_a_unit_with_a_credit_code_numbers_under_it():
    unit = Unit(code="002", credit_code="12330200742195767P")

    assert written(unit=unit, year=2019, serial=18993) == "12330200742195767P/2019-18993"


def test_a_unit_without_one_numbers_under_the_countys_code_and_its_own():
    assert written(unit=Unit(code="002"), year=2018, serial=1) == "330226002/2018-00001"


@pytest.mark.django_db(transaction=True)
def test_no_number_is_drawn_outside_a_transaction(cast):
    with pytest.raises(RuntimeError):
        allocate_index_number(unit=cast.finance, at=AT)


@pytest.mark.parametrize("number", ["000014349/2018-00222", "330226-01-03-0102-20180813-007", "003257952/201703-00091"])
def test_numbers_of_other_forms_are_accepted(db, number):
    assert accept_imported_number(f" {number} ") == number


@pytest.mark.parametrize("number", ["", "  ", "有 空格", "换\n行", "零\u200b宽", "长" * 101])
def test_what_is_no_number_is_refused(db, number):
    with pytest.raises(ValidationError):
        accept_imported_number(number)
