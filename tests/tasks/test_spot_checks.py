"""Spot checks on real assignments: drawn, recomputed, dealt to inspectors, recorded."""

import hashlib
import io
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from ninghai.models import AuditEntry, Membership, Role, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Assignment, Drawn, Finding, SpotCheck
from tasks.spot_checks.drawing import (
    assign_inspector,
    dealt_inspectors,
    draw_inspectors,
    draw_spot_check,
    named_by_hand,
    population,
    redraw,
)
from tasks.spot_checks.findings import record_finding
from tasks.spot_checks.sampling import DrawError
from tasks.spot_checks.subjects import AssignmentSubject
from tests.cast import person
from tests.tasks.issued import LATER, draft_notice, waiting_report

pytestmark = pytest.mark.django_db

TODAY = LATER.date()


@pytest.fixture
def notice(three_points):
    return three_points


def make_draw(cast, notice, **changes):
    asked = {
        "title": "11月抽查",
        "size": 4,
        "seed": "20181120",
        "stratified_by": [],
        "as_of": TODAY,
        "form_id": uuid4(),
    }
    return draw_spot_check(notice=notice, by=cast.office, at=LATER, **{**asked, **changes})


def record(drawn, by, **changes):
    said = {"outcome": "true", "note": "材料齐全", "rectify_by_date": None, "version": 0}
    return record_finding(drawn=drawn, by=by, at=LATER, **{**said, **changes})


@pytest.fixture
def drawn(cast, notice):
    """A drawn row with its inspector."""
    row = make_draw(cast, notice).drawn.first()
    return assign_inspector(drawn=row, inspector=cast.inspector, reason="指定", by=cast.office, at=LATER)


# --- Drawing -----------------------------------------------------------------------------------------


def test_the_sample_is_what_the_recipe_says(cast, notice):
    spot_check = make_draw(cast, notice, seed="种子", size=5)

    keys = Assignment.objects.values_list("key", flat=True)
    expected = sorted(keys, key=lambda key: hashlib.sha256(f"种子:{key}".encode()).hexdigest())[:5]
    assert list(spot_check.drawn.order_by("rank").values_list("assignment__key", flat=True)) == expected


def test_strata_share_the_size_and_are_named_in_words(cast, notice):
    spot_check = make_draw(cast, notice, stratified_by=["unit_kind"], size=4)

    assert [(each["name"], len(each["population"]), each["size"]) for each in spot_check.strata] == [
        ("县政府办公室", 1, 1),
        ("县级部门", 3, 1),
        ("街道", 2, 1),
        ("镇", 2, 1),
    ]


def test_two_strata_make_their_product(cast, notice):
    strata = population(notice=notice, as_of=TODAY, stratified_by=["unit_kind", "part"])

    assert list(strata) == [
        "县政府办公室 · 一、着力加强主动公开",
        "县级部门 · 一、着力加强主动公开",
        "县级部门 · 二、着力提升服务",
        "街道 · 一、着力加强主动公开",
        "街道 · 二、着力提升服务",
        "镇 · 一、着力加强主动公开",
        "镇 · 二、着力提升服务",
    ]
    assert sum(map(len, strata.values())) == 8


def test_the_kept_sheet_gives_the_same_draw_for_ever(cast, notice):
    spot_check = SpotCheck.objects.get(pk=make_draw(cast, notice, stratified_by=["part"], size=3).pk)

    again = {ticket.key for stratum in redraw(spot_check).strata for ticket in stratum.drawn}

    assert again == set(spot_check.drawn.values_list("assignment__key", flat=True))


def test_the_same_form_sent_twice_draws_once(cast, notice):
    form_id = uuid4()

    first, second = (make_draw(cast, notice, form_id=form_id) for _ in range(2))

    assert first == second
    assert (SpotCheck.objects.count(), Drawn.objects.count()) == (1, 4)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"size": 9}, "抽取数量应在 1 到总体数 8 之间。"),
        ({"as_of": TODAY + timedelta(days=1)}, "统计日期不能晚于今天。"),
        ({"as_of": date(2018, 8, 13)}, "才下达，统计日期请选这一天或者以后。"),
    ],
)
def test_an_impossible_draw_saves_nothing(cast, notice, changes, sentence):
    with pytest.raises(DrawError, match=sentence):
        make_draw(cast, notice, **changes)

    assert SpotCheck.objects.count() == 0


def test_a_draft_notice_has_nothing_to_draw_from(cast):
    with pytest.raises(DrawError, match="通知还没有下达"):
        make_draw(cast, draft_notice(cast))


