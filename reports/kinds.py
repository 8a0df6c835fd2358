"""The kinds of report (报告种类): what each is asked about, when it can be made, and what it freezes.

A new kind is a class here, its words in `reports.letters.by_kind.LETTERS`, and a line in KINDS.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from disclosure.hotline.figures.counting import HotlineFigures, HotlinePeriod, count_hotline
from disclosure.public_opinion.limits import OpinionRow, opinions
from disclosure.requests.office.standing import Application, applications
from ninghai.calendar.clock import end_of
from reports.facts import applications as facts
from reports.facts import hotline as hotline_facts
from reports.facts import opinions as opinion_facts
from reports.facts import totals
from reports.facts.duties import AssignmentRow, duty_rows
from reports.facts.inspections import inspected
from reports.facts.request import Request, period_of
from reports.facts.scores import deduction_rows, score_rows
from reports.letters.notation import time_of_day
from tasks.models.states import ScoringStatus
from tasks.notices.editions import in_force
from tasks.scoring.results import asked_rules, weight_words
from tasks.scoring.sheet import plain

Problems = dict[str, str]  # a sentence for the screen, by the field it is about
MISSING: Problems = {
    "unit": "单位进展情况要选择一个单位。",
    "spot_check": "抽查通报要选择一次抽查。如果还没有抽取，请先到“抽查”中抽取。",
    "scoring": "考核通报要选择一次考核得分。如果还没有计算，请先到“考核得分”中计算。",
}


class ReportKind:
    """What a kind of report says of itself. `needs` names of "unit", "spot_check", "scoring" what it is asked about
    besides; what is not needed is not kept with the report."""

    sentence = ""  # what it is for, where one chooses among the kinds
    takes_period = False
    needs: frozenset[str] = frozenset()
    is_of_county_too = False  # it needs a unit, or none for all of them
    subject = ""  # of which kind the spot check is that it tells of

    def title(self, request: Request) -> str:
        raise NotImplementedError

    def addressee(self, request: Request) -> str:
        return "各乡镇人民政府、街道办事处，县政府直属各单位："

    def freeze(self, request: Request) -> Mapping[str, Any]:
        """The facts that the kind's letter is written from."""
        raise NotImplementedError

    def problems(self, request: Request) -> Problems:
        """Why it cannot be made, on top of `problems_of_the_day`."""
        return {}


class CountyProgress(ReportKind):
    """全县进展情况: how the year's work stands, part by part and unit by unit."""

    sentence = "全县任务办结、办理中和逾期的情况，分部分、分单位列出。"
    takes_period = True

    def title(self, request: Request) -> str:
        return titled(f"{request.notice.year}年政务公开工作要点落实进展情况{until(request)}")

    def freeze(self, request: Request) -> Mapping[str, Any]:
        """The county's sums, each part's, each unit's, and what is overdue."""
        duties, order = request.context.duties, request.context.unit_codes
        return {
            "totals": totals.totals(duties, points=in_force(request.notice, on=request.as_of).count()),
            "months": totals.months(duties, since=request.context.begun_on, on=request.as_of),
            "by_part": totals.by_part(duties),
            "by_unit": totals.by_unit(duties, order=order),
            "overdue": totals.overdue(duties),
            "spot_check": None,
            **period_of(request, duties),
        }


