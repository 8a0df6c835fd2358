"""The basic catalogue for everybody: the last edition, earlier ones, their files. What has no edition is not public."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from disclosure.basic_catalogue import entry_rows, public_duties
from disclosure.basic_catalogue.services import KINDS, EntryChange, summary
from disclosure.basic_catalogue.workbook.writing import write_catalogue
from disclosure.models import BasicCatalogue, CatalogueEdition, Channel, Item
from ninghai.calendar import clock
from ninghai.files import file_response
from ninghai.files.workbooks.writing import CSV, XLSX, as_csv
from ninghai.web.http import Trail, trail_from_home
from ninghai.web.public_pages.revision import RevisionCache, revision_of
from ninghai.web.rate_limit import limited

# An edition as a file to take along: the table that counties print (.xlsx), plain rows (.csv), data (.json).

OWN = ("rhythm", "units")  # the office's own columns that are always given away


def title_of(edition: CatalogueEdition) -> str:
    return f"{edition.catalogue.name}（第{edition.number}版）"


def edition_as_xlsx(edition: CatalogueEdition) -> bytes:
    shown = entry_rows.shown_columns(edition.catalogue)
    more = [entry_rows.BY_KEY[key] for key in OWN if entry_rows.BY_KEY[key] not in shown]
    return write_catalogue(public_duties.rows_in(edition), title=title_of(edition), columns=[*shown, *more])


def edition_as_csv(edition: CatalogueEdition) -> str:
    """A row for each duty and heading, with the names above it."""
    return "".join(as_csv(_csv_rows(public_duties.rows_in(edition))))


def _csv_rows(rows: list[entry_rows.CatalogueRow]) -> Iterator[list[str]]:
    yield ["编码", "上级编码", "层次", *entry_rows.COMPARED]
    for duty in public_duties.duties_of(rows, {}):
        row = duty.row
        yield [row["code"], row["parent"], str(duty.depth + 1), *(text(row) for text in entry_rows.COMPARED.values())]


def edition_as_json(edition: CatalogueEdition) -> str:
    """The rows with values that programs can use, and the words that are printed for them."""
    data = {
        "catalogue": {"code": edition.catalogue.code, "name": edition.catalogue.name},
        "edition": edition.number,
        "published_at": timezone.localtime(edition.published_at).isoformat(),
        "explanation": edition.explanation,
        "note": edition.note,
        "changes": edition.changes,
        "entries": [_as_data(row) for row in public_duties.rows_in(edition)],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _as_data(row: entry_rows.CatalogueRow) -> dict[str, Any]:
    rule = entry_rows.rule_of(row)
    counted = {"amount": rule.amount, "unit": rule.unit, "event": rule.event} if rule.amount else None
    yearly = {"month": rule.month, "day": rule.day} if rule.month else None
    return {
        "code": row["code"],
        "parent": row["parent"] or None,
        "name": row["name"],
        "content_elements": row["content_elements"],
        "legal_basis": row["legal_basis"],
        "time_limit": row["time_limit"],
        "limit": counted or yearly,
        "rhythm": {"value": row["rhythm"], "label": entry_rows.rhythm_text(row)},
        "publisher": row["publisher"],
        "units": row["units"],
        "channels": [{"value": each.value, "label": str(each.label)} for each in Channel if each in row["channels"]],
        "audience": entry_rows.audience_text(row),
        "method": entry_rows.method_text(row),
        "levels": entry_rows.levels_text(row),
        "duration": row["duration"],
        "site_column": row["site_column"],
        "printed": {
            "units": entry_rows.units_text(row),
            "channels": entry_rows.ticked_channels(row),
            "limit": str(rule),
        },
    }


BOOKLET = "pdf"
JSON = "application/json; charset=utf-8"
FILES: Mapping[str, tuple[str, Callable[[CatalogueEdition], str | bytes]]] = {
    "xlsx": (XLSX, edition_as_xlsx),
    "csv": (CSV, edition_as_csv),
    "json": (JSON, edition_as_json),
}

_counts: RevisionCache[Mapping[str, int]] = RevisionCache()


class DutyFilter(forms.Form):
    """What narrows the tree; broken values narrow nothing and are told."""

    q = forms.CharField(label="检索词", max_length=public_duties.LONGEST_WORDS, required=False)
    unit = forms.ChoiceField(label="责任单位", required=False)
    level = forms.ChoiceField(label="公开层级", required=False, choices=[("", "全部层级"), *public_duties.LEVELS])

    def __init__(self, data: QueryDict, *, rows: list[entry_rows.CatalogueRow]) -> None:
        super().__init__(data)
        self.fields["unit"].choices = [("", "全部单位"), *public_duties.owing_units(rows)]  # type: ignore[attr-defined]
        self.fields["q"].widget.input_type = "search"

    @property
    def wanted(self) -> public_duties.WantedDuties:
        if not self.is_valid():
            return public_duties.WantedDuties()
        typed = self.cleaned_data
        return public_duties.WantedDuties(words=tuple(typed["q"].split()), unit=typed["unit"], level=typed["level"])


@login_not_required
@require_safe
def basic_catalogue(request: HttpRequest, code: str = "", number: int | None = None) -> HttpResponse:
    """`/catalogue/basic/`: the county's catalogue; below it one page for each catalogue and each edition."""
    public = list(BasicCatalogue.objects.filter(editions__isnull=False).distinct().order_by("position", "code"))
    catalogue = next((each for each in public if each.code == code or not code), None)
    if catalogue is None and code:
        raise Http404("没有这个目录，或者它还没有发布。")
    if catalogue is None:
        return render(
            request, "disclosure/basic_catalogue.html", {"catalogue": None, "trail": _trail("主动公开基本目录")}
        )
    return render(request, "disclosure/basic_catalogue.html", _context(request, public, catalogue, number))


