"""Attachments in one archive (附件打包), of an item or of a filtered list: how many there would be, what is too much, the archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.db.models import Count, Sum
from django.http import HttpResponseBase
from django.template.defaultfilters import filesizeformat

from disclosure.catalogue.item_page import published_moment
from disclosure.models import Attachment
from disclosure.models.item import ItemQuerySet
from ninghai.files.response import UniqueNames, archive_response, safe_name
from ninghai.files.workbooks.writing import as_csv

MOST_FILES = 1000
MOST_BYTES = 1024**3
LONGEST_FOLDER = 40  # characters
LIST = "附件清单.csv"
ATTACHMENT_HEADS = [
    "序号",
    "文件",
    "附件名称",
    "索引号",
    "信息名称",
    "发布机构",
    "发布日期",
    "大小（字节）",
    "SHA-256",
    "网址",
]


class CannotPack(Exception):
    """Why there is no archive, in a sentence for the visitor."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NothingToPack(CannotPack):
    status = HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Packed:
    """An attachment under its name in the archive."""

    name: str
    attachment: Attachment


def fits(*, files: int, size: int) -> bool:
    """Whether so many files of so many bytes come in one archive: only then it is offered."""
    return 0 < files <= MOST_FILES and size <= MOST_BYTES


def come_in_one_archive(attachments: Sequence[Attachment]) -> bool:
    return fits(files=len(attachments), size=sum(each.file.size for each in attachments))


def number_to_pack(items: ItemQuerySet) -> int:
    """How many files an archive of these items would hold; 0 where there would be none. Looks at one more than fits."""
    files = Attachment.objects.filter(item__in=items.order_by()).order_by().values("file__size")[: MOST_FILES + 1]
    counted = files.aggregate(files=Count("*"), size=Sum("file__size", default=0))
    return counted["files"] if fits(**counted) else 0


def pack(items: ItemQuerySet, *, in_folders: bool) -> list[Packed]:
    """The attachments of the items, newest item first; each item's in a folder of its own, if wanted. Raises CannotPack."""
    attachments = list(
        Attachment.objects.filter(item__in=items)
        .select_related("item__unit", "file")
        .defer("text", "item__body", "item__title_vector", "item__text_vector", "item__search_text")
        .order_by("-item__published_at", "-item", "position", "pk")[: MOST_FILES + 1]
    )
    refuse_too_much(attachments)
    folders = _folders(attachments) if in_folders else {}
    names = UniqueNames()
    names.take(LIST)
    return [
        Packed(names.take(folders.get(each.item_id, "") + safe_name(each.public_name)), each) for each in attachments
    ]


def _folders(attachments: Sequence[Attachment]) -> dict[int, str]:
    """A folder for each item, named by its title."""
    names, items = UniqueNames(), {each.item_id: each.item for each in attachments}
    return {pk: names.take(safe_name(item.title, longest=LONGEST_FOLDER)) + "/" for pk, item in items.items()}


def refuse_too_much(attachments: Sequence[Attachment]) -> None:
    if not attachments:
        raise NothingToPack("符合条件的信息没有附件，不需要打包下载。")
    if len(attachments) > MOST_FILES:
        raise CannotPack(
            f"符合条件的附件超过 {MOST_FILES:,} 个，一次最多打包 {MOST_FILES:,} 个。"
            "请增加筛选条件（如发布机构、发布年份）后分批下载。"
        )
    size = sum(each.file.size for each in attachments)
    if size > MOST_BYTES:
        raise CannotPack(
            f"符合条件的附件共 {filesizeformat(size)}，一次最多打包 {filesizeformat(MOST_BYTES)}。"
            "请增加筛选条件（如发布机构、发布年份）后分批下载，或到各条信息的页面单独下载。"
        )


def archive_of(packed: Sequence[Packed], *, name: str, site: str) -> HttpResponseBase:
    """The archive as a download, with a list of what lies in it."""
    listed = "".join(as_csv(_index(packed, site=site))).encode()
    files = [(one.name, one.attachment.file) for one in packed]
    return archive_response(files=files, listed={LIST: listed}, name=name)


def _index(packed: Sequence[Packed], *, site: str) -> Iterator[list[str]]:
    """What lies in the archive and where it is from."""
    yield ATTACHMENT_HEADS
    for number, one in enumerate(packed, start=1):
        item, file = one.attachment.item, one.attachment.file
        yield [
            str(number),
            one.name,
            one.attachment.label,
            item.index_number or "",
            item.title,
            item.unit.name,
            f"{published_moment(item):%Y-%m-%d}",
            str(file.size),
            file.sha256,
            site + item.get_absolute_url(),
        ]