class UnitProgress(ReportKind):
    """单位进展情况: how one unit's work stands, task by task."""

    sentence = "一个单位各项任务的进展，以及在全县的位置。"
    takes_period = True
    needs = frozenset({"unit"})

    def title(self, request: Request) -> str:
        name = request.unit.short_name if request.unit else ""
        return titled(f"{name}{request.notice.year}年政务公开工作要点落实进展情况{until(request)}")

    def addressee(self, request: Request) -> str:
        return f"{request.unit.name if request.unit else ''}："

    def problems(self, request: Request) -> Problems:
        if request.unit is None:
            return {"unit": MISSING["unit"]}
        if not request.context.duties_of(request.unit):
            return {"unit": f"截至这一天，{request.unit.short_name}在这份通知中没有任务，请重新选择单位。"}
        return {}

    def freeze(self, request: Request) -> Mapping[str, Any]:
        """The unit's sums, each part's, each of its tasks, and how it stands beside the county."""
        own = request.context.duties_of(request.unit)
        return {
            "unit": {"code": own[0].unit_code, "unit": own[0].unit, "kind": own[0].unit_kind} if own else None,
            "totals": totals.totals(own, points=len({row.point for row in own})),
            "county": request.context.totals,
            "months": totals.months(own, since=request.context.begun_on, on=request.as_of),
            "by_part": totals.by_part(own),
            "overdue": totals.overdue(own),
            "missing": totals.missing(own),
            "duties": duty_rows(own),
            **period_of(request, own),
        }


class SpotCheckCircular(CountyProgress):
    """抽查通报: how the work stands and what one draw has found."""

    sentence = "一次抽查抽中了什么、核查结果怎样。"
    takes_period = False
    needs = frozenset({"spot_check"})
    subject = "assignments"
    words = "政务公开工作抽查情况"

    def title(self, request: Request) -> str:
        """The month of the draw tells it from the year's others."""
        if request.spot_check is None:
            return titled(f"{request.notice.year}年{self.words}{until(request)}")
        drawn_on = timezone.localdate(request.spot_check.drawn_at)
        return titled(f"{drawn_on.year}年{drawn_on.month}月{self.words}")

    def freeze(self, request: Request) -> Mapping[str, Any]:
        check = request.spot_check
        found = inspected(spot_check=check, on=request.as_of) if check else None
        return {**super().freeze(request), "spot_check": found}

    def problems(self, request: Request) -> Problems:
        if request.spot_check is None:
            return {"spot_check": MISSING["spot_check"]}
        if request.spot_check.subject != self.subject:
            return {"spot_check": f"这次抽查的对象是{request.spot_check.get_subject_display()}，请选择另一种通报。"}
        if request.spot_check.notice_id != request.notice.pk:
            return {"spot_check": "这次抽查属于另一份通知，请重新选择。"}
        if (drawn_on := timezone.localdate(request.spot_check.drawn_at)) > request.as_of:
            return {"as_of": f"这次抽查{drawn_on:%Y-%m-%d}才抽取，统计日期请选这一天或者以后。"}
        return {}


class SpecialCheckCircular(SpotCheckCircular):
    """专项检查通报: what one draw of services has found of their guides, unit by unit."""

    sentence = "一次办事指南专项检查抽中了什么、发现了什么问题，各单位的合格率。"
    subject = "guides"
    words = "办事指南专项检查情况"

    def freeze(self, request: Request) -> Mapping[str, Any]:
        check = request.spot_check
        return {"spot_check": inspected(spot_check=check, on=request.as_of)} if check else {}


class ScoreCircular(ReportKind):
    """考核通报: the ranking of a scoring and what cost each unit points."""

    sentence = "一次考核的排名、各项得分和失分事项。"
    needs = frozenset({"scoring"})

    def title(self, request: Request) -> str:
        return titled(f"{request.notice.year}年政务公开工作考核情况{until(request)}")

    def problems(self, request: Request) -> Problems:
        """The scores are of their own day; the report tells of no other."""
        scoring = request.scoring
        if scoring is None:
            return {"scoring": MISSING["scoring"]}
        if scoring.scheme.notice_id != request.notice.pk:
            return {"scoring": "这次考核属于另一份通知，请重新选择。"}
        if scoring.as_of != request.as_of:
            return {"as_of": f"这次考核统计到{scoring.as_of:%Y-%m-%d}，统计日期请填这一天。"}
        if not scoring.unit_scores.exists():
            return {"scoring": "这次考核还没有算出得分，请先计算。"}
        return {}

    def freeze(self, request: Request) -> Mapping[str, Any]:
        scoring = request.scoring
        if scoring is None:
            return {}
        rules = asked_rules(scoring)
        asked_of_nobody = scoring.scheme.rules.exclude(pk__in=[rule.pk for rule in rules]).order_by("position", "pk")
        return {
            "scheme": scoring.scheme.name,
            "rules": [rule.title for rule in rules],
            "full_marks": [plain(rule.full_marks) for rule in rules],
            "heads": [weight_words(rule) for rule in rules],
            "left_out": [rule.title for rule in asked_of_nobody],
            "ranking": score_rows(scoring, rules=rules),
            "deductions": deduction_rows(scoring),
            "circulated": scoring.status == ScoringStatus.CIRCULATED,
        }


