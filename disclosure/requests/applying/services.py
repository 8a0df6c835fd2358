"""Applying (提交申请): what is public already is shown first; what is sent, or comes on paper, becomes one case, registered at once.

People and words go under seal before anything else knows of them; the case itself says only what kind of applicant it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from disclosure.catalogue.query import ItemListing
from disclosure.items.text import many_lines
from disclosure.models import InformationRequest, Item, RequestFile
from disclosure.requests.applying.forms import ApplicantCategory, InformationForm
from disclosure.requests.keeping import digest_of, keep_people, keep_proof
from disclosure.requests.kind import REQUEST
from disclosure.requests.rules.receipt import ReceiptDay, RequestChannel, receipt_day
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar.reckoning import local_day
from ninghai.cases.assignments import tell_unit
from ninghai.cases.register import confirm_receipt, enter_case, register_case
from ninghai.files.kinds import Purpose, UnacceptableFile, clean_label
from ninghai.files.storing import inspect
from ninghai.files.virus_scan import look_into_upload
from ninghai.models import Case, Message, Unit, User

# What is public already.

MOST_SIMILAR = 3
LONGEST_WORDS = 30
BETWEEN = re.compile(
    r"[\s，。、；：,.;:？?！!（）()《》“”\"'的和及与或]+|关于|有关|申请|公开|信息|情况|请|提供|获取|需要|希望|想要|查询|怎样|怎么|如何"
)


def similar_items(content: str, *, at: datetime) -> list[Item]:
    """Published items that may be what is asked for, three at most: by all of its words, else by the longest of them."""
    found: dict[int, Item] = {}
    for words in searched_words(content):
        published = Item.objects.published(at)
        for item in ItemListing(published, at=at, words=words)[0:MOST_SIMILAR]:
            found.setdefault(item.pk, item)
        if len(found) >= MOST_SIMILAR:
            break
    return list(found.values())[:MOST_SIMILAR]


def searched_words(content: str) -> Iterator[str]:
    """What to look for of a whole sentence: all of its words, then each of the longest alone."""
    parts = [part for part in BETWEEN.split(content[:200]) if len(part) >= 2]
    yield " ".join(parts)[:LONGEST_WORDS] or content[:LONGEST_WORDS]
    yield from (part[:LONGEST_WORDS] for part in sorted(set(parts), key=len, reverse=True)[:4])


# Taking an application in.

PROOFS = {
    "identity_proof": RequestFile.Kind.IDENTITY,
    "agent_proof": RequestFile.Kind.AGENT,
    "scan": RequestFile.Kind.PAPER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How an application reached a unit, and the line by which lists call it."""

    unit: Unit
    channel: RequestChannel
    arrived_on: date
    receipt: ReceiptDay
    subject: str


@without_address()
@transaction.atomic
def apply_online(*, given: Mapping[str, Any], at: datetime) -> Case:
    """Take in what an applicant sends; `given` is what an ApplicationForm found sound."""
    today = local_day(at)
    arrival = Arrival(
        unit=given["unit"],
        channel=RequestChannel.ONLINE,
        arrived_on=today,
        receipt=receipt_day(channel=RequestChannel.ONLINE, arrived_on=today),
        subject=_first_line(given),
    )
    case = take_in(arrival, given=given, by=None, at=at)
    notify_unit(case, at=at)
    return case


def _first_line(given: Mapping[str, Any]) -> str:
    """What lists show until a clerk has written what was asked for: nothing of the applicant's own words."""
    return f"{ApplicantCategory(given['category']).label}的信息公开申请（{InformationForm(given['form']).label}）"


@transaction.atomic
def take_in(arrival: Arrival, *, given: Mapping[str, Any], by: User | None, at: datetime) -> Case:
    """Take an application in: one case with its number, however often the form is sent.

    Raises ValidationError for a file that is not accepted, for a subject that names people, and where the form was sent before
    and asks for something else now.
    """
    if sent := Case.objects.filter(form_id=given["form_id"]).first():
        return _same(sent, given, unit=arrival.unit, at=at)
    media_types = {name: accepted_type(given[name], name) for name in PROOFS if given.get(name)}
    case = enter_case(
        kind=REQUEST,
        unit=arrival.unit,
        channel=arrival.channel,
        subject=arrival.subject,
        category=ApplicantCategory(given["category"]),
        form_id=given["form_id"],
        facts={"arrived_on": arrival.arrived_on.isoformat()},
        by=by,
        at=at,
    )
    if case.number:  # sent twice at once, and the other one was quicker
        return _same(case, given, unit=arrival.unit, at=at)
    if arrival.receipt.day:
        confirm_receipt(case=case, received_on=arrival.receipt.day, reason=arrival.receipt.words, by=by, at=at)
    register_case(case=case, by=by, at=at)
    request = keep_people(case, given=given)
    for field, media_type in media_types.items():
        _keep_upload(request, field, given[field], media_type=media_type, by=by, at=at)
    return case


def arrived_on(case: Case) -> date:
    """The day on which it reached a unit, which may be before it was entered, and before it counts as received; what was split
    off or moved came when the whole did."""
    if case.parent and case.relation in {Case.Relation.SPLIT, Case.Relation.MOVED}:
        return arrived_on(case.parent)
    told = case.events.order_by("number").values_list("facts", flat=True).first() or {}
    return date.fromisoformat(told["arrived_on"]) if "arrived_on" in told else local_day(case.entered_at)


def _same(sent: Case, given: Mapping[str, Any], *, unit: Unit, at: datetime) -> Case:
    """The case of this form, if it says the same; who goes back and asks for something else makes another application."""
    asked_before = (sent.unit_id, sent.information_request.content_digest)
    if asked_before == (unit.standing_in(on=local_day(at)).pk, digest_of(many_lines(given["content"]))):
        return sent
    raise ValidationError(
        f"这张申请表已经提交过，登记号是{sent.number}。现在的内容与那一份不同：要作为另一份申请的，请再按一次“提交申请”。"
    )


def accepted_type(upload: "UploadedFile[Any]", field: str) -> str:
    """The media type of a file that may be taken in; ValidationError, by its field, for any other."""
    label, stream = clean_label(upload.name or ""), cast(IO[bytes], upload)
    try:
        kind = inspect(stream, label=label, purpose=Purpose.EVIDENCE)
        look_into_upload(stream, label=label)
    except UnacceptableFile as refused:
        raise ValidationError({field: str(refused)}) from None
    return kind.media_type


def _keep_upload(
    request: InformationRequest,
    field: str,
    upload: "UploadedFile[Any]",
    *,
    media_type: str,
    by: User | None,
    at: datetime,
) -> None:
    upload.seek(0)
    name = clean_label(upload.name or "")
    keep_proof(request, PROOFS[field], upload.read(), name=name, media_type=media_type, by=by, at=at)


def notify_unit(case: Case, *, at: datetime) -> None:
    tell_unit(
        case.unit,
        kind=Message.Kind.ITEM,
        event=f"request:{case.pk}",
        subject=f"收到政府信息公开申请 {case.number}",
        text=case.subject,
        url=reverse("disclosure:request", args=[case.pk]),
        at=at,
    )
