"""A unit fills in, checks and reports its year; the office returns, adds up and takes along."""

from datetime import date, datetime, time, timedelta
from html import unescape
from io import BytesIO, StringIO
from json import loads

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from disclosure.annual_reports import register, services
from disclosure.annual_reports.blanks import ReportCell, blank_of
from disclosure.annual_reports.county import county_figures, missing_units, shares
from disclosure.annual_reports.figures import put, value_at
from disclosure.annual_reports.forms import FiguresForm
from disclosure.annual_reports.workbook import table_as_workbook
from disclosure.items.body.blocks import blocks
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import AnnualReport
from disclosure.models.states import AnnualReportStatus
from ninghai.jobs.claims import claim, run
from ninghai.models import AuditEntry, Case, CaseEvent, DataKey, Unit
from ninghai.models.state_machine import TransitionError
from tests.disclosure.annual_reports.shapes import TEXTS, whole
from tests.disclosure.annual_reports.test_annual_checks import ouhai_2018
from tests.disclosure.makers import AT, published

pytestmark = pytest.mark.django_db

LIST = "/work/annual-reports/"


def reported(unit, year, figures, *, status=AnnualReportStatus.REPORTED, **fields):
    parts = blank_of(year).parts
    texts = {name: text for name, text in TEXTS.items() if name in parts}
    return AnnualReport.objects.create(
        unit=unit, year=year, figures=figures, texts=texts, status=status, drafted_at=AT, **fields
    )


def address(report: AnnualReport, act: str = "") -> str:
    return f"{LIST}{report.pk}/{act}/" if act else f"{LIST}{report.pk}/"


def page_of(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def typed(report: AnnualReport, table: str, **changed: str) -> dict[str, str]:
    """What the form shows, with some cells typed over: `row|column`."""
    form = FiguresForm(None, None, table=blank_of(report.year).table(table), report=report)
    cells = {f"{cell.row}|{cell.column}": name for cell, name in zip(form.table.cells(), form.fields, strict=False)}
    sent = {name: str(form[name].value() or "") for name in cells.values()}
    return {**sent, **{cells[key]: value for key, value in changed.items()}, "version": str(report.version)}


def test_a_year_is_opened_filled_checked_and_reported(client, cast):
    client.force_login(cast.clerk)
    assert "还没有年度报告" in page_of(client, LIST)

    answer = client.post(f"{LIST}new/", {"year": "2017"})
    report = AnnualReport.objects.get(unit=cast.finance, year=2017)
    assert answer["Location"] == address(report)
    assert client.post(f"{LIST}new/", {"year": "2017"})["Location"] == address(report)

    page = page_of(client, address(report))
    assert "要改正才能提交" in page
    assert "2018-03-31以前公布" in page
    zero = {f"{cell.row}|{cell.column}": "0" for cell in blank_of(2017).cells()}
    counts = {"网络申请数|数量": "2", "同意公开|数量": "2", "收到申请总数|数量": "", "答复申请总数|数量": ""}
    assert client.post(address(report, "table-1"), typed(report, "1", **{**zero, **counts})).status_code == 302
    report.refresh_from_db()
    assert value_at(report.figures, ReportCell("1", "收到申请总数", "数量")) == 2

    parts = {f"part-{at}": TEXTS.get(part, "") for at, part in enumerate(blank_of(2017).parts)}
    client.post(address(report, "text"), {**parts, "version": report.version})
    report.refresh_from_db()
    assert "核对都一致" in page_of(client, address(report))
    client.post(address(report, "hand-in"), {"version": report.version})

    client.force_login(cast.head)
    report.refresh_from_db()
    assert client.post(address(report, "pass"), {"version": report.version}).status_code == 302
    report.refresh_from_db()
    assert report.status == AnnualReportStatus.REPORTED
    assert claim(report.job_id) is not None


def test_y08_a_report_that_does_not_add_up_is_not_handed_in_without_a_reason(client, cast):
    report = reported(cast.finance, 2018, ouhai_2018(), status=AnnualReportStatus.DRAFT)
    client.force_login(cast.clerk)
    assert "是 29，“答复申请总数”是 30，应当相等。" in page_of(client, address(report))

    refused = client.post(address(report, "hand-in"), {"version": report.version})
    assert refused.status_code == 422
    assert "请写明原因" in refused.content.decode()

    accepted = client.post(address(report, "hand-in"), {"version": report.version, "explanation": "一件含两项答复。"})
    assert accepted.status_code == 302


def test_y05_what_blocks_is_not_let_through_by_a_reason(client, cast):
    figures = whole(2021)
    put(figures, ReportCell("3", "三（一）", "总计"), 1)
    report = reported(cast.finance, 2021, figures, status=AnnualReportStatus.DRAFT)
    client.force_login(cast.clerk)

    refused = client.post(address(report, "hand-in"), {"version": report.version, "explanation": "就是这样。"})

    assert refused.status_code == 422
    assert "表3“三（一）”行" in unescape(refused.content.decode())
    assert "就是这样。" in refused.content.decode()


CARRIED = "上年报告的“结转下年度”是 5，本年的“上年结转”是 4，应当相等。"


def test_what_was_carried_over_is_let_through_by_no_reason_but_by_a_correction_of_last_years(client, cast):
    last = reported(cast.finance, 2021, whole(2021, 一={"自然人": 5}, 四={"自然人": 5}))
    now = whole(2022, 二={"自然人": 4}, **{"三（一）": {"自然人": 4}})
    report = reported(cast.finance, 2022, now, status=AnnualReportStatus.DRAFT)
    client.force_login(cast.clerk)
    sent = {"version": report.version, "explanation": "上年多报了一件。"}

    refused = client.post(address(report, "hand-in"), sent)

    assert refused.status_code == 422
    for words in (CARRIED, "上年的报告有错的，先更正上年的报告。", "上年多报了一件。"):
        assert words in unescape(refused.content.decode())
    corrected = whole(2021, 一={"自然人": 4}, 四={"自然人": 4})
    reported(cast.finance, 2021, corrected, edition=last.edition + 1)
    assert client.post(address(report, "hand-in"), sent).status_code == 302


def test_where_other_units_are_counted_than_last_year_a_reason_is_asked_for(cast):
    """The town has reported on 2021 itself, and is the finance bureau's since."""
    reported(cast.town, 2021, whole(2021))
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 5}, 四={"自然人": 5}))
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2022, 6, 30), successor=cast.finance)
    report = reported(cast.finance, 2022, whole(2022, 二={"自然人": 6}, 四={"自然人": 6}), status="draft")

    unmet = [each for each in services.checks_of(report) if not each.is_met and "上年结转" in each.rule]

    assert {each.severity for each in unmet} == {"reason"}