class OverdueNotice(ReportKind):
    """督办单: what is overdue on a day, of the whole county or of one unit, and what is asked for.

    Of a period, only what fell due in it: the older debts have had their own paper.
    """

    sentence = "列出逾期任务，要求单位限期办理；可以只发给一个单位。"
    takes_period = True
    needs = frozenset({"unit"})
    is_of_county_too = True

    def title(self, request: Request) -> str:
        whose = request.unit.short_name if request.unit else ""
        return titled(f"{whose}{request.notice.year}年政务公开工作要点逾期任务{until(request)}", form="督办通知")

    def addressee(self, request: Request) -> str:
        return f"{request.unit.name}：" if request.unit else "各有关单位："

    def problems(self, request: Request) -> Problems:
        if totals.overdue(self._duties(request)):
            return {}
        if request.since:
            return {"since": "这一时段内到期的任务都已办结，不需要督办单。"}
        return {"as_of": "截至这一天没有逾期任务，不需要督办单。"}

    def freeze(self, request: Request) -> Mapping[str, Any]:
        duties, unit = self._duties(request), request.unit
        return {
            "unit": {"code": unit.code, "unit": unit.short_name, "kind": unit.kind} if unit else None,
            "totals": totals.totals(duties, points=len({row.point for row in duties})),
            "by_unit": [row for row in totals.by_unit(duties, order=request.context.unit_codes) if row["overdue"]],
            "overdue": totals.overdue(duties),
            **period_of(request, request.context.duties_of(unit)),
        }

    def _duties(self, request: Request) -> Sequence[AssignmentRow]:
        """Those of the county or the unit, of the period where one was asked for."""
        duties, since = request.context.duties_of(request.unit), request.since
        return [duty for duty in duties if since <= duty.due_date <= request.as_of] if since else duties


class ApplicationsReport(ReportKind):
    """依申请公开情况: what one unit or the county received and answered in a period, in time or not; for spot checks, too.

    Without a first day the period begins with the year of its last.
    """

    sentence = "收到、答复了多少申请，按时答复率，逾期的登记号；可以只写一个单位。不含申请人和申请内容。"
    takes_period = True
    needs = frozenset({"unit"})
    is_of_county_too = True

    def title(self, request: Request) -> str:
        whose = request.unit.short_name if request.unit else ""
        return titled(f"{whose}依申请公开工作情况{until(request)}")

    def addressee(self, request: Request) -> str:
        return f"{request.unit.name}：" if request.unit else super().addressee(request)

    def problems(self, request: Request) -> Problems:
        if self._rows(request):
            return {}
        return {"as_of": "这一时段没有收到、答复或者办理中的申请，请另选时段或者单位。"}

    def freeze(self, request: Request) -> Mapping[str, Any]:
        rows, unit, span = self._rows(request), request.unit, self._span(request)
        return {
            "unit": {"code": unit.code, "unit": unit.short_name, "kind": unit.kind} if unit else None,
            "since": span["since"].isoformat(),
            "applications": facts.application_totals(rows, **span),
            "answers": facts.answer_counts(rows, **span),
            "states": facts.state_counts(rows),
            "by_unit": [] if unit else facts.application_units(rows, **span),
            "late": facts.late_applications(rows, on=request.as_of),
        }

    def _rows(self, request: Request) -> Sequence[Application]:
        return applications(**self._span(request), unit=request.unit)

    def _span(self, request: Request) -> dict[str, date]:
        return {"since": request.since or date(request.as_of.year, 1, 1), "on": request.as_of}


