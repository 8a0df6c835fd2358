"""The gate: what is personal is masked or ruled on, what cannot be looked into stays where it is."""

import io
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image

from disclosure.basic_catalogue.services import proposal_for, publish_edition
from disclosure.items.drafting import revise_item
from disclosure.items.lifecycle import withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import Answer, Attachment, CatalogueEntry, ContentScan, Item, Ruling, SitePage
from disclosure.privacy import scans
from disclosure.privacy.gate import look_before, obstacle, require_clean
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import scan_item
from disclosure.review.services import answer_item
from disclosure.site_columns.services import edit_page
from ninghai.files import store_bytes
from ninghai.files.sandbox.running import parse_in_sandbox
from ninghai.models.state_machine import TransitionError
from ninghai.personal_data import scan
from tests.disclosure.makers import (
    AT,
    LATER,
    approved,
    county_catalogue,
    drafted,
    in_review,
    published,
    reviewed,
    revised,
)
from tests.jobs.background import scan_waiting
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import NUMBER

MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "png": "image/png"}


def stored(cast, data: bytes, name: str):
    media_type = MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    return store_bytes(data=data, name=name, media_type=media_type, by=cast.clerk, at=AT)


def picture(size: int = 20) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (size, 20)).save(made, "PNG")
    return made.getvalue()


def ruled(item: Item, cast, *, reason=Ruling.Reason.NOT_PERSONAL) -> None:
    for hit in scan_item(item).hits:
        said = {"kind": hit.kind, "file": hit.file, "text": hit.text, "reason": reason}
        by = {"ruled_by": cast.office, "ruled_at": AT}
        Ruling.objects.get_or_create(item=item, fingerprint=hit.fingerprint, defaults={**said, **by})


def test_a_clean_item_passes(cast):
    item = drafted(cast, files=[stored(cast, "公开内容".encode(), "说明.txt")])
    look_before(item)

    require_clean(item)


@pytest.mark.parametrize("field", ["title", "summary", "body", "source", "openness_mark", "document_number"])
def test_a_number_in_any_field_closes_it(cast, field):
    item = drafted(cast, **{field: f"证号{NUMBER}"[:30]})

    with pytest.raises(TransitionError, match="还有1处个人信息没有处理：身份证号1处"):
        require_clean(item)


def test_a_number_in_the_name_of_a_file_closes_it(cast):
    item = drafted(cast, files=[stored(cast, b"x", f"{NUMBER}.txt")])

    assert "身份证号1处" in obstacle(item)


def test_what_is_hidden_in_a_workbook_closes_it(cast):
    item = drafted(cast, files=[stored(cast, files.workbook(), "名单.xlsx")])

    assert "隐藏内容" in obstacle(item)


def test_it_opens_when_every_hit_is_ruled_on(cast):
    item = drafted(cast, body=f"证号{NUMBER}", files=[stored(cast, files.workbook(), "名单.xlsx")])

    ruled(item, cast)

    assert obstacle(item) == ""


def test_a_ruling_does_not_hold_for_other_words_or_another_picture(cast):
    item = drafted(cast, body=f"证号{NUMBER}", files=[stored(cast, picture(), "照片.png")])
    ruled(item, cast)
    assert obstacle(item) == ""

    Item.objects.filter(pk=item.pk).update(body="证号11010519491231002X")
    assert "身份证号1处" in obstacle(item)
    Item.objects.filter(pk=item.pk).update(body="")
    item.attachments.update(file=stored(cast, picture(size=21), "照片.png"))
    assert "图片1处" in obstacle(item)


@pytest.mark.parametrize("name", ["旧文.doc", "包.7z", "无后缀"])
def test_what_cannot_be_looked_into_cannot_be_published(cast, name):
    item = drafted(cast, files=[stored(cast, b"something", name)])

    assert obstacle(item).startswith(f"附件“{name}”不能检查个人信息，因此不能公开。")


def test_a_large_file_waits_for_the_scheduler(cast, monkeypatch):
    monkeypatch.setattr(scans, "PATIENCE", 0)
    item = drafted(cast, files=[stored(cast, f"这里有{NUMBER}".encode(), "长.txt")])

    assert "正在检查个人信息" in obstacle(item)
    assert scan_waiting() == 1
    assert "身份证号1处" in obstacle(item)
    assert scan_waiting() == 0


def test_a_file_is_looked_into_once(cast, monkeypatch):
    item = drafted(cast, files=[stored(cast, files.workbook(), "名单.xlsx")])
    first = scan_item(item)

    monkeypatch.setattr(scans, "look_in_sandbox", None)

    assert scan_item(item) == first
    assert ContentScan.objects.get().scanned_at <= timezone.now()