def test_what_is_no_figure_comes_back_at_its_cell_and_nothing_typed_is_lost(client, cast):
    report = reported(cast.finance, 2021, whole(2021), status=AnnualReportStatus.DRAFT)
    client.force_login(cast.clerk)

    sent = typed(report, "4", **{"行政复议|结果维持": "很多", "行政复议|结果纠正": "7"})
    answer = client.post(address(report, "table-4"), sent)

    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert "“行政复议”“结果维持”：请填写数字" in page
    assert 'value="很多"' in page
    assert 'value="7"' in page


def taken_by(user) -> list[tuple[str, str]]:
    """The files that this person has taken out of the portal, by the trail."""
    rows = AuditEntry.objects.filter(actor=user, action__in=["export", "download"]).order_by("pk")
    return [(row.action, row.detail["file"]) for row in rows]


def test_a_table_goes_out_to_excel_and_comes_back(client, cast):
    report = reported(cast.finance, 2021, {}, status=AnnualReportStatus.DRAFT)
    client.force_login(cast.clerk)
    data = client.get(address(report, "workbook"), {"table": "2"}).content
    book = load_workbook(BytesIO(data))
    for row in book.active.iter_rows(min_row=2, min_col=3):
        for cell in row:
            cell.value = 4
    out = BytesIO()
    book.save(out)

    upload = SimpleUploadedFile("表2.xlsx", out.getvalue())
    answer = client.post(address(report, "table-2"), {"version": report.version, "workbook": upload})

    assert answer.status_code == 302
    report.refresh_from_db()
    assert {value for cells in report.figures["2"].values() for value in cells.values()} == {4}
    assert taken_by(cast.clerk) == [("export", f"{report} 表2.xlsx")]


