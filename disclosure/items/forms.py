"""The forms of an item: the drafter's (起草), with everything typed and uploaded kept at an error, and the small ones of its life."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone

from disclosure.items.drafting import ItemFields
from disclosure.items.lifecycle import ValidityFields, WithdrawalFields
from disclosure.items.publication import NOT_REVISED
from disclosure.items.undisclosed import NO_FILES, NO_TEXT, choices_on, ground_name, missing_grounds, rules_on
from disclosure.models import Answer, Attachment, CatalogueEntry, Item
from disclosure.models.states import Category, DisclosureMethod, Validity
from ninghai.files import Purpose, UnacceptableFile, store_upload
from ninghai.files.kinds import refused_by_name
from ninghai.files.storing import inspect
from ninghai.models import StoredFile, User
from ninghai.staff_site.forms import SeveralFilesField

# What a drafter takes off an item again.


class StillThereField(forms.ModelMultipleChoiceField[Any]):
    """Takes of the ticked ones those that are still there: the same form may have come before."""

    def clean(self, value: Any) -> Any:
        there = {str(pk) for pk in self.queryset.values_list("pk", flat=True)} if self.queryset is not None else set()
        return super().clean([each for each in value or [] if str(each) in there])


# A field that names a published item by its index number (索引号), as people read it on its page.

HELP = "填写已公开信息的索引号，在它的公开页面上可以复制。"


class ItemByNumberField(forms.CharField):
    """Cleans to the published item, or None when nothing is typed; the form sets `at`, the moment of asking."""

    at: datetime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 100, "help_text": HELP, **kwargs})

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if not number:
            return None
        item = Item.objects.published(self.at).without_search().filter(index_number=number).first()
        if item is None:
            raise forms.ValidationError(f"没有索引号为“{number}”的已公开信息，请核对。")
        return item


# The drafter's form (起草): what is usual first, the rest folded away; an error keeps everything typed and uploaded.

USUAL = ("title", "document_number", "kind", "topic", "entry", "formed_date", "summary", "body")
OF_A_REVISION = ("change_note", "hides_old_version")
OF_METHOD = ("method", "method_reason", "method_explanation", "next_review_date")
MORE = (
    "category",
    "source",
    "openness_mark",
    "explains",
    "owes_interpretation",
    "effective_on",
    "expires_on",
    "unified_number",
    "audience",
)
HOW_TO_SET = (
    "每行一段，不超过10万字。保存以后能看到排好的样子。<ul>"
    "<li>标题：“一、”“（一）”开头的短行；不编号的，前面写“# ”，下一级写“## ”</li>"
    "<li>列表：至少两行，每行以“- ”开头，下一层前面多空两格</li>"
    "<li>表格：第一行“| 项目 | 金额 |”，第二行“| --- | --- |”，以下每行一行数据</li></ul>"
)
AS_USUAL = {"method": "proactive", "audience": "面向全社会"}
DATES = ("formed_date", "next_review_date", "effective_on", "expires_on")


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Some of the form's fields under one heading: a numbered step, or, without a number, folded away unless `is_open`."""

    title: str
    visible_fields: list[BoundField]
    is_open: bool = True
    number: int = 0


