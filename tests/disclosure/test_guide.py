"""政府信息公开指南: made of what is true on the day, by unit; what it rests on has versions and a limit."""

import io
import re
from datetime import date

import pytest
from django.urls import reverse
from docx import Document

from disclosure.items.waiting import GuidesToComplete
from disclosure.models import GuideEdition, OpennessOffice, SitePage
from disclosure.site_columns.guide import GUIDE_UPDATE, guide_of, keep_openness_office, renew_guides
from fixtures.reference_data import load_workdays
from ninghai.models import AuditEntry, DutyClock, Unit
from tests.disclosure.makers import AT

SAID = {
    "name": "局办公室",
    "address": "宁海县某某路1号301室",
    "postcode": "315600",
    "hours": "工作日8:30至12:00，14:00至17:00",
    "phone": "0574-00000000",
}


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def said(cast, *, since=date(2018, 11, 20), at=AT, **changes) -> OpennessOffice:
    office = OpennessOffice(unit=cast.finance, since=since, **{**SAID, **changes})
    return keep_openness_office(office, by=cast.clerk, at=at)


def page(client, cast) -> str:
    return client.get(reverse("disclosure:unit-guide", args=[cast.finance.code])).content.decode()


def update_clocks(cast):
    return DutyClock.objects.about(cast.finance).filter(duty=GUIDE_UPDATE.code)


# --- What it says ----------------------------------------------------------------------------------------------------


def test_a_guide_says_where_how_and_how_long_by_the_law_of_the_day(client, cast):
    said(cast)

    shown = page(client, cast)

    for words in (
        *SAID.values(),
        "15个工作日",
        "《政府信息公开条例》（2008年施行）第二十四条",
        "60日",
        "6个月",
        "成本费用",
    ):
        assert words in shown
    assert "第三十三条）" not in shown.replace("（2008年施行）第三十三条", "")
    assert "传真" not in shown  # nobody has announced one
    assert reverse("disclosure:application-paper", args=["2008"]) in shown


@pytest.mark.parametrize(
    ("day", "words", "others"),
    [
        (date(2018, 11, 20), "15个工作日", "7个工作日"),
        (date(2019, 5, 14), "第三十三条", "20个工作日内答复"),
        (date(2019, 5, 15), "20个工作日", "成本费用"),
        (date(2021, 1, 1), "第11至30件每件100元", "成本费用"),
        (date(2024, 1, 1), "应当先自收到答复之日起60日内", "也可以自收到答复"),
    ],
)
def test_another_day_another_law(cast, day, words, others):
    guide = guide_of(cast.finance, on=day)
    told = " ".join([*guide.facts().values(), *(words for _, words in guide.steps), guide.complaint])

    assert words in told
    assert others not in told


def test_what_is_announced_is_a_way_of_applying_and_what_is_not_is_none(client, cast):
    said(cast, fax="0574-00000001", email="xxgk@example.com")

    shown = page(client, cast)

    assert "发送到公布的电子邮箱的，以邮件系统收到之日为收到申请之日" in shown
    assert [way.label for way in guide_of(cast.finance, on=AT.date()).ways][-2:] == ["电子邮件", "传真"]


def test_a_guide_of_nobody_knows_where_leaves_the_office_out_and_tells_the_editor(client, cast):
    shown = page(client, cast)
    assert "政府信息公开工作机构</h2>" not in shown
    assert "待填写" not in shown

    client.force_login(cast.clerk)
    assert "还没有填写" in client.get(reverse("disclosure:guide-office")).text


def test_the_county_guide_leads_to_those_of_the_units(client, cast):
    said(cast)

    shown = client.get(reverse("disclosure:column-guide")).content.decode()

    assert reverse("disclosure:unit-guide", args=[cast.finance.code]) in shown
    assert client.get(reverse("disclosure:unit-guide", args=["nobody"])).status_code == 404
    assert reverse("disclosure:column-guide") in client.get(reverse("disclosure:requests")).text
    assert reverse("disclosure:column-guide") in client.get(reverse("disclosure:site-map")).text


def test_every_part_is_named_at_the_top_and_found_from_there(client, cast):
    said(cast)
    SitePage.objects.update_or_create(
        column=SitePage.Column.GUIDE,
        defaults={"body": "本指南每年更新。\n一、公开范围\n按目录公开。\n二、其他\n没有。"},
    )

    for address in (reverse("disclosure:column-guide"), reverse("disclosure:unit-guide", args=[cast.finance.code])):
        shown = client.get(address).text
        named = re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a>', shown)
        parts = re.findall(r'<(?:details|h2)[^>]* id="([\w-]+)"[^>]*>(?:\s*<summary><h2>)?([^<]+)', shown)
        assert named == parts
    assert ("part-2", "一、公开范围") in re.findall(
        r'id="([\w-]+)"[^>]*>\s*<summary><h2>([^<]+)', client.get(reverse("disclosure:column-guide")).text
    )


