"""The acts on a proposal and their forms, as its page offers them; `services` and `letter` do what was sent."""

from typing import Any

from django import forms

from disclosure.models import ProposalKind, ProposalOpenness
from disclosure.proposals import letter, services
from disclosure.proposals.standards import categories_on
from disclosure.requests.desk.fields import RequestReasonForm, day_field, return_proposal_form
from disclosure.requests.desk.registering import DesignateForm, GiveBackForm
from disclosure.requests.rating import Satisfaction
from ninghai.calendar import clock
from ninghai.models import Case, Unit
from ninghai.staff_site.record_pages import act


def text_field(
    label: str, *, longest: int, rows: int = 4, required: bool = True, help_text: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}不能超过{longest}字。"},
    )


def _line(label: str, *, longest: int, help_text: str = "") -> forms.CharField:
    told = {"required": f"请填写{label}。", "max_length": f"{label}不能超过{longest}字。"}
    return forms.CharField(label=label, max_length=longest, help_text=help_text, error_messages=told)


def _tick(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, label_suffix="", help_text=help_text)


def co_units_field(help_text: str) -> "forms.ModelMultipleChoiceField[Unit]":
    return forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        label="协办单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class CorrectProposalForm(forms.Form):
    """What lists and the public read of it."""

    subject = _line(
        "事由",
        longest=services.LONGEST_SUBJECT,
        help_text="用一句话写要办的事，显示在清单、通知和公开页面中，不要写姓名、电话。",
    )
    role = _line("公开的身份", longest=60, help_text="如 县人大代表、县政协委员（教育界），公开时写在提出人处。")
    shows_name = _tick("姓名可以公开", "本人同意公开姓名的才勾选；没有勾选的，公开页面只写身份。")
    is_wide = _tick("社会广泛关注", "答复原则上全文公开；只公开摘要的，要写明理由。")


