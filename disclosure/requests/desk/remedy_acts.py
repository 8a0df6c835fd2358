"""The acts of `remedies` and `publication` on an application's page, and their forms."""

from typing import Any

from django import forms
from django.http import HttpRequest

from disclosure.requests.desk import publication, remedies
from disclosure.requests.desk.fields import day_field
from disclosure.requests.desk.steps import LONGEST_REPLY
from disclosure.requests.letters.papers import ANSWER, authorities_on
from disclosure.requests.standing import RemedyOutcome, RemedyWay
from ninghai.calendar import clock
from ninghai.models import Case
from ninghai.sealed.services import look
from ninghai.staff_site.record_pages import Action
from ninghai.web.http import AuthenticatedRequest

GIVEN = ("given", "attached", "way_and_time")  # fields of an answer in which the unit says what it gives


class RemedyForm(forms.Form):
    """登记复议、诉讼."""

    way = forms.ChoiceField(
        label="种类",
        choices=RemedyWay,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择行政复议还是行政诉讼。"},
    )
    authority = forms.CharField(
        label="复议机关或者法院", max_length=60, error_messages={"required": "请填写复议机关或者法院。"}
    )
    begun_on = day_field("受理的日期", help_text="按受理通知书、应诉通知书上的日期。")
    number = forms.CharField(label="案号", max_length=60, required=False, help_text="如 宁政复〔2019〕3号。")

    def __init__(self, data: Any, *, authority: str) -> None:
        super().__init__(data, initial={"authority": authority})


def remedy_form(data: Any, request: HttpRequest, case: Case) -> RemedyForm:
    """With the authority to which the answer's letter leads; while there is none, that of today."""
    answer = case.papers.filter(kind=ANSWER).last()
    on = answer.dated if answer else clock.today()
    named = authorities_on(case.unit.standing_in(on=on), on=on).review
    return RemedyForm(data, authority=next(iter(named), ""))


class RemedyDecisionForm(forms.Form):
    """登记结果."""

    outcome = forms.ChoiceField(
        label="结果",
        choices=RemedyOutcome,
        widget=forms.RadioSelect,
        help_text="撤销、变更、确认违法、责令履行的为“纠正”；撤回、终止、驳回起诉等为“其他”。",
        error_messages={"required": "请选择结果。"},
    )
    decided_on = day_field("决定、裁判的日期")
    number = forms.CharField(label="决定书、裁判文书文号", max_length=60, required=False)
    anew = forms.BooleanField(
        label="要求重新答复",
        required=False,
        label_suffix="",
        help_text="选中的，从决定日期起重新计算答复期限，原答复保留。",
    )
    days = forms.IntegerField(
        label="要求在几个工作日内答复",
        min_value=1,
        max_value=LONGEST_REPLY,
        required=False,
        help_text="决定书、判决书写明期限的填写。",
    )
    gist = forms.CharField(
        label="要点",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="加密保存，只有本单位看得到。",
    )


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


REMEDY_ACTS = [
    Action(
        name="publish",
        label="拟成主动公开信息",
        title="转为主动公开",
        place="page",
        allowed=publication.can_publish,
        form=PublicationForm,
        service=publication.draft_publication,
        done="已拟成主动公开信息的草稿，请补充后送审。",
    ),
    Action(
        name="remedy-decided",
        label="登记结果",
        title="登记行政复议、行政诉讼的结果",
        allowed=remedies.can_decide_remedy,
        form=RemedyDecisionForm,
        service=remedies.decide_remedy,
        done="{record} 已登记结果。",
    ),
    Action(
        name="remedy",
        label="登记行政复议、行政诉讼",
        allowed=remedies.can_begin_remedy,
        form=remedy_form,
        service=remedies.begin_remedy,
        done="{record} 已登记。",
    ),
]