# --- The form on paper -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "asks", "asks_not"), [("2008", "用途", "nothing"), ("2019", "身份证明", "用途")])
def test_the_form_on_paper_asks_what_the_form_on_the_portal_asks(client, code, asks, asks_not):
    answer = client.get(reverse("disclosure:application-paper", args=[code]))

    words = "\n".join(cell.text for row in Document(io.BytesIO(answer.content)).tables[0].rows for cell in row.cells)

    assert asks in words
    assert asks_not not in words
    assert "□ 自然人" in words
    assert "网址" not in words


def test_there_is_no_form_of_another_regulation(client):
    assert client.get(reverse("disclosure:application-paper", args=["1999"])).status_code == 404


# --- Its versions and its limit --------------------------------------------------------------------------------------


def test_a_change_is_a_version_with_its_day_and_the_page_follows_at_once(client, cast):
    load_workdays()
    said(cast, since=date(2018, 11, 1))
    assert "8:30" in page(client, cast)

    said(cast, since=date(2018, 11, 12), hours="工作日9:00至17:00")

    shown, newest = page(client, cast), GuideEdition.objects.first()
    assert (newest.number, newest.changes, newest.changed_on) == (2, ["办公时间"], date(2018, 11, 12))
    assert "第2版：办公时间" in shown
    assert "9:00至17:00" in shown
    assert "8:30" not in shown


def test_a_change_starts_the_limit_on_its_day_and_the_new_page_ends_it(cast):
    load_workdays()

    said(cast, since=date(2018, 10, 8))

    clock = update_clocks(cast).get()
    assert clock.closed_at == AT
    assert f"{clock.due_at.astimezone():%Y-%m-%d}" >= "2018-11-05"
    assert clock in update_clocks(cast).late(
        at=AT
    )  # entered six weeks after it had changed: the limit was 20 working days


def test_what_is_missing_keeps_the_limit_running_until_it_is_said(client, cast):
    load_workdays()
    said(cast, phone="")
    client.force_login(cast.clerk)

    assert update_clocks(cast).open().count() == 1
    assert "还缺必须写明的内容" in client.get(reverse("disclosure:guide-office")).text

    said(cast)
    assert not update_clocks(cast).open().exists()


def test_the_guide_of_a_unit_that_is_no_more_waits_for_nobody(cast):
    load_workdays()
    said(cast, phone="")
    day = date(2018, 11, 20)
    assert GuidesToComplete().records(cast.clerk, day).count() == 1

    Unit.objects.filter(pk=cast.finance.pk).update(valid_until=date(2018, 11, 19), successor=cast.town)

    assert not GuidesToComplete().records(cast.other_clerk, day).exists()


def test_a_new_regulation_is_a_version_that_nobody_has_to_enter(cast):
    load_workdays()
    said(cast)

    assert renew_guides(at=AT) == 0
    assert renew_guides(at=AT.replace(year=2019, month=5, day=15)) == 1
    newest = GuideEdition.objects.first()
    assert {"适用的条例", "办理期限", "收费"} <= set(newest.changes)
    assert newest.changed_on == date(2019, 5, 15)


def test_what_holds_from_a_later_day_is_told_before_and_counts_from_then(client, cast):
    load_workdays()
    said(cast)

    said(cast, since=date(2018, 12, 1), address="宁海县新办公楼2楼")

    shown = page(client, cast)
    assert "2018年12月1日起有变更" in shown
    assert "办公地址：宁海县新办公楼2楼" in shown
    assert GuideEdition.objects.count() == 1
    assert renew_guides(at=AT.replace(month=12, day=1)) == 1


# --- Who says it -----------------------------------------------------------------------------------------------------


def typed(cast, **changes) -> dict[str, object]:
    newest = OpennessOffice.objects.filter(unit=cast.finance).last()
    return {**SAID, "since": "2018-11-20", "seen": newest.pk if newest else "", **changes}


def test_a_clerk_says_it_for_the_own_unit_and_it_is_in_the_trail(client, cast):
    client.force_login(cast.clerk)

    answer = client.post(reverse("disclosure:guide-office"), typed(cast), follow=True)

    assert "公开指南已按新的内容更新" in answer.text
    office = OpennessOffice.objects.get()
    assert (office.unit, office.entered_by) == (cast.finance, cast.clerk)
    assert AuditEntry.objects.about(office).get().detail["values"]["办公地址"] == ["", SAID["address"]]


def test_who_was_slower_is_told_and_loses_nothing(client, cast):
    old = typed(cast)
    said(cast, address="先保存的地址")
    client.force_login(cast.clerk)

    late = client.post(reverse("disclosure:guide-office"), old | {"address": "后写的地址"})

    assert late.status_code == 409
    assert "后写的地址" in late.text
    assert OpennessOffice.objects.get().address == "先保存的地址"


def test_the_office_says_it_for_a_unit_with_one_row_in_the_trail(client, cast):
    client.force_login(cast.office)

    answer = client.post(
        reverse("admin:disclosure_opennessoffice_add"), {**SAID, "unit": cast.finance.pk, "since": "2018-11-20"}
    )

    assert answer.status_code == 302
    assert AuditEntry.objects.about(OpennessOffice.objects.get()).count() == 1
    assert GuideEdition.objects.get().unit == cast.finance