def _trail(name: str) -> Trail:
    return trail_from_home(("公开目录", reverse("disclosure:item-list")), (name, ""))


def _context(
    request: HttpRequest, public: list[BasicCatalogue], catalogue: BasicCatalogue, number: int | None
) -> dict[str, object]:
    editions = list(catalogue.editions.defer("rows").select_related("catalogue").order_by("-number"))
    edition = next(
        (each for each in editions if each.number == (editions[0].number if number is None else number)), None
    )
    if edition is None:
        raise Http404("这个目录没有这一版。")
    rows = public_duties.rows_in(edition)
    form = DutyFilter(request.GET, rows=rows)
    duties = public_duties.duties_of(rows, _counts_of(request, catalogue))
    return {
        "catalogue": catalogue,
        "trail": _trail(catalogue.name),
        "others": [each for each in public if each != catalogue],
        "edition": edition,
        "last": editions[0],
        "form": form,
        "is_narrowed": bool(form.errors or form.wanted.unit or form.wanted.level),
        "duties": public_duties.narrowed(duties, form.wanted),
        "total": sum(not duty.is_heading for duty in duties),
        "history": [(each, summary(each.changes), _with_kinds(each.changes)) for each in editions],
    }


def _counts_of(request: HttpRequest, catalogue: BasicCatalogue) -> Mapping[str, int]:
    """How much is public under each duty: counted once for the day, whatever the page is narrowed by."""
    now, revision = clock.now(), revision_of(request)
    key = (timezone.localdate(now), catalogue.pk)
    return _counts.get(
        key, lambda: public_duties.published_counts(Item.objects.published(now), catalogue), revision=revision
    )


def _with_kinds(changes: list[EntryChange]) -> list[tuple[str, EntryChange]]:
    return [(KINDS[change["kind"]], change) for change in changes]


@login_not_required
@require_safe
@limited("export")
def download(request: HttpRequest, code: str, number: int, ending: str) -> HttpResponseBase:
    """An edition as a file; the booklet once it is there."""
    editions = CatalogueEdition.objects.select_related("catalogue", "booklet")
    edition = get_object_or_404(editions, catalogue__code=code, number=number)
    if ending == BOOKLET and edition.booklet:
        return file_response(edition.booklet)
    if ending not in FILES:
        raise Http404("目录手册正在制作，请稍后再试；也可以先下载 Excel 文件。")
    media_type, made = FILES[ending]
    response = HttpResponse(made(edition), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{title_of(edition)}.{ending}") or "attachment"
    return response
