"""What leaves the catalogue as a file: an item's attachments, one by one or in one archive (附件打包), and the filtered list."""

import json
import uuid
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import chain
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from disclosure.catalogue.archives import CannotPack, archive_of, pack
from disclosure.catalogue.query import CatalogueQuery
from disclosure.catalogue.rows import address_in
from disclosure.catalogue.versions import readable_files
from disclosure.models import Attachment, CatalogueEntry, Item, Topic, VersionFile
from disclosure.models.basic_catalogue import PUBLIC_NAME
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import DisclosureMethod, Validity
from ninghai.accounts.required_actions import duty_of
from ninghai.calendar import clock
from ninghai.files import file_response, private_file_response
from ninghai.files.workbooks.writing import CSV, XLSX, as_csv, streamed_workbook
from ninghai.models import PublicCopy, Unit, User
from ninghai.operations.database.connections import give_back_connection
from ninghai.operations.database.queries import Among
from ninghai.web.http import site_of, trail_from_home
from ninghai.web.quick_reads import takes_long
from ninghai.web.rate_limit import limited

# The filtered list as a file (下载): CSV for Excel, XLSX, JSON; of a million rows as of ten, in the same memory.
# Its rows are plain values instead of model instances, which would cost more than all the rest.

PIECE = 2000  # rows read at once
COLUMNS = {
    "index_number": "索引号",
    "title": "名称",
    "document_number": "发文字号",
    "unit": "发布机构",
    "kind": "信息类型",
    "topic": "主题分类",
    "entry": "公开事项",
    "formed_date": "成文日期",
    "published_date": "发布日期",
    "validity": "时效",
    "method": "公开方式",
    "source": "来源",
    "summary": "内容概述",
    "url": "网址",
}
Row = tuple[str, ...]  # one text for each column


class Plain(NamedTuple):
    """What is read of an item; days are written by the database, which is cheaper."""

    pk: int
    index_number: str
    title: str
    document_number: str
    unit_id: int
    kind: str
    topic_id: int | None
    entry_id: int | None
    formed_day: str
    published_day: str
    validity: str
    method: str
    source: str
    summary: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers and codes in an item's row stand for, and where the portal is."""

    units: dict[int, str]
    topics: dict[int | None, str]
    entries: dict[int | None, str]
    site: str  # "https://…"

    @classmethod
    def read(cls, *, site: str) -> "Names":
        return cls(
            units=dict(Unit.objects.values_list("pk", "name")),
            topics=dict(Topic.objects.values_list("pk", "path")),
            entries=dict(CatalogueEntry.objects.values_list("pk", PUBLIC_NAME)),
            site=site,
        )

    def row(self, item: Plain) -> Row:
        return (
            item.index_number,
            item.title,
            item.document_number,
            self.units[item.unit_id],
            KINDS[item.kind],
            self.topics.get(item.topic_id, ""),
            self.entries.get(item.entry_id, ""),
            item.formed_day,
            item.published_day,
            VALIDITIES[item.validity],
            METHODS[item.method],
            item.source,
            item.summary,
            self.site + address_in(item.index_number),
        )


KINDS, VALIDITIES, METHODS = dict(Item.Kind.choices), dict(Validity.choices), dict(DisclosureMethod.choices)
DAYS = {
    "formed_day": Coalesce(Cast("formed_date", CharField()), Value("")),
    # on which it first became public, here or elsewhere
    "published_day": Cast(TruncDate("published_at"), CharField()),
}


def read_rows(keys: "array[int]", *, at: datetime, site: str) -> Iterator[list[Row]]:
    """The rows in pieces, in the order of the keys; what was withdrawn in the meantime is left out.

    Between two pieces the connection goes back to the pool: a reader on a slow line holds none.
    """
    names = Names.read(site=site)
    for start in range(0, len(keys), PIECE):
        wanted = keys[start : start + PIECE].tolist()
        found = Item.objects.published(at).filter(Among(F("pk"), wanted)).order_by()
        rows = {row[0]: names.row(Plain(*row)) for row in found.annotate(**DAYS).values_list(*Plain._fields)}
        give_back_connection()
        yield [rows[key] for key in wanted if key in rows]


# Rows as a file in pieces, to be sent as they come.

HEADS = list(COLUMNS.values())
WIDTHS = [24, 60, 22, 28, 12, 28, 28, 12, 12, 8, 12, 24, 60, 40]


def csv_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[str]:
    rows = chain.from_iterable(read_rows(keys, at=at, site=site))
    return as_csv(chain([HEADS], rows))


def json_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[str]:
    """A list of objects, keyed in English, with the texts as they are."""
    between = "[\n"
    for rows in read_rows(keys, at=at, site=site):
        records = (json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows)
        if piece := ",\n".join(records):
            yield between + piece
            between = ",\n"
    yield "\n]\n" if between == ",\n" else "[]\n"


def xlsx_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[bytes]:
    """A workbook; what is longer than a sheet goes on in the next."""
    rows = read_rows(keys, at=at, site=site)
    return streamed_workbook(rows, count=len(keys), title="公开目录", heads=HEADS, widths=WIDTHS)


# The views


