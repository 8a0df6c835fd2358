"""The unit's pages and the office's: a unit drafts, its head checks, the office answers and publishes; nothing typed is lost."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosure.models import Item
from disclosure.models.states import ItemStatus
from ninghai.models import StoredFile
from tests.cast import Cast
from tests.disclosure.makers import approved, drafted, in_review, published, with_head
from tests.disclosure.test_catalogue import copies
from tests.worlds import world

TYPED = {
    "title": "关于公开预算的通知",
    "kind": "finance",
    "body": "第一段\n第二段",
    "summary": "概述",
    "source": "县财政局",
}


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-11-20"
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run


def work(act: str, item: Item) -> str:
    return reverse(f"disclosure:work-item-{act}", args=[item.pk])


def office(act: str, item: Item) -> str:
    return reverse(f"admin:disclosure_item_{act}", args=[item.pk])


def pdf(name: str = "附表.pdf") -> SimpleUploadedFile:
    import io

    from weasyprint import HTML

    file = io.BytesIO()
    HTML(string="<p>x</p>").write_pdf(file)
    return SimpleUploadedFile(name, file.getvalue(), content_type="application/pdf")


def test_a_clerk_drafts_with_an_attachment_and_submits(client, cast):
    client.force_login(cast.clerk)

    client.post("/work/items/new/", {**TYPED, "form_id": uuid.uuid4(), "uploads": [pdf()]})
    item = Item.objects.get()
    client.post(work("submit", item), {"version": item.version})

    item.refresh_from_db()
    assert (item.status, item.unit, item.drafted_by) == (ItemStatus.WITH_HEAD, cast.finance, cast.clerk)
    assert [attachment.label for attachment in item.attachments.all()] == ["附表.pdf"]


def test_a_file_that_is_not_accepted_is_told_in_a_sentence_and_the_others_stay(client, cast):
    client.force_login(cast.clerk)
    wrong = SimpleUploadedFile("说明.exe", b"MZ" * 100)

    page = client.post("/work/items/new/", {**TYPED, "form_id": uuid.uuid4(), "uploads": [pdf(), wrong]})

    [said] = page.context["form"].errors["uploads"]
    assert said.startswith("不接受“说明.exe”这种类型的文件。可以上传：pdf、docx、")
    assert [file.original_name for file in page.context["form"].files_to_attach] == ["附表.pdf"]
    assert not Item.objects.exists()


def test_where_a_public_copy_comes_from_is_said_in_chinese(client, cast):
    client.force_login(cast.clerk)
    client.post("/work/items/new/", {**TYPED, "form_id": uuid.uuid4(), "uploads": [pdf()]})

    page = client.get(Item.objects.get().get_absolute_url()).content.decode()

    assert re.search(r"重新写出，程序第\d+版），由原文件生成，原文件不公开，SHA-256：", page)


def test_a_form_opened_after_handing_in_says_why_nothing_can_be_changed(client, cast):
    item = with_head(cast)
    client.force_login(cast.clerk)

    answers = [client.get(work("edit", item)), client.post(work("edit", item), {**TYPED, "version": item.version})]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("现在是“待审核”，不能这样办理" in answer.content.decode() for answer in answers)
    assert "第一段" in answers[1].content.decode()


def test_what_is_under_way_stands_before_all_that_is_done(client, cast):
    mine = drafted(cast, title="我的草稿")
    done = published(cast, title="已公开的预算")
    copies(done, 25)
    client.force_login(cast.clerk)

    first = client.get("/work/items/")
    last = client.get("/work/items/?page=2")

    assert first.context["rows"][0][0] == mine
    assert len(last.context["rows"]) == 7


def make_three_of_a_unit(cast: Cast) -> None:
    drafted(cast, title="我的草稿"), published(cast, title="已公开的预算"), with_head(cast, title="送审的草案")


three_of_a_unit = world("three_of_a_unit", make_three_of_a_unit, on=("cast",))


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("q=草稿", ["我的草稿"]),
        ("q=公开的", ["已公开的预算"]),
        ("status=open", ["送审的草案", "我的草稿"]),
        ("status=with_head", ["送审的草案"]),
        ("status=published&q=草稿", []),
        ("status=nonsense", []),
        ("q=" + "长" * 60, []),
    ],
)
def test_the_unit_s_list_is_narrowed_by_words_and_state(client, cast, three_of_a_unit, asked, titles):
    client.force_login(cast.clerk)

    page = client.get(f"/work/items/?{asked}")

    assert [row[0].title for row in page.context["rows"]] == titles
    assert ("没有符合条件的信息" in page.text) == (not titles)


@pytest.mark.parametrize("act", ["submit", "pass", "return"])
def test_the_address_of_an_act_opened_as_a_page_leads_back_to_the_item(client, cast, act):
    item = drafted(cast)
    client.force_login(cast.clerk)

    response = client.get(work(act, item))

    assert (response.status_code, response.headers["Location"]) == (302, work("detail", item))


def test_the_same_form_sent_twice_makes_one_item_and_one_file(client, cast):
    client.force_login(cast.clerk)
    form_id = uuid.uuid4()

    answers = [client.post("/work/items/new/", {**TYPED, "form_id": form_id, "uploads": [pdf()]}) for _ in range(2)]

    item = Item.objects.get()
    assert {answer["Location"] for answer in answers} == {work("detail", item)}
    assert item.attachments.count() == 1


def test_a_form_with_an_error_keeps_what_was_typed_and_uploaded(client, cast):
    client.force_login(cast.clerk)
    form_id = str(uuid.uuid4())

    page = client.post("/work/items/new/", {**TYPED, "title": "", "form_id": form_id, "uploads": [pdf()]})

    html = page.content.decode()
    assert page.status_code == 422
    assert "第一段\n第二段" in html.replace("\r\n", "\n")
    assert form_id in html
    kept = StoredFile.objects.get()
    assert f'name="kept" value="{kept.pk}"' in html
    assert "附表.pdf" in html

    client.post("/work/items/new/", {**TYPED, "form_id": form_id, "kept": [str(kept.pk)]})
    assert Item.objects.get().attachments.get().file == kept


def test_a_file_of_somebody_else_cannot_be_slipped_in(client, cast):
    client.force_login(cast.other_clerk)
    client.post("/work/items/new/", {**TYPED, "title": "", "uploads": [pdf()]})
    theirs = StoredFile.objects.get()

    client.force_login(cast.clerk)
    page = client.post("/work/items/new/", {**TYPED, "form_id": uuid.uuid4(), "kept": [str(theirs.pk)]})

    assert page.status_code == 422
    assert not Item.objects.exists()


def test_a_file_that_is_not_what_it_says_is_refused_in_words(client, cast):
    client.force_login(cast.clerk)

    page = client.post("/work/items/new/", {**TYPED, "uploads": [SimpleUploadedFile("附表.pdf", b"MZ\x90\x00")]})

    assert page.status_code == 422
    assert page.context["form"].errors["uploads"]
    assert not Item.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_attachment_is_taken_off(client, cast):
    client.force_login(cast.clerk)
    client.post("/work/items/new/", {**TYPED, "uploads": [pdf("甲.pdf"), pdf("乙.pdf")]})
    item = Item.objects.get()
    first = item.attachments.first()

    client.post(work("edit", item), {**TYPED, "version": item.version, "removed": [first.pk]})

    assert [attachment.label for attachment in item.attachments.all()] == ["乙.pdf"]


@pytest.mark.parametrize("version", ["", "0", "abc", "99"])
def test_a_stale_edit_gets_409_with_what_was_typed(client, cast, version):
    item = drafted(cast)
    client.force_login(cast.clerk)

    page = client.post(work("edit", item), {**TYPED, "version": version})

    assert page.status_code in {409, 422}
    assert "第一段" in page.content.decode()
    assert Item.objects.get().title == item.title


def test_the_head_passes_on_with_the_secrecy_answer(client, cast):
    item = with_head(cast)
    client.force_login(cast.head)
    seen = item.content_hash()

    refused = client.post(work("pass", item), {"version": item.version, "seen_hash": seen})
    assert refused.status_code == 422
    client.post(work("pass", item), {"version": item.version, "seen_hash": seen, "confirmed": "on", "comment": "同意"})

    item.refresh_from_db()
    answer = item.answers.get()
    assert (item.status, answer.signed_by, answer.comment) == (ItemStatus.IN_REVIEW, cast.head, "同意")


def test_the_head_returns_with_a_reason_that_the_clerk_reads(client, cast):
    item = with_head(cast)
    client.force_login(cast.head)
    assert client.post(work("return", item), {"version": item.version, "reason": " "}).status_code == 422
    client.post(work("return", item), {"version": item.version, "reason": "标题不规范"})

    client.force_login(cast.clerk)
    assert "标题不规范" in client.get(work("detail", item)).content.decode()
    assert "等您修改" in client.get("/work/items/").content.decode()


def test_the_clerk_does_not_pass_on(client, cast):
    item = with_head(cast)
    client.force_login(cast.clerk)

    page = client.post(
        work("pass", item), {"version": item.version, "seen_hash": item.content_hash(), "confirmed": "on"}
    )

    assert page.status_code == 403


def test_the_office_answers_publishes_and_withdraws(client, cast):
    item = in_review(cast)
    client.force_login(cast.office)
    seen = item.content_hash()
    page = client.get(office("change", item)).content.decode()
    assert "签署个人信息审查意见" in page

    for kind in ("personal_data", "legality"):
        client.post(office("answer", item), {"version": item.version, "seen_hash": seen, "kind": kind})
    item.refresh_from_db()
    assert item.status == ItemStatus.APPROVED
    answer = client.post(office("publish", item), {"version": item.version}, follow=True)
    item.refresh_from_db()
    assert f"索引号 {item.index_number}" in answer.content.decode()
    assert client.get(item.get_absolute_url()).status_code == 200

    short = client.post(office("withdraw", item), {"version": item.version, "kind": "wrong", "explanation": ""})
    assert short.status_code == 422
    typed = {"version": item.version, "kind": "wrong", "explanation": "数据有误", "notice": "更正后另行公布。"}
    shown = client.post(office("withdraw", item), typed)
    assert "公众将看到" in shown.content.decode()
    assert client.get(item.get_absolute_url()).status_code == 200
    client.post(office("withdraw", item), {**typed, "confirmed": "on"})
    assert client.get(item.get_absolute_url()).status_code == 410


def test_publishing_from_a_stale_page_is_409_and_publishes_nothing(client, cast):
    item = approved(cast)
    client.force_login(cast.office)

    page = client.post(office("publish", item), {"version": item.version - 1})

    assert page.status_code == 409
    assert client.get(page.context["latest"]).status_code == 200
    item.refresh_from_db()
    assert item.status == ItemStatus.APPROVED


def test_the_office_drafts_its_own_and_a_second_person_answers_for_secrecy(client, cast):
    client.force_login(cast.office)
    client.post("/admin/disclosure/item/add/", {**TYPED, "form_id": uuid.uuid4()})
    item = Item.objects.get()
    client.post(office("submit", item), {"version": item.version})
    item.refresh_from_db()
    own = client.post(
        office("pass", item), {"version": item.version, "seen_hash": item.content_hash(), "confirmed": "on"}
    )
    assert own.status_code == 403

    client.force_login(cast.second_office)
    client.post(office("pass", item), {"version": item.version, "seen_hash": item.content_hash(), "confirmed": "on"})

    item.refresh_from_db()
    assert (item.status, item.unit) == (ItemStatus.IN_REVIEW, cast.county_office)


def test_the_desk_counts_what_waits(client, cast):
    in_review(cast)
    in_review(cast)
    approved(cast)
    client.force_login(cast.second_office)

    inbox = client.get("/admin/").context["inbox"]

    waiting = {kind.label: tally.count for kind, tally in inbox.tallies.items() if tally.count}
    del waiting["放假安排待录入"]
    assert waiting == {"待个人信息审查": 2, "待合法性与文字审查": 2, "信息待公开": 1}


@pytest.mark.parametrize("make", [drafted, with_head])
def test_the_office_does_not_see_what_a_units_head_has_not_passed_on(client, cast, make):
    item = make(cast, title="尚未报送的草稿")
    client.force_login(cast.office)

    assert client.get(office("change", item)).status_code == 404
    assert "尚未报送的草稿" not in client.get("/admin/disclosure/item/").content.decode()


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_nobody_else_enters_the_review_desk(client, cast, who):
    item = in_review(cast)
    client.force_login(getattr(cast, who))

    for address in (office("change", item), "/admin/disclosure/item/", "/admin/disclosure/item/add/"):
        assert client.get(address).status_code in {302, 403}
    assert client.post(office("publish", item), {"version": item.version}).status_code in {302, 403}
    item.refresh_from_db()
    assert item.status == ItemStatus.IN_REVIEW


def test_an_act_sent_twice_acts_once_and_says_that_somebody_was_faster(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)

    first, second = (client.post(work("submit", item), {"version": item.version}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert Item.objects.get().version == item.version + 1


@pytest.mark.parametrize("make", [with_head, published])
def test_what_is_no_draft_any_more_stays_and_nothing_typed_is_lost(client, cast, make):
    item = make(cast)
    client.force_login(cast.clerk)

    page = client.post(work("edit", item), {**TYPED, "version": item.version})

    assert page.status_code == 409
    assert "第一段" in page.content.decode()
    assert Item.objects.get().title == item.title


def test_a_tick_that_is_missing_is_asked_for_in_one_sentence(client, cast):
    item = with_head(cast)
    client.force_login(cast.head)

    response = client.post(work("pass", item), {"version": item.version, "seen_hash": item.content_hash()})

    assert response.status_code == 422
    assert '<li><a href="#pass_confirmed">请确认保密审查意见；不能确认的，请退回修改。</a></li>' in response.text


def test_several_files_stay_in_their_order_and_each_refused_one_is_named(client, cast):
    client.force_login(cast.clerk)
    form_id = uuid.uuid4()
    uploads = [SimpleUploadedFile(f"{name}.csv", f"名称,金额\n{name},1\n".encode()) for name in "丁丙乙甲"]
    sent = {**TYPED, "form_id": form_id, "uploads": [*uploads[:2], SimpleUploadedFile("坏.exe", b"MZ"), *uploads[2:]]}

    page = client.post("/work/items/new/", sent)

    assert page.status_code == 422
    assert "“坏.exe”" in page.text
    kept = [str(file.pk) for file in page.context["kept"]]
    page = client.post("/work/items/new/", {**TYPED, "form_id": form_id, "kept": kept}, follow=True)
    assert [each.label for each in Item.objects.get().attachments.order_by("position")] == [
        "丁.csv",
        "丙.csv",
        "乙.csv",
        "甲.csv",
    ]
    assert "附件（4个）" in page.text
    assert "附件（4个）" in client.get("/work/items/").text
