"""The acts on public opinion, from the finding to the evaluation.

Collected (收集), graded (定级), handed out (交办), told to those who act together, taken or given back; then answered: responses and
their items, suggestions taken up, no answer at all, closed, evaluated, opened again. Each act records its event first; the engine
locks the case, finds the state from the events and moves the limits. No reason repeats what was posted.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from disclosure.items.drafting import draft_item
from disclosure.items.text import many_lines, one_line
from disclosure.models import Item, OpinionEvaluation, OpinionEvent, OpinionResponse, OpinionSuggestion, OpinionTerm
from disclosure.models.states import Category, ItemStatus
from disclosure.privacy.raw_posts import raw_of, raw_of_event, require_not_raw
from disclosure.public_opinion import rules
from disclosure.public_opinion.kind import ANSWER, LOWERED, OPINION, OPINION_KIND, RAISED, crediting
from disclosure.public_opinion.limits import LABELS, LimitRun, minute, runs_of
from disclosure.requests.keeping import OCTETS
from ninghai.calendar.reckoning import local_day
from ninghai.cases.assignments import accept_assignment, assign_case, give_back, tell_unit
from ninghai.cases.clocks import open_inner_clocks
from ninghai.cases.events import record, require_nobody_named
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.register import enter_case, register_case, reopen_case, void_case
from ninghai.files import store_bytes
from ninghai.models import CaseAssignment, CaseEvent, DutyClock, Message, StoredFile, Unit, User
from ninghai.models.state_machine import TransitionError, require

LEAD, CO = CaseAssignment.Part.LEAD, CaseAssignment.Part.CO
SEALED = ("source", "link", "quote", "discussed")
MAJOR, OTHER = OpinionEvent.Grade.MAJOR, OpinionEvent.Grade.OTHER
UNPUBLISHED = Q(item=None) | Q(item__status=ItemStatus.DISCARDED)  # of what is to become an item


def require_own_words(event: OpinionEvent, *, by: User, at: datetime, **said: str) -> None:
    """What lists, messages and the trail show repeats nothing of the post; ValidationError by its field."""
    if any(words.strip() for words in said.values()):
        require_not_raw(said, raw_of_event(event, by=by, at=at))
        require_nobody_named(said)


# Collected (收集).


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The page as it was when it was found (网页留存): a picture or a paper of it."""

    content: bytes
    media_type: str


@transaction.atomic
def enter_opinion(*, given: Mapping[str, Any], copy: KeptPage | None, by: User, at: datetime) -> OpinionEvent:
    """Register what was found; the same form sent again finds the first one's. The limits begin by the county's setting."""
    require(rules.can_enter(by))
    subject, place = one_line(given["subject"]), one_line(given.get("place") or "")
    _require_in_order(given.get("happened_at"), given["found_at"], at=at)
    require_not_raw({"subject": subject, "place": place}, raw_of(given))
    require_nobody_named({"place": place})
    told = {"kind": OPINION, "channel": "found", "subject": subject, "category": given["grade"]}
    case = enter_case(unit=_unit_of(by), form_id=given["form_id"], by=by, at=at, **told)
    if known := OpinionEvent.objects.with_case().filter(case=case).first():
        return known
    event = OpinionEvent.objects.create(
        case=case,
        data_key=case.data_key,
        graded_at=at,
        place=place,
        counted_from=settings.OPINION_COUNTS_FROM,
        **{name: given.get(name) for name in ("grade", "topic", "level", "happened_at", "found_at")},
        **{name: many_lines(given.get(name) or "") for name in SEALED},
    )
    if copy:
        _keep_page(event, copy, by=by, at=at)
    record(case=case, kind=EngineEvent.RECEIVE, by=by, at=at, happened_at=event.found_at)
    register_case(case=case, by=by, at=at)
    _count(event, [event.grade], by=by, at=at)
    return event