@login_not_required
@require_safe
def attachment(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """A file of a published item or of its earlier versions, for everybody; of another item, for the staff who see that item."""
    found: Attachment | VersionFile | None
    for items, reader in readable_items(request):
        found = Attachment.objects.filter(item__in=items, file_id=file_id).select_related("file").first()
        found = found or readable_files(items).filter(file_id=file_id).select_related("file").first()
        if found and reader:
            return private_file_response(found.file, of=found, by=reader, at=clock.now())
        if found:
            return file_response(found.file, name=found.public_name)
        if moved := _copy_instead_of(file_id, items):
            return redirect(reverse("disclosure:attachment", args=[moved]), permanent=True)
    raise Http404("没有这个附件，或附件所属的信息没有公开。")


def _copy_instead_of(file_id: uuid.UUID, items: ItemQuerySet) -> uuid.UUID | None:
    """The copy that has taken the place of a file which was public before there were copies: old links still lead somewhere."""
    copies = PublicCopy.objects.filter(original=file_id, was_public=True).values("copy")
    found = Attachment.objects.filter(item__in=items, file__in=copies).first()
    earlier = found or readable_files(items).filter(file__in=copies).first()
    return earlier.file_id if earlier else None


def readable_items(request: HttpRequest) -> list[tuple[ItemQuerySet, User | None]]:
    """The items that this person may read: first as anybody, then as this member of the staff, whose own password and
    second factor come before that here too."""
    readable: list[tuple[ItemQuerySet, User | None]] = [
        (Item.objects.published(clock.now()), None),
        (Item.objects.kept(), None),
    ]
    if isinstance(request.user, User) and duty_of(request, request.user) is None:
        readable.append((Item.objects.visible_to(request.user), request.user))
    return readable


FILES: dict[str, tuple[Callable[..., Iterator[str] | Iterator[bytes]], str]] = {
    "csv": (csv_file, CSV),
    "xlsx": (xlsx_file, XLSX),
    "json": (json_file, "application/json; charset=utf-8"),
}


@takes_long
@login_not_required
@require_safe
@limited("export")
def export(request: HttpRequest) -> HttpResponseBase:
    """`/catalogue/export/?format=csv|xlsx|json`: all rows of the list as it is filtered, sent while they are read."""
    now = clock.now()
    wanted = request.GET.get("format", "csv")
    catalogue = CatalogueQuery(request.GET, at=now)
    if wanted not in FILES:
        reason = "下载格式无法识别，可以下载 Excel、CSV、JSON。请回到公开目录重新选择。"
        return refused(request, reason, status=HTTPStatus.BAD_REQUEST)
    if mistake := catalogue.mistake:
        return refused(request, mistake, status=HTTPStatus.BAD_REQUEST)
    write, content_type = FILES[wanted]
    rows = write(catalogue.listing().keys(), at=now, site=site_of(request))
    response = StreamingHttpResponse(rows, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"公开目录-{clock.today():%Y%m%d}.{wanted}")
    return response


EVERYTHING = "附件要按条件打包。请先在公开目录查找，或者选择发布机构、发布年份等条件，再点“附件”。"


@takes_long
@login_not_required
@require_safe
@limited("export")
def list_attachments(request: HttpRequest) -> HttpResponseBase:
    """`/catalogue/attachments/`: the attachments of the list as it is filtered, in one archive."""
    now = clock.now()
    catalogue = CatalogueQuery(request.GET, at=now)
    if mistake := catalogue.mistake:
        return refused(request, mistake, status=HTTPStatus.BAD_REQUEST)
    back = f"{reverse('disclosure:item-list')}?{catalogue.params.urlencode()}"
    if not (catalogue.words or catalogue.is_narrowed):
        return refused(request, EVERYTHING, status=HTTPStatus.UNPROCESSABLE_ENTITY, back=back)
    return archive(request, catalogue.listing().matching, name="公开目录附件", in_folders=True, back=back)


@login_not_required
@require_safe
@limited("export")
def item_attachments(request: HttpRequest, index_number: str) -> HttpResponseBase:
    """`/catalogue/attachments/<index number>/`: all attachments of one published item."""
    items = Item.objects.published(clock.now()).filter(index_number=index_number)
    item = items.only("title", "index_number").first()
    if item is None:
        raise Http404("没有这个索引号的公开信息，或这条信息已经撤回。")
    return archive(request, items, name=item.title, in_folders=False, back=item.get_absolute_url())


def archive(request: HttpRequest, items: ItemQuerySet, *, name: str, in_folders: bool, back: str) -> HttpResponseBase:
    try:
        packed = pack(items, in_folders=in_folders)
    except CannotPack as reason:
        return refused(request, str(reason), status=reason.status, back=back)
    return archive_of(packed, name=f"{name}-{clock.today():%Y%m%d}", site=site_of(request))


def refused(request: HttpRequest, reason: str, *, status: HTTPStatus, back: str = "") -> HttpResponse:
    catalogue = reverse("disclosure:item-list")
    trail = trail_from_home(("公开目录", catalogue), ("不能下载", ""))
    context = {"reason": reason, "back": back or catalogue, "trail": trail}
    return render(request, "disclosure/download_refused.html", context, status=status)
