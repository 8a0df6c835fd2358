"""Keys, and messages to and from other platforms: how a matter of theirs goes on, what their unit is to handle, what became of it.

What happened is found from the records themselves, in the rounds of the scheduler (`tell_partners`): a platform that is away for a
day is told of where things stand then. Each message is kept word for word, under the seal of its case, sent by a worker until it is
taken, and may be sent again under the same id, by which the other side drops what it has.
"""

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, functions
from django.utils import crypto, timezone

from disclosure.exchange.open311 import RequestIds, calls_told, hidden_from, request_of
from disclosure.hotline.intake import take_in
from disclosure.hotline.kind import WITH_UNIT
from disclosure.hotline.public import said_to
from disclosure.hotline.rules import due_day
from disclosure.hotline.services import lead_of_call, tell
from disclosure.items.text import many_lines, one_line
from disclosure.models import (
    ExchangeMessage,
    ExchangePartner,
    ExchangeRequest,
    HotlineCase,
    HotlineMatter,
    HotlineRound,
)
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.jobs.claims import Claim
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import AuditEntry, CaseAssignment, Job, User
from ninghai.models.job import JobQueue
from ninghai.models.state_machine import TransitionError
from ninghai.notifications import NotSent
from ninghai.notifications.outgoing import post, sign
from ninghai.sealed.services import digest, look

Document = dict[str, Any]
Kind, Status = ExchangeMessage.Kind, ExchangeMessage.Status
logger = logging.getLogger(__name__)
AT_ONCE = 200  # matters of which platforms are told in one go
FRESH = 300  # seconds that a signature is good for
LONGEST_RESULT = 20_000  # bytes

# What is peculiar to a platform.


class PartnerAdapter(Protocol):
    """`outward` makes the platform's document of ours, `inward` ours of the platform's: `id`, `handover`, `act`, `words`."""

    label: str

    def outward(self, document: Document) -> Document: ...

    def inward(self, document: Document) -> Document: ...


class PlainAdapter:
    """As docs/exchange.md describes the documents: for platforms that take them as they are."""

    label = "通用格式（签名的 JSON）"

    def outward(self, document: Document) -> Document:
        return document

    def inward(self, document: Document) -> Document:
        return document


ADAPTERS: dict[str, PartnerAdapter] = {"json": PlainAdapter()}


def register_adapter(code: str, adapter: PartnerAdapter) -> None:
    """Offered as 消息格式 of a platform from then on."""
    ADAPTERS[code] = adapter


# Keys (密钥).


@transaction.atomic
def issue_key(*, partner: ExchangePartner, by: User, at: datetime) -> tuple[str, str]:
    """A new key and the secret of signatures, both told this once; what opened before opens nothing any more."""
    key = secrets.token_urlsafe(32)
    partner.key_digest, partner.key_hint = _hash(key), key[:6]
    partner.issued_at, partner.withdrawn_at = at, None
    partner.save(update_fields=["key_digest", "key_hint", "issued_at", "withdrawn_at"])
    AuditEntry.objects.record(action=AuditEntry.Action.EDIT, target=partner, by=by, at=at, reason="发放密钥")
    return key, secret_of(partner)


@transaction.atomic
def withdraw_key(*, partner: ExchangePartner, by: User, at: datetime) -> None:
    """停用: neither side hears of the other any more."""
    partner.key_digest, partner.key_hint, partner.withdrawn_at = "", "", at
    partner.save(update_fields=["key_digest", "key_hint", "withdrawn_at"])
    AuditEntry.objects.record(action=AuditEntry.Action.EDIT, target=partner, by=by, at=at, reason="停用密钥")


def whose_key(key: str) -> ExchangePartner | None:
    return ExchangePartner.objects.filter(key_digest=_hash(key), withdrawn_at=None).first() if key else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def secret_of(partner: ExchangePartner) -> str:
    """By which both sides sign; drawn from the portal's own key, kept nowhere, another one with each key."""
    return digest(f"exchange {partner.pk} {partner.key_digest}")


def note_call(*, partner: ExchangePartner, what: str, at: datetime) -> None:
    """What is done with a key stands in the trail, each time."""
    action, told = AuditEntry.Action.EXCHANGE, {"what": what}
    AuditEntry.objects.record(action=action, target=partner, by=None, at=at, detail=told)


