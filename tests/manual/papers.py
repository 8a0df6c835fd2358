"""What people bring along: an example notice, a budget table, a photograph's stand-in."""

import re
from io import BytesIO
from pathlib import Path

from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import FilePayload

from ninghai.files.kinds import KINDS
from ninghai.files.workbooks.writing import XLSX, as_xlsx

NOTICE = """宁海县人民政府办公室关于印发2019年宁海县政务公开工作要点的通知
宁政办发〔2018〕102号
一、着力抓好重点公开
（一）围绕重点领域
1.公开2018年财政决算，2019年9月底前完成。[责任单位：县财政局]
2.梳理主动公开事项，逐项核对公开时限。[责任单位：各乡镇（街道）、有关部门]
二、着力回应群众关切
（一）办好公众来信
1.对公众指出的页面错误及时核实更正。[牵头单位：县政府办公室；配合单位：有关部门]
2.重要政策与解读同步公开。[责任单位：相关单位]
宁海县人民政府办公室
2018年11月19日
"""


def notice() -> FilePayload:
    return FilePayload(name="2019年工作要点.txt", mimeType="text/plain", buffer=NOTICE.encode())


def table(name: str, *rows: list[str]) -> FilePayload:
    return FilePayload(name=f"{name}.xlsx", mimeType=XLSX, buffer=as_xlsx(list(rows), title=name))


def budget() -> FilePayload:
    return table("四季度预算执行表", ["科目", "预算数（万元）", "执行数（万元）"], ["教育支出", "1200", "960"])


def typed(name: str, words: str) -> FilePayload:
    """A Word file with a paragraph for each line."""
    page, kept = Document(), BytesIO()
    for line in words.splitlines():
        page.add_paragraph(line)
    page.save(kept)
    return FilePayload(name=f"{name}.docx", mimeType=KINDS["docx"].media_type, buffer=kept.getvalue())


def details() -> FilePayload:
    return table("重点支出明细表", ["项目", "执行数（万元）"], ["义务教育学校建设", "320"])


def proof() -> FilePayload:
    return table("公开情况核对台账", ["事项", "公开日期", "核对结果"], ["部门预算", "2018-10-12", "一致"])


def accounts() -> FilePayload:
    """Two clerks who begin today; the columns are those of the template."""
    head = ["账号", "姓名", "单位", "角色"]
    return table("账号名单", head, ["caizheng-new", "新到岗（示例）", "县财政局", "经办人"])


REGISTER = """登记号｜收到日期｜收到方式｜申请人类别｜申请内容｜答复种类｜答复日期｜答复文号｜送达方式｜寄出日期｜送达日期
深甽镇公开申〔2017〕1号｜2017-05-08｜当面提交｜自然人｜村庄整治项目资金明细｜予以公开｜2017-05-19｜深公复〔2017〕1号｜当面领取｜｜2017-05-22
深甽镇公开申〔2017〕2号｜2017-09-11｜网上提交｜自然人｜某村村庄规划图｜予以公开｜2017-09-20｜深公复〔2017〕2号｜邮寄｜2017-09-20｜2017-09-22"""
CALLS = """外部工单号｜类别｜事项｜事由｜诉求
ZJ201811200001｜求助｜城市管理｜路边停车占用人行道｜人行道停满车，行人只能走车道。
ZJ201811200002｜咨询｜就学就医｜咨询转学要什么材料｜孩子想从外县转来，要准备什么。"""
PROPOSALS = """届次｜类别｜编号｜提出人｜公开的身份｜事由｜内容｜主办单位
2018年县政协全体会议｜政协提案｜41｜提出人乙｜县政协委员｜增加城区公共自行车站点｜建议在车站、医院增设站点。｜县住建局
2018年县政协全体会议｜政协提案｜42｜提出人丙｜县政协委员｜公开学校食堂收支｜建议逐月公布食堂收支。｜县教育局"""


def filled_in(name: str, lines: str) -> FilePayload:
    """A template of which only some columns are filled in."""
    return table(name, *(line.split("｜") for line in lines.splitlines()))


def code_in(words: str) -> str:
    """The query code that a letter prints."""
    found = re.search(r"查询码[：:]?([0-9A-Z]{4}-?[0-9A-Z]{4})", re.sub(r"\s", "", words))
    if not found:
        raise LookupError("no query code on the letter")
    return found[1]


def workbook(name: str, path: Path) -> FilePayload:
    """One that was downloaded before, under another name."""
    return FilePayload(name=f"{name}.xlsx", mimeType=XLSX, buffer=path.read_bytes())


def changed(name: str, path: Path, *, column: str, words: str) -> FilePayload:
    """A workbook that was downloaded, with other words below one head in its first row of data."""
    book, kept = load_workbook(BytesIO(path.read_bytes())), BytesIO()
    sheet = book.worksheets[0]
    at = next(cell.column for cell in sheet[1] if cell.value == column)
    sheet.cell(2, at).value = words
    book.save(kept)
    return FilePayload(name=f"{name}.xlsx", mimeType=XLSX, buffer=kept.getvalue())
