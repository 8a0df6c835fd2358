"""The circular as a catalogue page: what the public reads before opening the PDF."""

from collections.abc import Iterator
from typing import Any, cast

from reports.snapshot_schema import Snapshot, SpotCheckRow, Totals
from reports.writing.wording import correction, document, told_until


def catalogue_text(snapshot: Snapshot) -> str:
    """The circular's main numbers in a few paragraphs, one a line, and how to verify the file."""
    return "\n".join(_paragraphs(snapshot))


def _paragraphs(snapshot: Snapshot) -> Iterator[str]:
    notice = snapshot["notice"]
    ground = document(title=notice["title"], number=notice["document_number"])
    yield f"根据{ground}要求，现将截至{told_until(snapshot)}的有关情况通报如下。"
    if corrects := snapshot.get("corrects"):
        yield correction(corrects)
    facts = cast(dict[str, Any], snapshot)
    if totals := facts.get("totals"):
        yield _standing(totals)
    if ranking := facts.get("ranking"):
        yield f"本次考核{len(ranking)}个单位，各单位得分和排名见附件。"
    if check := facts.get("spot_check"):
        yield _check(check)
    yield f"全文和各单位情况见附件。附件的真伪可凭核验码{snapshot['code']}在本平台“报告核验”中查询。"


def _standing(totals: Totals) -> str:
    """What is nought is left out."""
    whole = f"工作要点共{totals['points']}项，涉及{totals['units']}个单位，分解为{totals['assignments']}项次任务。"
    counted = (
        ("已办结", totals["completed"]),
        ("办理中", totals["in_progress"]),
        ("尚未启动", totals["todo"]),
        ("已逾期", totals["overdue"]),
    )
    told = "，".join(f"{label}{count}项次" for label, count in counted if count)
    return f"{whole}其中{told}。" if told else whole


def _check(check: SpotCheckRow) -> str:
    counted = "，".join(f"{row['label']}{row['count']}项次" for row in check["outcomes"] if row["count"])
    found = f"，核查结果为：{counted}" if counted else ""
    inspected = f"已核查{check['inspected']}项次" if check["inspected"] else "正在核查"
    return f"从{check['population']}项次任务中随机抽取{check['size']}项次，{inspected}{found}。"
