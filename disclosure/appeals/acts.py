"""The forms of an appeal or a complaint, and the acts on it as its page offers them; `services` does what was sent."""

import re
import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from disclosure.appeals import services
from disclosure.models import AppealMatter, PublicEnterprise
from disclosure.proposals.acts import text_field
from disclosure.requests.applying.forms import BROKEN, MACHINE, line_field
from disclosure.requests.desk import query_codes
from disclosure.requests.desk.entering import FIRST_DAY
from disclosure.requests.desk.fields import RequestReasonForm, day_field
from disclosure.requests.desk.registering import DesignateForm
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.calendar import clock
from ninghai.models import Case, Role, Unit, User, acts_as
from ninghai.staff_site.record_pages import Action

CHANNELS = [choice for choice in RequestChannel.choices if choice[0] != RequestChannel.ONLINE]


def _choice(label: str, missing: str, help_text: str) -> forms.ModelChoiceField[Any]:
    told = {"required": missing, "invalid_choice": f"没有这个选项，{missing}"}
    return forms.ModelChoiceField(
        PublicEnterprise.objects.none(), label=label, empty_label="请选择", help_text=help_text, error_messages=told
    )


class AppealForm(forms.Form):
    """What somebody finds wrong, and how they are reached; about an enterprise or about a unit, by the `matter`."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": BROKEN, "invalid": BROKEN})
    enterprise = _choice("哪个公共企事业单位", "请选择公共企事业单位。", "由它的主管部门办理和答复。")
    accused = _choice("哪个单位", "请选择单位。", "由县政府办公室办理和答复，被反映的单位不知道是谁反映的。")
    content = text_field(
        "反映的内容", longest=2000, rows=6, help_text="写明应当公开什么、实际怎样，有时间、地点、文件名称的写上。"
    )
    name = line_field("姓名或者单位名称", 100, help_text="加密保存，只有办理单位的经办人员办理时能看到。")
    phone = line_field("联系电话", 40, help_text="核实情况时用。", inputmode="tel")
    address = line_field("通信地址", 200, required=False)
    email = forms.EmailField(
        label="电子邮箱", required=False, max_length=150, error_messages={"invalid": "电子邮箱的写法不对，请核对。"}
    )
    website = line_field("网址", 500, required=False, help_text="此栏请留空。", tabindex="-1")

    def __init__(self, data: Any = None, *, matter: str = "") -> None:
        super().__init__(data, initial={"form_id": uuid.uuid4()})
        enterprises = PublicEnterprise.objects.filter(is_active=True).select_related("department")
        self.fields["enterprise"].queryset = enterprises  # type: ignore[attr-defined]
        units = Unit.objects.valid(on=clock.today()).exclude(kind=Unit.Kind.OFFICE)
        self.fields["accused"].queryset = units  # type: ignore[attr-defined]
        if matter:
            del self.fields["accused" if matter == AppealMatter.ENTERPRISE else "enterprise"]

    def clean_content(self) -> str:
        words = str(self.cleaned_data["content"]).strip()
        if len(re.findall(r"\w", words)) < 4:
            raise ValidationError("请写明应当公开什么、实际怎样。")
        return words

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(MACHINE)
        return ""


class EnteredAppealForm(AppealForm):
    """What came on paper, by telephone or at the counter; a department enters what concerns its own enterprises."""

    channel = forms.ChoiceField(
        label="怎样收到的",
        choices=CHANNELS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择收到的方式。"},
    )
    received_on = day_field("收到的日期", help_text="办理期限从这一天起算（当日不计），适用当时的条例。")
    field_order = ("form_id", "channel", "received_on")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, matter="" if acts_as(user, Role.OFFICE) else AppealMatter.ENTERPRISE)
        del self.fields["website"]
        self.fields["phone"].required = False
        if "accused" in self.fields:
            self.fields["enterprise"].required = self.fields["accused"].required = False
        elif user.acting:
            own = Unit.objects.inherited_by(user.acting.unit)
            self.fields["enterprise"].queryset = PublicEnterprise.objects.filter(is_active=True, department__in=own)  # type: ignore[attr-defined]

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if not FIRST_DAY <= day <= clock.today():
            raise ValidationError(f"日期应在{FIRST_DAY}和{clock.today()}之间。")
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        is_one = bool(given.get("enterprise")) != bool(given.get("accused"))
        if not is_one and not {"enterprise", "accused"} & self.errors.keys():
            self.add_error("enterprise", "公共企事业单位和被反映的单位，请选择其中一个。")
        return given


class AppealReplyForm(forms.Form):
    text = text_field("答复内容", longest=10_000, rows=12, help_text="一行一段；称谓、依据、文号和落款由系统写入。")


class AppealWordsForm(forms.Form):
    text = text_field("要说的话", longest=1000, rows=5, help_text="不写申诉人的姓名和联系方式，也不照抄原话。")


class MoveAppealForm(DesignateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].help_text = "管这个行业的主管部门。"


def reply_form(data: Any, request: Any, case: Case) -> AppealReplyForm:
    """With what was drafted before, which came back: read, and noted, for whoever may change it alone."""
    if data is not None or case.appeal.answer is None or not services.can_propose(request.user, case):
        return AppealReplyForm(data)
    told = services.drafted_answer(case, by=request.user, at=clock.now())
    return AppealReplyForm(initial={"text": told["answer"]})


_titled: dict[str, Any] = {"place": "section"}
ACTIONS = [
    Action(
        name="reply",
        label="送审核",
        title="拟写答复",
        place="page",
        allowed=services.can_propose,
        form=reply_form,
        service=services.propose,
        done="{record} 的答复已送审核。",
    ),
    Action(
        name="sign",
        label="签发",
        title="签发答复",
        allowed=services.can_decide,
        service=services.sign,
        done="{record} 的答复已签发，文号 {result.number}。",
        **_titled,
    ),
    Action(
        name="return",
        label="退回修改",
        allowed=services.can_decide,
        form=RequestReasonForm,
        service=services.send_back,
        done="{record} 的答复已退回修改。",
    ),
    Action(
        name="forward",
        label="向被反映的单位转述",
        words="被反映的单位只收到下面这些话，看不到这一件，也不知道是谁反映的。",
        allowed=services.can_forward,
        form=AppealWordsForm,
        service=services.forward,
        done="已向被反映的单位转述。",
    ),
    Action(
        name="move",
        label="转给别的主管部门",
        words="在那里重新编登记号，期限不变；原登记号保留，申诉人仍可用它查询。",
        allowed=services.can_move,
        form=MoveAppealForm,
        service=services.move,
        done="已转办，登记号 {result}。",
        leads_to_list=True,
    ),
    Action(
        name="withdraw",
        label="申诉人撤回",
        allowed=services.can_withdraw,
        form=RequestReasonForm,
        service=services.withdraw,
        done="{record} 已按申诉人的意思撤回。",
    ),
    Action(
        name="void",
        label="作废",
        words="只用于录入错误、不是申诉投诉的来件。登记号保留并写明理由。",
        allowed=services.can_void,
        form=RequestReasonForm,
        service=services.void,
        done="{record} 已作废。",
        is_grave=True,
    ),
    *query_codes.ACTIONS,
]