class OpinionsReport(ReportKind):
    """政务舆情回应情况: what was found in a period and whether each limit was kept, with what the evaluations propose.

    Without a first day the period begins with the year of its last.
    """

    sentence = "发现了多少舆情，各项时限是否按时，逾期的登记号，评估得分和处理建议；可以只写一个单位。不含舆情原文。"
    takes_period = True
    needs = frozenset({"unit"})
    is_of_county_too = True

    def title(self, request: Request) -> str:
        whose = request.unit.short_name if request.unit else ""
        return titled(f"{whose}政务舆情回应情况{until(request)}")

    def addressee(self, request: Request) -> str:
        return f"{request.unit.name}：" if request.unit else super().addressee(request)

    def problems(self, request: Request) -> Problems:
        if self._rows(request):
            return {}
        return {"as_of": "这一时段没有发现的政务舆情，请另选时段或者单位。"}

    def freeze(self, request: Request) -> Mapping[str, Any]:
        rows, unit = self._rows(request), request.unit
        return {
            "unit": {"code": unit.code, "unit": unit.short_name, "kind": unit.kind} if unit else None,
            "since": self._since(request).isoformat(),
            "opinions": opinion_facts.opinion_totals(rows),
            "by_unit": [] if unit else opinion_facts.opinion_units(rows),
            "late": opinion_facts.late_opinions(rows),
            "evaluated": opinion_facts.evaluated_opinions(rows),
        }

    def _rows(self, request: Request) -> Sequence[OpinionRow]:
        at = request.context.at or end_of(request.as_of)
        return opinions(since=self._since(request), on=request.as_of, at=at, unit=request.unit)

    def _since(self, request: Request) -> date:
        return request.since or date(request.as_of.year, 1, 1)


class HotlineReport(ReportKind):
    """12345热线办理情况: what was taken in and handed on in a period, each rate, the ranking of units. Nothing about a unit is in it.

    Without a first day the period begins with the quarter of its last.
    """

    sentence = "受理、转办了多少诉求，按期受理、办结、回访和满意率，各单位排名；一般按季度。反映单位的诉求不在其中。"
    takes_period = True

    def title(self, request: Request) -> str:
        return titled(f"12345热线办理情况{until(request)}")

    def problems(self, request: Request) -> Problems:
        if self._figures(request).county.total():
            return {}
        return {"as_of": "这一时段没有热线诉求，请另选时段。"}

    def freeze(self, request: Request) -> Mapping[str, Any]:
        return hotline_facts.hotline_facts(self._figures(request))

    def _figures(self, request: Request) -> HotlineFigures:
        on, at = request.as_of, request.context.at if request.hour else None
        quarter = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        return count_hotline(HotlinePeriod(request.since or quarter, on, on, at))


KINDS: Mapping[str, ReportKind] = {
    "progress": CountyProgress(),
    "unit-progress": UnitProgress(),
    "spot-check": SpotCheckCircular(),
    "special-check": SpecialCheckCircular(),
    "score": ScoreCircular(),
    "overdue": OverdueNotice(),
    "applications": ApplicationsReport(),
    "opinions": OpinionsReport(),
    "hotline": HotlineReport(),
}


def titled(subject: str, *, form: str = "通报") -> str:
    return f"{settings.OFFICE_NAME}关于{subject}的{form}"


def until(request: Request) -> str:
    """The last day told, with the time where it was not over, or the period: it tells a report from the year's others."""
    last = f"{_day(request.as_of)}{time_of_day(f'{request.hour:%H:%M}') if request.hour else ''}"
    return f"（{_day(request.since)}至{last}）" if request.since else f"（截至{last}）"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
