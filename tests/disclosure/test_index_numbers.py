"""The form of an index number, what whoever installs the portal may set, and when a number may be drawn."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.items.index_numbers import (
    AT_ONCE,
    Numbered,
    accept_imported_number,
    allocate_index_number,
    expected_index_number,
    index_numbers_have_a_form,
    written,
)
from disclosure.models import IndexNumberCounter, Item, Topic
from ninghai.models import Unit
from tests.disclosure.makers import AT, drafted, published

NINGBO = "{county}-{unit}-{category}-{group}-{date}-{serial:03d}"
FINANCE = Unit(code="002", credit_code="12330200742195767P")


def test_a_unit_with_a_credit_code_numbers_under_it():
    assert written(Numbered(unit=FINANCE, on=date(2019, 5, 1)), serial=18993) == "12330200742195767P/2019-18993"


def test_a_unit_without_one_numbers_under_the_countys_code_and_its_own():
    assert written(Numbered(unit=Unit(code="002"), on=date(2018, 8, 13)), serial=1) == "330226002/2018-00001"


def test_ningbos_own_form_tells_county_unit_category_group_and_day(settings):
    settings.INDEX_NUMBER_FORM = NINGBO
    numbered = Numbered(unit=FINANCE, on=date(2018, 8, 13), category="decision", group="0102")

    assert written(numbered, serial=7) == "330226-002-01-0102-20180813-007"
    assert written(Numbered(unit=FINANCE, on=date(2018, 8, 13)), serial=7) == "330226-002-00-00-20180813-007"


def test_an_item_is_numbered_in_the_form_that_is_set(cast, settings):
    settings.INDEX_NUMBER_FORM = NINGBO
    topic = Topic.objects.create(code="0102", name="政务公开", path="综合政务\\政务公开")

    first, second = (published(cast, topic=topic, category="result") for _ in range(2))

    assert [first.index_number, second.index_number] == [
        "330226-002-05-0102-20181120-001",
        "330226-002-05-0102-20181120-002",
    ]


@pytest.mark.parametrize("form", ["{credit_code}/{year}-{serial:05d}", NINGBO, "{unit}/{date}{serial}"])
def test_a_form_that_tells_unit_time_and_serial_is_accepted(settings, form):
    settings.INDEX_NUMBER_FORM = form

    assert index_numbers_have_a_form() == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("{credit_code}/{year}", "缺少流水号"),
        ("{credit_code}/{year}-{serial:.0}", "写法有误"),
        ("{credit_code}/{serial:05d}", "缺少年份"),
        ("{year}-{serial:05d}", "缺少单位"),
        ("{credit_code}/{year}-{nummer}", "不认识的部分 {nummer}"),
        ("{credit_code/{year}-{serial}", "写法有误"),
        ("{}/{year}-{serial}", "不认识的部分"),
        ("{unit.objects}/{year}-{serial}", "不认识的部分"),
        ("{credit_code} {year}-{serial}", "不能有空格"),
        ("{credit_code}?{year}-{serial}", "不能有空格"),
        ("/{credit_code}/{year}-{serial}", "不能以"),
        ("{credit_code}/{year}-{serial:0120d}", "最长 100 个字符"),
    ],
)
def test_another_form_is_refused_at_the_start_in_a_sentence(settings, form, words):
    settings.INDEX_NUMBER_FORM = form

    assert words in "".join(error.msg for error in index_numbers_have_a_form())


def renamed(cast) -> Unit:
    """The finance bureau under another name: a new row with the same credit code."""
    cast.finance.credit_code = FINANCE.credit_code
    cast.finance.save()
    return Unit.objects.create(
        code="802",
        name="宁海县财政和国资局",
        short_name="县财政和国资局",
        kind="department",
        credit_code=FINANCE.credit_code,
    )


def drawn(item) -> str:
    with transaction.atomic():
        return allocate_index_number(item, at=AT)


def test_a_renamed_unit_goes_on_in_the_same_series(cast):
    new = renamed(cast)
    before, after, again = drafted(cast), drafted(cast), drafted(cast)
    after.unit = new

    numbers = [drawn(before), drawn(after), drawn(again), drawn(after)]

    assert numbers == [f"{FINANCE.credit_code}/2018-{serial:05d}" for serial in (1, 2, 3, 4)]


def test_a_series_that_two_counters_have_drawn_from_has_no_number_twice(cast):
    new = renamed(cast)
    IndexNumberCounter.objects.create(unit=cast.finance, year=2018, last=3)
    IndexNumberCounter.objects.create(unit=new, year=2018, last=7)

    assert drawn(drafted(cast)) == f"{FINANCE.credit_code}/2018-00008"


def test_where_the_number_tells_the_units_code_each_has_its_own_series(cast, settings):
    settings.INDEX_NUMBER_FORM = NINGBO
    new = renamed(cast)
    after = drafted(cast)
    after.unit = new

    assert [drawn(drafted(cast))[-3:], drawn(after)[-3:]] == ["001", "001"]


def test_however_many_numbers_were_taken_over_the_next_one_is_found_in_a_few_queries(
    cast, django_assert_max_num_queries
):
    numbered = Numbered.from_item(drafted(cast), at=AT)
    taken = [written(numbered, serial=serial) for serial in range(1, AT_ONCE + 31)]
    about = {"unit": cast.finance, "drafted_by": cast.clerk, "drafted_at": AT, "title": "接管的"}
    Item.objects.bulk_create(Item(form_id=uuid.uuid4(), index_number=number, **about) for number in taken)
    item = drafted(cast)

    with django_assert_max_num_queries(4):
        expected = expected_index_number(item, at=AT)

    assert expected == written(numbered, serial=AT_ONCE + 31)
    with transaction.atomic():
        assert allocate_index_number(item, at=AT) == expected


@pytest.mark.django_db(transaction=True)
def test_no_number_is_drawn_outside_a_transaction(cast):
    with pytest.raises(RuntimeError):
        allocate_index_number(drafted(cast), at=AT)


@pytest.mark.parametrize("number", ["000014349/2018-00222", "330226-01-03-0102-20180813-007", "003257952/201703-00091"])
def test_numbers_of_other_forms_are_accepted(db, number):
    assert accept_imported_number(f" {number} ") == number


@pytest.mark.parametrize("number", ["", "  ", "有 空格", "换\n行", "零\u200b宽", "长" * 101])
def test_what_is_no_number_is_refused(db, number):
    with pytest.raises(ValidationError):
        accept_imported_number(number)