def note_reading(*, partner: ExchangePartner, what: str, at: datetime) -> None:
    """That it is read with a key, once an hour: a platform asks every minute, and the trail only grows."""
    noted = AuditEntry.objects.about(partner).filter(action=AuditEntry.Action.EXCHANGE, detail__what=what)
    if not noted.filter(at__gt=at - timedelta(hours=1), at__lte=at).exists():
        note_call(partner=partner, what=what, at=at)


# A matter that a platform sends.


NOT_BY_ITSELF = "反映使用这个平台的单位的，不能从这里提交，请来电人拨打12345热线或者在网上提交。"


class ReferenceTaken(Exception):
    """The same reference, and other words."""

    def __str__(self) -> str:
        return "这个 client_reference 已经用来提交过另一件，内容不同，请换一个编号。"


@transaction.atomic
def take_request(
    *, partner: ExchangePartner, given: Mapping[str, Any], reference: str = "", at: datetime
) -> ExchangeRequest:
    """Taken in once, however often it is sent. Raises ValidationError for what may not be kept, ReferenceTaken for other words."""
    if hidden_from(partner) & {unit.pk for unit in given["about"]}:
        raise ValidationError({"about": NOT_BY_ITSELF})
    reference = one_line(reference) or str(uuid4())
    said = digest(json.dumps({name: str(value) for name, value in given.items()}, sort_keys=True))
    form_id = UUID(digest(f"exchange {partner.pk} {reference}")[:32])  # the token, too: drawn by nobody else
    call = take_in(given={**given, "form_id": form_id}, channel=partner.channel, by=None, at=at)
    sent, _ = ExchangeRequest.objects.get_or_create(
        call=call, defaults={"partner": partner, "reference": reference, "content_digest": said}
    )
    if sent.content_digest != said:
        raise ReferenceTaken
    return sent


def sent_under(token: str) -> ExchangeRequest | None:
    try:
        return ExchangeRequest.objects.select_related("call__case").filter(call__case__form_id=UUID(token)).first()
    except ValueError:
        return None


# Told: how their matters stand.


def tell_partners(*, at: datetime) -> int:
    """Queue what each platform does not know yet: how its matters go on, and what its unit leads by now. Returns how many messages.

    A matter on which the platform's adapter fails is named in the log and tried again with the next round; it stops no other.
    """
    told = 0
    for partner in ExchangePartner.objects.filter(withdrawn_at=None).select_related("unit"):
        for tell_one, pk in list(_news(partner)) if partner.is_told else ():
            try:
                told += tell_one(partner, pk, at=at)
            except Exception:
                logger.exception("%s could not be told of %s", partner, pk)
    return told


