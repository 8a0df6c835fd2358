"""From an uploaded workbook to items in the catalogue: checked first, taken over row by row, never twice."""

import errno
import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.db.models.functions import Now
from openpyxl import load_workbook
from PIL import Image

from disclosure.coverage.holdings import public_on_day
from disclosure.legacy_import import archive as older_archive
from disclosure.legacy_import import reading as older_reading
from disclosure.legacy_import import worker
from disclosure.legacy_import.examining import examine
from disclosure.legacy_import.services import begin_import, stop_import
from disclosure.legacy_import.template import refused_rows
from disclosure.legacy_import.worker import first_moment, take_over_item
from disclosure.models import ImportRow, IndexNumberCounter, Item, Ruling
from disclosure.models.states import ImportStatus, ItemStatus
from disclosure.open_formats import sitemaps
from ninghai.files import UnacceptableFile, storing
from ninghai.files.sandbox.running import read_for_import
from ninghai.jobs.claims import claim_next, run, run_due, take_back_lost
from ninghai.models import AuditEntry, Job, Membership, StoredFile
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, published
from tests.disclosure.older_items.makers import a_pdf, archive, checked, problems, row, taken_over, uploaded, workbook
from tests.jobs.makers import let_pause_pass

ID_CARD = "身份证号 330226199001011238"


def test_a_row_becomes_a_public_item_with_its_files_and_its_old_date(cast, client):
    told = row(
        索引号="330226-05-2015-0007",
        发文字号="宁财〔2015〕7号",
        信息类型="财政信息",
        附件="预算/收支表.pdf；说明.pdf",
        时效="废止",
        废止日期="2017年1月1日",
    )

    taken_over(cast, workbook(told), archive({"预算/收支表.pdf": a_pdf(), "说明.pdf": a_pdf()}, encoding="gbk"))

    item = Item.objects.get()
    assert item.status == ItemStatus.PUBLISHED
    assert (item.index_number, item.is_imported) == ("330226-05-2015-0007", True)
    assert (item.published_at, item.original_published_on) == (first_moment(date(2015, 3, 2)), date(2015, 3, 2))
    assert (item.drafted_at, AuditEntry.objects.about(item).filter(action="move").get().at) == (AT, AT)
    assert (item.unit, item.kind, item.validity) == (cast.finance, "finance", "repealed")
    assert (item.drafted_by, item.published_by) == (cast.office, cast.office)
    assert [each.label for each in item.attachments.all()] == ["收支表.pdf", "说明.pdf"]
    page = client.get(item.get_absolute_url()).content.decode()
    assert "2015-03-02" in page
    assert "一、收入" in page
    assert client.get(item.attachments.first().get_absolute_url()).status_code == 200
    assert client.get("/catalogue/", {"q": "部门预算"}).context["page"].object_list


def test_what_was_taken_over_stands_where_its_day_belongs(cast, client):
    published(cast, title="本平台新公开的部门预算", kind="announcement")
    old = [row(名称=f"第{n}份部门预算", 信息类型="通知公告", 原发布日期="2012-05-04") for n in range(3)]
    taken_over(cast, workbook(*old))

    assert client.get("/").context["announcements"][0].title == "本平台新公开的部门预算"
    for address in ("/catalogue/", "/catalogue/?q=部门预算&sort=date"):
        assert client.get(address).context["page"].object_list[0].title.endswith("新公开的部门预算")
    feed = client.get("/feeds/catalogue.xml").content.decode()
    assert feed.index("<title>本平台新公开的部门预算") < feed.index("<title>第")
    part = client.get(f"/sitemap-items-{Item.objects.last().pk // sitemaps.PART}.xml")
    assert body_of(part).decode().count("<lastmod>2012-05-04</lastmod>") == 3


@pytest.mark.parametrize(("query", "number"), [("year=2012", 2), ("year=2018", 1), ("q=部门预算&year=2012", 2)])
def test_what_was_taken_over_is_counted_in_its_own_year(cast, client, query, number):
    published(cast, title="2018年部门预算")
    taken_over(cast, workbook(*(row(名称=f"第{n}份部门预算", 原发布日期="2012-05-04") for n in range(2))))

    page = client.get(f"/catalogue/?{query}")

    assert page.context["page"].paginator.count == number
    assert Item.objects.search("部门预算").count() == 3


