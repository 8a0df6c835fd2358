"""Drafting, approving, publishing and cancelling a version of a guide: who may, the limit that runs, what is frozen."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from disclosure.catalogue.search.lexemes import Searchable
from disclosure.items.text import many_lines, one_line
from disclosure.models import GuideMaterial, GuideVersion, Item, Knowledge, Service
from disclosure.models.states import GuideStatus, Validity
from disclosure.privacy.gate import require_impersonal
from disclosure.service_guides.checker import GuideResult, check_guide
from disclosure.service_guides.content import (
    BY_NAME,
    MATERIALS,
    NO_EFFECTIVE_DAY,
    Content,
    as_data,
    missing_in,
    text_of,
)
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import StatutoryDuty, close_clock, hold_calendar, register, start_clock
from ninghai.calendar.legal_duties import of_law
from ninghai.calendar.reckoning import local_day
from ninghai.files.paper_codes import codes_of
from ninghai.models import AuditEntry, DutyClock, Role, Unit, User, acts_as
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.models.state_machine import Allowed, Version, as_long_as, in_state, require

# Who may do what.

WRITERS, HEADS = (Role.EDITOR, Role.OFFICE), (Role.REVIEWER, Role.SIGNER)


def is_own(user: User, record: Service | Knowledge) -> bool:
    """The unit's, or of a unit that it has replaced."""
    acting = user.acting
    if acting is None or record.unit_id == acting.unit_id:
        return acting is not None
    return Unit.objects.inherited_by(acting.unit).filter(pk=record.unit_id).exists()


def _writes(user: User, guide: GuideVersion, status: GuideStatus) -> Allowed:
    return acts_as(user, *WRITERS) and is_own(user, guide.service) and in_state(guide.status == status, guide)


def _heads(user: User, guide: GuideVersion, *statuses: GuideStatus) -> Allowed:
    return acts_as(user, *HEADS) and is_own(user, guide.service) and in_state(guide.status in statuses, guide)


def can_begin(user: User, service: Service) -> Allowed:
    return acts_as(user, *WRITERS) and is_own(user, service)


def can_write(user: User, guide: GuideVersion) -> Allowed:
    return _writes(user, guide, GuideStatus.DRAFT)


def can_approve(user: User, guide: GuideVersion) -> Allowed:
    """The unit's head, for what others wrote."""
    return _heads(user, guide, GuideStatus.WITH_HEAD) and not_own_work(user, guide)


def can_return(user: User, guide: GuideVersion) -> Allowed:
    return _heads(user, guide, GuideStatus.WITH_HEAD, GuideStatus.APPROVED)


def can_publish(user: User, guide: GuideVersion) -> Allowed:
    return _heads(user, guide, GuideStatus.APPROVED) and not_own_work(user, guide)


def can_cancel(user: User, guide: GuideVersion) -> Allowed:
    return _heads(user, guide, GuideStatus.PUBLISHED)


# Drafting.


@transaction.atomic
def begin_guide(*, service: Service, by: User, at: datetime) -> GuideVersion:
    """Another version, with the words of the last one that was public; the unfinished one where there is one."""
    require(can_begin(by, service))
    return begun_for(service, by=by, at=at)


def begun_for(service: Service, *, by: User, at: datetime) -> GuideVersion:
    """The same, whoever it is: the office takes over for a unit what comes as a workbook."""
    require(as_long_as(not service.is_cancelled(on=local_day(at)), "这个事项已经取消，不能再起草办事指南。"))
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)  # numbers without a twin
    guides = GuideVersion.objects.filter(service=service).order_by("-number")
    if begun := guides.unfinished().first():
        return begun
    last, public = guides.first(), guides.published().first()
    guide = GuideVersion(service=service, number=last.number + 1 if last else 1, drafted_by=by, drafted_at=at)
    guide.content = dict(public.content) if public else {}
    guide.findings = findings_of(guide)
    guide.save()
    guide.materials.set(public.materials.all() if public else ())
    AuditEntry.objects.record(action="draft", target=guide, by=by, at=at, to_status=guide.status)
    return guide


@transaction.atomic
def write_guide(*, guide: GuideVersion, content: Content, version: Version, by: User, at: datetime) -> GuideVersion:
    """Keep what was typed, its materials joined with the shared ones; and what the checker says of it."""
    require(can_write(by, guide))
    return keep_content(guide, content, version=version, by=by, at=at)


def keep_content(
    guide: GuideVersion, content: Content, *, by: User, at: datetime, version: Version = ...
) -> GuideVersion:
    materials, rows = shared_materials(content.get(MATERIALS, []))
    guide.content = {name: said for name, said in content.items() if name in BY_NAME and said} | {MATERIALS: rows}
    guide.edit(by=by, at=at, version=version, content=guide.content, findings=findings_of(guide))
    guide.materials.set(materials)
    return guide


