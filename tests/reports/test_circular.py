"""The circular as a catalogue page: its few sentences."""

from typing import Any

from reports.circulation.circulating import catalogue_text
from tests.reports import made_up

NOUGHT = ("completed", "in_progress", "todo", "overdue")


def text(**changed: Any) -> str:
    return catalogue_text(made_up.spot_check(units=3, points=2) | changed)


def test_a_title_within_a_title_has_its_own_marks():
    notice = {"title": "关于印发《2018年工作要点》的通知", "document_number": "宁政办发〔2018〕44号", "year": 2018}

    assert "根据《关于印发〈2018年工作要点〉的通知》（宁政办发〔2018〕44号）要求" in text(notice=notice)


def test_what_is_nought_is_not_listed():
    totals = made_up.progress(units=3, points=2)["totals"]
    begun = text(totals={**totals, **dict.fromkeys(NOUGHT, 0), "in_progress": 4})
    nothing = text(totals={**totals, **dict.fromkeys(NOUGHT, 0)})

    assert "项次任务。其中办理中4项次。" in begun
    assert "其中" not in nothing.partition("从")[0]


def test_a_draw_that_nobody_has_inspected_yet_says_so():
    check = made_up.spot_check()["spot_check"]
    open_ = {**check, "inspected": 0, "outcomes": [{**row, "count": 0} for row in check["outcomes"]]}

    assert f"随机抽取{check['size']}项次，正在核查。" in text(spot_check=open_)
