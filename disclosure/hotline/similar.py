"""What stands beside the telephone form while somebody types: open matters like this one, the same caller, whose duty it is.

Alike are lines with many pairs of characters in common (`catalogue.search`): of open matters alone, by an index of those, so that
a million closed ones cost nothing. Whose duty it is says the office's table; what is learnt from earlier matters is told beside
it with its numbers, and chosen by nobody but the person.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, OuterRef, Subquery

from disclosure.catalogue.search.lexemes import fold_for_search, pairs, quoted
from disclosure.models import HotlineCase, HotlineDuty, HotlineRound, HotlineTopic
from ninghai.models import Unit, User
from ninghai.sealed.services import find_same, look

MOST = 5
SHARED = 3  # pairs that two lines have in common, or all where there are fewer
RANK_OF_ONE = 0.0607  # what PostgreSQL's rank gives a pair, before it is divided by how many are asked for
MOST_PAIRS = 40
LEARNT_FROM, LEARNT_AT_LEAST = 50, 5  # the newest matters of the same kind and place
ASKS = re.compile(
    r"(?:政府|依申请|申请|要求)信息公开|(?:申请|要求|请求).{0,6}公开|公开.{0,10}(?:信息|文件|资料|材料|数据)"
)


def is_application(words: str) -> bool:
    """Whether it is probably an application for government information, of which the person is told."""
    return ASKS.search(words) is not None


def similar_calls(words: str, *, user: User, but: int = 0) -> list[HotlineCase]:
    """Open matters that this person may know of, the most alike first."""
    found = list(dict.fromkeys(pair for pair in pairs(fold_for_search(words)) if len(pair) > 1))[:MOST_PAIRS]
    if not found:
        return []
    query = SearchQuery(" | ".join(map(quoted, found)), search_type="raw", config="simple")
    calls: Any = HotlineCase.objects.visible_to(user).filter(is_open=True, subject_vector=query).exclude(pk=but)
    ranked = calls.annotate(alike=SearchRank(F("subject_vector"), query)).filter(
        alike__gte=min(SHARED, len(found)) * RANK_OF_ONE / len(found)
    )
    return list(ranked.with_case().order_by("-alike", "-pk")[:MOST])


def earlier_calls(phone: str, *, user: User, at: datetime) -> tuple[list[HotlineCase], dict[str, str]]:
    """The last matters of this number, and who called then; the trail keeps that it was asked."""
    if len(phone) < 5:
        return [], {}
    calls: Any = HotlineCase.objects.visible_to(user).with_case().order_by("-pk")
    asked: dict[str, Any] = {"about": user, "by": user, "purpose": "接听来电，查找同一来电人", "at": at}
    found = list(find_same(calls, column="caller_digest", words=phone, **asked)[:MOST])
    if not found:
        return [], {}
    told = look(found[0], by=user, purpose="接听来电，填写来电人", at=at, only=("caller",))["caller"]
    return found, told if isinstance(told, dict) else {}


@dataclass(frozen=True, slots=True)
class WhoseDuty:
    """By the table, and as the same matters went before; `of` is how many were looked at."""

    by_table: HotlineDuty | None = None
    learnt: list[tuple[Unit, int]] = field(default_factory=list)
    of: int = 0


def whose_duty(topic: HotlineTopic | None, town: Unit | None) -> WhoseDuty:
    if topic is None:
        return WhoseDuty()
    rows = HotlineDuty.objects.filter(topic=topic).select_related("unit", "town")
    here = rows.filter(town=town).first() if town else None
    return WhoseDuty(here or rows.filter(town=None).first(), *_learnt(topic, town))


def _learnt(topic: HotlineTopic, town: Unit | None) -> tuple[list[tuple[Unit, int]], int]:
    """Who led the newest ones to their end; nothing where there are too few. What is about a unit teaches nothing."""
    calls = HotlineCase.objects.filter(topic=topic, town=town, about=None).order_by("-pk")
    led = HotlineRound.objects.filter(hotline_case=OuterRef("pk"), answered_at__isnull=False).order_by("-number")
    told = calls.annotate(led=Subquery(led.values("unit")[:1])).values_list("led", flat=True)[:LEARNT_FROM]
    counts = Counter(unit for unit in told if unit)
    if counts.total() < LEARNT_AT_LEAST:
        return [], 0
    units = Unit.objects.in_bulk(counts.keys())
    return [(units[unit], number) for unit, number in counts.most_common(3)], counts.total()
