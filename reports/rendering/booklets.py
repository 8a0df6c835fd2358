"""The booklet (目录手册) of an edition of a basic catalogue, as it is typeset: the edition is the frozen data."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from disclosure.basic_catalogue import entry_rows
from disclosure.basic_catalogue.reading import PublicDuty, duties_of, rows_in
from disclosure.basic_catalogue.services import KINDS, EntryChange
from disclosure.models import CatalogueEdition
from ninghai.calendar.clock import end_of
from reports.letters.notation import quoted
from reports.pdf.booklet import Booklet, BookletRow


def booklet_of(edition: CatalogueEdition, *, is_draft: bool = False) -> Booklet:
    """The edition as it is typeset."""
    duties = duties_of(rows_in(edition), {})
    return Booklet(
        title=_title(edition),
        edition=edition.number,
        issuer=settings.OFFICE_NAME,
        published_on=timezone.localtime(edition.published_at).date().isoformat(),
        explanation=[line.strip() for line in edition.explanation.splitlines() if line.strip()],
        note=edition.note,
        changes=[_sentence(change) for change in edition.changes],
        rows=[_row(duty) for duty in duties],
        data=_data(duties),
        demo=settings.DEMO,
        draft=is_draft,
    )


def _title(edition: CatalogueEdition) -> str:
    """Whose catalogue it is stands on the cover, whether or not its name begins with the county."""
    name = edition.catalogue.name
    return name if settings.COUNTY_NAME in name else f"{settings.COUNTY_NAME}{name}"


def _row(duty: PublicDuty) -> BookletRow:
    row = duty.row
    units = entry_rows.units_text(row)
    return BookletRow(
        depth=duty.depth,
        is_heading=duty.is_heading,
        name=row["name"],
        content=row["content_elements"],
        basis=row["legal_basis"],
        limit=row["time_limit"],
        rhythm="" if duty.is_heading else entry_rows.rhythm_text(row),
        publisher=row["publisher"] or units,
        channels=entry_rows.channels_text(row).splitlines(),
        audience=entry_rows.audience_text(row),
        method=entry_rows.method_text(row),
        levels=entry_rows.levels_text(row),
    )


def _data(duties: list[PublicDuty]) -> list[list[str]]:
    """What travels inside the PDF: every column in full."""
    head = ["编码", "上级编码", *entry_rows.COMPARED]
    return [
        head,
        *([d.row["code"], d.row["parent"], *(text(d.row) for text in entry_rows.COMPARED.values())] for d in duties),
    ]


def _sentence(change: EntryChange) -> str:
    changed = "；".join(
        f"{each['label']}由{quoted(each['old'])}改为{quoted(each['new'])}" for each in change["columns"]
    )
    return f"{KINDS[change['kind']]}{quoted(change['name'])}{f'：{changed}' if changed else ''}。"


def edition_in_force(*, code: str, on: date) -> CatalogueEdition | None:
    """The last edition that was public at the end of that day."""
    editions = CatalogueEdition.objects.filter(catalogue__code=code, published_at__lt=end_of(on))
    return editions.select_related("catalogue").order_by("-number").first()