def shared_materials(rows: Iterable[Mapping[str, str]]) -> tuple[list[GuideMaterial], list[dict[str, str]]]:
    """The materials by name, new ones made; the rows with the basis of each. Raises ValidationError where another is said.

    A draft says the basis for itself alone: until a guide with it is published, or the office has entered one, there is none.
    """
    rows, found, told = list(rows), [], []
    for row in rows:
        if max(len(row["名称"]) - 100, len(row.get("依据", "")) - 300) > 0:
            raise ValidationError({"materials": f"“{row['名称'][:20]}”：名称不超过100字，依据不超过300字。"})
    names = sorted({row["名称"] for row in rows})  # in one order, whoever else makes new ones
    materials = {name: GuideMaterial.objects.get_or_create(name=name)[0] for name in names}
    for row in rows:
        name, basis = row["名称"], row.get("依据", "")
        material = materials[name]
        if basis and material.basis and basis != material.basis:
            words = (
                f"“{name}”是共用材料，依据写的是“{material.basis}”。请按它填写；要改共用材料的，请告诉县政府办公室。"
            )
            raise ValidationError({"materials": words})
        found.append(material)
        told.append({**row, "依据": material.basis or basis})
    return found, told


CITED = re.compile(r"[^\s，。；、：《》（）]{1,12}〔\d{4}〕\d+号|(?<=《)[^《》]+(?=》)")


def _cited_in(text: str) -> set[str]:
    """Titles and numbers of documents; a number as well without the words that stand before it (根据甬政发〔2010〕3号)."""
    found = CITED.findall(text)
    return {each[start:] for each in found for start in range(each.find("〔") if "〔" in each else 1)}


def findings_of(guide: GuideVersion) -> list[dict[str, str]]:
    """What the rules find fault with, as it is kept beside the guide."""
    cited = _cited_in(text_of(guide.content))
    gone = Item.objects.filter(validity__in=[Validity.REPEALED, Validity.EXPIRED], status="published")
    abolished = {
        each
        for name in ("document_number", "title")
        for each in gone.filter(**{f"{name}__in": cited}).values_list(name, flat=True)
    }
    failed = [each for each in check_guide(as_data(guide), abolished=abolished) if each.result == GuideResult.FAIL]
    return [
        {"rule": each.rule, "place": each.place, "message": each.message} for each in failed if each.rule not in LATER
    ]


LATER = frozenset({"core-计划生效日期"})  # a draft has none: publication asks for it


@transaction.atomic
def hand_in_guide(*, guide: GuideVersion, version: Version, by: User, at: datetime) -> GuideVersion:
    """提交审核: with what every guide must say, and without a word about people."""
    require(can_write(by, guide))
    guide.require_version(version)
    if missing := missing_in(guide.content):
        raise ValidationError(f"还不能提交，请先填写：{'、'.join(missing)}。")
    require_impersonal(text_of(guide.content), field=NON_FIELD_ERRORS, what="办事指南")
    guide.hand_in(by=by, at=at)
    return guide


@transaction.atomic
def return_guide(*, guide: GuideVersion, reason: str, version: Version, by: User, at: datetime) -> GuideVersion:
    require(can_return(by, guide))
    hold_calendar()
    guide.require_version(version)
    guide.send_back(reason=many_lines(reason), by=by, at=at)
    _close_clock(guide, by=by, at=at, reason=f"退回修改：{reason}"[:200])
    return guide


def discard_guide(*, guide: GuideVersion, version: Version, by: User, at: datetime) -> GuideVersion:
    require(can_write(by, guide))
    guide.require_version(version)
    guide.discard(by=by, at=at)
    return guide


# Approval, from which the limit runs, and publication, which ends it.


def _due_moved(clock: DutyClock, before: date | None, after: date | None) -> None:
    GuideVersion.objects.filter(pk=clock.target_id).update(publish_by=after)


LAW = of_law("guide_publish", on=date(2018, 3, 1))
FIRST_APPROVAL = date(2008, 5, 1)  # an earlier day is a slip of the pen
GUIDE_PUBLISH = register(
    StatutoryDuty(
        LAW.code, LAW.words, LAW.limit or Limit(LimitUnit.WORKING_DAY, 1), str(LAW.basis), due_moved=_due_moved
    )
)


def clock_of(guide: GuideVersion) -> DutyClock | None:
    return DutyClock.objects.about(guide).filter(duty=GUIDE_PUBLISH.code).order_by("-pk").first()


def _close_clock(guide: GuideVersion, *, by: User, at: datetime, reason: str = "") -> None:
    if clock := DutyClock.objects.about(guide).open().filter(duty=GUIDE_PUBLISH.code).first():
        close_clock(clock=clock, by=by, at=at, reason=reason)


