"""The snapshot (快照): a report's numbers and names, frozen when it is asked for. Nothing is read again afterwards.

A snapshot is sealed: its SHA-256 over canonical JSON identifies it, and its short code is derived from that hash.
"""

import hashlib
import json
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.utils import timezone

from ninghai.models import Unit, User
from reports import statistics
from reports.inspections import inspected
from reports.snapshot_schema import SCHEMA, Kind, Notice, Signature, Snapshot
from tasks.models import SpotCheck, WorkPointNotice
from tasks.points.editions import in_force

ADDRESSEE = "各乡镇人民政府、街道办事处，县政府直属各单位："
SUBJECTS: dict[Kind, str] = {"progress": "政务公开工作要点落实进展情况", "spot-check": "政务公开工作抽查情况"}
_SEAL = {"code", "verify_url"}  # derived from the hash, so no part of it


def compose(*, kind: Kind, notice: WorkPointNotice, as_of: date, spot_check: SpotCheck | None = None) -> Snapshot:
    """The notice's numbers at the end of that day, not sealed yet; `spot_check` for 抽查通报 only."""
    duties = statistics.duties(notice=notice, on=as_of)
    return {
        "schema": SCHEMA,
        "kind": kind,
        "title": title(kind=kind, notice=notice, as_of=as_of, spot_check=spot_check),
        "issuer": settings.OFFICE_NAME,
        "addressee": ADDRESSEE,
        "as_of": as_of.isoformat(),
        "code": "",
        "verify_url": "",
        "demo": settings.DEMO,
        "notice": _notice(notice),
        "signed": None,
        "totals": statistics.totals(duties, points=in_force(notice, on=as_of).count()),
        "by_part": statistics.by_part(duties),
        "by_unit": statistics.by_unit(duties, order=list(Unit.objects.values_list("code", flat=True))),
        "overdue": statistics.overdue(duties),
        "spot_check": inspected(spot_check=spot_check, on=as_of) if spot_check else None,
    }


def title(*, kind: Kind, notice: WorkPointNotice, as_of: date, spot_check: SpotCheck | None = None) -> str:
    """The circular's title; the month of the draw, or the last day told, tells it from the year's others."""
    if spot_check:
        drawn_on = timezone.localdate(spot_check.drawn_at)
        return f"{settings.OFFICE_NAME}关于{drawn_on.year}年{drawn_on.month}月{SUBJECTS[kind]}的通报"
    until = f"（截至{as_of.year}年{as_of.month}月{as_of.day}日）"
    return f"{settings.OFFICE_NAME}关于{notice.year}年{SUBJECTS[kind]}{until}的通报"


def _notice(notice: WorkPointNotice) -> Notice:
    return {"title": notice.title, "document_number": notice.document_number, "year": notice.year}


def fingerprint(snapshot: Snapshot) -> str:
    """SHA-256 over the canonical JSON of what the snapshot says."""
    said = {name: value for name, value in cast(dict[str, Any], snapshot).items() if name not in _SEAL}
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def sealed(snapshot: Snapshot, *, code: str) -> Snapshot:
    """The snapshot with its code (one of `codes_of(fingerprint)`) and the address that answers for it."""
    return {**snapshot, "code": code, "verify_url": f"{settings.SITE_URL}/verify/{code}/"}


def signed(snapshot: Snapshot, *, document_number: str, signed_on: date, signer: User, remark: str) -> Snapshot:
    """The same numbers with the signature under them; to be sealed anew."""
    signature: Signature = {
        "document_number": document_number,
        "signed_on": signed_on.isoformat(),
        "signer": str(signer),
    }
    if remark:
        signature["remark"] = remark
    return {**snapshot, "signed": signature, "code": "", "verify_url": ""}