def test_a_workbook_that_is_another_table_is_refused_in_a_sentence(client, cast):
    report = reported(cast.finance, 2021, {}, status=AnnualReportStatus.DRAFT)
    client.force_login(cast.clerk)
    data = table_as_workbook(blank_of(2021).table("2"), {"2": {"规章": {"本年制发件数": "很多"}}})

    answer = client.post(
        address(report, "table-2"), {"version": report.version, "workbook": SimpleUploadedFile("表.xlsx", data)}
    )

    assert answer.status_code == 422
    assert "“规章”“本年制发件数”：请填写数字" in unescape(answer.content.decode())


def test_last_years_words_stand_beside_and_what_was_carried_over_is_there(client, cast):
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 5}, 四={"自然人": 5}))
    report = services.open_report(year=2022, unit=cast.finance, by=cast.clerk, at=AT.replace(year=2023))
    client.force_login(cast.clerk)

    assert value_at(report.figures, ReportCell("3", "二", "自然人")) == 5
    assert TEXTS["总体情况"] in page_of(client, address(report, "text"))
    report = services.write_parts(report=report, texts=TEXTS, version=report.version, by=cast.clerk, at=AT)
    assert "相同100%" in page_of(client, address(report, "text"))


def test_a_year_to_come_and_a_year_before_the_law_are_refused(client, cast):
    client.force_login(cast.clerk)

    for year, sentence in (("2098", "还没有到"), ("2007", "2008")):
        answer = client.post(f"{LIST}new/", {"year": year})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_y17_the_county_adds_up_its_units_and_names_who_is_missing(client, cast):
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}))
    reported(cast.town, 2021, whole(2021, 一={"自然人": 2}, 四={"自然人": 2}))
    county = services.open_report(year=2021, unit=None, by=cast.office, at=AT.replace(year=2022))
    client.force_login(cast.office)

    assert value_at(county.figures, ReportCell("3", "一", "总计")) == 5
    names = missing_units(2021)
    assert names
    assert cast.finance.short_name not in names
    page = page_of(client, reverse("admin:disclosure_annualreport_change", args=[county.pk]))
    assert f"{len(names)}个单位还没有报送" in page
    assert names[0] in page

    wrong = {**county.figures, "3": {**county.figures["3"], "一": {**county.figures["3"]["一"], "自然人": 6}}}
    AnnualReport.objects.filter(pk=county.pk).update(figures=wrong)
    page = page_of(client, reverse("admin:disclosure_annualreport_change", args=[county.pk]))
    assert "行“自然人”列：各单位加起来是 5，全县报告填的是 6，应当相等。请按各单位的数字重新填" in page


def test_the_office_opens_the_countys_or_its_own(client, cast):
    client.force_login(cast.office)

    for whose, unit in (("county", None), ("office", cast.office.acting.unit)):
        client.post(reverse("admin:disclosure_annualreport_add"), {"year": "2017", "whose": whose})
        assert AnnualReport.objects.filter(year=2017, unit=unit).exists()


def test_a_correction_is_another_edition_beside_the_first(client, cast):
    report = reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}))

    again = services.correct_report(report=report, version=report.version, by=cast.clerk, at=AT)

    assert (again.edition, again.status, again.figures) == (2, "draft", report.figures)
    assert AnnualReport.objects.reported().get() == report


def test_what_was_reported_is_set_in_print_and_goes_to_the_catalogue_through_review(client, cast):
    report = reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}), status="with_head")
    report = services.pass_report(report=report, version=report.version, by=cast.head, at=AT)
    run(claim(report.job_id))
    report.refresh_from_db()
    client.force_login(cast.clerk)
    paper = b"".join(client.get(address(report, "paper")).streaming_content)
    told = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(paper))
    assert "2021年政府信息公开工作年度报告" in told.replace("\r\n", "")
    assert "收到和处理政府信息公开申请情况" in told
    assert taken_by(cast.clerk) == [("download", report.file.original_name)]

    client.post(address(report, "publish"), {"version": report.version})

    report.refresh_from_db()
    assert report.item.status == "draft"
    assert [block.kind for block in blocks(report.item.body)].count("table") == 3
    files = {attachment.label: attachment.file for attachment in report.item.attachments.all()}
    assert files[f"{report.title}.pdf"] == report.file
    with files[f"{report.title}.xlsx"].file.open() as kept:
        assert load_workbook(kept).sheetnames == ["表2", "表3", "表4", "正文"]
    assert report.item.title in page_of(client, address(report))


