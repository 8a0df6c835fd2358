"""A lost query code (查询码): who comes without it gets another one, once it is clear that this is the applicant."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from disclosure.requests.desk.answering import handles
from disclosure.requests.limits import limit_words
from ninghai.calendar import clock
from ninghai.cases.lookup import replace_code
from ninghai.models import Case, User
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.staff_site.record_pages import Action, RecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version

CHECKED = [
    ("in_person", "当面核对了证件原件，与申请时的一致"),
    ("agent", "当面核对了代理人的证件和授权委托书"),
    ("by_phone", "用申请时留下的电话联系，核对了姓名和证件号码"),
]


class NewCodeForm(forms.Form):
    checked = forms.ChoiceField(
        label="怎样核对身份",
        choices=CHECKED,
        widget=forms.RadioSelect,
        error_messages={"required": "请先核对身份，并选择是怎样核对的。"},
    )


def can_give_code(user: User, case: Case) -> Allowed:
    return handles(user, case) and as_long_as(bool(case.number), "还没有登记，没有查询码。")


def give_code(*, case: Case, checked: str, version: int, by: User, at: datetime) -> str:
    """更换查询码: the old one opens nothing any more; the trail keeps who gave it, and how the person was known."""
    require(can_give_code(by, case))
    return replace_code(case=case, checked=checked, by=by, at=at, seen=version)


def show_code(page: RecordPage[Case], request: AuthenticatedRequest, case: Case, form: forms.BaseForm) -> HttpResponse:
    """The receipt with the new code, in this answer alone: nobody can open it again."""
    if not form.is_valid():
        return page.refuse(ACTIONS[0], request, case, form)
    said: dict[str, Any] = {"version": seen_version(request), "by": request.user, "at": clock.now()}
    code = give_code(case=case, checked=form.cleaned_data["checked"], **said)
    context = {
        **page.frame(request, case, title="登记回执"),
        "case": case,
        "code": code,
        "limit": limit_words(case),
        "back": page.url(case),
    }
    response = render(request, "disclosure/work_request_code.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


ACTIONS = [
    Action(
        name="new-code",
        label="更换查询码",
        words="申请人遗失查询码时办理。先核对身份；换了以后，原来的查询码就不能用了。",
        allowed=can_give_code,
        form=NewCodeForm,
        handler=show_code,
    )
]
