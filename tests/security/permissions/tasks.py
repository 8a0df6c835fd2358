"""Records of the finance bureau in each state, for the cells about notices, tasks, progress reports, spot checks and scores."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from ninghai.models import Unit
from tasks.assignments.urging import remind_units
from tasks.models import (
    Assignment,
    Drawn,
    Finding,
    HandOver,
    PeriodRecord,
    Petition,
    ProgressReport,
    Responsibility,
    Rubric,
    Scoring,
    UnitReform,
    UnitScore,
    WorkPointNotice,
)
from tasks.notices.amending import import_amendment
from tasks.notices.breakdown.services import export_breakdown, keep_breakdown
from tasks.notices.correcting import keep_choice, resolve_responsibility
from tasks.notices.issuing import discard_notice
from tasks.notices.taking_back import resolved_just_now
from tasks.periods.services import close_period
from tasks.petitions.services import ask, withdraw_petition
from tasks.progress.services import return_report
from tasks.scoring.services import cancel_entry, circulate_scores, compute_scores, record_entry
from tests.cast import Cast
from tests.security.permissions.records import SECRET, Ground, Record, visitors
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY
from tests.tasks.issued import draft_notice
from tests.tasks.scoring.conftest import make_a_scheme
from tests.tasks.test_amendments import AMENDED

Records = dict[tuple[str, str], Record]


class Year:
    """The issued notice; each record is about another of the finance bureau's tasks."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.used = cast, 0
        self.notice = factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * 15)

    def task(self) -> Assignment:
        self.used += 1
        return factories.assignment_of(self.cast, point=self.used)

    def drawn(self, task: Assignment, *, rubric: Rubric | None = None) -> Drawn:
        drawn = factories.drawn_check(self.cast, self.notice, size=1, rubric=rubric).drawn.get()
        drawn.assignment, drawn.unit, drawn.key = task, task.unit, task.key
        drawn.save(update_fields=["assignment", "unit", "key"])
        return drawn


def make_ground(cast: Cast) -> Ground:
    year = Year(cast)
    records: Records = {("", ""): Record({"year": 2018, "code": "002", "key": year.notice.points.first().key})}
    for make in (_progress, _assignments, _petitions, _checks, _notices, _periods, _scores, _rubrics):
        records |= make(cast, year)
    urged = remind_units(assignments=[factories.assignment_of(cast, point=15)], by=cast.office, at=NOW)
    records["", ""].args["first"] = urged.first
    draft = WorkPointNotice.objects.get(pk=records["notice", "draft"].args["pk"])
    row = resolved_just_now(draft, cast.office, at=NOW)
    records["", ""].of["admin:tasks_responsibility_take-back"] = {"pk": draft.pk, "row": row.pk}
    seen = {"object_id": records["progress", "accepted"].args["pk"]}  # the first one is not for the office
    records["", ""].of["admin:tasks_progressreport_history"] = seen
    _lists(cast)
    own, others = visitors(cast)
    return Ground(records, own, others)


def _progress(cast: Cast, year: Year) -> Records:
    makers = {name: make for name, make in factories.STATIONS.items() if name != "accepted"}
    records = {}
    for state in [*makers, "returned", "accepted"]:
        task = year.task()
        make = makers.get(state, factories.accepted if state == "accepted" else factories.with_head)
        report = make(
            cast, assignment=task, text=SECRET, proof=factories.PDF + state.encode(), public_summary="已公开。"
        )
        if state == "returned":
            report = return_report(report=report, reason="请补充", by=cast.head, at=NOW)
        year.drawn(task)
        records["progress", state] = _report(report)
    return records


def _report(report: ProgressReport) -> Record:
    of_task = {"pk": report.assignment_id, "period_pk": report.period_id}
    writing = {f"tasks:report-{act}": of_task for act in ("draft", "submit", "autosave")}
    shown = {"pk": report.evidence.get().file_id, "number": 1}
    file = {f"tasks:evidence-{what}": shown for what in ("file", "preview", "picture")}
    words = {"version": report.version, "reason": "请补充", "text": "改写", "percent": 70, "judged": "on"}
    return Record({"pk": report.pk, "object_id": report.pk}, words, of={**writing, **file})