def test_a_parser_that_fails_keeps_the_gate_closed(cast, monkeypatch):
    def failing(function, *args, **kwargs):
        return parse_in_sandbox("tests.ninghai.sandbox.parsers:fail", b"", limits=kwargs["limits"])

    monkeypatch.setattr(scan, "parse_in_sandbox", failing)
    item = drafted(cast, files=[stored(cast, b"x", "怪.txt")])

    assert "检查时发生意外错误" in obstacle(item)


def test_the_answer_about_personal_data_is_not_signed_before(cast):
    item = in_review(cast, body=f"证号{NUMBER}")

    with pytest.raises(TransitionError):
        answer_item(item=item, kind=Answer.Kind.PERSONAL_DATA, seen_hash=item.content_hash(), by=cast.office, at=AT)
    assert not item.answers.filter(kind=Answer.Kind.PERSONAL_DATA).exists()


def test_it_stands_before_publication_too(cast):
    item = approved(cast)
    item.rulings.all().delete()
    Answer.objects.update(content_hash="0" * 64)
    Item.objects.filter(pk=item.pk).update(body=f"证号{NUMBER}")
    Answer.objects.update(content_hash=item.content_hash())  # as if somebody had signed for it

    with pytest.raises(TransitionError, match="身份证号"):
        publish_item(item=item, by=cast.second_office, at=AT)


# --- Around the item ------------------------------------------------------------------------------------------------


def test_a_ruling_in_a_revision_opens_nothing_of_the_public_item_before_it_is_merged(cast):
    item = published(cast, body="一、按规定公开。")
    Item.objects.filter(pk=item.pk).update(body=f"证号{NUMBER}")  # as it came in before there was a gate
    revision = revise_item(item=Item.objects.get(pk=item.pk), form_id=uuid.uuid4(), by=cast.clerk, at=AT)
    meant = {hit.fingerprint for hit in scan_item(revision).hits}

    rule_on_hits(item=revision, fingerprints=meant, reason=Ruling.Reason.NOT_PERSONAL, by=cast.clerk, at=AT)

    assert obstacle(revision) == ""
    assert "身份证号1处" in obstacle(Item.objects.get(pk=item.pk))


def test_an_old_version_is_hidden_while_its_file_still_waits_for_a_look(cast):
    item = published(cast, files=[stored(cast, "公开内容".encode(), "说明.txt")])
    revision = reviewed(cast, revised(cast, item, body="第二版"))
    ContentScan.objects.filter(file=item.attachments.get().file).update(scanned_at=None)
    Attachment.objects.filter(item=revision).delete()
    answer_anew(cast, revision)

    publish_item(item=revision, by=cast.office, at=LATER)

    assert item.public_versions.get().is_hidden


def answer_anew(cast, revision: Item) -> None:
    """What the three answers are bound to has just become another content."""
    Answer.objects.filter(item=revision).update(content_hash=revision.content_hash())


PERSONAL = [f"证号{NUMBER}", "请找13912345678联系"]
OF_AN_OFFICE = "咨询电话0574-12345678，宁海县桃源街道1号"


@pytest.mark.parametrize("words", PERSONAL)
def test_words_beside_the_items_tell_about_nobody(cast, words):
    item, page = published(cast), site_page()
    said = {"reason": Item.WithdrawalReason.WRONG, "explanation": "数据有误", "by": cast.office, "at": LATER}
    with pytest.raises(ValidationError) as notice:
        withdraw_item(item=item, notice=words, **said)
    with pytest.raises(ValidationError) as body:
        edit_page(page=page, body=words, version=page.version, by=cast.office, at=LATER)
    catalogue = county_catalogue()
    CatalogueEntry.objects.create(catalogue=catalogue, code="0101", name="预算", position=1)
    seen = proposal_for(catalogue, on=LATER.date()).seen
    with pytest.raises(ValidationError) as note:
        publish_edition(catalogue=catalogue, note=words, seen=seen, by=cast.office, at=LATER)

    refused = [set(each.value.message_dict) for each in (notice, body, note)]
    assert refused == [{"notice"}, {"body"}, {"note"}]
    item.refresh_from_db()
    page.refresh_from_db()
    assert (item.status, words in page.body) == ("published", False)


def test_how_an_office_is_reached_may_stand_there(cast):
    page = site_page()

    edit_page(page=page, body=OF_AN_OFFICE, version=page.version, by=cast.office, at=LATER)
    withdraw_item(
        item=published(cast), reason=Item.WithdrawalReason.WRONG, explanation="数据有误", notice=OF_AN_OFFICE,
        by=cast.office, at=LATER,
    )  # fmt: skip


def site_page() -> SitePage:
    return SitePage.objects.get_or_create(column=SitePage.Column.GUIDE, defaults={"body": "一、说明\n按规定公开。"})[0]
