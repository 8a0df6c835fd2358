"""Which columns hold something for the public (国办秘函〔2019〕19号: empty columns count against a site)."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from disclosure.models import CatalogueEntry, SitePage
from disclosure.site_columns.contents import LISTED, items_of
from disclosure.site_columns.texts import public_paragraphs

LEADS = {
    SitePage.Column.GUIDE: "公开范围、获取方式和工作机构的联系方式",
    SitePage.Column.RULES: "政府信息公开的法规、制度和办法",
    SitePage.Column.STATUTORY: "主动公开基本目录和各主题的信息",
    SitePage.Column.ANNUAL: "历年政府信息公开工作年度报告",
}
URL_NAMES = {column: f"disclosure:column-{column.value}" for column in SitePage.Column}


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column that holds something."""

    column: SitePage.Column

    @property
    def label(self) -> str:
        return self.column.label

    @property
    def lead(self) -> str:
        return LEADS[self.column]

    @property
    def url(self) -> str:
        return reverse(URL_NAMES[self.column])


def open_columns(*, at: datetime) -> list[OpenColumn]:
    """The columns with a text of their own or with items, in their order."""
    texts = dict(SitePage.objects.values_list("column", "body"))
    return [OpenColumn(column) for column in SitePage.Column if _is_open(column, texts.get(column, ""), at=at)]


def _is_open(column: SitePage.Column, body: str, *, at: datetime) -> bool:
    if column in LISTED:
        return items_of(column, at=at).exists()
    if column == SitePage.Column.STATUTORY:
        return CatalogueEntry.objects.exists()
    return bool(public_paragraphs(body))
