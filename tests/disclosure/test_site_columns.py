"""The four columns of the disclosure site: what the public reads, and how the office writes it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from disclosure.basic_catalogue.reference_data import load_site_pages
from disclosure.models import CatalogueEntry, SitePage, Topic
from disclosure.site_columns.services import edit_page, public_blocks, unknown_lines
from fixtures.reference_data import FOLDER
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError
from tests.disclosure.makers import AT, HIDDEN_STATES, county_catalogue, published

PATHS = {
    "guide": "/disclosure/guide/",
    "rules": "/disclosure/rules/",
    "statutory": "/disclosure/statutory/",
    "annual": "/disclosure/annual-reports/",
}
BODY = "一、联系方式\n办公地址：待填写\n二、公开形式\n（一）查阅点\n地点：待填写\n（二）网上\n在公开目录中查找。"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def pages(cast) -> dict[str, SitePage]:
    load_site_pages(FOLDER / "site_pages", office="宁海县人民政府办公室")
    return {page.column: page for page in SitePage.objects.all()}


def entry_of(column: SitePage.Column) -> CatalogueEntry:
    return CatalogueEntry.objects.create(
        catalogue=county_catalogue(), code=f"c-{column}", name=column.label, site_column=column.label
    )


# --- What the public reads ---------------------------------------------------------------------------------


def test_lines_that_wait_and_headings_over_nothing_are_left_out():
    assert [paragraph.text for paragraph in public_blocks(BODY)] == [
        "二、公开形式",
        "（二）网上",
        "在公开目录中查找。",
    ]
    assert unknown_lines(BODY) == ["办公地址：待填写", "地点：待填写"]


def test_the_shipped_guide_asks_for_what_nobody_knows_yet_and_shows_none_of_it_unfilled(client, pages):
    waiting = " ".join(unknown_lines(pages["guide"].body))
    for field in ("查阅地点", "开放时间"):
        assert field in waiting

    page = client.get(PATHS["guide"]).content.decode()

    assert "宁海县人民政府办公室根据" in page
    assert "自形成或者变更之日起20个工作日内公开" in page
    assert "待填写" not in page
    assert "办公地址" not in page  # which the openness office says: see test_guide


def test_loading_again_changes_nothing_that_the_office_wrote(cast, pages):
    edit_page(page=pages["guide"], body="办公室的话", version=1, by=cast.office, at=AT)

    load_site_pages(FOLDER / "site_pages", office="别的名称")

    assert SitePage.objects.get(column="guide").body == "办公室的话"


@pytest.mark.parametrize("column", ["rules", "annual"])
def test_a_listed_column_opens_with_its_first_item(client, cast, pages, column):
    entry = entry_of(SitePage.Column(column))
    assert client.get(PATHS[column]).status_code == 404
    assert PATHS[column] not in client.get("/disclosure/").content.decode()

    item = published(cast, title="2017年政府信息公开工作年度报告", entry=entry)

    page = client.get(PATHS[column]).content.decode()
    assert item.get_absolute_url() in page
    assert f"/catalogue/?entry={entry.code}" in page
    assert PATHS[column] in client.get("/disclosure/").content.decode()


@pytest.mark.parametrize("make", HIDDEN_STATES.values(), ids=HIDDEN_STATES)
def test_what_is_not_public_opens_no_column(client, cast, pages, make):
    make(
        cast,
        title="秘密年报",
        entry=entry_of(SitePage.Column.ANNUAL),
        topic=Topic.objects.create(code="09", name="秘密主题", path="秘密主题"),
    )

    assert client.get(PATHS["annual"]).status_code == 404
    assert "秘密" not in client.get("/disclosure/").content.decode() + client.get(PATHS["statutory"]).content.decode()


def test_the_statutory_column_leads_to_headings_and_topics_that_hold_something(client, cast, pages):
    top = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="02", name="重点领域")
    below = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0201", name="财政", parent=top)
    CatalogueEntry.objects.create(catalogue=county_catalogue(), code="03", name="空的事项")
    topic = Topic.objects.create(code="04", name="财政、金融、审计", path="财政、金融、审计")
    Topic.objects.create(code="05", name="空的主题", path="空的主题")
    published(cast, entry=below, topic=topic)

    page = client.get(PATHS["statutory"]).content.decode()

    for shown in ("/catalogue/basic/", "/catalogue/?entry=02", "/catalogue/?topic=04"):
        assert shown in page
    assert "空的" not in page


# --- How the office writes ---------------------------------------------------------------------------------


def address(page: SitePage) -> str:
    return reverse("admin:disclosure_sitepage_change", args=[page.pk])


def test_the_office_looks_first_and_saves_then(client, cast, pages):
    client.force_login(cast.office)
    guide = pages["guide"]
    typed = {"version": 1, "body": "一、范围\n全部公开。\n办公地址：待填写"}

    preview = client.post(address(guide), typed | {"preview": "预览"}).content.decode()

    assert "预览（尚未保存）" in preview
    assert "待填写 1 处" in preview
    guide.refresh_from_db()
    assert guide.version == 1
    client.post(address(guide), typed)
    guide.refresh_from_db()
    assert (guide.body, guide.version, guide.updated_by) == (typed["body"], 2, cast.office)
    act = AuditEntry.objects.about(guide).get()
    assert act.action == AuditEntry.Action.EDIT_PAGE
    assert "待填写" in act.detail["before"]
    assert "全部公开。" in client.get(PATHS["guide"]).content.decode()


def test_when_two_write_at_once_nothing_is_lost(client, cast, pages):
    edit_page(page=pages["guide"], body="先保存的话", version=1, by=cast.second_office, at=AT)
    client.force_login(cast.office)

    late = client.post(address(pages["guide"]), {"version": 1, "body": "后写的话"})

    assert late.status_code == 409
    assert "先保存的话" in late.content.decode()
    assert "后写的话" in late.content.decode()
    assert SitePage.objects.get(column="guide").body == "先保存的话"
    assert 'name="version" value="2"' in late.content.decode()  # saving again is a decision
    with pytest.raises(StaleError):
        edit_page(page=pages["guide"], body="后写的话", version=1, by=cast.office, at=AT)


def test_only_the_office_writes(client, cast, pages):
    for stranger in (cast.signer, cast.clerk, cast.inspector):
        with pytest.raises(PermissionDenied):
            edit_page(page=pages["guide"], body="改写", version=1, by=stranger, at=AT)
    client.force_login(cast.signer)
    assert client.get(address(pages["guide"])).status_code == 200
    assert client.post(address(pages["guide"]), {"version": 1, "body": "改写"}).status_code == 403


def test_a_text_that_is_too_long_is_refused_and_kept(client, cast, pages):
    client.force_login(cast.office)

    response = client.post(address(pages["guide"]), {"version": 1, "body": "长" * 20_001})

    assert response.status_code == 422
    assert "正文不能超过20000字" in response.content.decode()
    assert "长" * 20_001 in response.content.decode()


def test_the_desk_says_what_is_still_missing(client, cast, pages):
    client.force_login(cast.office)

    assert "政府信息公开指南" in [row.title for row in client.get("/admin/").context["rows"] if row.verb == "填写"]
