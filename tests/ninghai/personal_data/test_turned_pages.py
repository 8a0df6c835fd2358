"""A page that lies on its side or stands on its head gives away as much as any other."""

import io

import pikepdf
import pytest
from weasyprint import HTML

from ninghai.personal_data.scan import scan_file
from tests.ninghai.personal_data.files import MOBILE, NUMBER, OTHER

ROWS = f"""<table><tr><th>序号<th>姓名<th>家庭住址<th>身份证号</tr>
<tr><td>1<td>王建国<td>深甽镇大里村3组12号<td>{NUMBER}</tr><tr><td>2<td>欧阳雪<td>河洪村8号<td>{OTHER}</tr></table>"""
HEAD = "<meta charset=utf-8><style>@page{size:A4} td,th{padding:2pt 8pt}</style>"
RULES = "<style>td,th{border:1px solid}</style>"
SAID = f"<p>户主的证号{NUMBER}，联系电话{MOBILE}。</p>"
ON_ITS_HEAD = f"<div style='transform:rotate(180deg)'>{SAID}</div>"


def pdf(body: str, *, turned: int = 0) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(HTML(string=HEAD + body).write_pdf())) as document:
        for page in document.pages:
            page.rotate(turned, relative=False)
        document.save(out)
    return out.getvalue()


def found(data: bytes) -> set[tuple[str, str]]:
    return {(each.kind.value, each.text) for each in scan_file(name="名单.pdf", data=data)}


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("body", [SAID, ROWS, RULES + ROWS, SAID + RULES + ROWS, ON_ITS_HEAD])
def test_a_turned_page_tells_as_much_as_one_that_stands_upright(body, turned):
    upright = found(pdf(body))

    assert ("id_card", NUMBER) in upright
    assert found(pdf(body, turned=turned)) == upright


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_a_line_that_runs_another_way_than_the_page_is_read_too(quarter):
    line = f"<div style='transform:rotate({quarter}deg);width:12cm;margin:6cm 2cm'>证号{OTHER}</div>"

    assert found(pdf(f"{SAID}{line}{'<p>关于公示的说明，请查看全文。</p>' * 3}")) >= {
        ("id_card", NUMBER),
        ("mobile", MOBILE),
        ("id_card", OTHER),
    }
