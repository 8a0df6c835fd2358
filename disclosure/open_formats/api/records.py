"""Rows of the portal as answers of the API."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from django.db.models import TextChoices
from django.utils import timezone

from disclosure.basic_catalogue.entry_rows import CatalogueRow
from disclosure.catalogue.item_page import published_moment
from disclosure.items.body.writing import plain_words
from disclosure.items.undisclosed import ground_name, ground_of
from disclosure.knowledge.shown import ShownAnswer, notice_words
from disclosure.models import (
    Attachment,
    BasicCatalogue,
    CatalogueEntry,
    GuideVersion,
    Item,
    Knowledge,
    Service,
    Topic,
    UpdateRhythm,
)
from disclosure.models.states import Category, DisclosureMethod, Validity
from disclosure.open_formats.api import answers
from disclosure.open_formats.api.answers import Named
from disclosure.service_guides.content import MATERIALS
from disclosure.service_guides.shown import checklist, version_on
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


def listed_service(service: Service, held: GuideVersion | None, *, site: str) -> answers.ListedService:
    """`held` is the version in force."""
    said = held.content if held else {}
    return answers.ListedService(
        code=service.code,
        name=service.name,
        unit=Named(code=service.unit.code, name=service.unit.short_name),
        kind=choice(Service.Kind, service.kind),
        version=held.number if held else None,
        effective_on=held.effective_on if held else None,
        promise=said.get("承诺办结时限", ""),
        visits=said.get("到现场次数", ""),
        fee=said.get("收费", ""),
        url=site + service.get_absolute_url(),
    )


def whole_service(service: Service, guides: Sequence[GuideVersion], *, on: date, site: str) -> answers.WholeService:
    """As its page shows it; `guides` are the published versions, the last one first."""
    held = version_on(guides, on=on)
    shown = held or guides[-1]
    parts = {"name": "名称", "form": "形式", "copies": "份数", "necessity": "必要性", "source": "来源渠道"}
    materials = [
        answers.AskedMaterial(
            **{key: each.said.get(name, "") for key, name in parts.items()}, basis=each.basis, cancelled=each.cancelled
        )
        for each in checklist(shown, on=on)
    ]
    return answers.WholeService(
        **listed_service(service, held, site=site).dict(),
        base_code=service.base_code,
        implementation_code=service.implementation_code,
        shown=edition(shown),
        content={name: said for name, said in shown.content.items() if name != MATERIALS},
        materials=materials,
        editions=[edition(each) for each in guides],
    )


def edition(guide: GuideVersion) -> answers.PublicGuide:
    if guide.effective_on is None or guide.published_at is None:
        raise ValueError("A public guide has its days.")
    return answers.PublicGuide(
        version=guide.number,
        effective_on=guide.effective_on,
        published_at=timezone.localtime(guide.published_at),
        what_changed=guide.what_changed,
        verify_code=guide.verify_code,
    )


def proposal_result(row: dict[str, Any], *, site: str) -> answers.ProposalResult:
    """A row of `proposals.results`."""
    reply, proposal = row["reply"], row["proposal"]
    return answers.ProposalResult(
        kind=Named(code=proposal.kind, name=proposal.get_kind_display()),
        session=proposal.session,
        number=proposal.number,
        subject=proposal.case.subject,
        role=proposal.role,
        unit=Named(code=proposal.case.unit.code, name=proposal.case.unit.short_name),
        co_units=row["co_units"],
        round=reply.round,
        category=Named(code=reply.category, name=row["category"]),
        openness=Named(code=reply.openness, name=reply.get_openness_display()),
        replied_on=reply.paper.dated,
        document_number=reply.paper.number,
        index_number=reply.item.index_number,
        url=site + reply.item.get_absolute_url(),
    )


def listed_answer(row: Knowledge, *, on: date, site: str) -> answers.ListedAnswer:
    """One of `KnowledgeQuerySet.published`."""
    return answers.ListedAnswer(
        number=row.number,
        edition=row.edition,
        question=row.question,
        unit=Named(code=row.unit.code, name=row.unit.short_name),
        topic=named(row.topic),
        published_at=timezone.localtime(row.published_at),
        review_by=row.review_by,  # type: ignore[arg-type]  # what is public has one
        valid_until=row.valid_until,
        is_being_checked=bool(notice_words(row, on=on)),
        url=site + row.get_absolute_url(),
    )


def whole_answer(shown: ShownAnswer, *, on: date, site: str) -> answers.WholeAnswer:
    row = shown.knowledge
    return answers.WholeAnswer(
        **listed_answer(row, on=on, site=site).dict(),
        other_words=row.other_words,
        answer=row.answer,
        fields=[answers.QuotedField(name=name, text=text) for name, text in shown.fields],
        source=shown.source,
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