def test_what_is_taken_over_later_changes_no_earlier_day(cast):
    taken_over(cast, workbook(row(原发布日期="2012-05-04")))

    assert not public_on_day(date(2018, 11, 19)).exists()
    assert public_on_day(date(2018, 11, 20)).get().public_on == date(2012, 5, 4)


def test_what_was_old_elsewhere_is_no_news_on_the_front_page(cast, client):
    published(cast, title="本平台新公开的信息")
    taken_over(cast, workbook(row()))

    shown = client.get("/").context["newest"]

    assert [item.title for item in shown] == ["本平台新公开的信息"]


def test_files_are_looked_into_before_anything_is_locked(cast, monkeypatch):
    open_ones = []

    def noted(*args, **kwargs):
        open_ones.append(len(connection.savepoint_ids))
        return read_for_import(*args, **kwargs)

    for module in (older_archive, older_reading):
        monkeypatch.setattr(module, "read_for_import", noted)
    before = len(connection.savepoint_ids)

    taken_over(cast, workbook(row(附件="a.pdf")), archive({"a.pdf": a_pdf()}))

    assert Item.objects.get().attachments.count() == 1
    assert set(open_ones) == {before}


def test_a_row_without_a_number_draws_the_units_next_one(cast):
    published(cast)

    taken_over(cast, workbook(row(), row(名称="另一条")))

    numbers = Item.objects.filter(is_imported=True).order_by("pk").values_list("index_number", flat=True)
    assert list(numbers) == ["330226002/2018-00002", "330226002/2018-00003"]
    assert IndexNumberCounter.objects.get().last == 3


@pytest.mark.parametrize(
    "number",
    [
        "000014349/2018-00222",
        "12330200742195767P/2019-18993",
        "003257952/201703-00091",
        "330226-05-01-20150302-0001",
        "113715250044422281/2021-26757114",
    ],
)
def test_numbers_are_kept_in_every_form(cast, client, number):
    taken_over(cast, workbook(row(索引号=number)))

    assert Item.objects.get().index_number == number
    assert client.get(f"/catalogue/item/{number}/").status_code == 200