class ProposalForm(CorrectProposalForm):
    """One that the office enters; with the day of handing over it goes to the units at once."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="类别", choices=ProposalKind, widget=forms.RadioSelect, error_messages={"required": "请选择类别。"}
    )
    session = _line("届次", longest=60, help_text="如 县十七届人大二次会议。")
    number = forms.IntegerField(
        label="编号",
        min_value=1,
        max_value=99_999,
        error_messages={"required": "请填写编号，如 12。", "invalid": "编号请填写数字，如 12。"},
    )
    deputy = _line(
        "提出人", longest=100, help_text="姓名，几位用“、”隔开。加密保存，只有县政府办公室和主办单位看得到。"
    )
    text = text_field("内容", longest=10_000, rows=8, help_text="建议、提案的全文，加密保存。")
    lead = forms.ModelChoiceField(
        Unit.objects.all(),
        label="主办单位",
        empty_label="请选择",
        error_messages={"required": "请选择一个主办单位。"},
    )
    co_units = co_units_field("可以选几个，也可以不选；不含主办单位。")
    is_hard = _tick("难度较大", "按难度较大的期限办理，期限由县政府办公室规定。")
    handed_on = day_field("交办日期", required=False, help_text="填写后立即交办；还不交办的留空，以后再交办。")
    field_order = (
        *("kind", "session", "number", "deputy", "role", "shows_name", "subject", "text", "lead", "co_units"),
        *("is_wide", "is_hard", "handed_on"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "co_units"):
            self.fields[name].queryset = Unit.objects.valid(on=clock.today())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("lead") in list(given.get("co_units") or []):
            self.add_error("co_units", "主办单位不能同时是协办单位。")
        return given


class ProposalDayForm(forms.Form):
    handed_on = day_field("交办日期", help_text="办理期限从这一天起计算（当日不计）。")


class ProposalPartForm(forms.Form):
    text = text_field("协办意见", longest=4000, rows=6, help_text="主办单位据此起草答复；提交后不能修改，一直保留。")


class ProposalReplyForm(forms.Form):
    """The reply and how it is made public: one thing, reviewed together."""

    text = text_field(
        "答复内容", longest=10_000, rows=12, help_text="一行一段；称谓、文号、落款和办理结果类别由系统写入。"
    )
    category = forms.ChoiceField(
        label="办理结果类别", widget=forms.RadioSelect, error_messages={"required": "请选择办理结果类别。"}
    )
    openness = forms.ChoiceField(
        label="公开方式",
        choices=ProposalOpenness,
        widget=forms.RadioSelect,
        help_text="与答复一并审核。社会广泛关注的，原则上全文公开。",
        error_messages={"required": "请选择公开方式。"},
    )
    summary = text_field("公开的摘要", longest=2000, required=False, help_text="只公开摘要的填写。")
    reason = text_field(
        "不全文公开的理由",
        longest=500,
        rows=3,
        required=False,
        help_text="不公开的必须填写；社会广泛关注的只公开摘要的，也必须填写。公开摘要的，理由一并公开。",
    )

    def __init__(self, data: Any, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        words = categories_on(clock.today())
        self.fields["category"].choices = [(code, f"{code}　{text}") for code, text in words.items()]  # type: ignore[attr-defined]


def reply_form(data: Any, request: Any, case: Case) -> ProposalReplyForm:
    """With what was drafted before, which came back."""
    names = ("text", "category", "openness", "summary", "reason")
    drafted = case.proposal.replies.filter(paper=None).values(*names).first()
    return ProposalReplyForm(data, initial=drafted or {})


def correct_form(data: Any, request: Any, case: Case) -> CorrectProposalForm:
    proposal = case.proposal
    known = {name: getattr(proposal, name) for name in ("role", "shows_name", "is_wide")}
    return CorrectProposalForm(data, initial={**known, "subject": case.subject})


class ProposalFeedbackForm(forms.Form):
    """反馈意见."""

    score = forms.ChoiceField(
        label="代表、委员的意见",
        choices=Satisfaction,
        widget=forms.RadioSelect,
        help_text="不满意的，重新办理，另外计算期限；原来的答复保留。",
        error_messages={"required": "请选择满意、基本满意或者不满意。"},
    )
    heard_on = day_field("收到意见的日期")
    words = text_field("意见内容", longest=1000, rows=3, required=False, help_text="加密保存。")


class CoUnitsForm(forms.Form):
    """调整协办单位: those that are ticked help from now on."""

    co_units = co_units_field("勾选以后由哪些单位协办；取消勾选的不再等它的意见。")
    reply_by = day_field(
        "协办意见在哪天以前提交", required=False, help_text="用于新增的单位，过了这一天主办单位可以不等；可以不填。"
    )
    reason = text_field(
        "理由", longest=500, rows=2, required=False, help_text="取消协办单位的必须填写。不要写姓名、电话。"
    )


def co_units_form(data: Any, request: Any, case: Case) -> CoUnitsForm:
    today, held = clock.today(), case.assignments.standing().filter(part=services.CO).select_related("unit")
    form = CoUnitsForm(data, initial={"co_units": [each.unit.standing_in(on=today).pk for each in held]})
    valid = Unit.objects.valid(on=today).exclude(pk=case.unit_id)
    form.fields["co_units"].queryset = valid  # type: ignore[attr-defined]
    return form


class ProposalExtensionForm(RequestReasonForm):
    """延长办理期限."""

    months = forms.IntegerField(
        label="延长几个月",
        min_value=1,
        max_value=24,
        error_messages={"required": "请填写延长几个月，如 1。", "invalid": "请填写数字，如 1。"},
    )
    field_order = ("months", "reason")


# As the page offers them.


SECTION: dict[str, Any] = {"place": "section"}
GIVEN: dict[str, Any] = {"values": lambda form: {"given": form.cleaned_data}}
ACTIONS = [
    act("hand-over", "交办", "已交办，登记号 {record}。", services.can_hand_over, services.hand_over, form=ProposalDayForm, words="编登记号，开始计算办理期限，通知主办、协办单位。", **SECTION),
    act("accept", "签收", "{record} 已签收。", services.can_accept, services.accept, **SECTION),
    act("part", "提交协办意见", "{record} 的协办意见已提交主办单位。", services.can_give_part, services.give_part, form=ProposalPartForm, title="协办意见", **SECTION),
    act("reply", "送审核", "{record} 的答复和公开方式已送审核。", services.can_propose, services.propose, form=reply_form, title="拟写答复", place="page", **GIVEN),
    act("sign", "签发", "{record} 的答复已签发，文号 {result.number}。", services.can_decide, services.sign, title="签发答复和公开方式", **SECTION),
    act("return", "退回修改", "{record} 的答复已退回修改。", services.can_decide, services.send_back, form=return_proposal_form),
    act("publish", "拟公开信息", "已起草公开信息“{result.title}”，请打开核对后提交审核。", letter.can_publish, letter.draft_publication, title="公开答复", words="按审定的公开方式起草一条公开信息，归入建议提案办理结果；核对后按平常的办法提交审核。", **SECTION),
    act("feedback", "登记反馈意见", "{record} 的反馈意见已登记。", services.can_hear, services.hear, form=ProposalFeedbackForm),
    act("give-back", "不属于本单位，退回", "{record} 已退回，等县政府办公室决定。", services.can_give_back, services.give_proposal_back, form=GiveBackForm, words="退回后由县政府办公室决定由谁办理，期限照常计算。"),
    act("designate", "指定主办单位", "已指定主办单位，登记号 {record}。", services.can_designate, services.designate, form=DesignateForm, words="转给另一个单位的，在那里重新编登记号，交办日期和期限不变，协办单位照旧；原登记号保留。"),
    act("co-units", "调整协办单位", "{record} 的协办单位已调整，已通知有关单位。", services.can_change_co_units, services.change_co_units, form=co_units_form),
    act("extend", "延长办理期限", "{record} 的办理期限已延长，已通知承办单位。", services.can_extend, services.extend, form=ProposalExtensionForm, words="先征得提出人同意。已经到期的不能延长。"),
    act("correct", "更正登记", "{record} 已更正。", services.can_correct, services.correct, form=correct_form, **GIVEN),
    act("void", "作废", "{record} 已作废。", services.can_void, services.void, form=RequestReasonForm, words="只用于录入错误。登记号保留并写明理由；同一编号可以重新录入。", is_grave=True),
]  # fmt: skip
