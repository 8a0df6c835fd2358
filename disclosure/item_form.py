"""The drafter's form (起草): what is usual first, the rest folded away; an error keeps everything typed and uploaded."""

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

from disclosure.file_fields import SeveralFilesField, StillThereField
from disclosure.item_by_number import ItemByNumberField
from disclosure.models import Attachment, CatalogueEntry, Item
from disclosure.services import ItemFields
from disclosure.services.merging import NOT_REVISED
from disclosure.states import Category, DisclosureMethod
from disclosure.undisclosed import NO_FILES, NO_TEXT, choices_on, ground_name, missing_grounds, rules_on
from ninghai.files import Purpose, UnacceptableFile, store_upload
from ninghai.files.inspection import inspect
from ninghai.long_text import LongText
from ninghai.models import StoredFile, User

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
AS_USUAL = {"method": "proactive", "audience": "面向全社会"}
DATES = ("formed_date", "next_review_date", "effective_on", "expires_on")


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Some of the form's fields under one heading; folded away unless `is_open`."""

    title: str
    visible_fields: list[BoundField]
    is_open: bool
    hidden_fields: tuple[BoundField, ...] = ()
    errors: tuple[str, ...] = ()


class Head:
    """What stands above the groups: what is wrong, and what is hidden."""

    visible_fields: tuple[BoundField, ...] = ()

    def __init__(self, form: "ItemForm") -> None:
        self.errors, self.hidden_fields, self._fields = form.errors, form.hidden_fields(), list(form)
        self.non_field_errors = form.non_field_errors()

    def __iter__(self) -> Iterator[BoundField]:
        return iter(self._fields)


class ItemForm(forms.ModelForm[Item]):
    """All that a drafter writes; of a revision also what changed."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)
    kept = forms.ModelMultipleChoiceField(
        StoredFile.objects.none(), widget=forms.MultipleHiddenInput, required=False, label="已上传的附件"
    )
    removed = StillThereField(
        Attachment.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label="去掉这些附件"
    )
    uploads = SeveralFilesField(
        label="添加附件",
        required=False,
        help_text="可以一次选择多个文件，每个不超过 50 MB。已公开的附件任何人都能下载。",
    )
    explains = ItemByNumberField(label="所解读的文件")

    class Meta:
        model = Item
        fields = [*USUAL, *OF_A_REVISION, *OF_METHOD, *MORE]
        field_classes = dict.fromkeys(("summary", "body", "method_explanation"), LongText)
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 16}),
            "method_explanation": forms.Textarea(attrs={"rows": 3}),
        } | {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in DATES}
        help_texts = {
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
    def head(self) -> Head:
        return Head(self)

    @property
    def groups(self) -> Iterator[FieldGroup]:
        """The fields in the order of the page; what is folded away opens where something is filled in or wrong."""
        usual = [*USUAL[:1], *OF_A_REVISION, *USUAL[1:], "removed", "uploads"]
        yield FieldGroup("", self._bound(usual), is_open=True)
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
        kept = list(self.cleaned_data["kept"])
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
                self.add_error("uploads", refused)
        return stored

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