def test_the_check_lists_every_problem_and_writes_nothing(cast):
    wrong = row(名称="", 发布机构="不存在的局", 原发布日期="某日", 正文="", 信息类型="小说", 附件="没有.pdf")

    item_import = checked(cast, workbook(row(), wrong), archive({"a.pdf": a_pdf()}))

    assert item_import.status == ImportStatus.CHECKED
    assert {(number, column) for number, column, _ in problems(item_import)} == {
        (3, column) for column in ("名称", "发布机构", "原发布日期", "信息类型", "附件")
    }
    assert not Item.objects.exists()
    assert not IndexNumberCounter.objects.exists()
    assert StoredFile.objects.count() == 2  # what was uploaded itself


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"原发布日期": "2019-01-01"}, "原发布日期", "晚于今天"),
        ({"成文日期": "2015-03-05"}, "成文日期", "晚于原发布日期"),
        ({"时效": "废止"}, "废止日期", "要填写废止日期"),
        ({"正文": ""}, "正文", "不能都为空"),
        ({"附件": "a.pdf"}, "附件", "没有上传附件压缩包"),
        ({"名称": "长" * 201}, "名称", "不能超过200个字"),
        ({"公开方式": "依申请公开"}, "公开方式", "只能导入主动公开"),
        ({"原状态": "草稿"}, "原状态", "不能导入"),
        ({"原状态": "已撤回"}, "原状态", "不能导入"),
        ({"主题分类": "不存在"}, "主题分类", "没有“不存在”"),
        ({"索引号": "有 空格"}, "索引号", "不能含空格"),
        ({"正文": ID_CARD}, "正文", "身份证号1处"),
        ({"正文": "手机13957812345"}, "正文", "脱敏"),
        ({"正文": ID_CARD, "个人信息例外理由": "没有理由"}, "个人信息例外理由", "应为"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_at_its_column(cast, change, column, sentence):
    item_import = checked(cast, workbook(row(**change)))

    assert [(where, sentence in said) for _, where, said in problems(item_import) if where == column] == [
        (column, True)
    ]


def test_rows_that_are_there_already_are_refused(cast):
    taken_over(cast, workbook(row(), row(索引号="旧-1", 名称="有号的")))

    again = checked(
        cast,
        workbook(
            row(),
            row(索引号="旧-1", 名称="有号的"),
            row(名称="新的"),
            row(名称="新的"),
            row(索引号="旧-2"),
            row(索引号="旧-2"),
        ),
    )

    assert [(number, column) for number, column, _ in problems(again)] == [
        (2, "名称"),
        (3, "索引号"),
        (5, "名称"),
        (7, "索引号"),
    ]


@pytest.mark.parametrize("name", ["a.exe", "a.doc", "a.zip", "假.pdf", "空.pdf"])
def test_each_file_is_looked_into_as_an_upload(cast, name):
    content = {"假.pdf": b"not a pdf at all", "空.pdf": b""}.get(name, a_pdf())

    item_import = checked(cast, workbook(row(附件=name)), archive({name: content}))

    assert [column for _, column, _ in problems(item_import)] == ["附件"]


def test_personal_data_pass_only_with_a_coded_reason_which_is_kept(cast):
    taken_over(cast, workbook(row(正文=ID_CARD, 个人信息例外理由="惩戒公示", 例外说明="失信名单")))

    ruling = Ruling.objects.get()
    assert (ruling.item, ruling.reason, ruling.note, ruling.ruled_by) == (
        Item.objects.get(),
        "punishment",
        "失信名单",
        cast.office,
    )


def a_picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (20, 20)).save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        ({}, False),
        ({"个人信息例外理由": "图片已人工核对"}, True),
        ({"个人信息例外理由": "图片已人工核对", "正文": ID_CARD}, False),
        ({"个人信息例外理由": "惩戒公示"}, False),
        ({"个人信息例外理由": "惩戒公示", "正文": ID_CARD}, False),
    ],
)
def test_a_picture_passes_once_a_person_has_looked_at_it_and_says_nothing_of_the_text(cast, change, is_taken):
    taken = (workbook(row(附件="照片.png", **change)), archive({"照片.png": a_picture()}))
    if is_taken:
        taken_over(cast, *taken)
    else:
        assert problems(checked(cast, *taken))

    assert Item.objects.exists() is is_taken


def test_rows_with_errors_keep_no_other_from_being_taken_over(cast):
    item_import = taken_over(cast, workbook(row(), row(名称="")))

    assert item_import.status == ImportStatus.DONE
    assert list(item_import.rows.values_list("status", flat=True)) == ["done", "refused"]


def test_refused_rows_come_back_with_their_problems_and_can_be_uploaded_again(cast):
    item_import = checked(cast, workbook(row(), row(名称="=危险", 发布机构="不存在的局")))

    data = refused_rows(item_import)

    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    told = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert sheet.max_row == 2
    assert told["原行号"].value == "3"
    assert "“发布机构”：单位名录中没有" in told["问题"].value
    assert (told["名称*"].value, told["名称*"].data_type) == ("=危险", "s")
    assert told["发布机构*"].fill.start_color.rgb.endswith("FCE4D6")
    assert [column for _, column, _ in problems(checked(cast, data))] == ["发布机构"]


# --- Rounds, killed and resumed -------------------------------------------------------------------------


def begun(cast, *rows):
    item_import = checked(cast, workbook(*rows))
    return begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)


def many(count):
    return [row(名称=f"第{number}号文件") for number in range(count)]


def one_turn(monkeypatch) -> int:
    """A turn that is over with its first row; how many items there are then."""
    monkeypatch.setattr(worker, "TURN", -1)
    claimed = claim_next(kinds=["import"])
    claimed.at = AT
    assert run(claimed)
    return Item.objects.count()


def worker_is_taken_for_lost() -> None:
    Job.objects.filter(status="running").update(lease_until=Now())
    take_back_lost(at=AT)


