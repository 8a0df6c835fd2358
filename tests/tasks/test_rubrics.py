"""Rubrics: edited by the office until a spot check uses one, then copied; the county's first comes with the reference data."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from fixtures.reference_data import load_rubrics, read
from ninghai.models.state_machine import TransitionError
from tasks.models import Criterion, Rubric
from tasks.spot_checks.rubrics import copy_rubric, hold_unused, offer_rubric
from tests.seen import post_as_seen
from tests.tasks import factories
from tests.tasks.factories import NOW, signed_in, small_rubric

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(cast, notice) -> Rubric:
    rubric = small_rubric()
    factories.drawn_check(cast, notice, rubric=rubric)
    return rubric


def page(rubric: Rubric, name: str = "change") -> str:
    return reverse(f"admin:tasks_rubric_{name}", args=[rubric.pk])


def form_of(rubric: Rubric, **changes) -> dict:
    typed = {"name": rubric.name, "pass_mark": "70", "objection_workdays": "5", "is_active": "on"}
    criteria = list(rubric.criteria.all())
    typed |= {"criteria-TOTAL_FORMS": len(criteria), "criteria-INITIAL_FORMS": len(criteria)}
    for place, each in enumerate(criteria):
        fields = {"id": each.pk, "rubric": rubric.pk, "position": each.position, "kind": each.kind}
        fields |= {"title": each.title, "guidance": each.guidance, "points": each.points}
        typed |= {f"criteria-{place}-{name}": value for name, value in fields.items()}
    return typed | changes


def test_the_office_edits_an_unused_rubric(cast, notice):
    rubric = small_rubric()

    response = post_as_seen(signed_in(cast.office), page(rubric), form_of(rubric, **{"criteria-0-title": "材料不全"}))

    rubric.refresh_from_db()
    assert response.status_code == 302
    assert (rubric.pass_mark, rubric.criteria.first().title) == (70, "材料不全")


def test_a_used_rubric_is_shown_with_the_way_out(cast, used):
    client = signed_in(cast.office)

    shown = client.get(page(used))

    assert "已有抽查使用这份细则，不能再修改" in shown.text
    assert "复制为新细则" in shown.text
    refused = client.post(page(used), {"version": 1, **form_of(used, **{"criteria-0-title": "没写完的标题"})})
    assert (refused.status_code, "请复制为新细则后修改" in refused.text) == (409, True)
    assert "没写完的标题" in refused.text
    with pytest.raises(TransitionError, match="请复制为新细则"), transaction.atomic():
        hold_unused(used)


def test_a_copy_has_the_same_criteria_and_can_be_edited(cast, used):
    client = signed_in(cast.office)

    response = client.post(page(used, "copy"))

    copied = Rubric.objects.get(name="抽查细则（第2版）")
    assert response.url == page(copied)
    alike = [list(each.criteria.values_list("position", "kind", "title", "points")) for each in (used, copied)]
    assert alike[0] == alike[1]
    assert post_as_seen(client, page(copied), form_of(copied)).status_code == 302
    assert copy_rubric(rubric=used, by=cast.office, at=NOW).name == "抽查细则（第3版）"


@pytest.mark.parametrize("who", ["signer", "inspector", "clerk"])
def test_only_the_office_copies(cast, used, who):
    with pytest.raises(PermissionDenied):
        copy_rubric(rubric=used, by=getattr(cast, who), at=NOW)


def test_what_is_withdrawn_is_not_offered_when_drawing(cast, used):
    client = signed_in(cast.office)
    offered = reverse("admin:tasks_spotcheck_add")
    assert used in client.get(offered).context["form"].fields["rubric"].queryset

    offer_rubric(rubric=used, is_active=False, by=cast.office, at=NOW)

    assert used not in client.get(offered).context["form"].fields["rubric"].queryset


@pytest.mark.parametrize(
    "broken", [{"kind": "veto", "points": 5}, {"kind": "deduction", "points": 0}, {"kind": "bonus", "points": 101}]
)
def test_points_that_make_no_sense_are_refused_by_the_database(broken):
    rubric = small_rubric()

    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.create(rubric=rubric, title="错", **broken)


def test_the_first_rubric_comes_with_the_ground_data_and_is_never_overwritten():
    load_rubrics(read("rubrics.json")["rubrics"])
    rubric = Rubric.objects.get()
    rubric.pass_mark = 75
    rubric.save(update_fields=["pass_mark"])

    load_rubrics(read("rubrics.json")["rubrics"])

    rubric.refresh_from_db()
    assert rubric.pass_mark == 75
    kinds = list(rubric.criteria.values_list("kind", flat=True))
    assert (kinds.count("veto"), kinds.count("deduction"), kinds.count("bonus")) == (3, 5, 1)
