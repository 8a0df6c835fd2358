"""Several people ask for the same (同类申请): the unit is told, and drafts from its answer an item for everybody by one act.

The draft says what the unit itself has answered, never what an applicant wrote, and takes the way of every other item: personal
data are looked for, three opinions are signed. Request and item name each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from disclosure.items.drafting import draft_item
from disclosure.items.rules import can_draft
from disclosure.models import InformationRequest, Item
from disclosure.requests.applying.forms import ApplicantCategory
from disclosure.requests.desk.answering import handles
from disclosure.requests.desk.repeats import asks_the_same, requests_of_unit
from disclosure.requests.kind import ANSWERED
from disclosure.requests.likeness import OF_NUMBERS
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import record
from ninghai.models import Case, User
from ninghai.models.state_machine import Allowed, Version, as_long_as, require
from ninghai.sealed.services import look
from ninghai.staff_site.record_pages import Action
from ninghai.web.http import AuthenticatedRequest

A_YEAR = timedelta(days=365)
GIVES = frozenset({"open", "partial"})  # answers with which something was given
KNOWN_BY = ("identity_number", "phone", "address", "email", "agent_name", "agent_identity")  # besides a person's name


@dataclass(frozen=True, slots=True)
class SimilarApplications:
    """Applications of the last year for the same information, this one among them, in the order of the register."""

    cases: tuple[Case, ...]
    people: int
    item: Item | None  # into which they were made already

    @property
    def is_proposed(self) -> bool:
        return self.item is None and self.people >= settings.SIMILAR_REQUESTS

    @property
    def others(self) -> int:
        return len(self.cases) - 1


def similar_applications(case: Case, *, at: datetime) -> SimilarApplications:
    """Who else asked for this within a year, by sketches of the words; counted by different people."""
    found = _alike(case, at=at)
    item = next((each.published_as for each in found if each.published_as), None)
    people = {each.applicant_digest or f"{each.pk}" for each in found}
    return SimilarApplications(tuple(each.case for each in found), len(people), item)


def _alike(case: Case, *, at: datetime) -> list[InformationRequest]:
    asked = case.information_request
    if not asked.content_sketch:
        return [asked]
    around = requests_of_unit(case.unit, on=local_day(at)).filter(
        _came_after(at - A_YEAR), content_sketch__startswith=asked.content_sketch[:OF_NUMBERS]
    )
    candidates = around.select_related("case__unit", "published_as").order_by("case__entered_at", "pk")
    return [each for each in candidates if each.pk == asked.pk or asks_the_same(each, asked)] or [asked]


def _came_after(moment: datetime) -> Q:
    """By the day of receipt: what is entered late, or taken over from an old register, is as old as it was."""
    entered = Q(case__received_on=None, case__entered_at__gt=moment)
    return entered | Q(case__received_on__gt=local_day(moment))


# One act.


def can_publish(user: User, case: Case) -> Allowed:
    """The unit's drafter, once something was given, and nothing has been drafted of it."""
    asked = case.information_request
    if not (handles(user, case) and can_draft(user)):
        return False
    given = case.status in ANSWERED and asked.answer_code in GIVES
    return (
        as_long_as(given, "答复送出、并且提供了信息的，才能转为主动公开。")
        and as_long_as(asked.published_as_id is None, "这件申请的信息已经拟成主动公开信息。")
        and as_long_as(similar_applications(case, at=clock.now()).is_proposed, "申请同类信息的人还不多。")
    )


@transaction.atomic
def draft_publication(*, case: Case, title: str, body: str, version: int, by: User, at: datetime) -> Item:
    """Draft what was given as an item for everybody, once; every application for the same names it from now on."""
    require(can_publish(by, case))
    alike = _alike(case, at=at)
    _require_nobody_named({"title": title, "body": body}, alike, by=by, at=at)
    form_id = uuid5(NAMESPACE_URL, f"publication of {case.form_id}")
    unit = case.unit.standing_in(on=local_day(at))
    item = draft_item(unit=unit, form_id=form_id, title=title, body=body, by=by, at=at)
    for each in sorted(alike, key=lambda each: each.case_id):
        seen: Version = version if each.case_id == case.pk else ...
        record(case=each.case, kind="publication_drafted", facts={"item": item.pk}, seen=seen, by=by, at=at)
    InformationRequest.objects.filter(pk__in=[each.pk for each in alike]).update(published_as=item)
    case.refresh_from_db()
    return item


def _require_nobody_named(words: dict[str, str], requests: list[InformationRequest], *, by: User, at: datetime) -> None:
    """No applicant's name, number or address stands in what everybody will read."""
    for request in requests:
        people = _people_of(request, by=by, at=at)
        for field, text in words.items():
            if any(each in text for each in people):
                raise ValidationError({field: f"其中有申请人的信息（{request.case.number}），请删去后再保存。"})


def _people_of(request: InformationRequest, *, by: User, at: datetime) -> list[str]:
    """By what the applicant would be known; the name of a company may well be part of the information."""
    told = look(request, by=by, purpose="核对拟公开内容不含申请人信息", at=at, only=("applicant",))["applicant"]
    if not isinstance(told, dict):
        return []  # destroyed: nobody knows it any more
    is_person = request.case.category == ApplicantCategory.PERSON
    names = (*KNOWN_BY, "name") if is_person else KNOWN_BY
    return [words for name in names if len(words := str(told.get(name) or "")) > 1]


# The act and its form.

GIVEN = ("given", "attached", "way_and_time")  # fields of an answer in which the unit says what it gives


class PublicationForm(forms.Form):
    """拟转为主动公开: what everybody will read."""

    title = forms.CharField(label="名称", max_length=200, error_messages={"required": "请填写名称。"})
    body = forms.CharField(
        label="正文",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写公开的信息本身，不要写是谁申请的、为什么申请。附件在草稿中添加。",
        error_messages={"required": "请填写正文。"},
    )


def begun_publication(request: AuthenticatedRequest, case: Case) -> PublicationForm:
    """With what the unit itself has answered; nothing of what an applicant wrote."""
    told = look(case.information_request, by=request.user, purpose="拟转为主动公开", at=clock.now(), only=("answer",))
    answer = told["answer"] if isinstance(told["answer"], dict) else {}
    return PublicationForm(initial={"body": "\n".join(filter(None, (answer.get(name, "") for name in GIVEN)))})


PUBLISH = Action(
    name="publish",
    label="拟成主动公开信息",
    title="转为主动公开",
    place="page",
    allowed=can_publish,
    form=PublicationForm,
    service=draft_publication,
    done="已拟成主动公开信息的草稿，请补充后送审。",
)