@transaction.atomic
def approve_guide(
    *, guide: GuideVersion, approved_on: date, approval_paper: str, version: Version, by: User, at: datetime
) -> GuideVersion:
    """批准: the day of approval is that of the paper; from it one working day runs."""
    require(can_approve(by, guide))
    hold_calendar()  # before the guide is locked: who changes the calendar holds it, then clocks, then guides (`_due_moved`)
    guide = GuideVersion.objects.with_service().lock(guide.pk, seen=version)
    if not FIRST_APPROVAL <= approved_on <= local_day(at):
        raise ValidationError({"approved_on": f"批准日期不能晚于今天，也不能早于{FIRST_APPROVAL}。"})
    clock = start_clock(duty=GUIDE_PUBLISH, target=guide, happened_at=beginning_of(approved_on), by=by, at=at)
    guide.approve(
        on=approved_on,
        paper=one_line(approval_paper),
        publish_by=local_day(clock.due_at) if clock.due_at else None,
        by=by,
        at=at,
    )
    return guide


@transaction.atomic
def publish_guide(
    *,
    guide: GuideVersion,
    effective_on: date | None,
    what_changed: str,
    version: Version,
    by: User,
    at: datetime,
) -> GuideVersion:
    """公布: with the day from which it holds, which is part of the duty; from then on its words are never changed."""
    require(can_publish(by, guide))
    require(as_long_as(not guide.service.is_cancelled(on=local_day(at)), "这个事项已经取消，不能再公布办事指南。"))
    hold_calendar()
    Service.objects.select_for_update(no_key=True).get(pk=guide.service_id)
    guide = GuideVersion.objects.with_service().lock(guide.pk, seen=version)
    what_changed = many_lines(what_changed).strip()
    before = GuideVersion.objects.published().filter(service=guide.service).order_by("-effective_on", "-number").first()
    day = _day_in_force(guide, effective_on, before)
    if before and not what_changed:
        raise ValidationError({"what_changed": "请写明变更了什么，公众在新旧两版之间看到它。"})
    if cancelled := list(guide.materials.filter(cancelled_on__lte=day).values_list("name", flat=True)):
        raise ValidationError(f"申请材料“{'、'.join(cancelled)}”已经取消，请退回修改，删去后再公布。")
    require_impersonal(f"{text_of(guide.content)}\n{what_changed}", field=NON_FIELD_ERRORS, what="办事指南")
    _share_materials(guide)
    guide.publish(effective_on=day, what_changed=what_changed, code=_verify_code(guide, day, at), by=by, at=at)
    GuideVersion.objects.filter(pk=guide.pk).update(findings=findings_of(guide))
    _close_clock(guide, by=by, at=at)
    index_service(guide.service, at=at)
    return guide


def _share_materials(guide: GuideVersion) -> None:
    """What is published of a material is its definition for all others, where it had none. Raises ValidationError."""
    materials, rows = shared_materials(guide.content.get(MATERIALS, []))
    for material, row in sorted(zip(materials, rows, strict=True), key=lambda pair: pair[0].pk):
        if row["依据"] and not material.basis:
            GuideMaterial.objects.filter(pk=material.pk, basis="").update(basis=row["依据"])


def _day_in_force(guide: GuideVersion, day: date | None, before: GuideVersion | None) -> date:
    """The day, where it may be that; raises ValidationError."""
    if day is None:
        raise ValidationError({"effective_on": NO_EFFECTIVE_DAY})
    if guide.approved_on and day < guide.approved_on:
        raise ValidationError({"effective_on": f"施行日期不能早于批准日期{guide.approved_on}。"})
    if before and before.effective_on and day < before.effective_on:
        words = f"第{before.number}版从{before.effective_on}起施行，新的一版不能早于它。要让它不再施行的，请先取消。"
        raise ValidationError({"effective_on": words})
    return day


def _verify_code(guide: GuideVersion, day: date, at: datetime) -> str:
    """The code (核验码) of what is public now, which nobody reckons who knows only its words."""
    said = [guide.pk, at.isoformat(), str(day), guide.content]
    codes = list(codes_of(hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()))
    taken = set(GuideVersion.objects.filter(verify_code__in=codes).values_list("verify_code", flat=True))
    return next(code for code in codes if code not in taken)


@transaction.atomic
def cancel_guide(*, guide: GuideVersion, reason: str, version: Version, by: User, at: datetime) -> GuideVersion:
    """取消: only what has not come into force; what was in force once stays among the versions."""
    require(can_cancel(by, guide))
    guide.require_version(version)
    require(as_long_as(guide.is_coming(on=local_day(at)), "这一版已经施行，不能取消。要改内容的，请起草新的一版。"))
    guide.cancel(reason=many_lines(reason), by=by, at=at)
    index_service(guide.service, at=at)
    return guide


def index_service(service: Service, *, at: datetime) -> None:
    """By which words the public finds it: its name, its code, and what its guides say that hold, or will. Also after the office
    has changed a line of the list."""
    guides = list(GuideVersion.objects.published().filter(service=service).order_by("effective_on", "number"))
    coming = [each for each in guides if each.is_coming(on=local_day(at))]
    held = [each for each in guides if each not in coming][-1:]
    found_by = Searchable(
        title=service.name,
        document_number=service.code,
        index_number=service.base_code,
        texts=(service.unit.name, service.get_kind_display(), *(text_of(each.content) for each in [*held, *coming])),
        published_at=at,
    )
    Service.objects.filter(pk=service.pk).update(**found_by.columns())
