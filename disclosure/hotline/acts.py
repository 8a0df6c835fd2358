"""The acts on a matter of the hotline as its page offers them: each a row, its form made of the fields that it asks for."""

from functools import partial
from typing import Any

from django import forms

from disclosure.hotline import intake, rules, services
from disclosure.hotline.forms import NOBODY, MatterForm, made_of, unit_field
from disclosure.hotline.services import STEPS, step
from disclosure.hotline.similar import whose_duty
from disclosure.models import HotlineCase
from disclosure.requests.desk.fields import choice_field, day_field, line_field, text_field
from disclosure.requests.rating import Satisfaction
from ninghai.calendar import clock
from ninghai.models import UsualReason
from ninghai.staff_site.forms import return_form
from ninghai.staff_site.record_pages import Action

RESULTS = {"solved": "已经解决", "explained": "已经解释说明", "partly": "部分解决", "unsolved": "暂时不能解决"}
OUTCOMES = {
    Satisfaction.SATISFIED.value: "满意，办结",
    Satisfaction.FAIRLY.value: "基本满意，办结",
    Satisfaction.UNSATISFIED.value: "不满意，重新办理",
    "unreached": "没有联系上，再联系",
    "unreached_closed": "多次没有联系上，办结",
}
CAUSES = {"overdue": "逾期", "repeated": "反映多、反复反映", "knowledge": "没有更新知识库", "other": "其他"}
GROUNDS = {
    "procedure": "已经进入诉讼、仲裁、行政复议或者信息公开程序",
    "petition": "已经由信访受理",
    "secret": "涉及国家秘密、商业秘密、个人隐私",
    "concluded": "已经依法办结",
    "elsewhere": "不属于本县",
}
ENDS = {"done": "已经依法办结，同一事实再次反映", "lawful": "依法不能办理，同一事实再次反映"}


def _reason(help_text: str = NOBODY) -> forms.CharField:
    return text_field("理由", 500, help_text=help_text)


def _words(label: str, help_text: str, **of: Any) -> forms.CharField:
    return text_field(label, 2000, rows=4, help_text=help_text, **of)


def _choice(label: str, choices: dict[str, str]) -> forms.ChoiceField:
    return choice_field(label, list(choices.items()), widget=forms.RadioSelect)


# Forms that know the record.

HandOnForm = made_of(
    lead=unit_field("主办单位"),
    co_units=unit_field("协办单位", required=False, many=True),
    is_designated=forms.BooleanField(
        label="指定办理", required=False, label_suffix="", help_text="有争议、已经退回过的勾选；指定的单位不能再退回。"
    ),
)


def hand_on_form(data: Any, request: Any, call: HotlineCase) -> forms.Form:
    """With the unit of the table, which the page names beside it; what was only learnt is chosen by nobody but the person."""
    row = whose_duty(call.topic, call.town).by_table
    unit = row.unit.standing_in(on=clock.today()).pk if row else None
    return HandOnForm(data, initial={"lead": unit})


def correct_form(data: Any, request: Any, call: HotlineCase) -> forms.Form:
    names = ("matter", "urgency", "topic", "town", "village", "is_confidential")
    known = {name: getattr(call, name) for name in names}
    return MatterForm(data, initial={**known, "subject": call.case.subject, "about": list(call.about.all())})


def extension_form(data: Any, request: Any, call: HotlineCase) -> forms.Form:
    limits = rules.limits_of(call)
    told = f"最多{limits.extension}{limits.as_limit().extension_unit.label}，由{limits.get_approver_display()}批准。"
    wrong = dict.fromkeys(("required", "invalid", "min_value"), "请填写延长的数量，如 3。")
    amount = forms.IntegerField(label="延长多少", min_value=1, help_text=told, error_messages=wrong)
    return made_of(amount=amount, reason=_reason())(data)


# The acts.


def _act(name: str, label: str, allowed: rules.CallRule, service: Any, done: str, **more: Any) -> Action:
    return Action(name=name, label=label, allowed=allowed, service=service, done=f"{{record}} {done}", **more)


def _step(name: str, label: str, kind: str, done: str, *, fields: dict[str, forms.Field], **more: Any) -> Action:
    form = made_of(**fields)
    return _act(name, label, STEPS[kind], partial(step, kind=kind), done, form=form, **more)


