"""Computing, freezing and telling: what a scoring of a day says, and that nothing later changes it."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ninghai.models import AuditEntry, Message, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.handovers.unit_reform import reform_unit
from tasks.models import ScoreLine, Scoring
from tasks.progress.services import return_report
from tasks.scoring.parameters import Source
from tasks.scoring.services import (
    cancel_entry,
    change_rule,
    circulate_scores,
    compute_scores,
    is_current,
    record_entry,
    sheets_of,
)
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, accepted, assignment_of, moment, with_office
from tests.tasks.scoring.conftest import make_a_scheme, rule_of


def computed(cast, scheme, *, on=TODAY, at=NOW, **how) -> Scoring:
    return compute_scores(scheme=scheme, as_of=on, by=cast.office, at=at, **how)


def words_of(scoring, unit, source) -> str:
    """The words of a rule's own line."""
    return own_line(scoring, unit, source).words


def own_line(scoring, unit, source) -> ScoreLine:
    return ScoreLine.objects.get(unit_score__scoring=scoring, unit_score__unit=unit, rule__source=source)


def cases(scoring, unit, source) -> list[tuple[str, Decimal]]:
    return [(words, Decimal(amount)) for words, amount, *_ in own_line(scoring, unit, source).cases]


def entered(cast, scheme, source, value, *, unit=None, on=date(2018, 10, 10)):
    return record_entry(
        rule=rule_of(scheme, source),
        unit=unit or cast.finance,
        value=Decimal(value),
        happened_on=on,
        reason="依据",
        form_id=uuid4(),
        by=cast.office,
        at=NOW,
    )


# --- Reporting and completion --------------------------------------------------------------------


def test_reports_count_as_on_time_late_and_missing(cast, scheme):
    accepted(cast, of="第三季度", at=moment(10, 10))  # due on 12 October
    accepted(cast, of="第三季度", assignment=assignment_of(cast, point=2), at=moment(10, 15))

    scoring = computed(cast, scheme)

    assert (
        words_of(scoring, cast.finance, "reporting")
        == "应报2次，按时1次、迟报1次、缺报0次：30 × 100 ÷ 70 × 1 ÷ 2 = 21.43"
    )
    assert cases(scoring, cast.finance, "reporting") == [
        ("一(一)2　做的工作：迟报第三季度（2018-10-15报送，截止2018-10-12）", Decimal("-21.43"))
    ]
    assert words_of(scoring, cast.town, "reporting").startswith("应报2次，按时0次、迟报0次、缺报2次：")


def test_an_assignment_is_one_case_that_names_all_its_periods(cast, scheme, notice):
    change_rule(
        rule=rule_of(scheme, Source.REPORTING),
        version=scheme.version,
        title="按时报送进展",
        full_marks=Decimal(30),
        position=1,
        parameters={"late_percent": 50},
        by=cast.office,
        at=NOW,
    )
    third = notice.periods.get(name="第三季度")
    earlier = {"notice": notice, "due_date": date(2018, 9, 20)}
    notice.periods.filter(pk=third.pk).update(start=date(2018, 9, 20))
    notice.periods.create(name="八月", start=date(2018, 8, 15), end=date(2018, 8, 31), **earlier)
    notice.periods.create(name="九月上旬", start=date(2018, 9, 1), end=date(2018, 9, 10), **earlier)
    accepted(cast, of="第三季度", assignment=assignment_of(cast, point=2), at=moment(10, 15))

    scoring = computed(cast, scheme)

    words, amount = cases(scoring, cast.finance, "reporting")[1]
    assert words == "一(一)2　做的工作：缺报八月、九月上旬；迟报第三季度（2018-10-15报送，截止2018-10-12）"
    assert amount == Decimal("-17.86")  # 30 × 100 ÷ 70 × 2.5 ÷ 6


def test_a_period_counts_only_when_its_days_are_over_or_its_report_is_in(cast, scheme):
    accepted(cast, of="第三季度", at=moment(10, 8))

    scoring = computed(cast, scheme, on=date(2018, 10, 12))

    assert words_of(scoring, cast.finance, "reporting").startswith("应报1次，按时1次、迟报0次、缺报0次")


def test_completions_count_in_time_late_and_overdue(cast, scheme):
    accepted(cast, of="第三季度", at=moment(10, 10), claims_completion=True, percent=100, proof=factories.PDF)

    scoring = computed(cast, scheme)

    assert words_of(scoring, cast.finance, "completion").startswith("到期或已办结的任务1项，按时办结1项")
    assert cases(scoring, cast.town, "completion")[0][0] == "一(一)1　做的工作：逾期未办结（时限2018-11-01）"


