"""The application form (申请表) of each regulation: what it must ask, and what it must not.

The first regulation's form may ask what the information is for; since 2019 it must not, and asks for a proof of identity and
for the way of getting the information instead.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from disclosure.requests.rules.delivery import DeliveryWay
from ninghai.calendar.law import REGULATION_2008, rule_set_on
from ninghai.files.kinds import Purpose
from ninghai.models import Unit


class ApplicantCategory(models.TextChoices):
    """申请人类别, the columns of the annual report: asked when one applies, since nobody can tell it in January."""

    PERSON = "person", "自然人"
    BUSINESS = "business", "商业企业"
    RESEARCH = "research", "科研机构"
    WELFARE = "welfare", "社会公益组织"
    LEGAL = "legal", "法律服务机构"
    ORGANISATION = "organisation", "其他法人或者组织"


class InformationForm(models.TextChoices):
    """信息的形式."""

    PAPER = "paper", "纸面"
    EMAIL = "email", "电子邮件"
    DISC = "disc", "光盘"
    DISK = "disk", "磁盘"


class IdentityKind(models.TextChoices):
    ID_CARD = "id_card", "居民身份证"
    PASSPORT = "passport", "护照"
    OTHER = "other", "其他有效证件"


IDENTITY_KINDS = [*IdentityKind.choices, ("credit_code", "统一社会信用代码（单位）")]
MACHINE = "“网址”一栏用来识别自动程序，请清空后再提交。"
BROKEN = "页面不完整，请刷新后再提交。"
ON_PAPER = frozenset({InformationForm.PAPER, InformationForm.DISC, InformationForm.DISK})
LARGEST_PROOF = 10 * 1024 * 1024


def line_field(label: str, most: int, *, required: bool = True, help_text: str = "", **attrs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    messages = {"required": f"请填写{label}。", "max_length": f"{label}不能超过{most}字。"}
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=widget, error_messages=messages
    )


def _choice(label: str, choices: Any, *, help_text: str = "") -> forms.ChoiceField:
    """One line on a phone, however many there are to choose from."""
    return forms.ChoiceField(
        label=label,
        choices=[("", "请选择"), *getattr(choices, "choices", choices)],
        help_text=help_text,
        error_messages={"required": f"请选择{label}。"},
    )


def proof_field(label: str, *, required: bool, help_text: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": Purpose.EVIDENCE.accept}),
        error_messages={"required": f"请选择{label}。", "empty": f"{label}是空文件，请重新选择。"},
    )


def _unit() -> forms.ModelChoiceField[Unit]:
    return forms.ModelChoiceField(
        label="向哪个单位申请",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        help_text="谁制作或者最初获取这项信息，就向谁申请。不清楚的，选县政府办公室。",
        error_messages={"required": "请选择受理单位。", "invalid_choice": "没有这个单位，请重新选择。"},
    )


def _content() -> forms.CharField:
    return forms.CharField(
        label="需要的政府信息",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明信息的名称、文号，或者便于查找的其他特征，如时间、地点、事项。一份申请写一件事，答复得快。",
        error_messages={"required": "请写明需要什么信息。", "max_length": "不能超过2000字，请写得简短一些。"},
    )


class AskingForm(forms.Form):
    """What is wanted, and of whom."""

    unit = _unit()
    content = _content()

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("unit")
        if units is not None and isinstance(field, forms.ModelChoiceField):
            field.queryset = units

    def clean_content(self) -> str:
        words = str(self.cleaned_data["content"]).strip()
        if len(re.findall(r"\w", words)) < 4:
            raise ValidationError("这样写找不到信息，请写明名称、文号或者其他特征。")
        return words


@dataclass(frozen=True, slots=True)
class FormSection:
    """Fields that stand together: in sight, or folded away under a `title`, unless something is to be seen there."""

    title: str
    fields: list[forms.BoundField]
    is_open: bool


ASKED = "需要的政府信息和受理单位（已填写，可以修改）"
FOLDED = {
    "unit": ASKED,
    "content": ASKED,
    "purpose": "所需信息的用途（选填）",
    "representative": "单位申请的，还要填写",
    "agent_name": "委托别人代为申请的，还要填写",
    "agent_identity": "委托别人代为申请的，还要填写",
    "agent_proof": "委托别人代为申请的，还要填写",
}


class ApplicationForm(AskingForm):
    """What both regulations ask: who applies, how to reach them, what they want, and in which form."""

    folded: ClassVar[Mapping[str, str]] = FOLDED  # under which title a field is folded away

    form_id = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": BROKEN, "invalid": BROKEN})
    category = _choice("申请人类别", ApplicantCategory, help_text="只用于年度统计。")
    name = line_field("姓名或者单位名称", 100)
    identity_kind = _choice("证件种类", IDENTITY_KINDS)
    identity_number = line_field("证件号码", 40)
    representative = line_field("法定代表人或者负责人", 50, required=False, help_text="单位申请的要填写。")
    phone = line_field("联系电话", 40, help_text="工作人员用它与您确认申请。", inputmode="tel")
    address = line_field("通信地址和邮政编码", 200, required=False, help_text="要求邮寄的必须填写。")
    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=150,
        help_text="要求用电子邮件提供的必须填写。",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "电子邮箱的写法不对，请核对。"},
    )
    agent_name = line_field("代理人姓名", 50, required=False, help_text="委托别人代为申请的才填写。")
    agent_identity = line_field("代理人证件号码", 40, required=False)
    agent_proof = proof_field(
        "授权委托书和代理人证件", required=False, help_text="委托别人代为申请的要上传，合成一个文件，不超过10MB。"
    )
    form = _choice("希望得到的形式", InformationForm)
    way = _choice("获取信息的方式", DeliveryWay)
    accepts_other = forms.BooleanField(
        label="不能按上面的形式提供时，可以接受其他形式", required=False, initial=True, label_suffix=""
    )
    website = line_field("网址", 500, required=False, help_text="此栏请留空。", tabindex="-1")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(MACHINE)
        return ""

    def clean_identity_proof(self) -> "UploadedFile[Any] | None":
        return self._not_too_large("identity_proof")

    def clean_agent_proof(self) -> "UploadedFile[Any] | None":
        return self._not_too_large("agent_proof")

    def _not_too_large(self, name: str) -> "UploadedFile[Any] | None":
        upload: UploadedFile[Any] | None = self.cleaned_data.get(name)
        if upload is not None and (upload.size or 0) > LARGEST_PROOF:
            raise ValidationError("文件超过10MB，请压缩图片后重新选择。")
        return upload

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, sentence in self.gaps(given):
            self.add_error(name, sentence)
        return given

    def gaps(self, given: dict[str, Any]) -> list[tuple[str, str]]:
        """What is missing, by its field: nothing that is sent on the portal leaves a question open."""
        return _gaps(given)

    def sections(self) -> Iterator[FormSection]:
        """The fields that people see, in their order; what few need is folded away, and so is what was written before."""
        shown = [field for field in self if not field.is_hidden and field.name != "website"]
        for title, fields in groupby(shown, key=lambda field: self.folded.get(field.name, "")):
            yield self._section(title, list(fields))

    def _section(self, title: str, fields: list[forms.BoundField]) -> FormSection:
        to_be_seen = any(field.errors or (field.value() and title != ASKED) for field in fields)
        is_empty = title == ASKED and not all(field.value() for field in fields)
        return FormSection(title, fields, is_open=to_be_seen or is_empty)


def _gaps(given: dict[str, Any]) -> list[tuple[str, str]]:
    """What one answer makes necessary of another."""
    organisation = given.get("category") not in {None, ApplicantCategory.PERSON}
    by_post = given.get("way") == DeliveryWay.POST
    by_mail = DeliveryWay.EMAIL in {given.get("way")} or given.get("form") == InformationForm.EMAIL
    has_agent = bool(given.get("agent_name") or given.get("agent_identity") or given.get("agent_proof"))
    needed = [
        ("representative", organisation, "单位申请的，请填写法定代表人或者负责人。"),
        ("address", by_post, "选择邮寄的，请填写通信地址和邮政编码。"),
        ("email", by_mail, "选择电子邮件的，请填写电子邮箱。"),
        ("agent_name", has_agent, "委托别人代为申请的，请填写代理人姓名。"),
        ("agent_identity", has_agent, "委托别人代为申请的，请填写代理人证件号码。"),
        ("agent_proof", has_agent, "委托别人代为申请的，请上传授权委托书和代理人证件。"),
    ]
    return [(name, sentence) for name, is_needed, sentence in needed if is_needed and not given.get(name)]


class ApplicationForm2008(ApplicationForm):
    """用途 may be told, and need not be; a proof of identity helps, and is not asked for by the regulation."""

    purpose = forms.CharField(
        label="所需信息的用途",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="可以不写，不写不影响受理。",
        error_messages={"max_length": "不能超过300字。"},
    )
    identity_proof = proof_field(
        "身份证明", required=False, help_text="身份证、营业执照等的照片或者扫描件，不超过10MB。"
    )
    field_order: tuple[str, ...] = (
        "form_id",
        "unit",
        "content",
        "purpose",
        "category",
        "name",
        "identity_kind",
        "identity_number",
        "identity_proof",
    )


class ApplicationForm2019(ApplicationForm):
    """A proof of identity is part of the application; what the information is for is nobody's business."""

    identity_proof = proof_field(
        "身份证明", required=True, help_text="身份证、营业执照等的照片或者扫描件，不超过10MB。"
    )
    field_order: tuple[str, ...] = (
        "form_id",
        "unit",
        "content",
        "category",
        "name",
        "identity_kind",
        "identity_number",
        "identity_proof",
    )


def application_form_on(day: date) -> type[ApplicationForm]:
    """The form of the regulation that holds on that day."""
    return ApplicationForm2008 if rule_set_on(day) is REGULATION_2008 else ApplicationForm2019
