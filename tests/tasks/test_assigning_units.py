"""批量添加责任单位: several points of a draft get one more unit; what is left out is named, and what changed meanwhile is not touched."""

import re

import pytest
from django.urls import reverse

from ninghai.models import AuditEntry
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(three_drafted, settings) -> WorkPointNotice:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    return three_drafted


def address(draft: WorkPointNotice) -> str:
    return reverse("admin:tasks_notice_assign", args=[draft.pk])


def chosen(cast, draft, *, role="supporting") -> dict[str, object]:
    points = [point.pk for point in draft.points.order_by("position")]
    return {"unit": cast.finance.pk, "role": role, "points": points}


def sealed(page) -> dict[str, str]:
    [value] = re.findall(r'name="assigned" value="([^"]+)"', page.text)
    return {"assigned": value}


def named(cast, draft) -> list[Responsibility]:
    return list(Responsibility.objects.filter(point__notice=draft, units=cast.finance).order_by("point__position"))


def test_the_preview_changes_nothing_and_names_what_is_left_out(cast, draft):
    before = named(cast, draft)

    page = signed_in(cast.office).post(address(draft), chosen(cast, draft))

    first, second, third = draft.points.order_by("position")
    assert page.context["chosen"] == [second, third]
    assert page.context["left"] == [(first, "县财政局已经是这条要点的责任单位。")]
    assert named(cast, draft) == before


def test_points_that_nobody_is_responsible_for_stand_first_and_are_ticked_together(cast, draft):
    first, second, third = draft.points.order_by("position")
    second.responsibilities.all().delete()
    office = signed_in(cast.office)

    page = office.get(address(draft))
    [wanting, *others] = page.context["form"].fields["points"].choices

    assert wanting == ("还没有责任单位", [(second.pk, second.label)])
    told = [choice for _, choices in others for choice in choices]
    assert told == [
        (point.pk, f"{point.label}（{point.responsibilities.count()}个责任单位）") for point in (first, third)
    ]
    assert "只选还没有责任单位的 1 条" in page.text
    ticked = office.get(address(draft), {"wanting": 1})
    assert ticked.context["form"]["points"].value() == [second.pk]
    assert "只选还没有责任单位" not in ticked.text


def test_confirmed_each_point_gets_the_unit_and_says_so_in_the_trail(cast, draft):
    office = signed_in(cast.office)
    page = office.post(address(draft), chosen(cast, draft))

    done = office.post(address(draft), sealed(page), follow=True)

    assert "2 条要点已添加县财政局（配合）。" in done.text
    assert [each.role for each in named(cast, draft)] == ["responsible", "supporting", "supporting"]
    assert all(each.is_resolved for each in named(cast, draft))
    entry = AuditEntry.objects.get(action="add_responsibility", actor=cast.office)
    assert entry.detail["points"] == [point.key for point in draft.points.order_by("position")[1:]]


def test_a_point_that_somebody_corrected_meanwhile_is_left_and_named(cast, draft):
    office = signed_in(cast.office)
    page = office.post(address(draft), chosen(cast, draft))
    second, third = page.context["chosen"]
    WorkPoint.objects.filter(pk=second.pk).update(version=second.version + 1)

    done = office.post(address(draft), sealed(page), follow=True)

    assert f"1 条要点没有添加县财政局。要点{second.label}：刚刚有人修改过，请打开核对。" in done.text
    assert "1 条要点已添加县财政局（配合）。" in done.text
    assert [each.point for each in named(cast, draft)][1:] == [third]


def test_confirming_twice_adds_nothing_twice(cast, draft):
    office = signed_in(cast.office)
    page = office.post(address(draft), chosen(cast, draft))
    for _ in range(2):
        answer = office.post(address(draft), sealed(page), follow=True)

    assert len(named(cast, draft)) == 3
    [told] = answer.context["messages"]
    assert (told.level_tag, str(told).startswith("2 条要点没有添加县财政局。")) == ("warning", True)


def test_however_many_points_it_costs_the_same(cast, draft, django_assert_max_num_queries):
    first = draft.points.first()
    more = [
        WorkPoint(notice=draft, position=90 + each, key=f"九{each}", text="另一条", due_date=first.due_date)
        for each in range(60)
    ]
    WorkPoint.objects.bulk_create(more)
    office = signed_in(cast.office)
    with django_assert_max_num_queries(40):
        page = office.post(address(draft), chosen(cast, draft))
    with django_assert_max_num_queries(40):
        office.post(address(draft), sealed(page))

    assert len(named(cast, draft)) == 63


@pytest.mark.parametrize("sent", [{"assigned": "x"}, {"assigned": ""}])
def test_what_was_not_shown_is_not_done(cast, draft, sent):
    done = signed_in(cast.office).post(address(draft), sent, follow=True)

    assert "预览已过期，请重新选择。" in done.text


def test_only_the_office_and_only_a_draft(cast, draft):
    assert signed_in(cast.signer).get(address(draft)).status_code == 403
    page = signed_in(cast.office).post(address(draft), chosen(cast, draft))
    WorkPointNotice.objects.filter(pk=draft.pk).update(status="discarded")

    assert signed_in(cast.office).get(address(draft)).status_code == 409
    signed_in(cast.office).post(address(draft), sealed(page))
    assert len(named(cast, draft)) == 1