def test_what_happens_later_changes_no_earlier_day(cast, scheme):
    before = computed(cast, scheme, on=date(2018, 11, 5), at=moment(11, 5))
    as_it_was = sheet_of(before)

    accepted(cast, of="第三季度", at=moment(11, 10), claims_completion=True, percent=100, proof=factories.PDF)
    entered(cast, scheme, "deduction", 3, on=date(2018, 11, 8))
    again = computed(cast, scheme, on=date(2018, 11, 5), at=NOW)

    assert sheet_of(again) == as_it_was
    assert again.pk == before.pk


def sheet_of(scoring):
    lines = ScoreLine.objects.filter(unit_score__scoring=scoring).order_by("unit_score__unit", "position")
    return list(lines.values_list("unit_score__unit", "unit_score__rank", "unit_score__total", "amount", "words"))


# --- What the office records ---------------------------------------------------------------------


def test_deductions_bonuses_and_results_enter_the_sheet(cast, scheme):
    entered(cast, scheme, "third_party", "85.5")
    entered(cast, scheme, "deduction", 7)
    entered(cast, scheme, "deduction", 6)
    entered(cast, scheme, "bonus", 2)

    scoring = computed(cast, scheme)

    assert words_of(scoring, cast.finance, "third_party").startswith(
        "第三方评估1次，得分合计85.5分：10 × 100 ÷ 80 × 85.5 ÷ 100"
    )
    assert own_line(scoring, cast.finance, "deduction").amount == -10
    assert words_of(scoring, cast.finance, "deduction") == "扣分2次，合计13分，最多扣10分：扣10.00分"
    assert own_line(scoring, cast.finance, "bonus").amount == 2


def test_a_cancelled_record_counts_no_more(cast, scheme):
    entry = entered(cast, scheme, "deduction", 7)

    cancel_entry(entry=entry, reason="重复登记", by=cast.office, at=NOW)

    assert own_line(computed(cast, scheme), cast.finance, "deduction").amount == 0
    assert AuditEntry.objects.about(entry).last().action == "cancel_score"


def test_a_veto_takes_what_lies_above_the_veto_score(cast, scheme):
    accepted(cast, of="第三季度", at=moment(10, 10))
    entered(cast, scheme, "veto", 0)

    scoring = computed(cast, scheme)

    score = scoring.unit_scores.get(unit=cast.finance)
    assert (score.total, score.is_vetoed, score.rank) == (0, True, 2)
    assert own_line(scoring, cast.finance, "veto").amount < 0


def test_the_rules_own_lines_add_up_to_the_total(cast, scheme):
    accepted(cast, of="第三季度", at=moment(10, 10))
    entered(cast, scheme, "bonus", 5)
    entered(cast, scheme, "third_party", 100)

    scoring = computed(cast, scheme)

    for score in scoring.unit_scores.all():
        assert sum(line.amount for line in score.lines.all()) == score.total


# --- Reports that came back ----------------------------------------------------------------------


def test_a_returned_report_is_to_come_again_within_its_working_days(cast, scheme):
    report = with_office(cast, of="第三季度", at=moment(10, 8))
    return_report(report=report, reason="请补充", by=cast.office, at=moment(10, 9))

    scoring = computed(cast, scheme)

    assert words_of(scoring, cast.finance, "response").startswith("应整改或重新报送1件，按时0件、超期0件、到期未办1件")
    assert cases(scoring, cast.finance, "response")[0][0] == (
        "一(一)1　做的工作 第三季度：2018-10-09退回，应于2018-10-12前报送，没有报送"
    )
    early = computed(cast, scheme, on=date(2018, 10, 12), at=NOW)
    assert words_of(early, cast.finance, "response").startswith("没有可考核的事项，按满分计")


# --- Who has a score -----------------------------------------------------------------------------


def test_a_unit_that_was_dissolved_has_no_score_after_its_last_day(cast, scheme):
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2018, 11, 10))

    assert set(computed(cast, scheme, on=date(2018, 11, 10)).unit_scores.values_list("unit", flat=True)) == {
        cast.finance.pk,
        cast.town.pk,
    }
    assert set(computed(cast, scheme).unit_scores.values_list("unit", flat=True)) == {cast.finance.pk}