def test_each_turn_goes_on_where_the_last_one_ended(cast, monkeypatch):
    item_import = begun(cast, *many(4))

    assert [one_turn(monkeypatch) for _ in range(4)] == [1, 2, 3, 4]

    assert Job.objects.get().tries == 0, "every turn has all tries"
    assert [each.index_number for each in Item.objects.order_by("pk")] == [
        f"330226002/2018-{n:05d}" for n in range(1, 5)
    ]
    run_due("import", at=AT)
    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.DONE


def test_a_row_that_nobody_foresaw_is_refused_in_words_and_the_others_go_on(cast, monkeypatch):
    def stumbles(row, around):
        if row.fields["名称"] == "绊脚石":
            raise RuntimeError("not foreseen")
        return examine(row, around)

    monkeypatch.setattr(worker, "examine", stumbles)

    item_import = checked(cast, workbook(row(), row(名称="绊脚石"), row(名称="第三条")))

    assert item_import.status == ImportStatus.CHECKED
    assert list(item_import.rows.values_list("status", flat=True)) == ["ready", "refused", "ready"]
    assert item_import.rows.get(status="refused").problems == [{"column": "名称", "message": worker.UNFORESEEN}]


@pytest.mark.parametrize(
    ("failure", "words"), [(IntegrityError, worker.ALREADY_THERE), (RuntimeError, worker.UNFORESEEN)]
)
def test_a_row_that_fails_while_it_is_taken_over_leaves_nothing_and_says_so(cast, monkeypatch, failure, words):
    def fails(*, row, **given):
        item = take_over_item(row=row, **given)
        if item.title == "绊脚石":
            raise failure
        return item

    monkeypatch.setattr(worker, "take_over_item", fails)

    item_import = taken_over(cast, workbook(row(), row(名称="绊脚石"), row(名称="第三条")))

    assert item_import.status == ImportStatus.DONE
    assert [each["message"] for each in item_import.rows.get(status="refused").problems] == [words]
    assert not Item.objects.filter(title="绊脚石").exists()
    assert Item.objects.count() == 2


@pytest.mark.parametrize("row_number", range(4))
def test_killed_at_any_row_it_makes_no_item_twice_and_none_by_half(cast, monkeypatch, row_number):
    item_import, real, seen = begun(cast, *many(4)), worker.take_over_item, []

    def killed(**told):
        seen.append(1)
        item = real(**told)
        if len(seen) == row_number + 1:
            raise KeyboardInterrupt
        return item

    monkeypatch.setattr(worker, "take_over_item", killed)
    with pytest.raises(KeyboardInterrupt):
        run_due("import", at=AT)
    assert Item.objects.count() == item_import.rows.filter(status=ImportRow.Status.DONE).count() == row_number
    monkeypatch.undo()
    worker_is_taken_for_lost()
    run_due("import", at=AT)

    assert sorted(Item.objects.values_list("title", flat=True)) == [f"第{number}号文件" for number in range(4)]
    assert IndexNumberCounter.objects.get().last == 4


def test_what_came_in_the_way_since_the_check_refuses_its_row_alone(cast):
    item_import = begun(cast, row(索引号="旧-1"), row(名称="第二条"))
    Item.objects.filter(pk=published(cast).pk).update(index_number="旧-1")

    run_due("import", at=AT)

    assert list(item_import.rows.values_list("status", flat=True)) == ["refused", "done"]


def test_an_import_whose_archive_is_lost_is_stopped_in_words_and_holds_up_no_other(cast):
    lost = uploaded(cast, workbook(row(附件="甲.pdf")), archive({"甲.pdf": a_pdf()}))
    lost.archive.file.storage.delete(lost.archive.file.name)
    sound = uploaded(cast, workbook(row()))

    run_due("import", at=AT)

    sound.refresh_from_db()
    lost.refresh_from_db()
    assert (lost.status, sound.status) == (ImportStatus.CANCELLED, ImportStatus.CHECKED)
    assert lost.stop_reason == worker.UNREADABLE


