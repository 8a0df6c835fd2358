"""What reviewer and drafter see of an item, rule on and have masked."""

import html
import io
import re
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.items.difference import difference, readable
from disclosure.items.drafting import edit_item
from disclosure.models import Answer, CatalogueEntry, CheckPoint, Item, Ruling, Topic
from disclosure.privacy.gate import obstacle
from disclosure.privacy.page import grouped, privacy_view
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import scan_item
from disclosure.review.services import answer_item, pass_item, return_item, submit_item
from ninghai.models import AuditEntry, UsualReason
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
    assert page.count("按规定公开部门<del>预</del><ins>决</ins>算。") == 1  # in the text itself
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


def paragraphs_of(item: Item, before: str) -> list[str]:
    """The text as it is shown after a change: -gone-, +new+, [hit]."""
    content = item.content()
    earlier = {**content, "fields": {**content["fields"], "body": before}}
    new = difference(earlier, content, at=AT)
    shown = privacy_view(item, mask_url="disclosure:work-item-mask-file", text=new.text).blocks
    texts = [
        re.sub(r'<mark class="hit[^>]*>([^<]*)<span[^>]*>[^<]*</span></mark>', r"[\1]", each.text) for each in shown
    ]
    return [re.sub("</?del>", "-", re.sub("</?ins>", "+", each)) for each in texts]


def test_changes_and_hits_stand_in_the_text_side_by_side(cast):
    item = drafted(cast, body=f"一、总体要求\n　　电话{MOBILE}，请来电。\n\n新的一段。")

    shown = paragraphs_of(item, before=f"没有了的一段。\n一、总体要求\n　　来电{MOBILE}，请来电。")

    assert shown == ["-没有了的一段。-", "一、总体要求", f"-来-电+话+[{MOBILE}]，请来电。", "+新的一段。+"]


def test_a_hit_that_was_typed_anew_is_marked_as_both(cast):
    item = drafted(cast, body=f"电话{MOBILE}。")

    assert paragraphs_of(item, before="电话。") == [f"电话+[{MOBILE}]+。"]


def test_blanks_with_which_people_indent_are_no_part_of_the_set_text(client, cast):
    item = drafted(cast, body="　　按规定公开部门预算。")
    client.force_login(cast.clerk)

    assert "　　按规定" not in client.get(url(item)).text


# --- One after another --------------------------------------------------------------------------------


def admin_page(item: Item, act: str = "change") -> str:
    return reverse(f"admin:disclosure_item_{act}", args=[item.pk])


def answer_of(item: Item, kind: Answer.Kind) -> dict:
    return {"version": item.version, "seen_hash": item.content_hash(), "kind": kind}


def test_the_office_goes_from_one_item_that_waits_to_the_next(client, cast):
    first, second, third = (in_review(cast, title=f"第{number}条") for number in "一二三")
    client.force_login(cast.office)

    queue = client.get(admin_page(second)).context["queue"]

    assert (queue.place, queue.count) == (2, 3)
    assert (queue.previous_url, queue.next_url) == (
        admin_page(third),
        admin_page(first),
    )  # as the list: the newest first


@pytest.mark.parametrize(
    "narrowed", ["o=1", "o=-1", "o=-5&status__exact=in_review", "q=条&o=1", "waiting=legality-to-answer"]
)
def test_before_and_after_are_those_of_the_list_from_which_she_came(client, cast, narrowed):
    for title in ("丁条", "甲条", "丙条", "乙条"):
        in_review(cast, title=title)
    published(cast, title="戊条")  # waits for nobody
    client.force_login(cast.office)
    listed = client.get(f"{reverse('admin:disclosure_item_changelist')}?{narrowed}")
    rows = [row for row in listed.context["cl"].result_list if row.status == "in_review"]
    pages = [html.unescape(re.search(rf'href="({admin_page(row)}[^"]*)"', listed.text)[1]) for row in rows]

    queues = [client.get(page).context["queue"] for page in pages]

    assert [(queue.place, queue.count) for queue in queues] == [(place, 4) for place in (1, 2, 3, 4)]
    assert [queue.next_url for queue in queues[:3]] == pages[1:]
    assert [queue.previous_url for queue in queues[1:]] == pages[:3]


