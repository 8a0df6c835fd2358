"""The acts on an application and their forms, as its page offers them (`pages`); `answering` and `steps` do what was sent."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse

from disclosure.requests.desk import answering, delivering, excess, fields, query_codes, registering, repeats, steps
from disclosure.requests.desk.fields import AnswerDeliveryForm, ArrivalForm, RequestReasonForm, day_field
from disclosure.requests.inquiries import acts as inquiries
from disclosure.requests.letters.papers import rules_of_case
from disclosure.requests.limits import amendment_words
from disclosure.requests.rules.answers import AnswerField, answer_under, answers_under
from ninghai.calendar import clock
from ninghai.calendar.law import RULE_SETS
from ninghai.models import Case
from ninghai.sealed.services import look
from ninghai.staff_site.record_pages import Action, RecordPage
from ninghai.web.http import AuthenticatedRequest

LONG = frozenset(
    {
        "reason",
        "given",
        "withheld",
        "consultation",
        "processing",
        "reasons_letter",
        "searched_where",
        "amendment",
        "unclear",
    }
)
CHANGES = "change"  # the button that sends another kind of answer instead of the answer
DATES = frozenset({"searched_on", "former_date", "expired_on"})


# The forms of the acts.


class ConfirmForm(forms.Form):
    confirmed_on = day_field("与申请人确认的日期", help_text="答复期限从这一天起算（当日不计）。")


class AskAmendmentForm(forms.Form):
    """告知补正."""

    items = forms.CharField(
        label="需要补正的事项",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一次性全部写明，例如写明文件名称、补充代理人的授权委托书。",
        error_messages={"required": "请写明需要补正的事项。"},
    )
    days = forms.IntegerField(
        label="补正期限（工作日）",
        min_value=1,
        max_value=steps.LONGEST_REPLY,
        initial=10,
        error_messages={"required": "请填写补正期限。"},
    )


class AmendedForm(forms.Form):
    """收到补正."""

    amended_on = day_field("收到补正的日期", help_text="答复期限从这一天起重新计算（当日不计）。")
    content = forms.CharField(
        label="补正的内容",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请填写补正的内容。"},
    )


class AnswerExtensionForm(RequestReasonForm):
    """延长答复期限."""

    amount = forms.IntegerField(
        label="延长的工作日", min_value=1, max_value=20, error_messages={"required": "请填写延长几个工作日。"}
    )


class RequestAnswerForm(forms.Form):
    """The answer of one kind: a field for each thing that it must carry."""

    code = forms.CharField(max_length=40, widget=forms.HiddenInput, error_messages={"required": "请先选择答复种类。"})

    def __init__(
        self,
        data: Any,
        *,
        code: str,
        answer_fields: list[AnswerField],
        alone: frozenset[str],
        draft: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial={**draft, "code": code})
        self.asked = [field.name for field in answer_fields]
        for field in answer_fields:
            self.fields[field.name] = _of(field, required=field.name in alone)
        kept = [name for name, words in draft.items() if words and name not in self.fields]
        for name in kept:  # typed for another kind: for who changes back
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)

    def filled(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.asked}


def _of(field: AnswerField, *, required: bool) -> forms.Field:
    said: dict[str, Any] = {"label": field.label, "required": required, "help_text": field.help}
    said["error_messages"] = {"required": f"请填写{field.label}。"}
    if field.choices:
        return forms.ChoiceField(choices=[(each, each) for each in field.choices], widget=forms.RadioSelect, **said)
    if field.name in DATES:
        return day_field(field.label, required=required)
    widget = forms.Textarea(attrs={"rows": 4}) if field.name in LONG else forms.TextInput()
    return forms.CharField(max_length=2000, widget=widget, **said)


def answer_form(
    data: Any, request: AuthenticatedRequest, case: Case, *, draft: Mapping[str, str] | None = None
) -> RequestAnswerForm:
    """Of the kind that was chosen, with the words of `draft`; empty where there is neither.

    Who changes the kind (`kind`, 换一种答复) finds what was typed below the other one, and gets the rest back with it.
    """
    if data and CHANGES in data:
        return answer_form(None, request, case, draft=_typed(data) | {"code": str(data.get("kind", ""))})
    begun = draft or (_typed(data) if data else {})
    code = str(begun.get("code") if draft else (data or request.GET).get("code", ""))
    answer = answer_under(code, rules_of_case(case))
    if answer is None:
        return RequestAnswerForm(data, code="", answer_fields=[], alone=frozenset(), draft={})
    alone = frozenset(group[0] for group in answer.needs if len(group) == 1)
    written = begun if data else {**_known_words(code, request, case), **begun}
    return RequestAnswerForm(data, code=code, answer_fields=answer.fields, alone=alone, draft=written)


def _known_words(code: str, request: AuthenticatedRequest, case: Case) -> dict[str, str]:
    """What the register knows already of what such an answer says."""
    if code == repeats.REPEAT:
        return repeats.former_words(case, by=request.user, at=clock.now())
    return excess.drafted_words(case, code)


def _typed(data: Mapping[str, Any]) -> dict[str, str]:
    """What stands in any field that some kind of answer has."""
    known = {field.name for rules in RULE_SETS for answer in answers_under(rules) for field in answer.fields}
    return {name: str(data[name]) for name in sorted(known) if data.get(name)}


def propose_or_change(
    page: RecordPage[Case], request: AuthenticatedRequest, case: Case, form: RequestAnswerForm
) -> HttpResponse:
    """Send the answer to the head, or show the form of the kind that was chosen instead."""
    action = next(each for each in page.actions if each.name == "answer")
    if CHANGES in request.POST:
        return page.show_form(action, request, case, form)
    return page.act(action, request, case, form)


def redrafted_form(request: AuthenticatedRequest, case: Case) -> RequestAnswerForm:
    """The kind and the words of the answer that came back from the head, to be mended."""
    asked = case.information_request
    words = look(asked, by=request.user, purpose="修改退回的答复", at=clock.now(), only=("answer",))["answer"]
    return answer_form(None, request, case, draft={**(words or {}), "code": asked.answer_code})


def amendment_advice(case: Case) -> str:
    until = amendment_words([case]).get(case.pk)
    return f"补正只能告知一次，收到申请之日起7个工作日内告知。{f'{until.words}。' if until else ''}"


# The acts.

_titled: dict[str, Any] = {"place": "section"}
ACTIONS = [
    Action(
        name="confirm",
        label="确认收到，开始计算期限",
        title="与申请人确认",
        allowed=answering.can_confirm,
        form=ConfirmForm,
        service=answering.confirm,
        done="{record} 已确认，答复期限开始计算。",
        **_titled,
    ),
    Action(
        name="answer",
        label="送审核",
        title="拟写答复",
        place="page",
        template="disclosure/work_request_answer.html",
        allowed=answering.can_answer,
        form=answer_form,
        values=lambda form: {"code": form.cleaned_data["code"], "filled": form.filled()},
        service=answering.propose,
        handler=propose_or_change,
        done="{record} 的答复已送审核。",
    ),
    Action(
        name="sign",
        label="签发",
        title="签发答复",
        allowed=answering.can_decide,
        service=answering.sign,
        done="{record} 的答复已签发，文号 {result.number}。请经办人送达。",
        **_titled,
    ),
    Action(
        name="return",
        label="退回修改",
        allowed=answering.can_decide,
        form=fields.return_request_form,
        service=answering.send_back,
        done="{record} 的答复已退回修改。",
    ),
    Action(
        name="hand-over",
        label="登记送达",
        place="own",
        allowed=answering.can_hand_over,
        form=AnswerDeliveryForm,
        service=answering.hand_over,
        done="{record} 的答复已登记送达。",
    ),
    Action(
        name="receive",
        label="登记签收日期",
        place="own",
        allowed=answering.can_receive,
        form=ArrivalForm,
        service=answering.receive,
        done="{record} 的答复已登记签收。",
    ),
    Action(
        name="withdraw",
        label="登记申请人撤回",
        allowed=answering.can_withdraw,
        form=RequestReasonForm,
        service=answering.withdraw,
        done="{record} 已登记为申请人撤回。",
    ),
    Action(
        name="amend",
        label="告知补正",
        words=amendment_advice,
        allowed=steps.can_ask_amendment,
        form=AskAmendmentForm,
        service=steps.ask_amendment,
        done="{record} 已制作补正告知书，请送达申请人。",
    ),
    Action(
        name="amended",
        label="登记收到补正",
        title="收到补正",
        allowed=steps.can_settle_amendment,
        form=AmendedForm,
        service=steps.take_amendment,
        done="{record} 已登记补正，答复期限重新计算。",
        **_titled,
    ),
    Action(
        name="unamended",
        label="逾期没有补正，转为答复",
        allowed=steps.can_settle_amendment,
        service=steps.give_up_amendment,
        done="{record} 已登记逾期没有补正，请拟写答复。",
    ),
    Action(
        name="extend",
        label="延长答复期限",
        allowed=steps.can_extend,
        form=AnswerExtensionForm,
        service=steps.extend,
        done="{record} 已延长答复期限，请把延期答复告知书送达申请人。",
    ),
    *registering.ACTIONS,
    *delivering.ACTIONS,
    *inquiries.ACTIONS,
    *query_codes.ACTIONS,
]
