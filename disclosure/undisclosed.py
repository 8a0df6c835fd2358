"""What a unit does not disclose of its own motion (依申请公开、不予公开): the public reads that it exists, why not, and
when that will be looked at again (条例第十四至十六条, 第十八条), and nothing more: no text, no summary, no file.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from disclosure.models import Item
from disclosure.states import DisclosureMethod
from ninghai.moves import TransitionError

GROUNDS: dict[str, Any] = {"method_reason": "", "method_explanation": "", "next_review_date": None}
NO_REASON = "不主动公开的信息必须选择理由。"
NO_REVIEW_DATE = "不予公开的信息要定期评估（条例第十八条），请填写下次评估日期。"
NO_TEXT = "不主动公开的信息只公布名称和理由，正文和内容概述要留空。"
NO_FILES = "不主动公开的信息只公布名称和理由，不能带附件，请去掉附件。"


def missing_grounds(fields: Mapping[str, Any]) -> dict[str, str]:
    """What must be said of an item that is not disclosed, as {field: sentence}."""
    missing = {}
    if fields["method"] != DisclosureMethod.PROACTIVE and not fields.get("method_reason"):
        missing["method_reason"] = NO_REASON
    if fields["method"] == DisclosureMethod.NOT_DISCLOSED and not fields.get("next_review_date"):
        missing["next_review_date"] = NO_REVIEW_DATE
    return missing


def surplus(item: Item) -> str:
    """What the public must not get of an item that is not disclosed, in a sentence; empty when all is well."""
    if item.method == DisclosureMethod.PROACTIVE:
        return ""
    if item.body or item.summary:
        return NO_TEXT
    return NO_FILES if item.attachments.exists() else ""


def must_be_sound(item: Item) -> None:
    """Refuse a draft that says too little or too much, with the sentence beside its field."""
    grounds = {name: getattr(item, name) for name in ("method", *GROUNDS)}
    if missing := missing_grounds(grounds):
        raise ValidationError(missing)
    if words := surplus(item):
        raise ValidationError({"method": words})


def must_say_nothing_more(item: Item) -> None:
    """Nothing that is not disclosed becomes public, whatever was signed."""
    if words := surplus(item):
        raise TransitionError(f"{words}请退回起草人修改。")
