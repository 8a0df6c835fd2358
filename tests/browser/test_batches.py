"""批量制作 in the browser: two workers make a report of every unit; called off midway, asked for again and finished."""

import io
import re
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from ninghai.models import JobStatus, Unit
from reports.models import Report
from tests.browser import portal
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.faults.counts import IS_LONG
from tests.reports import makers

UNITS = 60 if IS_LONG else 20
FINISHED_WITHIN = 300_000  # milliseconds


@pytest.fixture
def whole_county(cast: Cast) -> Cast:
    """A notice addressed to each of its units."""
    units = list(Unit.objects.all())
    units += Unit.objects.bulk_create(
        Unit(code=f"9{n:02}", name=f"宁海县第{n}局", short_name=f"县第{n}局", kind="department", position=900 + n)
        for n in range(UNITS - len(units))
    )
    names = [unit.short_name for unit in units]
    makers.issued_notice(cast, points=[("一1", ("一", "着力加强主动公开"), makers.TODAY, names)])
    return cast


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_batch_is_called_off_midway_and_finished_when_asked_for_again(
    whole_county: Cast, opening: Opening, site: str, size
):
    page = opening(whole_county.office, viewport=size)
    ask(page)
    expect(page.get_by_role("status").last).to_contain_text(f"已生成 0 份，共 {UNITS} 份")
    photograph(page, "batch-waits")

    with ExitStack() as behind:
        for command in ("worker", "worker", "scheduler"):
            behind.enter_context(portal.running(command, address=site))
        expect(page.get_by_role("status").last).to_contain_text(
            re.compile(rf"已生成 [1-9]\d* 份，共 {UNITS} 份"), timeout=120_000
        )
        expect(page.get_by_role("row").filter(has_text="已生成").first).to_contain_text("下载")
        photograph(page, "batch-midway")
        page.get_by_role("button", name="取消尚未生成的").click()
        expect(page.get_by_text("份尚未生成的报告，已经生成的保留。")).to_be_visible()
        expect(page.get_by_role("button", name="取消尚未生成的")).to_have_count(0, timeout=60_000)
        photograph(page, "batch-called-off")
        called_off = Report.objects.filter(job__status=JobStatus.CANCELLED).count()
        assert 0 < called_off < UNITS
        expect(page.get_by_role("status").last).to_contain_text(f"已取消 {called_off} 份")

        ask(page)
        expect(page.get_by_role("status").last).to_contain_text(
            f"已生成 {UNITS} 份，共 {UNITS} 份", timeout=FINISHED_WITHIN
        )
        photograph(page, "batch-finished")
        with page.expect_download() as taken:
            page.get_by_role("link", name=f"打包下载（{UNITS} 份）").click()

    packed = Path(taken.value.path()).read_bytes()
    papers = [name for name in ZipFile(io.BytesIO(packed)).namelist() if name.endswith(".pdf")]
    assert len(papers) == len(set(papers)) == UNITS


def ask(page: Page) -> None:
    page.goto("/admin/reports/reportbatch/add/")
    page.get_by_label("工作要点通知").select_option(index=1)
    page.get_by_label("统计日期").fill("2018-11-19")
    page.get_by_role("button", name="批量制作").click()
    expect(page.get_by_text("已受理，数据已固定，正在排队生成。")).to_be_visible()
