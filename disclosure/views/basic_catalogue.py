"""The basic catalogue for everybody: the last edition, earlier ones, their files. What has no edition is not public."""

from collections.abc import Callable, Mapping

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from disclosure.basic_catalogue.changes import KINDS, Change, summary
from disclosure.basic_catalogue.files import edition_as_csv, edition_as_json, edition_as_xlsx, title_of
from disclosure.basic_catalogue.reading import (
    LEVELS,
    LONGEST_WORDS,
    Wanted,
    duties_of,
    narrowed,
    owing_units,
    published_counts,
    rows_in,
)
from disclosure.basic_catalogue.rows import Row
from disclosure.models import BasicCatalogue, CatalogueEdition, Item
from ninghai import clock
from ninghai.files import file_response
from ninghai.public_pages.kept import KeptPerRevision
from ninghai.public_pages.revision import revision_of
from ninghai.rate_limit import limited
from ninghai.spreadsheets import CSV, XLSX

BOOKLET = "pdf"
JSON = "application/json; charset=utf-8"
FILES: Mapping[str, tuple[str, Callable[[CatalogueEdition], str | bytes]]] = {
    "xlsx": (XLSX, edition_as_xlsx),
    "csv": (CSV, edition_as_csv),
    "json": (JSON, edition_as_json),
}

_counts: KeptPerRevision[Mapping[str, int]] = KeptPerRevision()


class DutyFilter(forms.Form):
    """What narrows the tree; broken values narrow nothing and are told."""

    q = forms.CharField(label="检索词", max_length=LONGEST_WORDS, required=False)
    unit = forms.ChoiceField(label="责任单位", required=False)
    level = forms.ChoiceField(label="公开层级", required=False, choices=[("", "全部层级"), *LEVELS])

    def __init__(self, data: QueryDict, *, rows: list[Row]) -> None:
        super().__init__(data)
        self.fields["unit"].choices = [("", "全部单位"), *owing_units(rows)]  # type: ignore[attr-defined]
        self.fields["q"].widget.input_type = "search"

    @property
    def wanted(self) -> Wanted:
        if not self.is_valid():
            return Wanted()
        told = self.cleaned_data
        return Wanted(words=tuple(told["q"].split()), unit=told["unit"], level=told["level"])


@login_not_required
@require_safe
def basic_catalogue(request: HttpRequest, code: str = "", number: int | None = None) -> HttpResponse:
    """`/catalogue/basic/`: the county's catalogue; below it one page for each catalogue and each edition."""
    public = list(BasicCatalogue.objects.filter(editions__isnull=False).distinct().order_by("position", "code"))
    catalogue = next((each for each in public if each.code == code or not code), None)
    if catalogue is None and code:
        raise Http404("没有这个目录，或者它还没有发布。")
    if catalogue is None:
        return render(request, "disclosure/basic_catalogue.html", {"catalogue": None})
    return render(request, "disclosure/basic_catalogue.html", _context(request, public, catalogue, number))


def _context(
    request: HttpRequest, public: list[BasicCatalogue], catalogue: BasicCatalogue, number: int | None
) -> dict[str, object]:
    editions = list(catalogue.editions.defer("rows").select_related("catalogue").order_by("-number"))
    edition = next(
        (each for each in editions if each.number == (editions[0].number if number is None else number)), None
    )
    if edition is None:
        raise Http404("这个目录没有这一版。")
    rows = rows_in(edition)
    form = DutyFilter(request.GET, rows=rows)
    duties = duties_of(rows, _counts_of(request, catalogue))
    return {
        "catalogue": catalogue,
        "others": [each for each in public if each != catalogue],
        "edition": edition,
        "last": editions[0],
        "form": form,
        "is_narrowed": bool(form.errors or form.wanted.unit or form.wanted.level),
        "duties": narrowed(duties, form.wanted),
        "total": sum(not duty.is_heading for duty in duties),
        "history": [(each, summary(each.changes), _told(each.changes)) for each in editions],
    }


def _counts_of(request: HttpRequest, catalogue: BasicCatalogue) -> Mapping[str, int]:
    """How much is public under each duty: counted once for the day, whatever the page is narrowed by."""
    now, revision = clock.now(), revision_of(request)
    key = (timezone.localdate(now), catalogue.pk)
    return _counts.get(key, lambda: published_counts(Item.objects.published(now), catalogue), revision=revision)


def _told(changes: list[Change]) -> list[tuple[str, Change]]:
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
