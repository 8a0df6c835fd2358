"""Satisfaction (满意度): after the answer the applicant rates it once, with words if they like, which are sealed.

The rating is an event of the case; an application that is opened again may be rated again, and the last one counts.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from disclosure.items.text import many_lines
from disclosure.requests.kind import ANSWERED
from ninghai.accounts.audit.request_context import without_address
from ninghai.cases.events import record, replay
from ninghai.cases.kinds import EngineEvent
from ninghai.models import Case, CaseEvent
from ninghai.models.state_machine import TransitionError


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    FAIRLY = "fairly", "基本满意"
    UNSATISFIED = "unsatisfied", "不满意"


def rating_of(case: Case) -> CaseEvent | None:
    """How the answer was rated; that of an answer before the application was opened again counts no more."""
    if EngineEvent.RATE not in replay(case).done:
        return None
    return case.events.filter(kind=EngineEvent.RATE).last()


def may_be_rated(case: Case) -> bool:
    return case.status in ANSWERED and rating_of(case) is None and not case.data_key.is_destroyed


@without_address()
def rate(*, case: Case, score: str, words: str, at: datetime) -> None:
    """评价, once: raises TransitionError where the answer was rated before, or is not out."""
    record(
        case=case, kind=EngineEvent.RATE, by=None, at=at, facts={"score": Satisfaction(score)}, words=many_lines(words)
    )


RATE_ID = "rate_%s"  # beside it stands the form that looks a case up, with the same two names


class RatingForm(forms.Form):
    """Number and code again, as they were typed, and how content the applicant is."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=80)
    code = forms.CharField(widget=forms.HiddenInput, max_length=20)
    score = forms.ChoiceField(
        label="评价",
        choices=Satisfaction,
        widget=forms.RadioSelect,
        help_text="只能评价一次。",
        error_messages={"required": "请选择满意、基本满意或者不满意。"},
    )
    words = forms.CharField(
        label="意见和建议",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可以不写。加密保存，只有办理单位看得到。",
        error_messages={"max_length": "意见和建议不能超过500字。"},
    )

    def rating(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("score", "words")}


def rating_context(sent: QueryDict, case: Case, *, at: datetime) -> dict[str, Any]:
    """What the look-up page shows: the form, once there is something to rate; the rating, once it is given."""
    form = rating_form(sent) if may_be_rated(case) else None
    if form and form.is_valid():
        with suppress(TransitionError):  # sent twice at once: the first one counts, and is shown
            rate(case=case, **form.rating(), at=at)
        form = None
    given = rating_of(case)
    return {"rating_form": form, "rated": Satisfaction(given.fact("score")).label if given else ""}


def rating_form(sent: QueryDict) -> RatingForm:
    if "words" in sent:
        return RatingForm(sent, auto_id=RATE_ID)
    return RatingForm(initial={name: sent.get(name, "") for name in ("number", "code")}, auto_id=RATE_ID)


# Counted.


@dataclass(frozen=True, slots=True)
class Ratings:
    """Of cases that are answered: how many were rated how, and how many not at all."""

    satisfied: int = 0
    fairly: int = 0
    unsatisfied: int = 0
    unrated: int = 0

    @property
    def rated(self) -> int:
        return self.satisfied + self.fairly + self.unsatisfied

    @property
    def share(self) -> float | None:
        """满意率 in per cent of what was rated; None where nothing was: unrated ones are shown, and never counted."""
        return round(100 * (self.satisfied + self.fairly) / self.rated, 1) if self.rated else None


def ratings(cases: QuerySet[Case]) -> Ratings:
    """Of those of the cases that are answered, by the last rating of each; that of a former answer counts no more."""
    answered = cases.filter(status__in=ANSWERED)
    later = CaseEvent.objects.filter(case=OuterRef("case"), kind=EngineEvent.REOPEN, number__gt=OuterRef("number"))
    rated = CaseEvent.objects.filter(~Exists(later), case__in=answered.values("pk"), kind=EngineEvent.RATE)
    last = rated.order_by("case_id", "-number").distinct("case_id").values_list("facts__score", flat=True)
    return counted(last, of=answered.count())


def counted(scores: Iterable[str], *, of: int) -> Ratings:
    """`of` is how many were answered."""
    told = list(scores)
    counts = {score.value: told.count(score.value) for score in Satisfaction}
    return Ratings(**counts, unrated=of - len(told))
