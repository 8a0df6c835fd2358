"""What a county's article page shows beside the text: where it stands, its facts, its files, the government page tags.

Source of the tags: 国办发〔2017〕47号《政府网站发展指引》附件, 网页标签规范.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from disclosure.models import Attachment, Item, VersionFile
from disclosure.states import DisclosureMethod, Validity
from disclosure.undisclosed import ground_words

COLUMN_TYPES = {
    Item.Kind.DOCUMENT: "政策文件",
    Item.Kind.INTERPRETATION: "政策解读",
    Item.Kind.ANNOUNCEMENT: "通知公告",
}


def published_moment(item: Item) -> datetime:
    """When it first became public: the portal's own stamp, or the day of then of what was taken over."""
    if item.published_at is None:
        raise ValueError("only published items have a page")
    return timezone.localtime(item.published_at)


def breadcrumb(item: Item) -> list[tuple[str, str]]:
    catalogue = reverse("disclosure:item-list")
    kind = f"{catalogue}?{urlencode({'kind': item.kind})}"
    return [
        ("首页", reverse("disclosure:home")),
        ("公开目录", catalogue),
        (item.get_kind_display(), kind),
        ("正文", ""),
    ]


def article_facts(item: Item) -> list[tuple[str, str]]:
    """What is known of it, in the order in which the county prints it; what was not given is left out."""
    facts = [
        ("索引号", item.index_number or ""),
        ("统一编号", item.unified_number),
        ("主题分类", item.topic.path if item.topic else ""),
        ("组配分类", item.get_category_display()),
        ("发文字号", item.document_number),
        ("发布机构", item.unit.name),
        ("公开事项", item.entry.shown_name if item.entry else ""),
        ("成文日期", _day(item.formed_date)),
        *_moments(item),
        ("时效", _validity(item)),
        ("施行日期", _day(item.effective_on)),
        ("有效期至", _day(item.expires_on)),
        ("废止日期", _day(item.repealed_on)),
        ("公开方式", item.get_method_display()),
        ("不主动公开的理由", ground_words(item, today=published_moment(item).date())),
        ("理由说明", item.method_explanation),
        ("下次评估日期", _day(item.next_review_date)),
        ("公开范围", item.audience if item.method == DisclosureMethod.PROACTIVE else ""),
    ]
    return [(term, str(value)) for term, value in facts if value]


def _validity(item: Item) -> str:
    """Of what was withdrawn and kept nobody says that it holds; that it has expired or was repealed stays true."""
    says_nothing = item.keeps_text and item.validity == Validity.IN_FORCE
    return "" if says_nothing or item.method != DisclosureMethod.PROACTIVE else item.get_validity_display()


def _moments(item: Item) -> Iterator[tuple[str, str]]:
    """When it became public, here and elsewhere, and when its text was changed last."""
    yield "发布日期", f"{published_moment(item):%Y-%m-%d}"
    if item.is_imported:
        yield "收录时间", f"{timezone.localtime(item.drafted_at):%Y-%m-%d %H:%M}"
    if item.updated_at:
        yield "更新时间", f"{timezone.localtime(item.updated_at):%Y-%m-%d %H:%M}"


def _day(day: date | None) -> str:
    return f"{day}" if day else ""


def article_meta(item: Item, *, url: str) -> list[tuple[str, str]]:
    """The page's government tags, one <meta> each."""
    column = item.get_kind_display()
    tags = [
        ("ColumnName", column),
        ("ColumnType", COLUMN_TYPES.get(Item.Kind(item.kind), "信息公开")),
        ("ArticleTitle", item.title),
        ("PubDate", f"{published_moment(item):%Y-%m-%d %H:%M}"),
        ("ContentSource", source_of(item)),
        ("Keywords", ",".join(filter(None, [item.topic.name if item.topic else "", column, item.unit.short_name]))),
        ("Description", item.summary or item.title),
        ("Author", item.unit.name),
        ("Url", url),
    ]
    return [(name, value) for name, value in tags if value]


def source_of(item: Item) -> str:
    return item.source or item.unit.name


def article_files(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The attachments as the list of files shows them."""
    return [
        {
            "label": attachment.label,
            "url": attachment.get_absolute_url(),
            "size": attachment.file.size,
            "note": f"类型：{file_type(attachment)}",
            "sha256": attachment.file.sha256,
        }
        for attachment in attachments
    ]


def version_files(files: Iterable[VersionFile]) -> list[dict[str, Any]]:
    """The files of an earlier version, at the same address as any attachment."""
    return [
        {
            "label": each.label,
            "url": reverse("disclosure:attachment", args=[each.file_id]),
            "size": each.file.size,
            "sha256": each.file.sha256,
        }
        for each in files
    ]


def file_type(attachment: Attachment) -> str:
    """What the reader calls the kind of file: its extension in capitals."""
    _, dot, extension = attachment.file.original_name.rpartition(".")
    return extension.upper() if dot else "文件"
