"""What leaves the catalogue as a file: an item's attachments, the filtered list."""

import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from disclosure.archives import CannotPack, archive_of, pack
from disclosure.exports.writing import csv_file, json_file, xlsx_file
from disclosure.filters import CatalogueFilter
from disclosure.models import Attachment, Item, VersionFile
from disclosure.models.item import ItemQuerySet
from disclosure.versions import readable_files
from ninghai import clock
from ninghai.accounts.gate import duty_of
from ninghai.files import file_response, private_file_response
from ninghai.http import site_of
from ninghai.models import PublicCopy, User
from ninghai.quick_reads import takes_long
from ninghai.rate_limit import limited
from ninghai.spreadsheets import CSV, XLSX


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
    catalogue = CatalogueFilter(request.GET, queryset=Item.objects.published(now), at=now)
    if wanted not in FILES or not catalogue.is_valid():
        return refused(request, "下载格式或筛选条件无法识别。请回到公开目录重新选择。", status=HTTPStatus.BAD_REQUEST)
    write, content_type = FILES[wanted]
    rows = write(catalogue.found().keys(), at=now, site=site_of(request))
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
    catalogue = CatalogueFilter(request.GET, queryset=Item.objects.published(now), at=now)
    if not catalogue.is_valid():
        return refused(request, "筛选条件无法识别。请回到公开目录重新选择。", status=HTTPStatus.BAD_REQUEST)
    back = f"{reverse('disclosure:item-list')}?{catalogue.params.urlencode()}"
    if not (catalogue.words or catalogue.is_narrowed):
        return refused(request, EVERYTHING, status=HTTPStatus.UNPROCESSABLE_ENTITY, back=back)
    return archive(request, catalogue.found().matching, name="公开目录附件", in_folders=True, back=back)


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
    context = {"reason": reason, "back": back or reverse("disclosure:item-list")}
    return render(request, "disclosure/download_refused.html", context, status=status)