def _assignments(cast: Cast, year: Year) -> Records:
    todo, completed = year.task(), year.task()
    factories.accepted(cast, assignment=completed, percent=100, claims_completion=True, proof=factories.PDF + b"done")
    for task in (todo, completed):
        year.drawn(task)
        task.refresh_from_db()
    return {("assignment", task.status): _task(task) for task in (todo, completed)}


def _task(task: Assignment) -> Record:
    sent = {"version": task.version, "kind": "extension", "wanted_until": "2019-03-31", "reason": "等上级部署"}
    return Record({"pk": task.pk, "object_id": task.pk}, {**sent, "form_id": str(uuid4())})


def _petitions(cast: Cast, year: Year) -> Records:
    wanted = {"extension": date(2019, 3, 31), "not_applicable": None, "withdrawn": None}
    records = {}
    for state, until in wanted.items():
        kind = Petition.Kind.EXTENSION if state == "extension" else Petition.Kind.NOT_APPLICABLE
        asked = {"kind": kind, "wanted_until": until, "reason": SECRET, "form_id": uuid4()}
        petition = ask(assignment=year.task(), by=cast.clerk, at=NOW, **asked)
        if state == "withdrawn":
            petition = withdraw_petition(petition=petition, by=cast.clerk, at=NOW)
        version = petition.version
        sent = {"version": version, "refuse-reason": "不同意"}
        more = {"grant-until": until or ""}
        records["petition", state] = Record({"pk": petition.pk, "object_id": petition.pk}, {**sent, **more})
    return records


def _checks(cast: Cast, year: Year) -> Records:
    waiting = year.drawn(year.task())
    found = {
        state: factories.recorded(cast, year.drawn(year.task()), note=SECRET)
        for state in ("open", "with_head", "objected", "handed_in")
    }
    factories.objected(cast, found["objected"])
    factories.written_objection(cast, found["with_head"])
    factories.submitted_rectification(cast, found["with_head"])
    factories.handed_in(cast, found["handed_in"])
    check = Record({"pk": waiting.spot_check_id}, {"pool": cast.inspector.pk, "drawn": waiting.pk})
    return {
        ("check", "drawn"): check,
        ("drawn", "waiting"): _drawn(waiting),
        ("drawn", "handed_in"): _drawn(found["handed_in"].drawn),
        **{("finding", state): _finding(finding) for state, finding in found.items()},
    }


def _drawn(drawn: Drawn) -> Record:
    sent = {"outcome": "to_rectify", "note": "台账不一致", "rectify_by_date": "2018-12-20", "sheet_version": 0}
    return Record({"pk": drawn.pk}, {**sent, "recheck": {"version": 4, "passes": "yes", "note": "已整改"}})


def _finding(finding: Finding) -> Record:
    finding = Finding.objects.select_related("objection", "rectification").get(pk=finding.pk)
    objection = getattr(finding, "objection", None)
    sent = {
        "version": finding.version,
        "objection_version": objection.version if objection else 0,
        "text": "台账已经补齐。",
        "decision": "经核实",
        "verdict": "dismissed",
    }
    return Record({"pk": finding.pk, "object_id": finding.pk}, {**sent, "passes": "yes", "note": "已整改"})


def _notices(cast: Cast, year: Year) -> Records:
    discarded = draft_notice(cast)
    discarded = discard_notice(notice=discarded, reason="重复", version=discarded.version, by=cast.office, at=NOW)
    draft = draft_notice(cast)
    name = Responsibility.objects.filter(point__notice=draft, is_resolved=False).last()
    resolve_responsibility(responsibility=name, units=[cast.finance], by=cast.office, at=NOW)
    draft.refresh_from_db()
    kept = {"notice": draft, "data": export_breakdown(notice=draft, by=cast.office, at=NOW), "filename": "分解表.xlsx"}
    upload = keep_breakdown(form_id=uuid4(), by=cast.office, at=NOW, **kept)
    amended = {"data": AMENDED.encode(), "filename": "notice.txt", "form_id": uuid4()}
    amendment = import_amendment(notice=year.notice, by=cast.office, at=NOW, **amended)
    year.notice.refresh_from_db()
    return {
        ("notice", "draft"): _notice(draft, upload_pk=upload.pk),
        ("notice", "issued"): _notice(year.notice),
        ("notice", "discarded"): _notice(discarded),
        ("amendment", "draft"): _notice(amendment),
    }


