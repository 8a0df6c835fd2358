"""What the clerk's form offers beside the bare fields: a choice of 有进展 or 无进展, and what the unit has published by its title."""

import lxml.html
import pytest
from django.urls import reverse

from tasks.models import Evidence, ProgressReport
from tests.disclosure.makers import AT, published
from tests.tasks.factories import assignment_of, period, signed_in
from tests.tasks.test_work import FORM

pytestmark = pytest.mark.django_db
TITLE = "关于公开2018年部门预算的通知"


@pytest.fixture(autouse=True)
def _the_day(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = f"{AT:%Y-%m-%d}"


@pytest.fixture
def draft(cast, notice) -> str:
    return reverse("tasks:report-draft", args=[assignment_of(cast).pk, period().pk])


def version() -> int:
    return ProgressReport.objects.get().version


def test_there_is_progress_or_none_and_one_of_both_is_chosen(cast, draft):
    client, page = signed_in(cast.clerk), f"{assignment_of(cast).get_absolute_url()}?period={period().pk}"

    def chosen() -> list[str]:
        tree = lxml.html.fromstring(client.get(page).text)
        return [each.get("value") for each in tree.xpath("//input[@name='nothing_to_report'][@checked]")]

    assert chosen() == ["False"]
    client.post(draft, {**FORM, "nothing_to_report": "True"})
    assert (chosen(), ProgressReport.objects.get().nothing_to_report) == (["True"], True)
    client.post(draft, {**FORM, "version": version(), "nothing_to_report": "False"})
    assert (chosen(), ProgressReport.objects.get().nothing_to_report) == (["False"], False)


def test_a_text_says_how_long_it_may_be_and_the_end_of_a_line_counts_once(cast, draft):
    tree = lxml.html.fromstring(signed_in(cast.clerk).get(assignment_of(cast).get_absolute_url()).text)
    longest = int(tree.xpath("string(//textarea[@name='next_step']/@data-longest)"))

    assert tree.xpath("string(//textarea[@name='next_step']/following-sibling::p[@class='count']/span)") == (
        f"最多{longest}字"
    )
    kept = signed_in(cast.clerk).post(draft, {**FORM, "next_step": "字\r\n" * (longest // 2)})
    refused = signed_in(cast.clerk).post(draft, {**FORM, "version": version(), "next_step": "字" * (longest + 1)})
    assert (kept.status_code, refused.status_code) == (302, 422)


@pytest.mark.parametrize("typed", [TITLE, "2018年部门预算", " 部门预算 "])
def test_what_the_unit_has_published_is_found_by_its_title(cast, draft, typed):
    item = published(cast, title=TITLE)

    signed_in(cast.clerk).post(draft, {**FORM, "index_number": typed})
    signed_in(cast.clerk).post(draft, {**FORM, "version": version(), "index_number": typed})

    assert [str(proof) for proof in Evidence.objects.all()] == [item.index_number]


def test_the_whole_title_is_enough_though_it_stands_in_a_longer_one(cast, draft):
    short, _ = published(cast, title="部门预算"), published(cast, title="部门预算公开办法")

    signed_in(cast.clerk).post(draft, {**FORM, "index_number": "部门预算"})

    assert [str(proof) for proof in Evidence.objects.all()] == [short.index_number]


def test_of_several_each_is_named_with_its_number(cast, draft):
    items = [published(cast, title=f"{year}年部门预算") for year in (2017, 2018)]

    refused = signed_in(cast.clerk).post(draft, {**FORM, "index_number": "部门预算"})

    said = refused.context["form"].errors["index_number"][0]
    assert (refused.status_code, Evidence.objects.count()) == (422, 0)
    assert all(f"《{item.title}》{item.index_number}" in said for item in items)


@pytest.mark.parametrize("typed", ["没有的标题", "预"])
def test_a_title_that_nothing_bears_is_told(cast, draft, typed):
    published(cast, title=TITLE)

    refused = signed_in(cast.clerk).post(draft, {**FORM, "index_number": typed})

    assert "没有这样的标题" in refused.context["form"].errors["index_number"][0]


def test_titles_of_ones_own_unit_are_offered_while_somebody_types(cast, draft):
    published(cast, title=TITLE)
    address = reverse("tasks:evidence-titles")

    assert signed_in(cast.clerk).get(address, {"q": "部门预"}).json() == {"titles": [TITLE]}
    assert signed_in(cast.other_clerk).get(address, {"q": "部门预"}).json() == {"titles": []}
    assert signed_in(cast.clerk).get(address, {"q": "预"}).json() == {"titles": []}
