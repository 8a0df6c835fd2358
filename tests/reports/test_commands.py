"""manage.py render_report: a preview by the same code path, and no row; manage.py worker: what it says when it starts."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest
from django.core.management import CommandError, call_command

from ninghai.operations.devservices.fonts import WANTED
from reports.models import Report
from tests.reports.makers import accepted, assignment, drawn_check, moment

ROOT = Path(__file__).parents[2]


def preview(kind: str, output: Path, **options) -> str:
    call_command("render_report", kind, notice=2018, output=output, stderr=io.StringIO(), **options)
    with pdfplumber.open(output) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


@pytest.mark.parametrize("kind", ["progress", "spot-check"])
def test_twice_gives_the_same_text_marked_as_a_draft(cast, notice, tmp_path, kind):
    drawn_check(cast, notice)

    first, second = (preview(kind, tmp_path / f"{number}.pdf") for number in (1, 2))

    assert first == second
    assert "草稿" in first
    assert "深甽镇" in first
    assert not Report.objects.exists()


@pytest.mark.usefixtures("cast", "notice")
def test_a_list_of_what_is_overdue_may_be_asked_of_a_period(tmp_path):
    """The draft notice's tasks fell due at the end of September."""
    since = moment(9, 1).date()

    assert "2018年9月1日至2018年11月19日" in preview("overdue", tmp_path / "autumn.pdf", since=since)  # yesterday
    today = preview("overdue", tmp_path / "today.pdf", since=since, as_of=moment(11, 20).date())
    assert "2018年9月1日至2018年11月20日23时59分" in "".join(today.split())
    with pytest.raises(CommandError, match="这一时段内到期的任务都已办结"):
        preview("overdue", tmp_path / "november.pdf", since=moment(11, 19).date())


def test_a_later_change_does_not_show_as_of_an_earlier_day(cast, notice, tmp_path):
    before = preview("progress", tmp_path / "before.pdf", as_of=moment(11, 1).date())
    accepted(cast, assignment("一2", "县财政局"), at=moment(11, 2))

    assert preview("progress", tmp_path / "after.pdf", as_of=moment(11, 1).date()) == before


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"kind": "spot-check"}, "还没有抽查"),
        ({"kind": "progress", "notice": 2017}, "没有已下达的2017年工作要点通知"),
        ({"kind": "progress", "as_of": moment(11, 21).date()}, "统计日期不能晚于今天"),
        ({"kind": "progress", "unit": "002"}, "请去掉 --unit"),
        ({"kind": "progress", "output": Path("/nowhere/x.pdf")}, "不能写入"),
    ],
)
def test_what_cannot_be_made_is_explained(cast, notice, asked, sentence):
    options = {"notice": 2018, "output": Path("/nowhere/x.pdf")} | asked

    with pytest.raises(CommandError, match=sentence):
        call_command("render_report", options.pop("kind"), **options)


def start_worker(**environment: str) -> str:
    """What a worker that finds no work says before it ends."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "worker", "--burst"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return ended.stderr


@pytest.mark.usefixtures("private_services")
@pytest.mark.exhaustive
def test_a_worker_without_fangsong_says_so_and_works(tmp_path):
    assert "缺少公文字体“仿宋”" in start_worker(VAR_DIR=str(tmp_path))


@pytest.mark.usefixtures("private_services")
@pytest.mark.exhaustive
def test_a_worker_on_a_whole_machine_says_nothing():
    told = start_worker()

    assert "缺少" not in told
    assert "ERROR" not in told


@pytest.mark.parametrize("folder", ["elsewhere", "/srv/elsewhere"])
@pytest.mark.exhaustive
def test_fonts_are_fetched_to_where_the_worker_looks_for_them(folder, tmp_path):
    code = "import django; django.setup(); from ninghai.operations.devservices.fonts import FONTS; " + (
        "from reports.pdf.fonts import font_files; print(FONTS, font_files()[0].path)"
    )
    asked = {"VAR_DIR": folder, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "ninghai.settings"}

    told = subprocess.check_output([sys.executable, "-c", code], env=os.environ | asked, cwd=tmp_path, text=True)

    assert told.split() == [str(ROOT / folder / "fonts"), str(ROOT / folder / "fonts" / WANTED)]