def _notice(notice: WorkPointNotice, **more: Any) -> Record:
    point = notice.points.order_by("position").first()
    below = {"point_pk": point.pk, "responsibility_pk": point.responsibilities.first().pk, "cut": 4}
    sent = {"version": notice.version, "reason": "有误", "rhythm": "monthly"}
    return Record({"pk": notice.pk, "object_id": notice.pk, **below, **more}, sent)


def _periods(cast: Cast, year: Year) -> Records:
    days = {"start": date(2018, 4, 1), "end": date(2018, 6, 30), "due_date": date(2018, 7, 10)}
    closed = close_period(period=year.notice.periods.create(name="第二季度", **days), by=cast.office, at=NOW)
    PeriodRecord.objects.create(period=closed, assignment=factories.assignment_of(cast), outcome="missing")
    year.notice.refresh_from_db()
    periods = {"closed": closed, "passed": factories.period("第三季度"), "running": factories.period("第四季度")}
    return {("period", state): _period(period, year.notice.version) for state, period in periods.items()}


def _period(period: Any, version: int) -> Record:
    return Record({"pk": period.pk, "object_id": period.pk}, {"version": version, "name": "改写"})


def _scores(cast: Cast, year: Year) -> Records:
    scheme, other = (make_a_scheme(cast, year.notice, name=name) for name in ("试算方案", "通报方案"))
    draft, scoring = (compute_scores(scheme=each, as_of=TODAY, by=cast.office, at=NOW) for each in (scheme, other))
    circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)
    valid, cancelled = _entry(cast, scheme), _entry(cast, scheme)
    cancel_entry(entry=cancelled, reason="重复", by=cast.office, at=NOW)
    scheme.refresh_from_db()
    scoring.refresh_from_db()
    return {
        ("scheme", "open"): _scheme(scheme),
        ("scheme", "circulated"): _scheme(other),
        ("entry", "valid"): _of(valid, reason="有误"),
        ("entry", "cancelled"): _of(cancelled, reason="有误"),
        ("scoring", "draft"): _scoring(draft),
        ("scoring", "circulated"): _scoring(scoring),
        ("score", "draft"): _of(UnitScore.objects.get(scoring=draft, unit=cast.finance)),
        ("score", "circulated"): _of(UnitScore.objects.get(scoring=scoring, unit=cast.finance)),
    }


def _entry(cast: Cast, scheme: Any) -> Any:
    said = {"value": Decimal(1), "happened_on": date(2018, 10, 8), "reason": "迟报", "file": factories.stored(cast)}
    rule = scheme.rules.get(source="deduction")
    return record_entry(rule=rule, unit=cast.finance, form_id=uuid4(), by=cast.office, at=NOW, **said)


def _scheme(scheme: Any) -> Record:
    return _of(scheme, rule_pk=scheme.rules.first().pk, sent={"version": scheme.version, "name": "改写"})


def _scoring(scoring: Scoring) -> Record:
    score_pk = scoring.unit_scores.first().pk
    return _of(scoring, score_pk=score_pk, sent={"version": scoring.version})


def _of(record: Any, *, sent: dict | None = None, reason: str = "", **more: Any) -> Record:
    return Record({"pk": record.pk, "object_id": record.pk, **more}, sent or {"reason": reason})


def _rubrics(cast: Cast, year: Year) -> Records:
    used = factories.small_rubric()
    Rubric.objects.filter(pk=used.pk).update(name="去年的细则")
    unused = factories.small_rubric()
    year.drawn(factories.assignment_of(cast), rubric=used)
    return {("rubric", "unused"): _of(unused), ("rubric", "used"): _of(used)}


def _lists(cast: Cast) -> None:
    """A row in each list of the admin that nothing above fills."""
    keep_choice(name="有关部门", title="财经类", units=[cast.finance], by=cast.office, at=NOW)
    done = {"reason": "调离", "form_id": uuid4(), "done_by": cast.office, "done_at": NOW}
    given = {"memberships": 1, "inspections": 0, "inspections_left": 0}
    HandOver.objects.create(leaver=cast.other_head, successor=cast.other_clerk, **done, **given)
    moved = {"handed_over": 0, "merged": 0, "reports": 0, "memberships": 0}
    planning = Unit.objects.get(short_name="县发改局")
    UnitReform.objects.create(unit=planning, successor=cast.town, last_day=date(2018, 10, 1), **done, **moved)
