"""The acts of `excess` on an application's page, and their forms."""

from typing import Any

from django import forms
from django.http import HttpRequest

from disclosure.requests.desk import excess
from disclosure.requests.desk.fields import RequestReasonForm, day_field
from disclosure.requests.desk.steps import LONGEST_REPLY
from disclosure.requests.fee_rates import schedules_on
from ninghai.models import Case
from ninghai.staff_site.record_pages import Action

LONGEST_DELAY = 250  # working days: about a year
MOST = 100_000  # items or pages
HOW_TO_PAY = "持本通知书到本机关开具非税收入缴款书，到代收银行或者网上缴纳"


def _words_field(
    label: str, most: int, *, help_text: str = "", initial: str = "", required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        initial=initial,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}不能超过{most}字。"},
    )


class AskReasonsForm(forms.Form):
    """要求说明理由."""

    why = _words_field(
        "为什么认为明显超过合理范围", 500, help_text="写明申请的件数、时间和事项，通知书中会写上。不要写姓名、电话。"
    )
    days = forms.IntegerField(
        label="说明理由的期限（工作日）",
        min_value=1,
        max_value=LONGEST_REPLY,
        initial=10,
        error_messages={"required": "请填写说明理由的期限。"},
    )


class ReasonsForm(forms.Form):
    """收到说明的理由."""

    given_on = day_field("收到说明的日期")
    reasons = _words_field("申请人说明的理由", 2000, help_text="加密保存。")


class DelayForm(RequestReasonForm):
    """延迟答复."""

    amount = forms.IntegerField(
        label="延迟的工作日",
        min_value=1,
        max_value=LONGEST_DELAY,
        help_text="在原来的答复期限上加几个工作日。",
        error_messages={"required": "请填写延迟几个工作日。"},
    )


class FeeForm(forms.Form):
    """收费通知: one schedule of those that hold for the application."""

    schedule = forms.ChoiceField(
        label="计收方式",
        widget=forms.RadioSelect,
        help_text="只能选一种。按件的，件数为同一申请人当月累计的件数；按量的，页数为这件申请要提供的页数。",
        error_messages={"required": "请选择按件还是按量计收。"},
    )
    amount = forms.IntegerField(
        label="件数或者页数",
        min_value=1,
        max_value=MOST,
        error_messages={"required": "请填写件数或者页数。", "invalid": "请填写整数。"},
    )
    how = _words_field("缴纳方式", 300, initial=HOW_TO_PAY)
    more = _words_field(
        "另外告知", 500, initial=excess.AFTERWARDS, help_text="写在通知书的缴费期限后面，可以修改。", required=False
    )

    def __init__(self, data: Any, case: Case) -> None:
        super().__init__(data)
        schedules = schedules_on(case.received_on) if case.received_on else []
        choices = [(each.by.value, each.words) for each in schedules]
        self.fields["schedule"] = _chosen(self.fields["schedule"], choices)


def _chosen(field: forms.Field, choices: list[tuple[str, str]]) -> forms.Field:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = choices
    return field


def fee_form(data: Any, request: HttpRequest, case: Case) -> FeeForm:
    return FeeForm(data, case)


class FeeObjectionForm(forms.Form):
    """对收费的异议."""

    objected_on = day_field("收到异议的日期")
    words = _words_field("异议的内容", 2000, help_text="加密保存。异议不影响缴费期限。")


class FeePaidForm(forms.Form):
    """收到信息处理费."""

    paid_on = day_field("完成缴费的日期", help_text="答复期限从这一天的次日起重新计算。")


_titled: dict[str, Any] = {"place": "section"}
EXCESS_ACTS = [
    Action(
        name="reasons",
        label="要求说明理由",
        words="数量、频次明显超过合理范围的，可以要求申请人说明理由一次；答复期限照常计算，等待期间也可以拟写答复。",
        allowed=excess.can_ask_reasons,
        form=AskReasonsForm,
        service=excess.ask_reasons,
        done="{record} 已制作说明理由通知书，请送达申请人。",
    ),
    Action(
        name="reasons-given",
        label="登记说明的理由",
        title="收到说明的理由",
        words="理由不合理的，接着答复“无正当理由大量反复申请”；合理的照常答复，来不及的由负责人确定延迟期限。",
        allowed=excess.can_settle_reasons,
        form=ReasonsForm,
        service=excess.take_reasons,
        done="{record} 已登记说明的理由。",
        **_titled,
    ),
    Action(
        name="no-reasons",
        label="逾期没有说明理由，转为答复",
        allowed=excess.can_settle_reasons,
        service=excess.give_up_reasons,
        done="{record} 已登记逾期没有说明理由，请拟写答复。",
    ),
    Action(
        name="delay",
        label="理由合理，延迟答复",
        words="申请人的理由合理、但在期限内答复不了的，确定一个合理的延迟期限并告知。",
        allowed=excess.can_delay,
        form=DelayForm,
        service=excess.delay,
        done="{record} 已延迟答复期限，请把延迟答复告知书送达申请人。",
    ),
    Action(
        name="fee",
        label="收取信息处理费",
        words="制作收费通知书。等待缴费时答复期限停止，缴费次日起重新计算；20个工作日内不缴的，视为放弃申请。",
        allowed=excess.can_charge,
        form=fee_form,
        service=excess.charge,
        done="{record} 已制作收费通知书，请送达申请人。",
    ),
    Action(
        name="fee-paid",
        label="登记已缴费",
        title="收到信息处理费",
        allowed=excess.can_settle_fee,
        form=FeePaidForm,
        service=excess.take_fee,
        done="{record} 已登记缴费，答复期限重新计算。",
        **_titled,
    ),
    Action(
        name="fee-objection",
        label="登记对收费的异议",
        allowed=excess.can_settle_fee,
        form=FeeObjectionForm,
        service=excess.object_to_fee,
        done="{record} 已登记异议，缴费期限照常计算。",
    ),
    Action(
        name="fee-unpaid",
        label="逾期没有缴费，转为答复",
        allowed=excess.can_settle_fee,
        service=excess.give_up_fee,
        done="{record} 已登记逾期没有缴费，请拟写答复。",
    ),
]