def test_only_the_office_draws(cast, notice):
    with pytest.raises(PermissionDenied):
        draw_spot_check(
            notice=notice,
            title="抽查",
            size=1,
            seed="s",
            stratified_by=[],
            as_of=TODAY,
            form_id=uuid4(),
            by=cast.clerk,
            at=LATER,
        )


def test_the_command_draws_the_same_and_saves_nothing(cast, notice):
    out = io.StringIO()

    call_command(
        "draw_spot_check",
        "--notice=2018",
        "--size=4",
        "--seed=20181120",
        "--strata=unit_kind",
        "--format=json",
        stdout=out,
    )

    printed = json.loads(out.getvalue())
    assert SpotCheck.objects.count() == 0
    kept = make_draw(cast, notice, stratified_by=["unit_kind"])
    assert printed["seed"] == "20181120"
    assert {key for stratum in printed["strata"] for key in stratum["drawn"]} == set(
        kept.drawn.values_list("assignment__key", flat=True)
    )
    assert [stratum["population"] for stratum in printed["strata"]] == [each["population"] for each in kept.strata]


@pytest.mark.parametrize(
    "words",
    [
        ["--notice=2017", "--size=1", "--seed=s"],
        ["--notice=2018", "--size=99", "--seed=s"],
        ["--notice=2018", "--size=1", "--seed=s", "--strata=colour"],
    ],
)
def test_the_command_says_what_is_wrong(notice, words):
    with pytest.raises(CommandError, match=r"[\u4e00-\u9fff]"):
        call_command("draw_spot_check", *words)


# --- Inspectors --------------------------------------------------------------------------------------


def outsider(cast, number: int):
    """An inspector of a unit of which nothing is drawn."""
    return person(f"inspector{number}", f"抽查人员{number}", Unit.objects.get(code="003"), Role.INSPECTOR)


@pytest.fixture
def departments(cast, notice):
    """A draw of everything but what 县发改局 owes."""
    Assignment.objects.filter(unit__code="003").update(status="not_applicable", ended_on=TODAY, ended_reason="无此职责")
    return make_draw(cast, notice, size=7)


def test_inspectors_are_dealt_evenly_by_the_recipe(cast, departments):
    pool = [outsider(cast, 3), outsider(cast, 2)]

    dealt = draw_inspectors(spot_check=departments, pool=pool, by=cast.office, at=LATER)

    load = {"inspector2": 0, "inspector3": 0}
    for row in departments.drawn.order_by("pk").select_related("inspector", "assignment"):
        fewest = [who for who in load if load[who] == min(load.values())]
        expected = min(
            fewest, key=lambda who: hashlib.sha256(f"20181120:{row.assignment.key}:{who}".encode()).hexdigest()
        )
        assert row.inspector.username == expected
        load[expected] += 1
    assert (dealt, sorted(load.values())) == (7, [3, 4])
    assert AuditEntry.objects.get(action="draw_inspectors").detail["pool"] == ["inspector2", "inspector3"]


def test_inspectors_are_drawn_once(cast, departments):
    draw_inspectors(spot_check=departments, pool=[outsider(cast, 2)], by=cast.office, at=LATER)

    with pytest.raises(TransitionError, match="已经随机分派过"):
        draw_inspectors(spot_check=departments, pool=[outsider(cast, 3)], by=cast.office, at=LATER)


def test_the_lot_is_not_mixed_with_names_given_by_hand(cast, departments):
    row = departments.drawn.first()
    assign_inspector(drawn=row, inspector=cast.inspector, reason="指定", by=cast.office, at=LATER)

    with pytest.raises(TransitionError, match="人工指定"):
        draw_inspectors(spot_check=departments, pool=[outsider(cast, 2)], by=cast.office, at=LATER)


def test_a_pool_has_inspectors_only(cast, departments):
    with pytest.raises(ValidationError, match="至少选择一名"):
        draw_inspectors(spot_check=departments, pool=[], by=cast.office, at=LATER)
    with pytest.raises(ValidationError, match="现有的抽查人员"):
        draw_inspectors(spot_check=departments, pool=[cast.head], by=cast.office, at=LATER)
    with pytest.raises(PermissionDenied):
        draw_inspectors(spot_check=departments, pool=[cast.inspector], by=cast.inspector, at=LATER)


