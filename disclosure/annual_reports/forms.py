"""The forms of a yearly report: one table, the text, the reason, the year; and the file of a past year."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from disclosure.annual_reports.blanks import BlankRow, BlankTable, ReportCell, blank_of
from disclosure.annual_reports.checks import likeness
from disclosure.annual_reports.figures import NotAFigure, read, value_at
from disclosure.annual_reports.workbook import Table, read_table
from disclosure.models import AnnualReport
from ninghai.calendar import clock
from ninghai.models import Unit

LONGEST_PART = 20_000  # characters


def _field_name(cell: ReportCell, table: BlankTable) -> str:
    return f"cell-{list(table.cells()).index(cell)}"


class FiguresForm(forms.Form):
    """A table as it is typed, or read from its workbook; what is left empty stays open, and an open sum is reckoned."""

    def __init__(self, data: Any, files: Any, *, table: BlankTable, report: AnnualReport) -> None:
        super().__init__(data, files)
        self.table = table
        self.use_required_attribute = False
        for cell in table.cells():
            shown = value_at(report.figures, cell)
            self.fields[_field_name(cell, table)] = forms.CharField(
                label=f"{cell.row} {cell.column}",
                required=False,
                max_length=20,
                initial="" if shown is None else str(shown),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6}),
            )
        self.fields["workbook"] = forms.FileField(
            label="从 Excel 读入本表", required=False, help_text="下载本表填好后上传；上传的数字代替上面填写的。"
        )

    @property
    def lines(self) -> list[tuple[BlankRow, list[tuple[str, BoundField | None]]]]:
        """The rows as they are drawn, None where a row has no such cell."""
        columns = self.table.columns
        return [
            (row, [(column, self._shown(row, column) if column in row.columns else None) for column in columns])
            for row in self.table.rows
        ]

    def _shown(self, row: BlankRow, column: str) -> BoundField:
        return self[_field_name(ReportCell(self.table.key, row.key, column), self.table)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        found: Table = {}
        if upload := given.get("workbook"):
            given["table"] = self._read(upload)
            return given
        for cell in self.table.cells():
            name = _field_name(cell, self.table)
            try:
                found.setdefault(cell.row, {})[cell.column] = read(given.get(name, ""), cell)
            except NotAFigure as wrong:
                self.add_error(name, f"“{cell.row}”“{cell.column}”：{wrong}")
        given["table"] = found
        return given

    def _read(self, upload: Any) -> Table:
        try:
            return read_table(upload, self.table)
        except ValidationError as refused:
            self.add_error("workbook", refused)
            return {}


class PartsForm(forms.Form):
    """The text, part by part, with last year's beside it."""

    def __init__(self, data: Any, *, report: AnnualReport, last: AnnualReport | None) -> None:
        super().__init__(data)
        self.report, self.last = report, last
        self.use_required_attribute = False
        for at, part in enumerate(blank_of(report.year).parts):
            self.fields[f"part-{at}"] = forms.CharField(
                label=part,
                required=False,
                max_length=LONGEST_PART,
                initial=report.texts.get(part, ""),
                widget=forms.Textarea(attrs={"rows": 10}),
                error_messages={"max_length": f"每一部分不超过{LONGEST_PART}字。"},
            )

    @property
    def lines(self) -> list[tuple[BoundField, str, int]]:
        """Each part with last year's words and how much of them stands here again, in per cent."""
        before = self.last.texts if self.last else {}
        return [
            (field, before.get(str(field.label), ""), likeness(field.value() or "", before.get(str(field.label), "")))
            for field in self
        ]

    @property
    def texts(self) -> dict[str, str]:
        parts = blank_of(self.report.year).parts
        return {part: self.cleaned_data[f"part-{at}"].strip() for at, part in enumerate(parts)}


class ExplanationForm(forms.Form):
    explanation = forms.CharField(
        label="数据不一致的原因",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="与上年报告、登记簿或者正文不一致的，写明原因；没有的留空。",
    )


class ReturnReportForm(forms.Form):
    reason = forms.CharField(
        label="退回理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明退回的理由。"},
    )


OF_COUNTY, OF_OFFICE = "county", "office"


class YearForm(forms.Form):
    whose = forms.ChoiceField(
        label="哪一份",
        choices=[(OF_COUNTY, "全县的报告（各单位之和）"), (OF_OFFICE, "县政府办公室自己的报告")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择哪一份。"},
    )
    year = forms.IntegerField(
        label="报告年度",
        min_value=2008,
        max_value=2099,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text="例如 2018；已经有的打开原来的。",
        error_messages={"required": "请填写报告年度。", "invalid": "请填写四位数的年份。"},
    )

    def __init__(self, data: Any, *, asks_whose: bool, whose: str = "") -> None:
        super().__init__(data, initial={"year": clock.today().year - 1, "whose": whose or OF_COUNTY})
        self.use_required_attribute = False
        if not asks_whose:
            del self.fields["whose"]


class PastReportForm(forms.Form):
    """A report that was made elsewhere, as a file."""

    unit = forms.ModelChoiceField(
        Unit.objects.order_by("position", "code"), label="单位", required=False, empty_label="全县（县政府的报告）"
    )
    year = forms.IntegerField(
        label="报告年度",
        min_value=2008,
        max_value=2099,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "请填写报告年度。", "invalid": "请填写四位数的年份。"},
    )
    file = forms.FileField(
        label="报告文件（Excel 或者 JSON）",
        help_text="按本平台导出的格式，不超过 2 MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.json"}),
        error_messages={"required": "请选择文件。"},
    )
