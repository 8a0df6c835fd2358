"""A made-up county of any size, and the snapshots of its reports, counted by the same functions as a real one's.

Its units and work points are those of the 2018 notice; every state, day and mark follows from the places of unit and
point in their lists, so the same size always gives the same papers. Each call gives a paper of its own, which whoever
asked for it may write in.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from reports.facts import totals
from reports.facts.duties import AssignmentRow, Outcome, ReportedProgress, duty_rows
from reports.facts.totals import months
from reports.snapshots.schema import SCHEMA
from tasks.models.states import AssignmentStatus
from tests.reports.reading import stored_snapshot

AS_OF = date(2018, 11, 20)
BEGUN = date(2018, 4, 16)
SIGNED = {
    "document_number": "宁政办发〔2018〕61号",
    "signed_on": "2018-11-21",
    "signer": "县政府办公室主任",
    "remark": "此件公开发布",
    "copied_to": "县委各部门，县人大常委会、县政协办公室，县人武部，县法院、检察院",
}
RULES = ("主动公开", "依申请公开", "政策解读", "回应关切", "平台建设", "组织保障")
_SEEN = stored_snapshot("spot-check-large-signed")
REPORTED = tuple(
    ReportedProgress("2018年第三季度", each) for each in (Outcome.ACCEPTED, Outcome.MISSING, Outcome.MADE_UP_PENDING)
)
POINTS = list({row["point"]: row["requirement"] for row in _SEEN["spot_check"]["findings"]}.items())
PARTS = [row["part"] for row in _SEEN["by_part"]]


def made_up_duties(*, units: int = 60, points: int = 12) -> list[AssignmentRow]:
    """Every unit with the same number of points, every third of them done, every ninth late."""
    rows = _SEEN["by_unit"]
    named = [rows[at % len(rows)] | {"code": f"{at:03}"} for at in range(units)]
    for round_, row in enumerate(named[len(rows) :]):
        row["unit"] = f"{row['unit']}第{round_ + 1}站"
    return [_duty(named[unit], unit, point) for point in range(points) for unit in range(units)]


def _duty(unit: Mapping[str, Any], at: int, point: int) -> AssignmentRow:
    key, text = POINTS[point % len(POINTS)]
    mixed = (at * 7 + point * 5) % 9
    due = BEGUN.replace(day=28) + timedelta(days=30 * (point % 9) + at % 5)
    state = _state(mixed)
    done = due - timedelta(days=3) if mixed else due + timedelta(days=2)
    return AssignmentRow(
        point=key,
        part=PARTS[point % len(PARTS)],
        text=text,
        unit_code=unit["code"],
        unit=unit["unit"],
        unit_kind=unit["kind"],
        role="牵头单位" if point % 3 else "责任单位",
        due_date=due,
        standing=state,
        completed_on=min(done, AS_OF) if state == AssignmentStatus.COMPLETED else None,
        completion_accepted_on=min(done, AS_OF) if state == AssignmentStatus.COMPLETED else None,
        days_late=(AS_OF - due).days,
        reports=REPORTED[: 1 + mixed % 3],
    )


def _state(mixed: int) -> AssignmentStatus:
    if mixed < 5:
        return AssignmentStatus.COMPLETED
    if mixed < 7:
        return AssignmentStatus.IN_PROGRESS
    return AssignmentStatus.TODO if mixed == 7 else AssignmentStatus.NOT_APPLICABLE


def _head(kind: str, subject: str, *, signed: bool, form: str = "通报", addressee: str = "") -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "kind": kind,
        "title": f"宁海县人民政府办公室关于{subject}的{form}",
        "issuer": "宁海县人民政府办公室",
        "addressee": addressee or "各乡镇人民政府、街道办事处，县政府直属各单位：",
        "as_of": AS_OF.isoformat(),
        "code": "7K3M-9QXD",
        "verify_url": "http://127.0.0.1:8000/verify/7K3M-9QXD/",
        "demo": False,
        "notice": deepcopy(_SEEN["notice"]),
        "signed": dict(SIGNED) if signed else None,
    }


def progress(*, units: int = 60, points: int = 12, signed: bool = True) -> dict[str, Any]:
    """全县进展情况."""
    duties = made_up_duties(units=units, points=points)
    head = _head("progress", "2018年政务公开工作要点落实进展情况（截至2018年11月20日）", signed=signed)
    return head | _of_county(duties) | {"spot_check": None}


def spot_check(*, units: int = 60, points: int = 12, signed: bool = True) -> dict[str, Any]:
    """抽查通报, with the findings of the stored one."""
    duties = made_up_duties(units=units, points=points)
    head = _head("spot-check", "2018年11月政务公开工作抽查情况", signed=signed)
    return head | _of_county(duties) | {"spot_check": deepcopy(_SEEN["spot_check"])}


def _of_county(duties: list[AssignmentRow]) -> dict[str, Any]:
    return {
        "totals": totals.totals(duties, points=len({row.point for row in duties})),
        "months": months(duties, since=BEGUN, on=AS_OF),
        "by_part": totals.by_part(duties),
        "by_unit": totals.by_unit(duties, order=sorted({row.unit_code for row in duties})),
        "overdue": totals.overdue(duties),
    }


def unit_progress(*, points: int = 12, signed: bool = False) -> dict[str, Any]:
    """单位进展情况, of the second unit."""
    everybody = made_up_duties(points=points)
    own = [row for row in everybody if row.unit_code == "001"]
    subject = f"{own[0].unit}2018年政务公开工作要点落实进展情况（截至2018年11月20日）"
    return _head("unit-progress", subject, signed=signed, addressee=f"{own[0].unit}：") | {
        "unit": {"code": own[0].unit_code, "unit": own[0].unit, "kind": own[0].unit_kind},
        "totals": totals.totals(own, points=len(own)),
        "county": totals.totals(everybody, points=points),
        "months": months(own, since=BEGUN, on=AS_OF),
        "by_part": totals.by_part(own),
        "overdue": totals.overdue(own),
        "missing": totals.missing(own),
        "duties": duty_rows(own),
    }


def overdue(*, units: int = 60, points: int = 12, signed: bool = False) -> dict[str, Any]:
    """督办单 of the whole county."""
    duties = made_up_duties(units=units, points=points)
    subject = "2018年政务公开工作要点逾期任务（截至2018年11月20日）"
    county = _of_county(duties)
    return _head("overdue", subject, signed=signed, form="督办通知", addressee="各有关单位：") | {
        "unit": None,
        "totals": county["totals"],
        "by_unit": [row for row in county["by_unit"] if row["overdue"]],
        "overdue": county["overdue"],
    }


def urgent(*, signed: bool = False, without_seal: bool = False) -> dict[str, Any]:
    """督办单 of a unit about the one task that it is late with."""
    county = overdue(units=30, points=18, signed=signed)
    late = county["overdue"][0]
    own = [row for row in county["by_unit"] if row["unit"] == late["unit"]]
    signature = SIGNED | ({"without_seal": True} if without_seal else {})
    return county | {
        "title": f"宁海县人民政府办公室关于{late['unit']}2018年政务公开工作要点逾期任务（截至2018年11月20日）的督办通知",
        "addressee": f"{late['unit']}：",
        "unit": {"code": own[0]["code"], "unit": late["unit"], "kind": own[0]["kind"]},
        "by_unit": own,
        "overdue": [late],
        "signed": signature if signed else None,
    }


def score(*, units: int = 60, signed: bool = True) -> dict[str, Any]:
    """考核通报, one unit vetoed."""
    names = list(dict.fromkeys(row.unit for row in made_up_duties(units=units, points=1)))
    totals = [round(99.5 - at * 0.75, 2) for at in range(units)]
    ranking = [
        {
            "place": at,
            "is_tied": False,
            "columns": len(RULES) - (at % 7 == 0),
            "code": f"{at:03}",
            "unit": name,
            "kind": "县级部门" if at % 3 else "乡镇（街道）",
            "total": f"{totals[at - 1]:.2f}",
            "vetoed": at == units,
            "amounts": [None if at % 7 == 0 else f"{totals[at - 1] / len(RULES):.2f}"]
            + [f"{totals[at - 1] / len(RULES):.2f}"] * (len(RULES) - 1),
            "change": ("升2", "降1", "持平", "")[at % 4],
        }
        for at, name in enumerate(names, start=1)
    ]
    deductions = [
        {
            "unit": row["unit"],
            "rule": RULES[at % len(RULES)],
            "words": f"{POINTS[at % len(POINTS)][1]}未按期公开",
            "amount": f"-{1 + at % 3}.00",
        }
        for at, row in enumerate(ranking)
    ]
    return _head("score", "2018年政务公开工作考核情况（截至2018年11月20日）", signed=signed) | {
        "scheme": "宁海县2018年政务公开工作考核办法",
        "rules": list(RULES),
        "full_marks": (marks := ["20", "20", "20", "15", "15", "10"]),
        "heads": [f"{rule}（{mark}分）" for rule, mark in zip(RULES, marks, strict=True)],
        "left_out": ["加分"],
        "ranking": ranking,
        "deductions": deductions,
        "circulated": signed,
    }