def test_it_stops_when_its_person_has_left_the_office_and_another_goes_on(cast):
    item_import = begun(cast, *many(2))
    Membership.objects.filter(user=cast.office).update(role="editor")

    run_due("import", at=AT)

    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.CANCELLED
    assert "其他人员" in item_import.stop_reason
    assert not Item.objects.exists()
    begin_import(item_import=item_import, version=item_import.version, by=cast.second_office, at=AT)
    run_due("import", at=AT)
    assert set(Item.objects.values_list("published_by", flat=True)) == {cast.second_office.pk}


def test_it_can_be_stopped_between_two_rows(cast, monkeypatch):
    item_import = begun(cast, *many(3))
    one_turn(monkeypatch)

    stop_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    run_due("import", at=AT)

    assert Item.objects.count() == 1


def test_begun_again_while_a_stopped_worker_is_still_in_a_row_it_comes_to_its_end(cast, monkeypatch):
    item_import = begun(cast, *many(3))
    stopped = claim_next(kinds=["import"])
    item_import.refresh_from_db()
    stop_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)

    def overtaken(row, around):
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(worker, "examine", examine)
            meanwhile.setattr(worker, "TURN", -1)
            run(stopped)
        return examine(row, around)

    monkeypatch.setattr(worker, "examine", overtaken)
    assert run(claim_next(kinds=["import"]))
    monkeypatch.undo()
    assert list(item_import.rows.values_list("status", flat=True)) == ["done", "ready", "ready"]
    let_pause_pass(item_import.job)
    run_due("import", at=AT)

    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.DONE
    assert Item.objects.count() == 3


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_on_a_full_disk_it_waits_and_no_row_is_to_blame(cast, monkeypatch, number):
    item_import = checked(cast, workbook(row(附件="a.pdf")), archive({"a.pdf": a_pdf()}))
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)

    def settle(stored):
        raise OSError(number, "no room")

    with monkeypatch.context() as full:
        full.setattr(storing, "_settle", settle)
        for _ in range(3):
            run_due("import", at=AT)
            let_pause_pass(item_import.job)
    assert item_import.rows.get().status == ImportRow.Status.READY
    assert not Item.objects.exists()
    run_due("import", at=AT)

    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.DONE
    assert Item.objects.get().attachments.count() == 1


def test_it_is_begun_once_and_only_by_the_office(cast):
    item_import = checked(cast, workbook(row()))
    with pytest.raises(PermissionDenied):
        begin_import(item_import=item_import, version=item_import.version, by=cast.clerk, at=AT)
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    with pytest.raises(StaleError):
        begin_import(item_import=item_import, version=item_import.version - 1, by=cast.office, at=AT)


def test_nothing_is_begun_before_every_row_is_checked_or_without_a_row_to_take(cast):
    waiting = uploaded(cast, workbook(row()))
    with pytest.raises(TransitionError, match="没检查的行"):
        begin_import(item_import=waiting, version=waiting.version, by=cast.office, at=AT)
    refused = checked(cast, workbook(row(名称="")))
    with pytest.raises(TransitionError, match="没有可以导入的行"):
        begin_import(item_import=refused, version=refused.version, by=cast.office, at=AT)


def test_a_unit_cannot_upload_an_import(cast):
    with pytest.raises(PermissionDenied):
        uploaded(cast, workbook(row()), by=cast.clerk)


def test_an_archive_that_is_none_leaves_nothing_behind(cast):
    with pytest.raises(UnacceptableFile):
        uploaded(cast, workbook(row()), b"no zip")

    assert not ImportRow.objects.exists()


def test_each_item_and_the_import_stand_in_the_audit_trail(cast):
    item_import = taken_over(cast, workbook(row()))

    told = AuditEntry.objects.about(Item.objects.get()).get(action="import_items")
    assert (told.actor, told.acting_unit, told.detail["row"]) == (cast.office, cast.county_office, 2)
    assert AuditEntry.objects.about(item_import).filter(action="import_items").count() == 1


def test_a_unit_that_has_ended_is_the_one_of_its_day(cast):
    ended = cast.town
    ended.valid_until = AT.date() - timedelta(days=30)
    ended.save(update_fields=["valid_until"])

    taken_over(cast, workbook(row(发布机构=ended.name)))

    assert Item.objects.get().unit == ended
