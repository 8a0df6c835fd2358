"""催办 from a list of the office: to whom and in which words is seen first, and sent from there; for a moment it is undone (撤销).

What is urged, whom it reaches and who may do it, the apps say.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Role, Unit, User
from ninghai.models.state_machine import TOO_LATE, UNDO, TransitionError
from ninghai.notifications.notify import UNIT_ROLES, Announcement, notify, withdraw
from ninghai.staff_site.pages import began_at
from ninghai.staff_site.preview import preview_page
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.template_filters import undo_tag

LONGEST_WORDS = 200
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
R = TypeVar("R", bound=Model)
Done = TypeVar("Done")

# What is sent, and taken back.


@dataclass(frozen=True, slots=True)
class UrgingLetter(Generic[R]):
    """What one unit is told, about these of its records."""

    unit: Unit
    about: list[R]
    message: Announcement
    people: str  # who reads it; empty where the unit has nobody
    roles: Collection[Role] = UNIT_ROLES


@dataclass(frozen=True, slots=True)
class UrgingLetters(Generic[R]):
    letters: list[UrgingLetter[R]]

    @property
    def count(self) -> int:
        return sum(len(letter.about) for letter in self.letters)


def send_letters(letters: Iterable[UrgingLetter[Any]], *, by: User, at: datetime) -> int:
    """A message to each unit, and a row of the trail for each record that it is about; returns the first row, 0 without any.

    Nobody reads it before it can no longer be undone.
    """
    urging, first = str(uuid4()), 0
    for letter in letters:
        detail = {"urging": urging, "event": letter.message.event, **clock.stamp(at)}
        for record in letter.about:
            later = {"first": first} if first else {}
            row = AuditEntry.objects.record(action="remind", target=record, by=by, at=at, detail=detail | later)
            first = first or row.pk
        notify(letter.unit, **asdict(letter.message), roles=letter.roles, hold=UNDO, at=at)
    return first


@transaction.atomic
def take_back_letters(*, first: int, of: type[Model], by: User, at: datetime) -> int:
    """Undo (撤销) an urging of a moment ago, as a whole: its messages are gone, and the records count as not urged.

    Returns of how many records; TransitionError when it is too late, or it is undone already; AuditEntry.DoesNotExist where
    no urging about records of that kind begins with that row.
    """
    of_kind = AuditEntry.objects.filter(action="remind", target_type=of._meta.label_lower)
    begun = of_kind.exclude(detail__has_key="first").get(pk=first)
    rows = of_kind.filter(pk__gte=first, actor=begun.actor_id, detail__urging=begun.detail.get("urging", ""))
    urged = {int(row.target_id): row for row in rows}
    held = hold_records(of._default_manager.filter(pk__in=urged))
    if not begun.is_just_done(by=by, at=at, within=UNDO) or not rows.that_stand().exists():
        raise TransitionError(TOO_LATE)
    for event in sorted({row.detail["event"] for row in urged.values()}):
        withdraw(event=event, at=at)
    for record in held:
        detail = {"undoes": urged[record.pk].pk}
        AuditEntry.objects.record(action="remind", target=record, by=by, at=at, reason="撤销", detail=detail)
    return len(held)


def hold_records(chosen: QuerySet[Any]) -> Sequence[Any]:
    """Of two that urge, or undo, at once, one waits."""
    return list(chosen.order_by("pk").select_for_update(of=("self",)))


# The page: to whom, in which words; sent from there.


def words_field(help_text: str) -> forms.CharField:
    """What stands above the records in each unit's message."""
    return forms.CharField(
        label="催办内容",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages={
            "required": "请写明催办内容。",
            "max_length": f"催办内容不能超过{LONGEST_WORDS}字，请写得简短一些。",
        },
    )


class UrgingWordsForm(Form):
    """Of a form with `words`: a message opens what it is about by itself."""

    opens: str

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if LINK.search(words):
            raise ValidationError(f"请不要写网址，消息里已有打开{self.opens}的入口。")
        return words


def preview_urging(
    request: AuthenticatedRequest,
    form: UrgingWordsForm,
    *,
    plan: Callable[..., object],
    urge: Callable[..., Done],
    say: Callable[[Done], None],
    back: str,
    **context: Any,
) -> HttpResponse:
    """先预览、后确认: `plan` and `urge` take what the form says; `say` tells what came of it, and the page leads back."""

    def done(urged: Done) -> HttpResponse:
        say(urged)
        return redirect(back)

    return preview_page(
        request,
        form,
        "admin/office/urge.html",
        title="催办",
        preview=lambda: plan(**form.cleaned_data, on=clock.today()),
        act=lambda: urge(**form.cleaned_data, by=request.user, at=clock.now()),
        done=done,
        back=back,
        **context,
    )


def undo_of_urging(place: str, first: int, *, back: str) -> str:
    """What puts 撤销 beside the sentence that says what was sent; nothing where nothing was."""
    return undo_tag(f"{reverse(place, args=[first])}?{urlencode({'back': back})}") if first else ""


def urging_undone(
    request: AuthenticatedRequest, take_back: Callable[..., int], *, first: int, of_what: str, otherwise: str
) -> HttpResponse:
    """撤销 from beside the sentence that says what was sent."""
    try:
        count = take_back(first=first, by=request.user, at=clock.now())
    except AuditEntry.DoesNotExist as unknown:
        raise Http404 from unknown
    messages.success(request, f"已撤销，{count}{of_what}没有催办。")
    return redirect(began_at(request, otherwise=otherwise))