def _keep_page(event: OpinionEvent, page: KeptPage, *, by: User, at: datetime) -> None:
    """Sealed under the key of the case; the hash of what was found stays in the open, so that it can be proven."""
    sealed = event.data_key.seal_bytes(page.content, about=event.copy_place)
    event.copy = store_bytes(data=sealed, name="sealed", media_type=OCTETS, by=by, at=at)
    event.copy_type, event.copy_sha256 = page.media_type, hashlib.sha256(page.content).hexdigest()
    event.save(update_fields=["copy", "copy_type", "copy_sha256"])


def _unit_of(user: User) -> Unit:
    if user.acting is None:
        raise ValueError(f"{user} acts for no unit.")
    return user.acting.unit


def _require_in_order(happened_at: datetime | None, found_at: datetime, *, at: datetime) -> None:
    if found_at > at:
        raise ValidationError({"found_at": f"发现时间不能晚于现在（{minute(at)}）。"})
    if happened_at and happened_at > found_at:
        raise ValidationError({"happened_at": "发生时间不能晚于发现时间。"})


# Its limits.


def counts_since(event: OpinionEvent) -> datetime | None:
    """From when the limits count: the finding, unless the county has set otherwise; the last time that it was opened again; None
    before it is handed out."""
    known = event.happened_at or event.found_at
    since = {"found": event.found_at, "happened": known, "assigned": event.assigned_at}[event.counted_from]
    again = _opened_again(event)
    return max(since, again.happened_at) if since and again else since


def _opened_again(event: OpinionEvent) -> CaseEvent | None:
    return event.case.events.filter(kind=EngineEvent.REOPEN).order_by("number").last()


def _count(event: OpinionEvent, grades: Iterable[str], *, by: User, at: datetime) -> None:
    """Let the limits of these grades run; what was answered before counts for them."""
    since = counts_since(event)
    if since is None:
        return
    told: dict[str, Any] = {"case": event.case, "by": by, "at": at}
    for grade in grades:
        record(kind=f"counted_{grade}", happened_at=since, **told)
    for run, closed_at in _runs(event):
        if run.ended and closed_at is None:
            record(kind=crediting(run.code), happened_at=run.ended, **told)


def _runs(event: OpinionEvent) -> list[tuple[LimitRun, datetime | None]]:
    """What the events say of each limit that was not called off, and when its clock was closed."""
    closed = dict[tuple[str, datetime], datetime | None]()
    for clock in DutyClock.objects.about(event.case).filter(duty__in=LABELS).order_by("pk"):
        closed[clock.duty, clock.started_at] = clock.closed_at
    keyed = (((run.code, run.since), run) for run in runs_of(event.case.events.order_by("number")))
    return [(run, closed[key]) for key, run in keyed if run.stopped is None and key in closed]


def _count_over(event: OpinionEvent, *, by: User, at: datetime) -> None:
    """Where a clock was closed by what does not count any more, or by a later response than the one that does."""
    wrong = {OTHER if run.code == ANSWER else MAJOR for run, closed_at in _runs(event) if closed_at != run.ended}
    _count(event, wrong, by=by, at=at)


