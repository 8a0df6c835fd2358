"""What reviewer and drafter see of an item, rule on and have masked."""

import html
import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.items.difference import readable
from disclosure.items.drafting import edit_item
from disclosure.models import Answer, CatalogueEntry, CheckPoint, Item, Ruling, Topic
from disclosure.privacy.gate import obstacle
from disclosure.privacy.page import grouped
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import scan_item
from disclosure.review.services import answer_item, pass_item, return_item, submit_item
from ninghai.models import AuditEntry
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, county_catalogue, drafted, in_review, published, with_head
from tests.disclosure.test_gate import picture, stored
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import MOBILE, NUMBER


def url(item: Item, act: str = "", *args) -> str:
    name = f"disclosure:work-item-{act}" if act else "disclosure:work-item-detail"
    return reverse(name, args=[item.pk, *args])


def group_keys(item: Item) -> list[str]:
    return [group.key for group in grouped(scan_item(item).hits, set(), {})]


def test_hits_stand_marked_in_the_text_and_the_page_is_not_kept(client, cast):
    item = drafted(cast, body=f"一、名单\n户主：葛丽，证号{NUMBER}。", summary=f"电话{MOBILE}")
    client.force_login(cast.clerk)

    response = client.get(url(item))
    page = response.content.decode()

    assert f'<mark class="hit hit--open">{NUMBER}<span class="hit-kind">身份证号</span></mark>' in page
    assert f'<mark class="hit hit--open">{MOBILE}' in page
    assert "还有3处个人信息没有处理" in page
    assert response["Cache-Control"] == "no-store"


def test_whoever_signs_sees_every_field_that_is_signed(client, cast):
    policy, entry = (
        published(cast, title="某办法"),
        CatalogueEntry(catalogue=county_catalogue(), code="A", name="预算公开"),
    )
    topic = Topic.objects.get_or_create(code="zz", defaults={"name": "政务公开", "path": "综合政务\\政务公开"})[0]
    entry.save()
    item = with_head(
        cast,
        summary="概述",
        document_number="宁财〔2018〕7号",
        kind="finance",
        topic=topic,
        entry=entry,
        category="result",
        unified_number="ZJNH-2018-1",
        audience="面向特定群体",
        formed_date=date(2018, 11, 1),
        source="县财政局预算科",
        openness_mark="此件公开发布",
        effective_on=date(2018, 12, 1),
        expires_on=date(2020, 12, 1),
        explains=policy,
    )
    of_a_revision = {"change_note": "改了口径", "hides_old_version": True, "original_published_on": date(2012, 3, 2)}
    refused = {"method": "on_request", "method_reason": "third_party", "method_explanation": "涉及企业"}
    Item.objects.filter(pk=item.pk).update(validity="expired", **of_a_revision, **refused)
    signed = item.content()["fields"] | {"hides_old_version": "公开后不再供查阅"}
    assert all(signed.values())
    client.force_login(cast.head)
    unit_s = html.unescape(client.get(url(item)).text)
    Item.objects.filter(pk=item.pk).update(status="in_review")
    client.force_login(cast.office)
    office_s = html.unescape(client.get(reverse("admin:disclosure_item_change", args=[item.pk])).text)

    for page in (unit_s, office_s):
        for name, value in signed.items():
            for line in (cast.finance.short_name if name == "unit_id" else readable(name, value)).splitlines():
                assert line in page, name


def test_a_file_is_shown_by_place_and_masked_excerpt(client, cast):
    item = drafted(cast, files=[stored(cast, files.workbook(), "名单.xlsx")])
    client.force_login(cast.clerk)

    page = client.get(url(item)).content.decode()

    assert "工作表“名单”C3" in page
    assert NUMBER not in page
    assert "3302**********123X" in page


def test_a_group_is_ruled_on_together_signed_and_on_the_trail(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}，电话{MOBILE}，{MOBILE[:-1]}5")
    client.force_login(cast.clerk)
    sent = {
        "version": item.version,
        "group": group_keys(item),
        "reason": "mandatory",
        "note": "依据第九条",
        "act": "rule",
    }

    response = client.post(url(item, "rule"), sent, follow=True)

    assert "已登记3处：强制性信息披露。" in response.content.decode()
    assert {each.ruled_by for each in item.rulings.all()} == {cast.clerk}
    entries = AuditEntry.objects.about(item).filter(action="rule_on_hit")
    assert [(each.detail["kind"], each.detail["count"]) for each in entries] == [("id_card", 1), ("mobile", 2)]
    assert all(NUMBER not in str(each.detail) for each in entries)
    assert obstacle(item) == ""