def test_who_reported_or_belongs_to_the_unit_is_passed_over(cast, notice):
    assignment = Assignment.objects.filter(unit=cast.finance).first()
    waiting_report(cast, assignment)
    Membership.objects.create(user=cast.clerk, unit=cast.finance, role=Role.INSPECTOR)
    spot_check = make_draw(cast, notice, size=8)

    dealt = draw_inspectors(spot_check=spot_check, pool=[cast.clerk], by=cast.office, at=LATER)

    spot_check.refresh_from_db()
    reasons = {each["key"]: each["reason"] for each in spot_check.passed_over}
    of_finance = set(Assignment.objects.filter(unit=cast.finance).values_list("key", flat=True))
    assert set(reasons) == of_finance
    assert (reasons.pop(assignment.key), set(reasons.values())) == ("参与过这项任务的填报", {"属于被抽查的单位"})
    assert dealt == 8 - len(of_finance)
    assert set(spot_check.drawn.filter(inspector=None).values_list("assignment__key", flat=True)) == of_finance


def test_by_hand_nobody_gets_what_they_reported_and_a_reason_is_kept(cast, notice):
    assignment = Assignment.objects.filter(unit=cast.finance).first()
    waiting_report(cast, assignment)
    Membership.objects.create(user=cast.clerk, unit=cast.finance, role=Role.INSPECTOR)
    own = make_draw(cast, notice, size=8).drawn.get(assignment=assignment)

    with pytest.raises(ValidationError, match="不能核查自己的工作"):
        assign_inspector(drawn=own, inspector=cast.clerk, reason="指定", by=cast.office, at=LATER)
    with pytest.raises(ValidationError, match="理由"):
        assign_inspector(drawn=own, inspector=cast.inspector, reason=" ", by=cast.office, at=LATER)
    assign_inspector(drawn=own, inspector=cast.inspector, reason="随机分派的人员出差", by=cast.office, at=LATER)

    assert named_by_hand(own.spot_check) == {own.pk: "随机分派的人员出差"}


def test_the_kept_sheet_deals_the_inspectors_the_same_for_ever(cast, departments):
    draw_inspectors(spot_check=departments, pool=[outsider(cast, 2), outsider(cast, 3)], by=cast.office, at=LATER)
    kept = SpotCheck.objects.get(pk=departments.pk)

    rows = kept.drawn.values_list("assignment__key", "inspector__username")
    assert dealt_inspectors(kept) == dict(rows)


def test_only_inspectors_are_named_and_only_by_the_office(cast, notice):
    row = make_draw(cast, notice).drawn.first()

    with pytest.raises(ValidationError):
        assign_inspector(drawn=row, inspector=cast.head, reason="指定", by=cast.office, at=LATER)
    with pytest.raises(PermissionDenied):
        assign_inspector(drawn=row, inspector=cast.inspector, reason="指定", by=cast.inspector, at=LATER)


def test_a_row_with_a_finding_keeps_its_inspector(cast, drawn):
    record(drawn, cast.inspector)
    second = person("inspector2", "抽查人员二", cast.county_office, Role.INSPECTOR)

    with pytest.raises(TransitionError):
        assign_inspector(drawn=drawn, inspector=second, reason="指定", by=cast.office, at=LATER)


# --- Findings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", AssignmentSubject.outcomes)
def test_each_outcome_is_recorded(cast, drawn, outcome):
    day = TODAY if outcome == "to_rectify" else None

    finding = record(drawn, cast.inspector, outcome=outcome, rectify_by_date=day)

    assert (finding.outcome, finding.rectify_by_date, finding.version) == (outcome, day, 1)
    assert AuditEntry.objects.about(finding).get().detail["outcome"] == outcome


@pytest.mark.parametrize("day", [None, TODAY - timedelta(days=1)])
def test_rectification_needs_a_day_that_is_not_past(cast, drawn, day):
    with pytest.raises(ValidationError) as refused:
        record(drawn, cast.inspector, outcome="to_rectify", rectify_by_date=day)

    assert list(refused.value.message_dict) == ["rectify_by_date"]
    assert not Finding.objects.exists()


def test_a_day_is_kept_only_where_something_is_to_be_rectified(cast, drawn):
    assert record(drawn, cast.inspector, outcome="true", rectify_by_date=TODAY).rectify_by_date is None


def test_a_correction_needs_the_version_that_was_seen(cast, drawn):
    record(drawn, cast.inspector)

    corrected = record(drawn, cast.inspector, outcome="not_true", version=1)

    assert (corrected.outcome, corrected.version) == ("not_true", 2)
    with pytest.raises(StaleError):
        record(drawn, cast.inspector, outcome="true", version=1)
    with pytest.raises(StaleError):
        record(drawn, cast.inspector, outcome="true", version=0)
    assert Finding.objects.get().outcome == "not_true"


def test_only_the_named_inspector_records(cast, drawn):
    other = person("inspector2", "抽查人员二", cast.county_office, Role.INSPECTOR)

    for stranger in (other, cast.office, cast.clerk):
        with pytest.raises(PermissionDenied):
            record(drawn, stranger)