def test_a_report_is_known_by_the_code_on_its_paper_until_it_comes_back(client, cast):
    report = reported(cast.finance, 2021, whole(2021), status="with_head")
    report = services.pass_report(report=report, version=report.version, by=cast.head, at=AT)
    assert client.get(f"/verify/{report.verify_code}/").status_code == 404  # its paper is not made yet
    run(claim(report.job_id))
    report.refresh_from_db()
    paper = pypdfium2.PdfDocument(report.file.file.open().read())
    told = "".join(page.get_textpage().get_text_bounded() for page in paper)

    assert report.verify_code in told
    page = page_of(client, f"/verify/{report.verify_code}/")
    assert report.title in page
    assert "没有在本平台公开" in page
    same = client.post(f"/verify/{report.verify_code}/", {"sha256": report.file.sha256})
    assert "一致：这就是签发的那份文件" in same.content.decode()

    back = services.return_report(report=report, reason="数字有误", version=report.version, by=cast.office, at=AT)
    assert client.get(f"/verify/{report.verify_code}/").status_code == 404
    assert back.verify_code == ""


def test_a_corrected_report_says_so_at_its_code(client, cast):
    report = reported(cast.finance, 2021, whole(2021), status="with_head")
    report = services.pass_report(report=report, version=report.version, by=cast.head, at=AT)
    run(claim(report.job_id))
    reported(cast.finance, 2021, whole(2021), edition=2)

    assert "以更正的为准" in page_of(client, f"/verify/{report.verify_code}/")


def test_the_tables_of_a_public_report_are_read_as_data_and_of_no_other(client, cast):
    report = reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}), reported_at=AT)
    item = published(cast, title=report.title)
    data = reverse("disclosure:annual-report-data", args=[item.index_number])
    assert client.get(data).status_code == 404

    AnnualReport.objects.filter(pk=report.pk).update(item=item)

    assert data in page_of(client, item.get_absolute_url())
    told = loads(client.get(data).content)
    assert told["tables"]["3"]["一"]["总计"] == 3
    assert "texts" not in told  # these stand in the item, as they were reviewed
    withdraw_item(item=item, reason="duplicate", explanation="重复", by=cast.office, at=AT)
    assert client.get(data).status_code == 404


def applied(unit, received: date, *, category: str = "person", code: str = "", answered: date | None = None) -> Case:
    """A registered request, and how it was answered."""
    key, serial = DataKey.objects.make(at=AT), Case.objects.count() + 1
    case = Case.objects.create(
        data_key=key, kind="request", unit=unit, year=received.year, serial=serial, number=f"公开申{serial}号",
        channel="online", received_on=received, entered_at=AT, subject="预算", text="预算", category=category,
        status="handling",
    )  # fmt: skip
    if answered:
        happened(case, "signed", answered, code=code)
        happened(case, "answer_received", answered)
    return case


def happened(case: Case, kind: str, day: date, *, of: str = "", **facts: object) -> None:
    moment = timezone.make_aware(datetime.combine(day, time(9)))
    CaseEvent.objects.create(
        data_key=case.data_key, case=case, number=case.events.count() + 1, kind=kind, of=of,
        happened_at=moment, entered_at=moment, facts=facts,
    )  # fmt: skip


ROUND = ("一", "二", "三（一）", "三（四）1", "三（七）", "四")


def counted(unit, year: int, *rows: str) -> list[object]:
    """What the register counts in the column of sums."""
    figures = register.counted(AnnualReport(unit=unit, year=year)).figures
    return [value_at(figures, ReportCell("3", row, "总计")) for row in rows or ROUND]


def test_the_day_on_which_an_answer_is_posted_decides_its_year_not_that_of_its_signature(cast):
    case = applied(cast.finance, date(2021, 12, 10))
    happened(case, "signed", date(2021, 12, 31), code="open")
    happened(case, "answer_posted", date(2022, 1, 4))
    happened(case, "answer_received", date(2022, 1, 7))

    assert counted(cast.finance, 2021) == [1, 0, 0, 0, 0, 1]
    assert counted(cast.finance, 2022) == [0, 1, 1, 0, 1, 0]


def test_a_request_that_was_opened_again_in_the_year_of_its_answer_is_open(cast):
    case = applied(cast.finance, date(2021, 3, 1), code="not_held", answered=date(2021, 3, 20))
    happened(case, "reopen", date(2021, 12, 1))
    assert counted(cast.finance, 2021) == [1, 0, 0, 0, 0, 1]

    happened(case, "signed", date(2022, 1, 6), code="open")
    happened(case, "answer_received", date(2022, 1, 6))
    assert counted(cast.finance, 2021) == [1, 0, 0, 0, 0, 1]
    assert counted(cast.finance, 2022) == [0, 1, 1, 0, 1, 0]


