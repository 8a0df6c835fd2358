"""What a county's article page shows beside the text: where it stands, its facts, its files, the government page tags.

Source of the tags: 国办发〔2017〕47号《政府网站发展指引》附件, 网页标签规范.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from disclosure.models import Attachment, Item

COLUMN_TYPES = {
    Item.Kind.DOCUMENT: "政策文件",
    Item.Kind.INTERPRETATION: "政策解读",
    Item.Kind.ANNOUNCEMENT: "通知公告",
}


def published_moment(item: Item) -> datetime:
    """When it first became public: elsewhere, if it was taken over from there, else the portal's own stamp."""
    if item.original_published_on:
        return datetime.combine(item.original_published_on, time.min, tzinfo=timezone.get_current_timezone())
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
        ("主题分类", item.topic.path if item.topic else ""),
        ("发文字号", item.document_number),
        ("发布机构", item.unit.name),
        ("公开事项", item.entry.name if item.entry else ""),
        ("成文日期", f"{item.formed_date}" if item.formed_date else ""),
        ("发布日期", f"{published_moment(item):%Y-%m-%d}"),
        ("时效", item.get_validity_display()),
        ("公开方式", item.get_method_display()),
    ]
    if item.was_published_before and item.published_at:
        facts.insert(7, ("收录时间", f"{timezone.localtime(item.published_at):%Y-%m-%d %H:%M}"))
    return [(term, value) for term, value in facts if value]


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


def file_type(attachment: Attachment) -> str:
    """What the reader calls the kind of file: its extension in capitals."""
    _, dot, extension = attachment.file.original_name.rpartition(".")
    return extension.upper() if dot else "文件"