_first: dict[str, Any] = {"place": "section"}
ACTIONS = [
    _act("sign", "签收", rules.can_sign, services.sign, "已签收。", **_first),
    _act(
        "hand-on",
        "转办",
        rules.can_hand_on,
        services.hand_on,
        "已转办，已经通知承办单位。",
        form=hand_on_form,
        **_first,
    ),
    _act("grant-return", "同意退回", rules.can_rule_on_return, services.grant_return, "已退回，请改派。", **_first),
    _act(
        "refuse-return",
        "不同意退回，指定办理",
        rules.can_rule_on_return,
        services.refuse_return,
        "已指定原单位办理，不能再退回。",
        form=made_of(reason=_reason()),
        **_first,
    ),
    _act(
        "answer",
        "答复",
        rules.can_answer,
        services.answer,
        "已答复，等县府办审核。",
        form=made_of(result=_choice("办理结果", RESULTS), words=_words("答复内容", "来电人凭登记号能看到；加密保存。")),
        **_first,
    ),
    _act("pass", "审核通过", rules.can_review, services.pass_answer, "审核通过。", **_first),
    _act(
        "send-back",
        "退回重新办理",
        STEPS["sent_back"],
        partial(step, kind="sent_back"),
        "的答复已退回。",
        form=return_form(UsualReason.Matter.HOTLINE, keeps_out=NOBODY),
        **_first,
    ),
    _act(
        "call-back",
        "登记回访",
        rules.can_call_back,
        services.call_back,
        "已登记回访。",
        form=made_of(
            outcome=_choice("回访结果", OUTCOMES), words=_words("来电人的意见", "可以不写。加密保存。", required=False)
        ),
        **_first,
    ),
    _act("grant-extension", "批准延期", rules.can_decide_extension, services.grant_extension, "已延期。", **_first),
    _step("refuse-extension", "不同意延期", "extension_refused", "不延期。", fields={"reason": _reason()}, **_first),
    _act("grant-end", "批准不再办理", rules.can_rule_on_end, services.grant_end, "不再办理。", **_first),
    _step("refuse-end", "不同意，继续办理", "end_refused", "要继续办理。", fields={"reason": _reason()}, **_first),
    _act(
        "redo",
        "重办",
        rules.can_redo,
        services.redo,
        "已交原单位重新办理。",
        form=made_of(reason=_reason()),
        words="另有自己的时限；第一次的办结和答复都保留。",
    ),
    _step("keep", "维持办结", "kept", "维持办结。", fields={"reason": _reason("来电人能看到。不要写人名。")}),
    _step(
        "direct", "当场答复", "direct", "已当场答复。", fields={"words": _words("答复内容", "来电人凭登记号能看到。")}
    ),
    _step(
        "guide",
        "引导申请信息公开",
        "guided",
        "已引导，来电人的话可以直接带进申请表。",
        fields={},
        words="来电人要的是政府信息的，不能拒绝，引导其申请信息公开；这一件不计入满意率。",
    ),
    _step(
        "refuse",
        "不予受理",
        "refused",
        "不予受理。",
        fields={"ground": _choice("情形", GROUNDS), "reason": _reason("写明理由和可以走的途径，来电人能看到。")},
    ),
    _act(
        "ask-return",
        "申请退回",
        rules.can_ask_return,
        services.ask_return,
        "已申请退回，等县府办裁定；期限照算。",
        form=made_of(reason=_reason(), belongs_to=unit_field("应由哪个单位办理")),
    ),
    _step(
        "part", "提交协办意见", "part_given", "的协办意见已提交。", fields={"words": _words("协办意见", "加密保存。")}
    ),
    _step(
        "ask-caller",
        "请来电人补充",
        "caller_asked",
        "已请来电人补充，期限暂停。",
        fields={"words": _words("需要补充什么", "来电人凭登记号能看到。")},
    ),
    _step(
        "caller-said",
        "登记来电人的补充",
        "caller_said",
        "已补充，期限恢复计算。",
        fields={"words": _words("补充的内容", "加密保存。")},
        **_first,
    ),
    _act(
        "ask-extension",
        "申请延期",
        rules.can_ask_extension,
        services.ask_extension,
        "已申请延期；批准以前期限照算。",
        form=extension_form,
    ),
    _act(
        "promise",
        "承诺限期办结",
        rules.can_promise,
        services.promise,
        "已承诺，请告诉来电人；承诺的日期就是新的期限。",
        form=made_of(
            promised_for=day_field("承诺办结的日期"), reason=_reason("写明进展和原因，来电人能看到。不要写人名。")
        ),
        words="期限内确实办不完的，向来电人说明进展，并承诺一个日期。",
    ),
    _step(
        "ask-end",
        "申请不再办理",
        "end_asked",
        "已报县府办批准。",
        fields={"ground": _choice("情形", ENDS), "reason": _reason("写明依据和答复过的情况，来电人能看到。")},
    ),
    _act("recall", "收回", rules.can_recall, services.recall, "已收回。", form=made_of(reason=_reason())),
    _step(
        "urge",
        "督办",
        "urged",
        "已督办。",
        fields={"cause": _choice("事由", CAUSES), "reason": text_field("要求", 300, required=False, help_text=NOBODY)},
    ),
    _step(
        "again",
        "来电人再次来电",
        "called_again",
        "已登记再次来电。",
        fields={"words": _words("来电内容", "可以不写。加密保存。", required=False)},
    ),
    _step("escalate", "提请县政府协调", "escalated", "已登记。", fields={"reason": _reason()}),
    _act(
        "join",
        "并案",
        rules.can_join,
        services.join,
        "已并案。",
        form=made_of(into=line_field("并入哪一件", 80, help_text="填写那一件的登记号。")),
        words="同一件事并入先登记的一件办理，这一件的登记号保留。",
    ),
    _act(
        "correct",
        "更正登记",
        rules.can_correct,
        intake.correct,
        "已更正。",
        form=correct_form,
        values=lambda form: {"given": form.cleaned_data},
    ),
    _step("void", "作废", "void", "已作废，登记号保留。", fields={"reason": _reason()}, is_grave=True),
]