def test_a_reform_recorded_afterwards_leaves_the_days_before_it_as_they_were(cast, scheme):
    day, both = date(2018, 11, 15), {cast.finance.pk, cast.town.pk}
    assert set(computed(cast, scheme, on=day).unit_scores.values_list("unit", flat=True)) == both

    reform_unit(
        unit=cast.town,
        successor=cast.finance,
        last_day=date(2018, 11, 10),
        reason="机构改革方案",
        moves_people=False,
        form_id=uuid4(),
        by=cast.office,
        at=NOW,
    )

    assert set(computed(cast, scheme, on=day).unit_scores.values_list("unit", flat=True)) == both
    assert set(computed(cast, scheme).unit_scores.values_list("unit", flat=True)) == {cast.finance.pk}


# --- Once, by whom, when -------------------------------------------------------------------------


def test_a_draft_is_replaced_and_a_stale_one_refused(cast, scheme):
    first = computed(cast, scheme)
    seen = first.version

    second = computed(cast, scheme, version=seen)

    assert (second.pk, second.version) == (first.pk, seen + 1)
    with pytest.raises(StaleError):
        computed(cast, scheme, version=seen)
    assert second.unit_scores.count() == 2


@pytest.mark.parametrize("day", [date(2018, 8, 13), date(2018, 11, 21)])
def test_no_day_before_the_notice_or_after_today(cast, scheme, day):
    with pytest.raises(ValidationError, match="统计日期"):
        computed(cast, scheme, on=day)


def test_only_the_office_computes_and_only_its_head_circulates(cast, scheme):
    with pytest.raises(PermissionDenied):
        compute_scores(scheme=scheme, as_of=TODAY, by=cast.signer, at=NOW)
    scoring = computed(cast, scheme)
    with pytest.raises(PermissionDenied):
        circulate_scores(scoring=scoring, version=scoring.version, by=cast.office, at=NOW)


def test_circulated_scores_and_their_scheme_stay_as_they_are(cast, scheme):
    scoring = computed(cast, scheme)

    scoring = circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)

    assert scoring.get_status_display() == "已通报"
    with pytest.raises(ValidationError, match="已经通报"):
        computed(cast, scheme)
    rule = rule_of(scheme, Source.BONUS)
    with pytest.raises(TransitionError, match="复制为新方案"):
        change_rule(
            rule=rule,
            version=scheme.version,
            title="加分",
            full_marks=Decimal(3),
            position=1,
            parameters={},
            by=cast.office,
            at=NOW,
        )
    told = Message.objects.filter(kind=Message.Kind.SCORE)
    assert set(told.values_list("unit", flat=True)) == {cast.finance.pk, cast.town.pk}
    assert circulate_scores(scoring=scoring, version=1, by=cast.signer, at=NOW).version == scoring.version


def test_nothing_outdated_is_circulated(cast, scheme):
    scoring = computed(cast, scheme)
    entered(cast, scheme, "deduction", 3)

    with pytest.raises(ValidationError, match="重新计算"):
        circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)


def test_sheets_of_another_scheme_are_not_circulated_though_their_totals_are_the_same(cast, scheme):
    """Nothing was reported or finished: marks that move from one rule to the other leave the totals as they were."""
    scoring = computed(cast, scheme)
    for source, marks in ((Source.REPORTING, 20), (Source.COMPLETION, 40)):
        scheme.refresh_from_db()
        rule = rule_of(scheme, source)
        change_rule(
            rule=rule, version=scheme.version, title=rule.title, full_marks=Decimal(marks), position=rule.position,
            parameters=rule.parameters, by=cast.office, at=NOW,
        )  # fmt: skip

    assert {sheet.total for sheet in sheets_of(scheme=scheme, as_of=TODAY).values()} == {
        score.total for score in scoring.unit_scores.all()
    }
    assert not is_current(scoring)
    with pytest.raises(ValidationError, match="重新计算"):
        circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)
    assert is_current(computed(cast, scheme, version=scoring.version))


def test_a_scheme_without_weights_computes_nothing(cast, notice):
    empty = make_a_scheme(cast, notice, name="空方案", rules=[])

    with pytest.raises(ValidationError, match="还没有计分的项目"):
        computed(cast, empty)


def test_equal_totals_share_a_place(cast, scheme):
    scoring = computed(cast, scheme)

    assert list(scoring.unit_scores.values_list("rank", flat=True)) == [1, 1]