class ItemForm(forms.ModelForm[Item]):
    """All that a drafter writes; of a revision also what changed."""

    needed = {"method_reason": "不主动公开时必填", "next_review_date": "不予公开时必填"}
    form_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kept = forms.ModelMultipleChoiceField(
        StoredFile.objects.none(), widget=forms.MultipleHiddenInput, required=False, label="已上传的附件"
    )
    removed = StillThereField(
        Attachment.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label="去掉这些附件"
    )
    uploads = SeveralFilesField(
        label="添加附件",
        purpose=Purpose.PUBLICATION,
        words=f"{'、'.join(Purpose.PUBLICATION.kinds)}。已公开的附件任何人都能下载",
    )
    explains = ItemByNumberField(label="所解读的文件")

    class Meta:
        model = Item
        fields = [*USUAL, *OF_A_REVISION, *OF_METHOD, *MORE]
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 16}),
            "method_explanation": forms.Textarea(attrs={"rows": 3}),
        } | {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in DATES}
        help_texts = {
            "body": HOW_TO_SET,
            "method": "选依申请公开或不予公开的，公众只看到名称、理由和下次评估日期，正文、内容概述和附件都不公开，要留空。",
            "change_note": "改了什么、为什么改，公众在历史版本中会看到。",
            "hides_old_version": "旧文字不宜再看的请勾选，公众只看到以前各版的起止时间。旧文字中有未处理的个人信息的，不勾选也不再供查阅。",
        }
        error_messages = {"change_note": {"required": "请写明改了什么，公众在历史版本中会看到。"}}

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.at = by, at
        cast(ItemByNumberField, self.fields["explains"]).at = at
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["explains"] = self.instance.explains.index_number if self.instance.explains else ""
        else:
            self.initial["form_id"] = uuid.uuid4()
        for name in AS_USUAL:
            self.fields[name].required = False
        self._offer_choices()
        self._offer_files()
        self._fit_to_revision()

    def _offer_choices(self) -> None:
        """Of the duties those that stand today, and the one that the item has."""
        for name in ("topic", "entry"):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).empty_label = "请选择"
        self._offer_grounds(on=timezone.localdate(self.at))
        cast(forms.ChoiceField, self.fields["category"]).choices = [("", "请选择"), *Category.choices]
        living = CatalogueEntry.objects.living(on=timezone.localdate(self.at))
        self._choices("entry", living | CatalogueEntry.objects.filter(pk=self.instance.entry_id or 0))

    def _offer_grounds(self, *, on: date) -> None:
        """The grounds of the law of today, and the one that the draft has, though that law may not have it."""
        reasons, rules = cast(forms.ChoiceField, self.fields["method_reason"]), rules_on(on)
        offered, stored = choices_on(on), self.instance.method_reason if self.instance.pk else ""
        if stored and stored not in dict(offered):
            offered.append((stored, ground_name(stored, on=on)))
        reasons.choices = [("", "请选择"), *offered]
        reasons.help_text = f"不主动公开的必须选择，按{rules.name}。" if rules else "不主动公开的必须选择。"

    def _offer_files(self) -> None:
        """Files of an earlier try, also those that the same form has brought in already; on the item, what may go."""
        own = self.instance.attachments.values("file") if self.instance.pk else []
        self._choices("kept", StoredFile.objects.filter(Q(attachments=None) | Q(pk__in=own), stored_by=self.by))
        if self.instance.pk and self.instance.attachments.exists():
            self._choices("removed", self.instance.attachments.all())
        else:
            del self.fields["removed"]

    def _fit_to_revision(self) -> None:
        """A revision says what it changes, and leaves alone what stays the item's own."""
        is_revision = self.instance.revises_id is not None
        for name in set(self.fields) & (NOT_REVISED - set(OF_A_REVISION) if is_revision else set(OF_A_REVISION)):
            del self.fields[name]
        if is_revision:
            self.fields["change_note"].required = True

    def _choices(self, name: str, records: "QuerySet[Any]") -> None:
        cast("forms.ModelMultipleChoiceField[Any]", self.fields[name]).queryset = records

    @property
    def groups(self) -> Iterator[FieldGroup]:
        """The fields in the order of the page; what is folded away opens where something is filled in or wrong."""
        yield FieldGroup("基本情况", self._bound([*USUAL[:1], *OF_A_REVISION, *USUAL[1:-1]]), number=1)
        yield FieldGroup("正文和附件", self._bound([*USUAL[-1:], "removed", "uploads"]), number=2)
        yield self._folded("公开方式（默认主动公开）", OF_METHOD)
        yield self._folded("更多内容（组配分类、来源、解读、有效期等）", MORE)

    def _folded(self, title: str, names: tuple[str, ...]) -> FieldGroup:
        fields = self._bound(names)
        is_filled = any(each.errors or (each.value() or "") != AS_USUAL.get(each.name, "") for each in fields)
        return FieldGroup(title, fields, is_open=is_filled)

    def _bound(self, names: tuple[str, ...] | list[str]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """What is not disclosed says why, and nothing more."""
        typed = super().clean() or {}
        typed |= {name: typed.get(name) or usual for name, usual in AS_USUAL.items()}
        for name, sentence in missing_grounds(typed, on=timezone.localdate(self.at)).items():
            self.add_error(name, sentence)
        if typed["method"] == DisclosureMethod.PROACTIVE:
            return typed
        if typed.get("body") or typed.get("summary"):
            self.add_error("body" if typed.get("body") else "summary", NO_TEXT)
        stays = self.instance.pk and self.instance.attachments.exclude(
            pk__in=[each.pk for each in typed.get("removed", [])]
        )
        if typed.get("uploads") or typed.get("kept") or (stays and stays.exists()):
            self.add_error("uploads", NO_FILES)
        return typed

    def clean_explains(self) -> Item | None:
        """What has no number yet is linked on a page of its own (关联解读), and stays linked when nothing is typed here."""
        typed: Item | None = self.cleaned_data["explains"]
        linked = self.instance.explains
        return linked if typed is None and linked and not linked.index_number else typed

    def clean_kept(self) -> list[StoredFile]:
        """Look again: the form says which files came before, but a file may have come for another purpose."""
        order = {str(pk): place for place, pk in enumerate(self["kept"].value() or [])}
        kept = sorted(self.cleaned_data["kept"], key=lambda file: order.get(str(file.pk), len(order)))
        for stored in kept:
            try:
                with stored.file.open("rb") as content:
                    inspect(content, label=stored.original_name, purpose=Purpose.PUBLICATION)
            except FileNotFoundError:
                raise forms.ValidationError(f"“{stored}”已不在服务器上，请重新上传。") from None
        return kept

    def clean_uploads(self) -> list[StoredFile]:
        """Keep what is acceptable at once, so that an error elsewhere costs no second upload."""
        stored = []
        for upload in self.cleaned_data["uploads"]:
            try:
                stored.append(store_upload(upload=upload, purpose=Purpose.PUBLICATION, by=self.by, at=self.at))
            except UnacceptableFile as refused:
                self.add_error("uploads", refused_by_name(upload, refused))
        return stored

    def show_unjudged(self, data: QueryDict) -> None:
        """Show what was typed, for nobody has asked to save it: what is missing is not said, only which file was refused."""
        self.data = data
        for name in self.errors.keys() - {"uploads", "kept"}:
            del self.errors[name]

    def keep_files(self) -> list[StoredFile]:
        """Carry the uploaded files along in the form that is shown again."""
        files = self.files_to_attach
        data = cast(QueryDict, self.data).copy()
        data.setlist("kept", [str(file.pk) for file in files])
        self.data = data
        return files

    @property
    def files_to_attach(self) -> list[StoredFile]:
        """What was kept from an earlier try, and what came now."""
        return [*self.cleaned_data.get("kept", []), *self.cleaned_data.get("uploads", [])]

    @property
    def written(self) -> ItemFields:
        """The item's fields as they were typed."""
        named = [name for name in self._meta.fields or [] if name in self.cleaned_data]
        return cast(ItemFields, {name: self.cleaned_data[name] for name in named})


# The small forms of an item's life: when it is released, whether it holds, why it leaves the catalogue.

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _why(label: str, *, required: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    """A field in which somebody says why."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=500, widget=widget, help_text=help_text, error_messages={"required": required}
    )


class ScheduleForm(forms.Form):
    release_at = forms.DateTimeField(
        label="公开时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": "请选择公开时间。", "invalid": "请按“年-月-日 时:分”填写公开时间。"},
    )


class ValidityForm(forms.Form):
    """时效, as the office says it after publication."""

    needed = {"expires_on": "标为失效时必填", "repealed_on": "标为废止时必填"}
    validity = forms.ChoiceField(label="时效", choices=Validity.choices)
    effective_on = forms.DateField(label="施行日期", required=False, widget=DATE)
    expires_on = forms.DateField(
        label="有效期至", required=False, widget=DATE, help_text="这一天的次日，系统自动标为失效。"
    )
    repealed_on = forms.DateField(label="废止日期", required=False, widget=DATE)
    replaced_by = ItemByNumberField(label="替代文件")
    reason = _why("依据", required="请填写变更时效的依据，如清理结果公告的文号。", rows=2)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ItemByNumberField, self.fields["replaced_by"]).at = at

    @classmethod
    def of(cls, item: Item, data: QueryDict | None, *, at: datetime) -> "ValidityForm":
        named = ("validity", "effective_on", "expires_on", "repealed_on")
        initial = {name: getattr(item, name) for name in named}
        successor = item.replaced_by.index_number if item.replaced_by else ""
        return cls(data, initial={**initial, "replaced_by": successor}, at=at)

    @property
    def chosen(self) -> ValidityFields:
        chosen = {name: self.cleaned_data[name] for name in self.fields if name != "reason"}
        return cast(ValidityFields, {**chosen, "validity": Validity(chosen["validity"])})


class WithdrawForm(forms.Form):
    """Why it leaves the catalogue; the page shows what the public will see before anything happens."""

    needed = {"replaced_by": "已由新的信息替代时必填"}
    kind = forms.ChoiceField(
        label="撤回原因",
        choices=Item.WithdrawalReason.choices,
        help_text="公众会看到这一项。内容已过时、已由新的信息替代的，原网址仍可查阅正文；其他原因的，正文、附件和历史版本一律不再提供。",
    )
    notice = forms.CharField(
        label="对公众的说明",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="公众会看到，不要写被撤回的内容。",
    )
    replaced_by = ItemByNumberField(label="替代文件", help_text="选“已由新的信息替代”时填写它的索引号。")
    explanation = _why("撤回说明", required="请写明撤回的经过和依据。", help_text="只记入内部记录，公众看不到。")
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def chosen(self) -> WithdrawalFields:
        typed = self.cleaned_data
        return {
            "reason": Item.WithdrawalReason(typed["kind"]),
            "explanation": typed["explanation"],
            "notice": typed["notice"],
            "replaced_by": typed["replaced_by"],
        }

    def ask_again(self) -> None:
        """Shown with what is wrong, it leads to the preview once more: what was confirmed was something else."""
        self.data = {name: value for name, value in self.data.items() if name != "confirmed"}

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ItemByNumberField, self.fields["replaced_by"]).at = at

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == Item.WithdrawalReason.REPLACED and typed.get("replaced_by") is None:
            self.add_error("replaced_by", "请填写替代文件的索引号。")
        return typed


class DiscardItemForm(forms.Form):
    confirmed = forms.BooleanField(
        label="确认放弃这份草稿，不能恢复", error_messages={"required": "请先勾选确认，再点“放弃草稿”。"}
    )


class AskForm(forms.Form):
    reason = _why("紧急公开的理由", required="请写明为什么不能等到审查完成。", rows=2)


class ReleaseItemForm(AskForm):
    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RefuseForm(forms.Form):
    kind = forms.ChoiceField(label="不同意的是", choices=Answer.Kind.choices)
    reason = _why("不同意公开的理由", required="请写明不同意公开的理由。")

    def __init__(self, *args: Any, kinds: list[Answer.Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind.value, kind.label) for kind in kinds]


# What an address fills in on the drafter's form: the duty that is owed, the kind, the item that is explained.


def prefilled(asked: QueryDict, *, at: datetime) -> dict[str, Any]:
    """What an address fills in: `?entry=CODE`, `?kind=…`, `?explains=` the number, or the index number, of a published item."""
    filled: dict[str, Any] = {}
    if entry := CatalogueEntry.objects.living(on=timezone.localdate(at)).filter(code=asked.get("entry", "")).first():
        filled["entry"] = entry.pk
    if asked.get("kind") in Item.Kind.values:
        filled["kind"] = asked["kind"]
    if words := asked.get("explains", ""):
        named = (
            {"pk": int(words)} if words.isascii() and words.isdecimal() and len(words) < 18 else {"index_number": words}
        )
        if policy := Item.objects.published(at).filter(**named).only("index_number", "title", "topic").first():
            filled |= {"explains": policy.index_number, "kind": Item.Kind.INTERPRETATION, "topic": policy.topic_id}
            filled |= {"category": "interpretation", "title": f"《{policy.title}》政策解读"[:200]}
    return filled