def test_a_request_that_was_opened_again_in_a_later_year_comes_in_anew_and_the_former_report_stays_true(cast):
    case = applied(cast.finance, date(2021, 3, 1), code="not_held", answered=date(2021, 3, 20))
    happened(case, "reopen", date(2022, 2, 1))

    assert counted(cast.finance, 2021) == [1, 0, 0, 1, 1, 0]
    assert counted(cast.finance, 2022) == [1, 0, 0, 0, 0, 1]
    (note,) = register.counted(AnnualReport(unit=cast.finance, year=2022)).notes
    assert case.number in note
    assert "重新办理" in note


def test_a_year_before_requests_were_registered_here_is_not_held_against_the_register(cast):
    applied(cast.finance, date(2022, 3, 1))
    report = reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}), status="draft")

    assert not [each for each in services.checks_of(report) if each.rule.startswith("登记簿")]


def test_a_unit_that_was_closed_before_it_reported_is_counted_once_with_its_successor(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2022-03-01"
    applied(cast.finance, date(2021, 3, 1))
    applied(cast.town, date(2021, 4, 1))
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2022, 1, 31), successor=cast.finance)

    assert counted(cast.finance, 2021, "一") == [2]
    assert cast.town not in [share.unit for share in shares(2021)]
    reported(cast.town, 2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}))
    assert counted(cast.finance, 2021, "一") == [1]
    assert cast.town in [share.unit for share in shares(2021)]


def closed_with_a_request(cast) -> None:
    """The town has had one, and is the finance bureau's since."""
    applied(cast.town, date(2021, 4, 1))
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2021, 6, 30), successor=cast.finance)
    cast.town.refresh_from_db()


def test_what_the_successor_has_reported_the_closed_unit_reports_no_more(cast):
    closed_with_a_request(cast)
    own = reported(cast.town, 2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}), status="with_head")
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}), reported_at=AT)

    with pytest.raises(TransitionError, match="重复计算"):
        services.pass_report(report=own, version=own.version, by=cast.other_head, at=AT)
    assert value_at(county_figures(2021), ReportCell("3", "一", "总计")) == 1


def test_what_the_closed_unit_reports_meanwhile_the_successor_reports_no_more(cast):
    closed_with_a_request(cast)
    heirs = reported(
        cast.finance, 2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}), status="draft", drafted_by=cast.clerk
    )
    heirs.hand_in(explanation="", by=cast.clerk, at=AT)
    own = whole(2021, 一={"自然人": 1}, 四={"自然人": 1})
    reported(cast.town, 2021, own, reported_at=AT + timedelta(hours=1))

    with pytest.raises(TransitionError, match="已经自行报送"):
        services.pass_report(report=heirs, version=heirs.version, by=cast.head, at=AT + timedelta(hours=2))


def test_what_the_successor_reported_before_says_nothing_of_the_unit_that_was_closed_since(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2022-03-01"
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2022, 1, 31), successor=cast.finance)
    before, after = (AT.replace(year=2022, month=month) for month in (1, 2))
    reported(cast.finance, 2021, whole(2021), reported_at=before)
    assert cast.town.short_name in missing_units(2021)

    reported(cast.finance, 2021, whole(2021), reported_at=after, edition=2)
    assert cast.town.short_name not in missing_units(2021)


def test_a_unit_without_a_register_takes_over_last_years_report_whoever_else_has_one(cast):
    applied(cast.town, date(2021, 3, 1))
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}))

    report = services.open_report(year=2022, unit=cast.finance, by=cast.clerk, at=AT.replace(year=2023))

    assert value_at(report.figures, ReportCell("3", "二", "自然人")) == 3
    assert not [each for each in services.checks_of(report) if each.rule.startswith("登记簿")]


def test_a_unit_that_was_closed_within_the_year_and_yet_reported_is_part_of_the_county(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2022-03-01"
    applied(cast.town, date(2021, 4, 1))
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2021, 6, 30), successor=cast.finance)
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}))
    assert counted(cast.finance, 2021, "一") == [1]

    reported(cast.town, 2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}))

    assert counted(cast.finance, 2021, "一") == [0]
    assert [share.unit for share in shares(2021)].count(cast.town) == 1
    assert value_at(county_figures(2021), ReportCell("3", "一", "总计")) == 2