def test_a_ruling_without_reason_keeps_ticks_and_words(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}，11010519491231002X")
    client.force_login(cast.clerk)
    key = group_keys(item)[0]

    response = client.post(
        url(item, "rule"), {"version": item.version, "group": key, "note": "依据第九条", "act": "rule"}
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert "请选择可以公开的理由" in page
    assert f'value="{key}" checked' in page
    assert "依据第九条" in page


def test_nothing_ticked_is_said_in_a_sentence(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}")
    client.force_login(cast.clerk)

    response = client.post(url(item, "rule"), {"version": item.version, "reason": "consent", "act": "rule"})

    assert response.status_code == 422
    assert "请先勾选要登记的内容。" in response.content.decode()


def test_a_group_that_has_grown_since_is_not_ruled_on(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}")
    key = group_keys(item)[0]
    Item.objects.filter(pk=item.pk).update(body=f"证号{NUMBER}，11010519491231002X")
    client.force_login(cast.clerk)

    sent = {"version": item.version, "group": key, "reason": "consent", "act": "rule"}

    assert client.post(url(item, "rule"), sent).status_code == 409
    assert not item.rulings.exists()


def test_a_ruling_is_taken_back(client, cast):
    item = in_review(cast, body=f"证号{NUMBER}")
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    rule_on_hits(item=item, fingerprints=hits, reason=Ruling.Reason.CONSENT, by=cast.office, at=AT)
    client.force_login(cast.second_office)

    address = reverse("admin:disclosure_item_rule", args=[item.pk])
    response = client.post(address, {"version": item.version, "hit": hits, "act": "undo"}, follow=True)

    assert "已撤销1处核对结果。" in response.content.decode()
    assert "身份证号1处" in obstacle(item)


def test_a_picture_takes_its_own_reason(cast):
    item = drafted(cast, body=f"证号{NUMBER}", files=[stored(cast, picture(), "照片.png")])
    by_kind = {hit.kind.value: [hit.fingerprint] for hit in scan_item(item).hits}

    for kind, reason in (("picture", Ruling.Reason.CONSENT), ("id_card", Ruling.Reason.LOOKED_AT)):
        with pytest.raises(TransitionError, match="请分开登记"):
            rule_on_hits(item=item, fingerprints=by_kind[kind], reason=reason, by=cast.clerk, at=AT)
    rule_on_hits(item=item, fingerprints=by_kind["picture"], reason=Ruling.Reason.LOOKED_AT, by=cast.clerk, at=AT)

    assert "图片" not in obstacle(item)


def test_another_unit_rules_on_nothing(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}")
    client.force_login(cast.other_clerk)

    assert client.post(url(item, "rule"), {"version": item.version}).status_code == 404


def test_a_masked_copy_takes_the_files_place_and_the_original_stays_private(client, cast):
    original = stored(cast, files.workbook(), "名单.xlsx")
    item = drafted(cast, files=[original])
    client.force_login(cast.clerk)
    attachment = item.attachments.get()

    response = client.post(url(item, "mask-file", attachment.pk), {"version": item.version}, follow=True)

    attachment.refresh_from_db()
    assert "已换成脱敏副本" in response.content.decode()
    assert attachment.original == original
    sheet = load_workbook(io.BytesIO(attachment.file.file.read())).active
    assert sheet["C3"].value == "3302**********123X"
    assert obstacle(item) == ""
    assert AuditEntry.objects.about(item).filter(action="mask").count() == 1
    assert client.get(reverse("disclosure:attachment", args=[original.pk])).status_code == 404
    client.force_login(cast.office)
    assert client.get(reverse("disclosure:attachment", args=[original.pk])).status_code == 404


def test_what_cannot_be_masked_is_said_and_stays(client, cast):
    item = drafted(cast, files=[stored(cast, NUMBER.encode(), "名单.ofd")])
    client.force_login(cast.clerk)

    response = client.post(url(item, "mask-file", item.attachments.get().pk), {"version": item.version}, follow=True)

    assert "不能制作脱敏副本" in response.content.decode()
    assert item.attachments.get().original is None


def test_the_text_is_masked_at_once_but_for_what_was_ruled_on(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}，电话{MOBILE}", title=f"关于{MOBILE}的公告")
    ruled = [hit.fingerprint for hit in scan_item(item).hits if hit.kind == "id_card"]
    rule_on_hits(item=item, fingerprints=ruled, reason=Ruling.Reason.CONSENT, by=cast.clerk, at=AT)
    client.force_login(cast.clerk)

    client.post(url(item, "mask-text"), {"version": item.version})

    item.refresh_from_db()
    assert item.body == f"证号{NUMBER}，电话138****1234"
    assert item.title == "关于138****1234的公告"


def test_a_field_out_of_the_ordinary_is_masked_too(client, cast):
    item = drafted(cast, source="县财政局", audience=f"联系{MOBILE}")
    client.force_login(cast.clerk)

    client.post(url(item, "mask-text"), {"version": item.version})

    item.refresh_from_db()
    assert item.audience == "联系138****1234"
    assert obstacle(item) == ""


def test_masking_from_a_stale_page_changes_nothing(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}")
    client.force_login(cast.clerk)

    assert client.post(url(item, "mask-text"), {"version": item.version + 1}).status_code == 409
    item.refresh_from_db()
    assert NUMBER in item.body


# --- The checklist ------------------------------------------------------------------------------------


@pytest.fixture
def checklist(db):
    for kind in Answer.Kind:
        CheckPoint.objects.create(kind=kind, words=f"{kind.label}核对一", position=1)
        CheckPoint.objects.create(kind=kind, words=f"{kind.label}核对二", position=2)
    CheckPoint.objects.create(kind=Answer.Kind.SECRECY, words="停用的一条", is_active=False)


def test_every_line_must_be_ticked_and_the_ticks_are_kept(client, cast, checklist):
    item = with_head(cast)
    client.force_login(cast.head)
    sent = {"version": item.version, "seen_hash": item.content_hash(), "confirmed": "on", "comment": "已看过原件"}

    response = client.post(url(item, "pass"), sent | {"checks": ["保密审查核对一"]})
    assert response.status_code == 422
    assert "还有1项没有勾选" in response.content.decode()
    assert "已看过原件" in response.content.decode()

    client.post(url(item, "pass"), sent | {"checks": ["保密审查核对一", "保密审查核对二"]})
    assert item.answers.get().checked == ["保密审查核对一", "保密审查核对二"]


def test_the_service_takes_no_answer_with_a_line_unticked(cast, checklist):
    item = with_head(cast)

    with pytest.raises(TransitionError, match="保密审查核对二"):
        pass_item(item=item, seen_hash=item.content_hash(), checked=["保密审查核对一"], by=cast.head, at=AT)
    assert not item.answers.exists()


def test_an_answer_that_is_refused_keeps_its_words(client, cast, checklist):
    item = in_review(cast, body=f"证号{NUMBER}")
    client.force_login(cast.office)
    sent = {
        "version": item.version,
        "seen_hash": item.content_hash(),
        "kind": "personal_data",
        "comment": "逐条看过",
        "checks": ["个人信息审查核对一", "个人信息审查核对二"],
    }

    response = client.post(reverse("admin:disclosure_item_answer", args=[item.pk]), sent)

    assert response.status_code == 422
    page = response.content.decode()
    assert "逐条看过" in page
    assert "还有1处个人信息没有处理" in page
    assert item.answers.count() == 1


# --- What is new --------------------------------------------------------------------------------------


def test_the_reviewer_reads_what_changed_since_the_last_time(client, cast):
    item = with_head(cast, body="一、总体要求\n按规定公开部门预算。")
    return_item(item=item, reason="请核对", by=cast.head, at=AT)
    added, body = [stored(cast, b"x", "说明.txt")], "一、总体要求\n按规定公开部门决算。"
    edit_item(item=item, version=item.version, by=cast.clerk, at=AT, body=body, attachments=added)
    submit_item(item=item, by=cast.clerk, at=AT)
    client.force_login(cast.head)

    page = client.get(url(item)).content.decode()

    assert "与第1次送审稿相比" in page
    assert "按规定公开部门<del>预</del><ins>决</ins>算。" in page
    assert "新增：<ins>说明.txt</ins>" in page


def test_a_revision_is_compared_with_what_is_public(client, cast):
    base = published(cast, title="旧名称")
    revision = drafted(cast, title="新名称", body=base.body)
    Item.objects.filter(pk=revision.pk).update(revises=base)
    client.force_login(cast.clerk)

    page = client.get(url(revision)).content.decode()

    assert "与公开版本相比" in page
    assert "<del>旧</del><ins>新</ins>名称" in page


def test_a_second_reviewer_of_the_same_content_signs_once(cast):
    item = in_review(cast)
    answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=item.content_hash(), by=cast.office, at=AT)

    assert item.answers.filter(kind=Answer.Kind.LEGALITY).count() == 1
