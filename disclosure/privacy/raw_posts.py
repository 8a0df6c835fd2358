"""What was posted (舆情原文), its address and who is talked about never become public: no word of a response may repeat them.

The words are under seal (`OpinionEvent`); they are opened here to be compared, which the trail notes, and shown to nobody.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from disclosure.models import Item, OpinionEvent
from ninghai.models import User
from ninghai.models.state_machine import TransitionError
from ninghai.sealed.services import look

BETWEEN = re.compile(r"[\s、，,；;。/]+")
SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)
NO_WORDS = re.compile(r"\W+")
SHORTEST = {"link": 6, "discussed": 2, "quote": 12}  # characters; less of it is said everywhere
REPEATS = "不能照抄舆情原文、网址和涉及的人"


def raw_of(told: Mapping[str, Any]) -> list[str]:
    """What must not be repeated, letters and digits alone: the address, each one who is talked about, each longer line of what was
    posted."""
    link = SCHEME.sub("", str(told.get("link") or "").strip())
    lines = re.split(r"[\n。！？!?]", str(told.get("quote") or ""))
    named = BETWEEN.split(str(told.get("discussed") or ""))
    parts = {"link": [link], "discussed": named, "quote": lines}
    plain = [(kind, _plain(each)) for kind, found in parts.items() for each in found]
    return [each for kind, each in plain if len(each) >= SHORTEST[kind]]


def _plain(text: str) -> str:
    """However it is spaced, punctuated, or written in wide or capital letters."""
    return NO_WORDS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def is_raw(text: str, raw: list[str]) -> bool:
    plain = _plain(text)
    return any(each in plain for each in raw)


def require_not_raw(words: Mapping[str, str], raw: list[str]) -> None:
    """Raise ValidationError for the first field that repeats what was posted, where, or about whom."""
    for name, text in words.items():
        if is_raw(text, raw):
            raise ValidationError({name: f"这里{REPEATS}，请改用自己的话。"})


def raw_of_event(event: OpinionEvent, *, by: User, at: datetime) -> list[str]:
    told = look(event, by=by, purpose="核对公开内容不含舆情原文", at=at, only=("link", "quote", "discussed"))
    return raw_of(told)


def require_no_raw_post(item: Item, *, by: User, at: datetime) -> None:
    """Before a response is handed in for review; TransitionError where it repeats the post."""
    items = [item.pk, item.revises_id or item.pk]
    of_item = Q(responses__item__in=items) | Q(suggestions__item__in=items)
    for event in OpinionEvent.objects.select_related("case", "data_key").filter(of_item).distinct():
        files = [words for each in item.attachments.values_list("label", "text") for words in each]
        if is_raw("\n".join([item.title, item.summary, item.body, *files]), raw_of_event(event, by=by, at=at)):
            raise TransitionError(f"还不能提交审核：回应{REPEATS}。请改用自己的话。")