def test_the_countys_report_is_passed_only_while_it_is_the_sum_of_the_units(cast):
    reported(cast.finance, 2021, whole(2021))
    figures = county_figures(2021)
    county = reported(None, 2021, figures, status="with_head")
    reported(cast.town, 2021, whole(2021, 一={"自然人": 2}, 四={"自然人": 2}))

    with pytest.raises(TransitionError, match="各单位之和"):
        services.pass_report(report=county, version=county.version, by=cast.signer, at=AT)


def test_another_table_is_not_read_as_one_that_is_empty(client, cast):
    report = reported(cast.finance, 2021, whole(2021), status="draft")
    client.force_login(cast.clerk)
    data = table_as_workbook(blank_of(2021).table("4"), report.figures)

    sent = {"version": report.version, "workbook": SimpleUploadedFile("表.xlsx", data)}
    answer = client.post(address(report, "table-2"), sent)

    assert answer.status_code == 422
    assert "请下载本表填写" in unescape(answer.content.decode())
    report.refresh_from_db()
    assert report.figures == whole(2021)


def test_the_register_fills_the_tables_and_is_held_against_them(cast):
    applied(cast.finance, date(2021, 3, 1), category="business", code="open", answered=date(2021, 3, 20))
    applied(cast.finance, date(2020, 12, 25), code="not_held", answered=date(2021, 1, 5))
    applied(cast.finance, date(2021, 12, 30))
    applied(cast.town, date(2021, 5, 6))

    report = services.open_report(year=2021, unit=cast.finance, by=cast.clerk, at=AT.replace(year=2022))

    def at(row: str, column: str = "总计") -> object:
        return value_at(report.figures, ReportCell("3", row, column))

    assert [at(row) for row in ("一", "二", "三（一）", "三（四）1", "三（七）", "四")] == [2, 1, 1, 1, 2, 1]
    assert at("三（一）", "商业企业") == 1
    assert not [each for each in services.checks_of(report) if each.rule.startswith("登记簿")]
    put(report.figures, ReportCell("3", "一", "自然人"), 9)
    (found,) = [each for each in services.checks_of(report) if each.rule.startswith("登记簿")]
    assert (found.left, found.right) == (1, 9)


def command(*asked: str) -> str:
    out = StringIO()
    call_command("annual_report", *asked, stdout=out)
    return out.getvalue()


def test_the_command_counts_the_register_anew_as_long_as_the_report_is_a_draft(cast):
    """What a clerk opened a while ago says nothing about the requests that came since; and nothing of it is kept."""
    applied(cast.finance, date(2021, 3, 1))
    report = services.open_report(year=2021, unit=cast.finance, by=cast.clerk, at=AT.replace(year=2022))
    applied(cast.finance, date(2021, 4, 1))

    told = loads(command("2021", "--unit", cast.finance.code))

    assert told["tables"]["3"]["一"]["自然人"] == 2
    report.refresh_from_db()
    assert value_at(report.figures, ReportCell("3", "一", "自然人")) == 1


def test_the_command_tells_a_units_report_and_the_countys(cast):
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}))

    unit = loads(command("2021", "--unit", cast.finance.code))
    county = loads(command("2021"))

    assert unit["form"] == county["form"] == "C"
    assert unit["tables"]["3"]["一"]["总计"] == county["tables"]["3"]["一"]["总计"] == 3
    assert {each["ok"] for each in unit["checks"]} == {True}
    assert cast.town.short_name in county["missing"]


@pytest.mark.parametrize(
    ("asked", "sentence"), [(("2007",), "还没有施行"), (("2021", "--unit", "no-such"), "没有编码为")]
)
def test_what_the_command_cannot_tell_is_said(cast, asked, sentence):
    with pytest.raises(CommandError, match=sentence):
        command(*asked)


def test_the_command_writes_a_workbook(cast, tmp_path):
    reported(cast.finance, 2021, whole(2021))
    target = tmp_path / "年报.xlsx"

    command("2021", "--unit", cast.finance.code, "--format", "xlsx", "--output", str(target))

    assert load_workbook(target).sheetnames == ["表2", "表3", "表4", "正文", "核对"]
