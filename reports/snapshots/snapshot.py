"""The snapshot (快照): a report's numbers and names, frozen when it is asked for. Nothing is read again afterwards.

A snapshot is sealed: its SHA-256 over canonical JSON identifies it, and its short code is derived from that hash.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypedDict, Unpack, cast

from django.conf import settings

from ninghai.models import User
from reports.facts.request import Request
from reports.kinds import KINDS
from reports.snapshots.schema import SCHEMA, Kind, Notice, Signature, Snapshot
from tasks.models import WorkPointNotice

_SEAL = {"code", "verify_url"}  # derived from the hash, so no part of it


def compose(request: Request) -> Snapshot:
    """The notice's numbers at the end of that day as the request's kind tells them, not sealed yet."""
    kind = KINDS[request.kind]
    head: Snapshot = {
        "schema": SCHEMA,
        "kind": cast(Kind, request.kind),
        "title": kind.title(request),
        "issuer": settings.OFFICE_NAME,
        "addressee": kind.addressee(request),
        "as_of": request.as_of.isoformat(),
        "code": "",
        "verify_url": "",
        "demo": settings.DEMO,
        "notice": _notice(request.notice),
        "signed": None,
    }
    if request.hour:
        head["as_of_time"] = f"{request.hour:%H:%M}"
    return cast(Snapshot, {**head, **kind.freeze(request)})


def _notice(notice: WorkPointNotice) -> Notice:
    return {"title": notice.title, "document_number": notice.document_number, "year": notice.year}


def fingerprint(snapshot: Snapshot) -> str:
    """SHA-256 over the canonical JSON of what the snapshot says."""
    sealed_part = {name: value for name, value in cast(dict[str, Any], snapshot).items() if name not in _SEAL}
    canonical = json.dumps(sealed_part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def sealed(snapshot: Snapshot, *, code: str) -> Snapshot:
    """The snapshot with its code (one of `codes_of(fingerprint)`) and the address that answers for it."""
    return {**snapshot, "code": code, "verify_url": f"{settings.SITE_URL}/verify/{code}/"}


def correcting(snapshot: Snapshot, *, title: str, document_number: str) -> Snapshot:
    """The same numbers in a paper that names the one it puts right; to be sealed anew."""
    return {**snapshot, "corrects": {"title": title, "document_number": document_number}, "code": "", "verify_url": ""}


class Printed(TypedDict, total=False):
    """What the signer may have printed besides."""

    remark: str  # 附注
    addressee: str  # 主送机关, else the draft's
    copied_to: str  # 抄送机关


def signed(
    snapshot: Snapshot, *, document_number: str, signed_on: date, signer: User, **printed: Unpack[Printed]
) -> Snapshot:
    """The same numbers with the signature under them and for whom they are meant; to be sealed anew."""
    signature: Signature = {
        "document_number": document_number,
        "signed_on": signed_on.isoformat(),
        "signer": str(signer),
    }
    if remark := printed.get("remark"):
        signature["remark"] = remark
    if copied_to := printed.get("copied_to"):
        signature["copied_to"] = copied_to
    if settings.REPORTS_WITHOUT_SEAL:
        signature["without_seal"] = True
    meant_for = printed.get("addressee") or snapshot["addressee"]
    return {**snapshot, "addressee": meant_for, "signed": signature, "code": "", "verify_url": ""}


# Snapshots of older schemas, read as if they had been frozen today: what was not frozen then is left out of the paper.

Step = Callable[[dict[str, Any]], dict[str, Any]]


def upgraded(snapshot: Mapping[str, Any]) -> dict[str, Any] | None:
    """In today's schema; None for a schema that nobody here has ever written."""
    current = dict(snapshot)
    while (schema := current.get("schema", 0)) != SCHEMA:
        if schema not in STEPS:
            return None
        current = STEPS[schema](current) | {"schema": schema + 1}
    return current


def _without_months(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 did not tell how the work went on month by month."""
    return {"months": [], **snapshot}


def _missing_untold(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 told no late reports apart from missing ones and named none of them; what was made up is told as nought."""
    sums = {name: {**snapshot[name], **NOTHING_MADE_UP} for name in ("totals", "county") if name in snapshot}
    return snapshot | sums


NOTHING_MADE_UP = {"reports_made_up": 0, "made_up_pending": 0}
STEPS: dict[Any, Step] = {1: _without_months, 2: _missing_untold}