@transaction.atomic
def regrade(
    *, event: OpinionEvent, level: OpinionTerm | None, reason: str, version: int, by: User, at: datetime
) -> str:
    """升为特别重大、重大: 5 and 24 hours count from where it counted all along, and may be over at once. 降为其他: they count no more,
    a breach stays one, and 48 hours count from where it counted all along. Returns the new grade in words."""
    require(rules.can_regrade(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    grade, kind = (OTHER, LOWERED) if event.grade == MAJOR else (MAJOR, RAISED)
    facts = {"grade": grade, "case": {"category": grade}}
    record(case=event.case, kind=kind, facts=facts, reason=reason, by=by, at=at, seen=version)
    event.grade, event.graded_at, event.level = grade, at, level
    event.save(update_fields=["grade", "graded_at", "level"])
    _count(event, [grade], by=by, at=at)
    what = f"已{OPINION_KIND.rule(kind).label}"
    if lead := rules.lead_of(event):
        tell(event, lead.unit, what=what, name=f"{kind}:{event.case.version}", at=at)
    return grade.label


# Handed out (交办).


@transaction.atomic
def hand_out(
    *,
    event: OpinionEvent,
    lead: Unit | None,
    co_units: Iterable[Unit] = (),
    division: str = "",
    version: int,
    by: User,
    at: datetime,
) -> None:
    """交办: exactly one unit leads, the others help; a unit is designated for good once another one has given it back."""
    require(rules.can_hand_out(by, event))
    if lead is None:
        raise ValidationError({"lead": "请选择一个牵头单位，没有牵头单位不能交办。"})
    require_own_words(event, by=by, at=at, division=division)
    lead = lead.standing_in(on=local_day(at))
    helpers = [unit for unit in dict.fromkeys(each.standing_in(on=local_day(at)) for each in co_units) if unit != lead]
    facts = {"lead": lead.pk, "co": [unit.pk for unit in helpers], "division": one_line(division)}
    record(case=event.case, kind="handed_out", facts=facts, by=by, at=at, seen=version)
    came_back = event.case.assignments.filter(part=LEAD, returned_at__isnull=False).exists()
    there = {each.unit: each for each in event.case.assignments.standing().select_related("unit")}
    for unit, work in there.items():
        if unit not in helpers:  # it sees the post no more, unless it leads now
            reason = "改为牵头单位" if unit == lead else "重新交办，不再配合"
            give_back(assignment=work, reason=reason, belongs_to=lead, by=by, at=at)
    assign_case(case=event.case, unit=lead, part=LEAD, is_designated=came_back, by=by, at=at)
    for unit in helpers:
        if unit not in there:
            assign_case(case=event.case, unit=unit, part=CO, by=by, at=at)
    if event.assigned_at is None:
        event.assigned_at = at
        event.save(update_fields=["assigned_at"])
        if event.counted_from == "assigned":
            _count(event, [event.grade], by=by, at=at)
    for unit in (lead, *helpers):
        part = "牵头" if unit == lead else "配合"
        tell(event, unit, what=f"请{part}处置", name=f"handed-out:{event.case.version}", at=at)


@transaction.atomic
def tell_bodies(*, event: OpinionEvent, parts: Mapping[int, str], version: int, by: User, at: datetime) -> str:
    """通报共同处置单位: whoever acts together learns by one act who answers what. Returns, in words, whom the office has to tell itself."""
    require(rules.can_tell(by, event))
    bodies = OpinionTerm.objects.offered(OpinionTerm.Matter.BODY).filter(pk__in=parts).select_related("unit")
    told = [(body, one_line(parts[body.pk])) for body in bodies if parts[body.pk].strip()]
    if not told:
        raise ValidationError("请至少给一个单位写明负责回应什么。")
    said = {f"body_{body.pk}": words for body, words in told}
    require_own_words(event, by=by, at=at, **said)  # it goes out by e-mail
    facts = {"parts": [{"body": body.words, "unit": body.unit_id, "answers": words} for body, words in told]}
    record(case=event.case, kind="told", facts=facts, by=by, at=at, seen=version)
    there = {each.unit_id for each in event.case.assignments.standing()}
    listed = "\n".join(f"{body}：{words}" for body, words in told)
    for body, words in told:
        unit = body.unit.standing_in(on=local_day(at)) if body.unit else None
        if unit is None:
            continue
        if unit.pk not in there:
            assign_case(case=event.case, unit=unit, part=CO, by=by, at=at)
            there.add(unit.pk)
        name = f"told:{event.case.version}:{body.pk}"  # two bodies may be one unit
        tell(event, unit, what=f"请回应：{words}", text=f"共同处置单位的分工：\n{listed}", name=name, at=at)
    outside = "、".join(body.words for body, _ in told if body.unit is None)
    return f"；{outside}不在本平台，请另行告知" if outside else ""


def tell(event: OpinionEvent, unit: Unit, *, what: str, text: str = "", name: str, at: datetime) -> None:
    """A message to the unit's people, or those of the unit that has replaced it: number and topic, nothing of what was posted."""
    tell_unit(
        unit,
        kind=Message.Kind.DUE,
        event=f"opinion:{event.pk}:{name}",
        subject=f"{event} 政务舆情（{event.topic}）：{what}",
        text=text or "时限按小时计算，夜间和节假日照算。请打开页面查看到期时间。",
        url=reverse("disclosure:opinion", args=[event.pk]),
        at=at,
    )


# Taken or given back.


@transaction.atomic
def accept(*, event: OpinionEvent, version: int, by: User, at: datetime) -> None:
    """签收; with the lead's the answering begins."""
    require(rules.can_accept(by, event))
    work = rules.own_work(by, event)
    if work is None:
        raise ValueError(f"{by} has no part in {event}.")
    if work.part == LEAD:
        record(case=event.case, kind="begun", by=by, at=at, seen=version)
    accept_assignment(assignment=work, by=by, at=at)


@transaction.atomic
def return_to_office(
    *, event: OpinionEvent, reason: str, belongs_to: Unit | None, version: int, by: User, at: datetime
) -> None:
    """退回: why it is not this unit's to lead, and whose it is; the limits run on meanwhile."""
    require(rules.can_give_back(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    lead = rules.lead_of(event)
    if lead is None:
        raise ValueError(f"{event} has no lead.")
    record(case=event.case, kind="given_up", by=by, at=at, seen=version)
    give_back(assignment=lead, reason=reason, belongs_to=belongs_to, by=by, at=at)


def supply(*, event: OpinionEvent, words: str, version: int, by: User, at: datetime) -> None:
    """提供情况: what a unit that helps knows, under seal, for the lead and the office."""
    require(rules.can_supply(by, event))
    facts = {"unit": _unit_of(by).short_name}
    record(case=event.case, kind="supplied", facts=facts, words=many_lines(words), by=by, at=at, seen=version)


def void(*, event: OpinionEvent, reason: str, version: int, by: User, at: datetime) -> None:
    """作废: entered by mistake; number and reason stay."""
    require(rules.can_void(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    void_case(case=event.case, reason=reason, by=by, at=at, seen=version)


# Responses.


@transaction.atomic
def respond(
    *, event: OpinionEvent, given: Mapping[str, Any], file: StoredFile | None, version: int, by: User, at: datetime
) -> OpinionResponse:
    """登记回应: it ends the limit of its kind from the minute at which it was in public, whenever it is entered; later ones continue
    (持续发布)."""
    require(rules.can_respond(by, event))
    way, happened_at, lead = given["way"], given["happened_at"], rules.lead_of(event)
    if happened_at > at:
        raise ValidationError({"happened_at": f"回应时间不能晚于现在（{minute(at)}）。"})
    again = _opened_again(event)
    begun = again.happened_at if again else event.happened_at or event.found_at
    if minute(happened_at) < minute(begun):
        raise ValidationError(
            {"happened_at": f"回应时间早于舆情发生、发现或者重新办理的时间（{minute(begun)}），请核对。"}
        )
    if lead is None:
        raise ValueError(f"{event} has no lead.")
    said = {name: one_line(given[name]) for name in ("speaker", "office", "channel")}
    told = {"way": way, "happened_at": happened_at, "address": given.get("address") or "", "file": file, **said}
    response = OpinionResponse.objects.create(event=event, unit=lead.unit, entered_at=at, by=by, **told)
    stage = "first" if event.case.status == "answering" else "more"
    facts = {"way": way.words, "response": response.pk}
    kind = f"{stage}_{way.ends or 'other'}"
    record(case=event.case, kind=kind, facts=facts, by=by, at=at, happened_at=happened_at, seen=version)
    _count_over(event, by=by, at=at)
    return response


def _responses_now(event: OpinionEvent) -> QuerySet[OpinionResponse]:
    """Those that stand, since it was last opened."""
    found, again = event.responses.standing(), _opened_again(event)
    return found.filter(entered_at__gte=again.entered_at) if again else found


def to_be_withdrawn(event: OpinionEvent) -> QuerySet[OpinionResponse]:
    """What may have been entered by mistake, and has no item on its way to the public."""
    unpublished = UNPUBLISHED | Q(item__status=ItemStatus.WITHDRAWN)
    return _responses_now(event).filter(unpublished).select_related("way")


@transaction.atomic
def withdraw_response(
    *, event: OpinionEvent, response: OpinionResponse, reason: str, version: int, by: User, at: datetime
) -> None:
    """撤销登记: a response that was entered by mistake; it stays to be seen, and its limit runs on unless another one has ended it."""
    require(rules.can_withdraw(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    kind = "withdrawn" if _responses_now(event).exclude(pk=response.pk).exists() else "withdrawn_last"
    facts = {"response": response.pk, "way": response.way.words}
    record(case=event.case, kind=kind, facts=facts, reason=reason, by=by, at=at, seen=version)
    if not to_be_withdrawn(event).filter(pk=response.pk).update(withdrawn_at=at):
        raise ValidationError({"response": "这次回应已经撤销，或者已经拟成回应关切信息，不能撤销。"})
    _count_over(event, by=by, at=at)


# Suggestions (建设性意见), and what is made public of it all.


@transaction.atomic
def note_suggestion(
    *, event: OpinionEvent, words: str, outcome: str, explanation: str, version: int, by: User, at: datetime
) -> OpinionSuggestion:
    """登记意见采纳情况, in the office's own words; it is published with the next response."""
    require(rules.can_suggest(by, event))
    said = {"words": one_line(words), "explanation": one_line(explanation)}
    require_own_words(event, by=by, at=at, **said)
    record(case=event.case, kind="suggested", facts={"outcome": outcome}, by=by, at=at, seen=version)
    return OpinionSuggestion.objects.create(event=event, outcome=outcome, **said)


def suggested_words(event: OpinionEvent) -> str:
    """What the next item has to say of suggestions; empty where all of it is said."""
    lines = [
        f"{each.words}：{each.get_outcome_display()}。{each.explanation}"
        for each in event.suggestions.filter(UNPUBLISHED)
    ]
    return "\n".join(["意见建议采纳情况：", *lines]) if lines else ""


@transaction.atomic
def draft_response(*, event: OpinionEvent, title: str, body: str, version: int, by: User, at: datetime) -> Item:
    """拟成回应关切信息: every response that has none yet becomes one item, which takes the way of every other; both name each other."""
    require(rules.can_publish(by, event))
    require_not_raw({"title": title, "body": body}, raw_of_event(event, by=by, at=at))
    responses, suggestions = event.responses.standing().filter(UNPUBLISHED), event.suggestions.filter(UNPUBLISHED)
    if not responses and not suggestions:
        raise ValidationError("已经登记的回应和意见都有了回应关切信息，请先登记新的回应。")
    if missing := next((each.words for each in suggestions if each.words not in body), ""):
        raise ValidationError({"body": f"正文里还没有写“{missing}”是否采纳，采纳情况要公开。"})
    form_id = uuid5(NAMESPACE_URL, f"response {event.case.form_id} {version}")
    told: dict[str, Any] = {"title": title, "body": body, "category": Category.RESPONSE}
    item = draft_item(unit=_unit_of(by), form_id=form_id, **told, by=by, at=at)
    record(case=event.case, kind="drafted", facts={"item": item.pk}, by=by, at=at, seen=version)
    OpinionResponse.objects.filter(pk__in=[each.pk for each in responses]).update(item=item)
    OpinionSuggestion.objects.filter(pk__in=[each.pk for each in suggestions]).update(item=item)
    return item


# Not answering (不予回应).


def propose_decline(*, event: OpinionEvent, reason: str, version: int, by: User, at: datetime) -> None:
    """拟不予回应, with the reason; the limits run on until the office's head has agreed."""
    require(rules.can_propose_decline(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    record(case=event.case, kind="decline_proposed", reason=reason, by=by, at=at, seen=version)


def approve_decline(*, event: OpinionEvent, version: int, by: User, at: datetime) -> None:
    """批准不予回应, by another person than who proposed it."""
    require(rules.can_decide_decline(by, event))
    record(case=event.case, kind="declined", facts={"approved_by": by.pk}, by=by, at=at, seen=version)


@transaction.atomic
def refuse_decline(*, event: OpinionEvent, reason: str, version: int, by: User, at: datetime) -> None:
    """不同意: it goes on where it stood, and its lead is told."""
    require(rules.can_decide_decline(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    record(case=event.case, kind="decline_refused", reason=reason, by=by, at=at, seen=version)
    if lead := rules.lead_of(event):
        tell(event, lead.unit, what="要回应", name=f"to-answer:{event.case.version}", at=at)


# Closed, evaluated, opened again.


def close(*, event: OpinionEvent, version: int, by: User, at: datetime) -> None:
    """办结: once every limit has had its own response, and what became of suggestions is public."""
    require(rules.can_close(by, event))
    if running := [LABELS[each.duty] for each in open_inner_clocks(event.case) if each.duty in LABELS]:
        raise TransitionError(f"还没有完成：{'、'.join(running)}，不能办结。")
    if event.suggestions.exclude(item__status=ItemStatus.PUBLISHED).exists():
        raise TransitionError("还有意见建议的采纳情况没有公开，不能办结。")
    record(case=event.case, kind="done", by=by, at=at, seen=version)


@transaction.atomic
def evaluate(
    *,
    event: OpinionEvent,
    points: Mapping[int, int],
    words: str,
    proposal: str,
    version: int,
    by: User,
    at: datetime,
) -> OpinionEvaluation:
    """评估: points by each criterion of the office, and what is proposed; the circular takes its evidence from here."""
    require(rules.can_evaluate(by, event))
    criteria = OpinionTerm.objects.offered(OpinionTerm.Matter.CRITERION)
    sheet = [{"words": each.words, "points": points.get(each.pk, -1), "full": each.points} for each in criteria]
    for row in sheet:
        if not 0 <= int(str(row["points"])) <= int(str(row["full"])):
            raise ValidationError(f"“{row['words']}”的得分应在0和{row['full']}之间。")
    if not sheet:
        raise ValidationError("还没有评估项目，请先在“舆情用语”里添加。")
    require_own_words(event, by=by, at=at, words=words)  # the circular quotes it
    record(case=event.case, kind="evaluated", by=by, at=at, seen=version)
    words = many_lines(words)
    return OpinionEvaluation.objects.create(event=event, points=sheet, words=words, proposal=proposal, by=by, at=at)


@transaction.atomic
def reopen(*, event: OpinionEvent, reason: str, version: int, by: User, at: datetime) -> None:
    """重新办理: what was answered, decided and evaluated stays as it is; the limits of its grade count anew from now. Its lead goes on
    with it, or the office hands it out where nobody leads."""
    require(rules.can_reopen(by, event))
    require_own_words(event, by=by, at=at, reason=reason)
    reopen_case(case=event.case, reason=reason, by=by, at=at, seen=version)
    lead = rules.lead_of(event)
    if lead:
        record(case=event.case, kind="resumed", by=by, at=at)
        tell(event, lead.unit, what="已重新办理，请继续回应", name=f"reopened:{event.case.version}", at=at)
    _count(event, [event.grade], by=by, at=at)