def test_an_act_and_its_undoing_keep_the_list_from_which_she_came(client, cast):
    second, first, outside = (in_review(cast, title=title) for title in ("乙条", "甲条", "别的"))
    client.force_login(cast.office)
    query = {"_changelist_filters": "q=条&o=1"}
    page = client.get(admin_page(first), query)
    offer = page.context["offers"]["return"]
    assert page.context["trail"][-1][1].endswith("?q=%E6%9D%A1&o=1")

    after = client.post(offer.url, {"version": first.version, "reason": "请核对"}, follow=True)
    undo = html.unescape(re.search(r'action="([^"]+/take-back/[^"]*)"', after.text)[1])
    back = client.post(undo, {"version": Item.objects.get(pk=first.pk).version}, follow=True)

    assert (after.request["PATH_INFO"], back.request["PATH_INFO"]) == (admin_page(second), admin_page(first))
    assert [answer.wsgi_request.GET["_changelist_filters"] for answer in (after, back)] == ["q=%E6%9D%A1&o=1"] * 2
    assert (back.context["queue"].count, outside.status) == (2, "in_review")


@pytest.mark.parametrize("broken", ["o=99", "nonsense=1", "q=%00", "p=900", "o=-1&p=900"])
def test_a_list_that_nobody_has_leads_on_all_the_same(client, cast, broken):
    first, second = in_review(cast, title="第一条"), in_review(cast, title="第二条")
    client.force_login(cast.office)

    queue = client.get(admin_page(first), {"_changelist_filters": broken}).context["queue"]

    assert (queue.count, queue.next_url.partition("?")[0]) == (2, admin_page(second))


def test_after_the_last_answer_that_is_hers_a_reviewer_has_the_next_item(client, cast):
    first, second = in_review(cast, title="第一条"), in_review(cast, title="第二条")
    client.force_login(cast.office)

    to = [
        client.post(admin_page(first, "answer"), answer_of(first, kind)).url
        for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY)
    ]

    assert to == [admin_page(first), admin_page(first)]  # it waits for her yet: to be published
    sent = {"version": second.version, "reason": "请核对"}
    assert client.post(admin_page(second, "return"), sent).url == admin_page(first)


def test_a_head_has_the_next_item_of_the_unit(client, cast):
    first, second = with_head(cast, title="第一条"), with_head(cast, title="第二条")
    client.force_login(cast.head)
    sent = {"version": first.version, "seen_hash": first.content_hash(), "confirmed": "on"}

    assert client.post(url(first, "pass"), sent).url == url(second)
    assert client.get(url(second)).context["queue"].count == 1


def test_who_has_nothing_to_review_has_no_queue(client, cast):
    item = with_head(cast)
    client.force_login(cast.clerk)

    assert client.get(url(item)).context["queue"].count == 0


# --- The usual reasons for sending it back ------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"usual": "附件打不开。"}, "附件打不开。"),
        ({"usual": "附件打不开。", "reason": "见第二个。"}, "附件打不开。见第二个。"),
        ({"reason": " 请核对 "}, "请核对"),
    ],
)
def test_a_usual_reason_ones_own_words_or_both(client, cast, sent, reason):
    UsualReason.objects.create(matter="item", words="附件打不开。")
    item = in_review(cast)
    client.force_login(cast.office)

    client.post(admin_page(item, "return"), {"version": item.version, **sent})

    item.refresh_from_db()
    assert (item.status, item.return_reason) == ("draft", reason)


@pytest.mark.parametrize("sent", [{}, {"reason": "  "}, {"usual": "停用的理由。"}, {"usual": "别处的理由。"}])
def test_no_reason_is_none(client, cast, sent):
    UsualReason.objects.create(matter="item", words="停用的理由。", is_active=False)
    UsualReason.objects.create(matter="report", words="别处的理由。")
    item = in_review(cast)
    client.force_login(cast.office)

    assert client.post(admin_page(item, "return"), {"version": item.version, **sent}).status_code == 422
    item.refresh_from_db()
    assert item.status == "in_review"
