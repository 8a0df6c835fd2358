"""The real notices as drafts on the county's real units, and what a test says of a point."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from fixtures.reference_data import load_unit_groups, load_units, load_workdays, read
from ninghai.models import Role, Unit, User
from tasks.models import WorkPoint, WorkPointNotice
from tasks.notices.importing import import_notice
from tests.cast import person

DATA = Path(__file__).parents[1] / "data"
REAL = ["2018-notice", "2018-employment-notice", "2020-division-of-work-notice"]
AT = datetime(2018, 8, 14, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def county_office() -> User:
    """Somebody of the county's office, beside its real units, groups and calendar."""
    load_units(read("units.json")["units"], verified=True)
    load_unit_groups(read("unit_groups.json")["groups"])
    load_workdays()
    return person("office", "县府办经办", Unit.objects.get(kind=Unit.Kind.OFFICE), Role.OFFICE)


def real_draft(name: str, *, by: User) -> WorkPointNotice:
    data = (DATA / f"{name}.txt").read_bytes()
    return import_notice(data=data, filename=f"{name}.txt", form_id=uuid4(), by=by, at=AT)


def named(point: WorkPoint) -> list[tuple[str, str, bool, bool, list[str]]]:
    """Who is named at the point, in which role, and which units that means."""
    return sorted(
        (each.name, each.role, each.is_group, each.is_resolved, sorted(unit.code for unit in each.units.all()))
        for each in point.responsibilities.prefetch_related("units")
    )


def told(point: WorkPoint) -> dict[str, object]:
    """Everything about the point that a correction could lose."""
    point.refresh_from_db()
    fields = ["key", "number", "text", "responsibility_texts", "limits", "due_date", "due_date_is_default", "place"]
    return {field: getattr(point, field) for field in fields}


def in_order(notice: WorkPointNotice) -> list[str]:
    return list(notice.points.order_by("position", "pk").values_list("key", flat=True))
