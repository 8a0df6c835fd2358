"""An answer as people read it on a day: with the fields of its source as they hold then, the version by name, and what is to be known.

Records come from `KnowledgeQuerySet.with_source` of that day.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from disclosure.models import GuideVersion, Item, Knowledge, Service
from disclosure.service_guides.content import BY_NAME, FIELDS, MATERIALS, as_typed
from disclosure.service_guides.shown import checklist

ITEM_FIELDS = {
    "发文字号": "document_number",
    "成文日期": "formed_date",
    "施行日期": "effective_on",
    "有效截止": "expires_on",
    "内容概述": "summary",
}
CHECKED = "正在核对，请以负责单位的答复为准。"
DOUBTED, OVERDUE = f"这条解答{CHECKED}", f"这条解答过了复核日期，{CHECKED}"
SINCE = f"来源在核对以后有了新的版本，这条解答{CHECKED}引用的栏目已经是现行的内容。"
PAST, GONE = "这条解答已经过了有效期，不再显示。", "这条解答的来源已经取消、撤回或者失效，正在核对，暂不显示。"


@dataclass(slots=True)
class ShownAnswer:
    """`notice` says that it is being checked; with `closed` nothing of it is shown but why."""

    knowledge: Knowledge
    fields: list[tuple[str, str]] = field(default_factory=list)  # of its source: name and text
    source: str = ""  # with its version
    source_url: str = ""
    notice: str = ""
    closed: str = ""


def shown_answer(knowledge: Knowledge, *, on: date) -> ShownAnswer:
    shown = ShownAnswer(knowledge, source=knowledge.source_words)
    if knowledge.service is not None:
        _show_guide(shown, knowledge.service, on=on)
    if knowledge.item is not None:
        _show_item(shown, knowledge.item)
    if knowledge.is_published:
        shown.closed, shown.notice = closed_words(knowledge, on=on), notice_words(knowledge, on=on)
    return shown


def closed_words(knowledge: Knowledge, *, on: date) -> str:
    """Why it is not shown on that day; empty where it is."""
    if knowledge.source_now is None:
        return GONE
    return PAST if knowledge.valid_until and knowledge.valid_until < on else ""


def notice_words(knowledge: Knowledge, *, on: date) -> str:
    """Why it is being checked; empty where it is not."""
    if knowledge.doubt:
        return DOUBTED
    if knowledge.source_now != knowledge.source_version:
        return SINCE
    return OVERDUE if knowledge.review_by and knowledge.review_by < on else ""


def _show_guide(shown: ShownAnswer, service: Service, *, on: date) -> None:
    """The fields as the guide in force has them; a material that is cancelled is not asked for."""
    guide = GuideVersion.objects.in_force(on=on).filter(service=service).first()
    if guide is None:
        shown.source = f"《{service.name}》办事指南（没有现行版本）"
        return
    texts = {name: as_typed(guide.content, each) for name, each in BY_NAME.items() if name in shown.knowledge.fields}
    if MATERIALS in texts:
        asked = (each for each in checklist(guide, on=on) if not each.cancelled)
        texts[MATERIALS] = "\n".join(f"{each.name}（{each.words}）" if each.words else each.name for each in asked)
    shown.fields = [(name, text) for name, text in texts.items() if text]
    shown.source = f"《{service.name}》办事指南第{guide.number}版，{guide.effective_on}起施行"
    shown.source_url = reverse("disclosure:service-version", args=[service.code, guide.number])


def _show_item(shown: ShownAnswer, item: Item) -> None:
    wanted, version = shown.knowledge.fields, shown.knowledge.source_now
    said = ((name, getattr(item, column)) for name, column in ITEM_FIELDS.items() if name in wanted)
    shown.fields = [(name, f"{value}") for name, value in said if value]
    shown.source = f"《{item.title}》{f'第{version}版' if version else ''}"
    shown.source_url = item.get_absolute_url() if item.is_readable else ""


FIGURE = re.compile(r"\d[\d.]*(?:元|个?工作日)|0\d{2,3}-\d{7,8}|\d{1,2}[:：]\d{2}")


def copied_from_source(knowledge: Knowledge, *, on: date) -> list[str]:
    """Of which fields of the guide in force the answer repeats a figure (an amount, a phone, an hour) instead of naming the field."""
    guide = GuideVersion.objects.in_force(on=on).filter(service=knowledge.service_id).first()
    figures = set(FIGURE.findall(knowledge.answer))
    if guide is None or not figures:
        return []
    return [field.name for field in FIELDS if figures & set(FIGURE.findall(as_typed(guide.content, field)))]
