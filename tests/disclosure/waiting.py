"""What waits for somebody (今天要办): of information, its review and what readers say of it, and of the public pages."""

import uuid
from dataclasses import replace
from datetime import date

from disclosure.corrections.services import answer_correction
from disclosure.items.lifecycle import ask_for_release, withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import (
    Answer,
    CatalogueEntry,
    EntryUnit,
    ImportRow,
    Item,
    ItemImport,
    OpennessOffice,
    PublicCheck,
    SitePage,
)
from disclosure.models.states import CorrectionStatus
from disclosure.review.services import answer_item, lines, pass_item, return_item, submit_item
from disclosure.site_columns.guide import keep_openness_office
from disclosure.site_columns.services import edit_page
from fixtures.reference_data import load_workdays
from ninghai.jobs.queue import queue_job
from tests.cast import Cast
from tests.disclosure import makers as items
from tests.tasks.factories import NOW, TODAY, stored
from tests.waiting_work import OFFICES, READERS, Piece, waits


@waits("items-returned")
def items_returned(cast: Cast) -> Piece:
    item = items.with_head(cast)
    returned = return_item(item=item, reason="请补充", by=cast.head, at=items.AT)
    return Piece({"clerk"}, lambda: submit_item(item=returned, by=cast.clerk, at=items.AT))


@waits("items-to-check")
def items_to_check(cast: Cast) -> Piece:
    item = items.with_head(cast)
    said = {"seen_hash": item.content_hash(), "checked": lines(Answer.Kind.SECRECY), "by": cast.head, "at": items.AT}
    return Piece({"head"}, lambda: pass_item(item=item, **said))


@waits("items-to-assess")
def items_to_assess(cast: Cast) -> Piece:
    item = items.published(cast)
    Item.objects.filter(pk=item.pk).update(next_review_date=TODAY)
    return Piece({"clerk"}, lambda: items.revised(cast, item))


def answered(cast: Cast, kind: Answer.Kind) -> Piece:
    item = items.in_review(cast)
    said = {"seen_hash": item.content_hash(), "checked": lines(kind), "by": cast.office, "at": items.AT}
    return Piece(READERS, lambda: answer_item(item=item, kind=kind, **said))


@waits("personal-data-to-answer")
def personal_data_to_answer(cast: Cast) -> Piece:
    return answered(cast, Answer.Kind.PERSONAL_DATA)


@waits("legality-to-answer")
def legality_to_answer(cast: Cast) -> Piece:
    return answered(cast, Answer.Kind.LEGALITY)


@waits("secrecy-to-answer")
def secrecy_to_answer(cast: Cast) -> Piece:
    item = items.released_at_once(cast, items.drafted(cast))
    kind = Answer.Kind.SECRECY
    said = {"seen_hash": item.content_hash(), "checked": lines(kind), "by": cast.head, "at": items.AT}
    return Piece({"head"}, lambda: answer_item(item=item, kind=kind, **said))


@waits("items-to-publish")
def items_to_publish(cast: Cast) -> Piece:
    item = items.approved(cast)
    return Piece(READERS, lambda: publish_item(item=item, by=cast.office, at=items.AT))


@waits("releases-asked-for")
def releases_asked_for(cast: Cast) -> Piece:
    item = ask_for_release(item=items.drafted(cast), reason="台风即将登陆", by=cast.clerk, at=items.AT)
    return Piece({"signer"}, lambda: items.released_at_once(cast, item))


def withdrawn(cast: Cast, item: Item) -> Item:
    reason = Item.WithdrawalReason.PERSONAL_DATA
    return withdraw_item(item=item, reason=reason, explanation="有个人信息", by=cast.office, at=items.AT)


@waits("personal-data-in-public")
def personal_data_in_public(cast: Cast) -> Piece:
    item = items.published(cast)
    PublicCheck.objects.create(item=item, checked_at=items.AT, open_hits=1, words="身份证号1处")
    return Piece(READERS, lambda: withdrawn(cast, item))


@waits("duties-to-disclose")
def duties_to_disclose(cast: Cast) -> Piece:
    entry = CatalogueEntry.objects.create(catalogue=items.county_catalogue(), code="11", name="部门预算", position=1)
    EntryUnit.objects.create(entry=entry, unit=cast.finance)
    return Piece({"clerk"}, lambda: items.published(cast, entry=entry))


@waits("corrections-to-answer")
def corrections_to_answer(cast: Cast) -> Piece:
    correction = items.corrected(items.published(cast))
    said = {"to": CorrectionStatus.EXPLAINED, "answer": "已核对。", "version": correction.version, "at": items.AT}
    return Piece({"clerk", "head"}, lambda: answer_correction(correction=correction, by=cast.clerk, **said))


@waits("corrections-unanswered")
def corrections_unanswered(cast: Cast) -> Piece:
    return replace(corrections_to_answer(cast), owners=OFFICES, on=date(2018, 12, 10))


@waits("imports-to-begin")
def imports_to_begin(cast: Cast) -> Piece:
    table = stored(cast, name="历史信息.xlsx")
    job = queue_job("import", uuid.uuid4().hex)
    item_import = ItemImport.objects.create(
        workbook=table, status="checked", requested_by=cast.office, requested_at=NOW, job=job
    )
    ImportRow.objects.create(item_import=item_import, number=2, status=ImportRow.Status.READY)
    return Piece(READERS, lambda: item_import.begin(by=cast.office, at=NOW, version=item_import.version))


@waits("pages-to-fill")
def pages_to_fill(cast: Cast) -> Piece:
    page = SitePage.objects.create(column=SitePage.Column.GUIDE, body="一、机构\n电话：待填写")
    said = {"body": "一、机构\n电话：65550000", "version": page.version, "by": cast.office, "at": NOW}
    return Piece(OFFICES, lambda: edit_page(page=page, **said))


@waits("guides-to-complete")
def guides_to_complete(cast: Cast) -> Piece:
    load_workdays()

    def said(phone: str) -> None:
        office = OpennessOffice(unit=cast.finance, since=TODAY, name="办公室", address="某路1号", hours="工作日")
        office.phone = phone
        keep_openness_office(office, by=cast.clerk, at=NOW)

    said("")
    return Piece({"clerk"}, lambda: said("0574-00000000"))
