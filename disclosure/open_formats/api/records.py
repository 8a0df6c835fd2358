"""Rows of the portal as answers of the API."""

from datetime import datetime
from typing import cast

from django.db.models import TextChoices
from django.utils import timezone

from disclosure.basic_catalogue.entry_rows import CatalogueRow
from disclosure.catalogue.item_page import published_moment
from disclosure.items.body.writing import plain_words
from disclosure.items.undisclosed import ground_name, ground_of
from disclosure.models import Attachment, BasicCatalogue, CatalogueEntry, Item, Topic, UpdateRhythm
from disclosure.models.states import Category, DisclosureMethod, Validity
from disclosure.open_formats.api import answers
from disclosure.open_formats.api.answers import Named
from ninghai.models import Unit


def choice(choices: type[TextChoices], value: str) -> Named:
    return Named(code=value, name=str(choices(value).label))


def chosen(choices: type[TextChoices], value: str) -> Named | None:
    return choice(choices, value) if value else None


def named(row: Topic | None) -> Named | None:
    return Named(code=row.code, name=row.name) if row else None


def named_duty(row: CatalogueEntry | None) -> Named | None:
    return Named(code=row.code, name=row.shown_name) if row else None


def listed(item: Item, *, site: str) -> answers.ListedItem:
    """What a list tells of a published item."""
    return answers.ListedItem(
        index_number=item.index_number or "",
        title=item.title,
        document_number=item.document_number,
        unit=Named(code=item.unit.code, name=item.unit.short_name),
        kind=choice(Item.Kind, item.kind),
        topic=named(item.topic),
        entry=named_duty(item.entry),
        category=chosen(Category, item.category),
        formed_date=item.formed_date,
        published_at=timezone.localtime(item.published_at or published_moment(item)),
        original_published_on=item.original_published_on,
        validity=choice(Validity, item.validity),
        method=choice(DisclosureMethod, item.method),
        audience=item.audience,
        source=item.source,
        summary=item.summary,
        url=site + item.get_absolute_url(),
    )


def whole(item: Item, *, at: datetime, site: str) -> answers.WholeItem:
    """All of it. Other items are named only if they are public themselves."""
    public = Item.objects.published(at).order_by("published_at", "pk")
    near = public.filter(pk__in=[pk for pk in (item.explains_id, item.replaced_by_id) if pk])
    numbers = dict(near.values_list("pk", "index_number"))
    explaining = public.filter(explains=item).values_list("index_number", flat=True)
    return answers.WholeItem(
        **listed(item, site=site).dict(),
        body=plain_words(item.body),
        method_reason=ground(item, at=at),
        method_basis=ground_basis(item, at=at),
        openness_mark=item.openness_mark,
        effective_on=item.effective_on,
        expires_on=item.expires_on,
        repealed_on=item.repealed_on,
        replaced_by=numbers.get(item.replaced_by_id or 0),
        explains=numbers.get(item.explains_id or 0),
        interpretations=[number for number in explaining if number],
        attachments=[file(each, site=site) for each in item.attachments.select_related("file").defer("text")],
    )


def ground(item: Item, *, at: datetime) -> Named | None:
    """Why it is not disclosed, in the words of the law by which that was determined."""
    code = item.method_reason
    return Named(code=code, name=ground_name(code, on=item.law_day or timezone.localdate(at))) if code else None


def ground_basis(item: Item, *, at: datetime) -> str:
    stands = item.method_reason and ground_of(item.method_reason, on=item.law_day or timezone.localdate(at))
    return str(stands.basis) if stands else ""


def file(attachment: Attachment, *, site: str) -> answers.File:
    stored = attachment.file
    return answers.File(
        label=attachment.label,
        name=attachment.public_name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        url=site + attachment.get_absolute_url(),
    )


def unit(row: Unit) -> answers.Unit:
    return answers.Unit(code=row.code, name=row.short_name, full_name=row.name, kind=choice(Unit.Kind, row.kind))


def topic(row: Topic) -> answers.Topic:
    return answers.Topic(code=row.code, name=row.name, parent=row.parent.code if row.parent else None, path=row.path)


def catalogue(row: BasicCatalogue) -> answers.Catalogue | None:
    """The last edition; a catalogue without one is not public yet."""
    edition = max(row.editions.all(), key=lambda each: each.number, default=None)
    if edition is None:
        return None
    return answers.Catalogue(
        code=row.code,
        name=row.name,
        edition=edition.number,
        published_at=timezone.localtime(edition.published_at),
        entries=[duty(each) for each in cast(list[CatalogueRow], edition.rows)],
    )


def duty(row: CatalogueRow) -> answers.Duty:
    return answers.Duty(
        code=row["code"],
        name=row["name"],
        parent=row["parent"] or None,
        content_elements=row["content_elements"],
        legal_basis=row["legal_basis"],
        time_limit=row["time_limit"],
        publisher=row["publisher"],
        rhythm=choice(UpdateRhythm, row["rhythm"]),
        method=choice(DisclosureMethod, row["method"]),
        units=[Named(code=each["code"], name=each["name"]) for each in row["units"]],
    )
