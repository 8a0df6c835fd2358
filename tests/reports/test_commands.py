"""manage.py render_report: a preview by the same code path, and no row."""

import io
from pathlib import Path

import pdfplumber
import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from tests.reports.makers import accepted, assignment, drawn_check, moment


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