def _news(partner: ExchangePartner) -> Iterator[tuple[Callable[..., bool], int]]:
    """How to tell it, and of which matter."""
    news = partner.requests.exclude(told_version=F("call__case__version")).exclude(call__about__in=hidden_from(partner))
    yield from ((_tell_status, pk) for pk in news.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    known = partner.messages.filter(call=OuterRef("pk"), kind=Kind.HANDOVER, made_at__gte=OuterRef("since"))
    led = _led_by(partner).filter(~Exists(known)).order_by("pk") if partner.unit else HotlineCase.objects.none()
    yield from ((_hand_over, pk) for pk in led.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _tell_status(partner: ExchangePartner, pk: int, *, at: datetime) -> bool:
    """Once for each change that a caller would read; what the office does within itself is nobody's news."""
    sent = ExchangeRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    call = calls_told().get(pk=pk)
    document = request_of(call, RequestIds())
    told = digest(json.dumps({**document, "updated_datetime": ""}, ensure_ascii=False))
    is_news = told != sent.told and not call.case.data_key.is_destroyed
    if is_news:
        said = {"reference": sent.reference, **document, "answers": [list(each) for each in said_to(call.case)]}
        _queue(partner, call, Kind.STATUS, {"type": "request.status", **said}, at=at)
    sent.told_version, sent.told = call.case.version, told
    sent.save(update_fields=["told_version", "told"])
    return is_news


def _led_by(partner: ExchangePartner) -> QuerySet[HotlineCase]:
    """What its unit leads, and since when. No report, and nothing about a unit, leaves the portal."""
    leads = CaseAssignment.objects.standing().filter(
        case=OuterRef("pk"), unit=partner.unit, part=CaseAssignment.Part.LEAD
    )
    rounds = HotlineRound.objects.filter(hotline_case=OuterRef("pk")).order_by("-number").values("handed_at")
    calls = HotlineCase.objects.with_case().filter(Exists(leads), is_open=True, case__status__in=WITH_UNIT, about=None)
    since = functions.Greatest(Subquery(leads.values("given_at")[:1]), Subquery(rounds[:1]))
    led: QuerySet[HotlineCase] = calls.exclude(matter=HotlineMatter.REPORT).annotate(since=since)
    return led


@transaction.atomic
def _hand_over(partner: ExchangePartner, pk: int, *, at: datetime) -> bool:
    """移交: what its unit leads, each time that it is given to it anew."""
    call = _led_by(partner).filter(pk=pk).first()
    if call is not None:
        _queue(partner, call, Kind.HANDOVER, _handed(call, partner, at=at), at=at)
    return call is not None


def _handed(call: HotlineCase, partner: ExchangePartner, *, at: datetime) -> Document:
    """What the unit itself may read: of a confidential caller the matter alone."""
    case, due, purpose = call.case, due_day(call), f"移交{partner}"
    caller = {} if call.is_confidential else look(call, by=None, purpose=purpose, at=at)["caller"]
    return {
        "type": "request.handover",
        "number": case.number,
        "matter": call.matter,
        "topic": str(call.topic or ""),
        "place": call.place,
        "subject": case.subject,
        "description": look(case, by=None, purpose=purpose, at=at, only=("text",))["text"],
        "due_on": f"{due}" if due else None,
        "caller": caller if isinstance(caller, dict) else {},
    }


def _queue(
    partner: ExchangePartner, call: HotlineCase, kind: ExchangeMessage.Kind, document: Document, *, at: datetime
) -> None:
    event = f"{kind}:{call.pk}:{call.case.version}"
    message = ExchangeMessage(partner=partner, call=call, kind=kind, event=event, status=Status.WAITING, made_at=at)
    said = {"id": str(message.pk), "made_at": timezone.localtime(at).isoformat(), **document}
    message.data_key = call.case.data_key
    message.body = json.dumps(ADAPTERS[partner.adapter].outward(said), ensure_ascii=False)
    message.job = queue_job("exchange", message.pk)
    message.save(force_insert=True)
    wake_after_commit(message.job)


# Sent by a worker.


def send(claimed: Claim) -> None:
    """Post the very words that are kept. What is not taken is tried again after a growing pause."""
    message = ExchangeMessage.objects.select_related("partner", "data_key").get(job=claimed.job)
    partner = message.partner
    if not partner.is_told:
        raise NotSent("这个平台已经停用，或者没有推送地址。")
    if message.data_key.is_destroyed:
        raise NotSent("内容已经按期限销毁，不能再发送。")
    _require_still_theirs(message)
    body = str(look(message, by=None, purpose=f"发送给{partner}", at=claimed.now)["body"]).encode()
    answered = post(partner.url, body, secret=secret_of(partner))
    if not 200 <= answered < 300:
        raise NotSent(f"对方没有接收：{answered}")
    with claimed.finish() as detail:
        detail["answered"] = answered
        ended = {"status": Status.SENT, "ended_at": claimed.now, "error": ""}
        ExchangeMessage.objects.filter(pk=message.pk).update(**ended)


def _require_still_theirs(message: ExchangeMessage) -> None:
    """A message waits for hours sometimes, and what was handed on by mistake is recalled meanwhile, since it is about this very unit."""
    partner, call = message.partner, HotlineCase.objects.filter(pk=message.call_id)
    if message.kind == Kind.HANDOVER and not _led_by(partner).filter(pk=message.call_id).exists():
        raise NotSent("这一件现在不由使用单位办理，不再移交。")
    if call.filter(about__in=hidden_from(partner)).exists():
        raise NotSent("这一件不能告诉使用这个平台的单位。")


def give_up(job: Job, *, error: str, at: datetime, is_lost: bool) -> None:
    ExchangeMessage.objects.filter(job=job).update(status=Status.FAILED, ended_at=at, error=error[:300])


@transaction.atomic
def repeat(*, message: ExchangeMessage, by: User, at: datetime) -> None:
    """重新发送、重新登记: the same words under the same id. Raises TransitionError where there is nothing to repeat, or nothing left."""
    held = ExchangeMessage.objects.select_for_update(of=("self",)).select_related("job", "partner", "data_key")
    message = held.get(pk=message.pk)
    if message.status in {Status.TAKEN, Status.WAITING}:
        raise TransitionError("这一条已经登记，或者正在等待发送，不用重复。")
    if message.data_key.is_destroyed:
        raise TransitionError("这一条的内容已经按期限销毁。")
    if message.job is None:
        said = str(look(message, by=by, purpose="重新登记收到的办理情况", at=at)["body"])
        _keep_result(message, _read(message.partner, said.encode()), at=at)
        return
    message.job.retry(queue=JobQueue.OUTBOX, by=by, at=at)
    ExchangeMessage.objects.filter(pk=message.pk).update(status=Status.WAITING, ended_at=None, error="")
    wake_after_commit(message.job)


# What comes back (办理情况).

ACTS = {"accepted": "已经签收", "progress": "办理进展", "result": "办理结果", "declined": "不属于其办理"}


def is_genuine(partner: ExchangePartner, body: bytes, *, timestamp: str, signature: str) -> bool:
    """Signed by the other side, within the last minutes."""
    is_fresh = timestamp.isascii() and timestamp.isdecimal() and abs(int(timestamp[:12]) - time.time()) <= FRESH
    return is_fresh and crypto.constant_time_compare(sign(body, timestamp, secret=secret_of(partner)), signature)


@transaction.atomic
def take_result(*, partner: ExchangePartner, body: bytes, at: datetime) -> ExchangeMessage:
    """Kept word for word, once by its id, and told to the unit, which answers itself. ValidationError for what cannot be read."""
    document = _read(partner, body)
    known = partner.messages.filter(kind=Kind.HANDOVER, data_key__destroyed_at=None).select_related("call", "data_key")
    handed = known.filter(pk=document["handover"]).first()
    if handed is None:
        raise ValidationError({"handover": "没有移交过这一件，请核对编号。"})
    event = f"result:{document['id']}"
    try:
        with transaction.atomic():
            message = ExchangeMessage(partner=partner, call=handed.call, kind=Kind.RESULT, event=event, made_at=at)
            message.status, message.data_key = Status.REFUSED, handed.data_key
            message.body = body.decode()
            message.save(force_insert=True)
    except IntegrityError:  # sent before
        return partner.messages.get(event=event)
    try:
        with transaction.atomic():
            _keep_result(message, document, at=at)
    except (TransitionError, ValidationError) as refused:
        told = "".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        message.error = told[:300]
        message.save(update_fields=["error"])
    return message


class ResultForm(forms.Form):
    id = forms.CharField(max_length=100)
    handover = forms.UUIDField()
    act = forms.ChoiceField(choices=list(ACTS.items()))
    words = forms.CharField(max_length=2000, required=False)


def _read(partner: ExchangePartner, body: bytes) -> Document:
    try:
        document = ADAPTERS[partner.adapter].inward(json.loads(body.decode()))
        json.dumps(document, ensure_ascii=False).encode()  # half a character is none
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValidationError("读不出来：应为 JSON，有 id、handover（移交编号）、act 和 words。") from None
    form = ResultForm(document if isinstance(document, dict) else {})
    if not form.is_valid():
        raise ValidationError({name: f"{name} 没有填写，或者不在可选范围内，或者太长。" for name in form.errors})
    return {**form.cleaned_data, "handover": str(form.cleaned_data["handover"])}


def _keep_result(message: ExchangeMessage, document: Document, *, at: datetime) -> None:
    """Beside the case, for the unit to read and to answer by: nothing is done in anybody's name."""
    call, partner = HotlineCase.objects.with_case().get(pk=message.call_id), message.partner
    lead = lead_of_call(call)
    if lead.unit_id != partner.unit_id:
        raise TransitionError(f"这一件已经不由{partner.unit}办理。")
    said = f"{partner}回传：{ACTS[document['act']]}"
    facts = {"platform": partner.pk, "act": document["act"]}
    words = many_lines(f"{said}\n{document['words']}")
    record(case=call.case, kind=EngineEvent.NOTE, by=None, at=at, facts=facts, words=words)
    tell(call, lead.unit, what=f"{partner}已回传办理情况", name=f"result:{message.pk.hex}", at=at)
    message.status, message.ended_at, message.error = Status.TAKEN, at, ""
    message.save(update_fields=["status", "ended_at", "error"])
