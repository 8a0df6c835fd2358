"""What the pages of an item at work show of policy and interpretation, and the form that links the two (关联解读)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, StrIndex, TruncDate
from django.urls import reverse
from django.utils import timezone

from disclosure.coverage.holdings import BASIS, LIMIT, owed_interpretations
from disclosure.items import rules
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import ItemStatus
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Role, User, acts_as

OFFERED = 50  # of the unit's documents, best matches first
READ = 2_000  # characters of the body in which the names of documents are looked for


@dataclass(frozen=True, slots=True)
class ShownLinks:
    """`owed`: when an interpretation is due, and whether it came; `change` is where the link is made, if this person may."""

    explained: tuple[Item, str] | None  # with its address
    interpretations: list[tuple[Item, str]]
    owed: str
    change: str


def shown_links(item: Item, user: User, *, at: datetime) -> ShownLinks:
    """What this person sees of it on the item's page at work."""
    seen = readable(user, at=at)
    explained = seen.filter(pk=item.explains_id).first() if item.explains_id else None
    interpretations = seen.filter(explains=item).order_by("pk")
    return ShownLinks(
        explained=(explained, page_address(explained, user)) if explained else None,
        interpretations=[(each, page_address(each, user)) for each in interpretations],
        owed=_owed_words(item, on=timezone.localdate(at)) if item.owes_interpretation else "",
        change=link_address(item, user) if rules.can_link_interpretation(user, item) else "",
    )


def _owed_words(item: Item, *, on: date) -> str:
    owed = owed_interpretations(on=on, calendar=WorkCalendar.load(), documents=[item.pk])
    return owed[0].words(on=on) if owed else f"公开后{LIMIT}内应公开解读（{BASIS}）。"


def link_address(item: Item, user: User) -> str:
    """Where this person says which policy the item explains."""
    is_office = acts_as(user, Role.OFFICE, Role.SIGNER)
    return reverse("admin:disclosure_item_explains" if is_office else "disclosure:work-item-explains", args=[item.pk])


def page_address(item: Item, user: User) -> str:
    """Where this person reads it: the office in the admin, a unit at its public address or at work."""
    is_office = acts_as(user, Role.OFFICE, Role.SIGNER)
    return reverse("admin:disclosure_item_change", args=[item.pk]) if is_office else item.get_absolute_url()


def readable(user: User, *, at: datetime) -> ItemQuerySet:
    """What this person sees at work, and what everybody sees."""
    return (Item.objects.visible_to(user).in_lists() | Item.objects.published(at)).for_list()


def linkable(user: User, *, at: datetime) -> ItemQuerySet:
    """What this person may name: of that, what is public or may become so, and of an item and its revisions the item."""
    return readable(user, at=at).filter(revises=None).exclude(status__in=[ItemStatus.WITHDRAWN, ItemStatus.MERGED])


def best_first(documents: ItemQuerySet, item: Item) -> ItemQuerySet:
    """What the item's own words name, then what waits for an interpretation, then policies; the newest of each first.

    The day of an item that was taken over is the one on which it became public elsewhere, not that of the import.
    """
    words = Value(f"{item.title}\n{item.summary}\n{item.body[:READ]}")
    is_named = Q(title_at__gt=0) | (Q(number_at__gt=0) & ~Q(document_number=""))
    day = Case(
        When(is_imported=True, then=Coalesce("original_published_on", "formed_date")),
        default=Coalesce(TruncDate("published_at"), TruncDate("drafted_at")),
    )
    explaining = Item.objects.in_lists().filter(explains=OuterRef("pk"))
    ranked = documents.annotate(title_at=StrIndex(words, "title"), number_at=StrIndex(words, "document_number"))
    return ranked.order_by(
        ExpressionWrapper(is_named, output_field=BooleanField()).desc(),
        ExpressionWrapper(Q(owes_interpretation=True) & ~Exists(explaining), output_field=BooleanField()).desc(),
        ExpressionWrapper(Q(kind=Item.Kind.DOCUMENT), output_field=BooleanField()).desc(),
        day.desc(nulls_last=True),
        F("pk").desc(),
    )


class LinkForm(forms.Form):
    """关联解读: a document of the unit from the list, or any by its number; with neither, the link is taken away."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    document = forms.ModelChoiceField(
        Item.objects.none(), label="本单位的文件", required=False, empty_label="不在其中", blank=True
    )
    number = forms.CharField(
        label="或者填写索引号、发文字号",
        required=False,
        max_length=100,
        help_text="其他单位的文件，填写公开页面上的索引号或者发文字号。两项都不填，表示不是解读材料。",
    )

    def __init__(self, *args: Any, item: Item, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.seen = item, linkable(user, at=at)
        own = self.seen.filter(unit=item.unit, explains=None).exclude(kind=Item.Kind.INTERPRETATION)
        others = own.exclude(pk__in=[item.pk, item.revises_id or item.pk])
        best = best_first(others, item).values_list("pk", flat=True)[:OFFERED]
        offered = Item.objects.filter(Q(pk__in=list(best)) | Q(pk=item.explains_id)).for_list()
        cast("forms.ModelChoiceField[Item]", self.fields["document"]).queryset = best_first(offered, item)
        self.initial.update(version=item.version, document=item.explains_id)

    def clean(self) -> dict[str, Any]:
        """The one document that is meant, as `chosen`."""
        given = super().clean() or self.cleaned_data
        number, document = given.get("number", "").strip(), given.get("document")
        is_other = document is not None and document.pk != self.item.explains_id
        if number and is_other:
            raise forms.ValidationError("请只选一种方式：从本单位的文件中选择，或者填写索引号、发文字号。")
        return {**given, "chosen": self._by_number(number) if number else document}

    def _by_number(self, number: str) -> Item | None:
        found = self.seen.filter(Q(index_number=number) | Q(document_number=number)).order_by("pk")[:2]
        if len(found) == 1:
            return found[0]
        problem = "有多条信息使用这个发文字号，请填写索引号。" if found else "没有找到这个索引号或者发文字号，请核对。"
        self.add_error("number", problem)
        return None
