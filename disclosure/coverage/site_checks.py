"""Site checks (网站检查): what the State Council office's inspectors count against a site, computed from what is public.

国办秘函〔2019〕19号《政府网站与政务新媒体检查指标》单项否决: the home page without anything new for 2 weeks; columns of news without
anything new for 2 weeks, of announcements and policy documents for 6 months — 5 of them fail the site, so do 10 columns
that were not updated for long, or 5 empty ones; an advice not answered within 3 months. What has no publication time
counts as not updated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from disclosure.coverage.holdings import Items
from disclosure.models import Correction, Item
from disclosure.models.states import CorrectionStatus
from ninghai.calendar.reckoning import months_later

FORTNIGHT = timedelta(days=14)
NEWS = frozenset({Item.Kind.OTHER})  # 动态要闻类; every other kind is documents
SIX_MONTHS, THREE_MONTHS = 6, 3
MOST_STALE, MOST_LONG_STALE, MOST_EMPTY = 5, 10, 5


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    """A column of the site (信息类型): when it last had something new, and by when it must have."""

    name: str
    url: str
    limit: str
    last_on: date | None
    due_on: date | None
    is_stale: bool

    @property
    def is_empty(self) -> bool:
        return self.last_on is None

    @property
    def state(self) -> str:
        return "空栏目，首页不显示" if self.is_empty else "未及时更新" if self.is_stale else "更新及时"

    @property
    def tone(self) -> str:
        return "late" if self.is_empty or self.is_stale else "good"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is counted: the rule, today's figure, and what to do about it."""

    name: str
    rule: str
    figure: str
    is_kept: bool
    to_do: str


@dataclass(frozen=True, slots=True)
class SiteChecks:
    checks: list[Check]
    columns: list[CheckedColumn]

    @property
    def failed(self) -> int:
        return sum(not check.is_kept for check in self.checks)


def site_checks(*, at: datetime) -> SiteChecks:
    """Everything as the public has it at that moment."""
    columns = [_column(Item.Kind(kind), at) for kind in Item.Kind]
    return SiteChecks(checks=list(_checks(columns, at)), columns=columns)


# How a column of the site stands.


def _column(kind: Item.Kind, at: datetime) -> CheckedColumn:
    last_on, is_news = _last_public_on(Item.objects.published(at).filter(kind=kind)), kind in NEWS
    due_on = (last_on + FORTNIGHT if is_news else months_later(last_on, SIX_MONTHS)) if last_on else None
    return CheckedColumn(
        name=kind.label,
        url=f"{reverse('disclosure:item-list')}?{urlencode({'kind': kind})}",
        limit="动态类，两周内" if is_news else "公告和文件类，六个月内",
        last_on=last_on,
        due_on=due_on,
        is_stale=due_on is not None and due_on < timezone.localdate(at),
    )


def _last_public_on(items: Items) -> date | None:
    """The last day on which something new became public, here or elsewhere; older items taken over are not new."""
    last = items.order_by("-published_at").values_list("published_at", flat=True).first()
    return timezone.localdate(last) if last else None


# Each check of the site.


def _checks(columns: list[CheckedColumn], at: datetime) -> Iterator[Check]:
    yield _home(at)
    stale, empty = [each for each in columns if each.is_stale], [each for each in columns if each.is_empty]
    yield Check(
        "栏目未及时更新",
        f"动态类两周、公告和文件类六个月没有更新的栏目，达到{MOST_STALE}个的不合格；长期未更新的达到{MOST_LONG_STALE}个的不合格",
        _named(stale),
        len(stale) < MOST_STALE,
        "请有关单位补充公开，或者将栏目归并。",
    )
    yield Check(
        "空栏目",
        f"没有内容的栏目达到{MOST_EMPTY}个的不合格",
        _named(empty),
        len(empty) < MOST_EMPTY,
        "请补充内容；暂时没有内容的，不要单独列出。",
    )
    yield _without_a_time(at)
    yield _unanswered(at)


def _named(columns: list[CheckedColumn]) -> str:
    names = "、".join(column.name for column in columns)
    return f"{len(columns)}个：{names}" if names else "0个"


def _home(at: datetime) -> Check:
    """The home page shows what is new of everything."""
    last_on = _last_public_on(Item.objects.published(at))
    is_kept = last_on is not None and last_on + FORTNIGHT >= timezone.localdate(at)
    figure = f"最近更新{last_on:%Y-%m-%d}" if last_on else "没有公开过信息"
    to_do = "请在两周期满前公开新的信息。" if is_kept else "请立即公开新的信息。"
    return Check("首页更新", "首页两周没有更新的不合格", figure, is_kept, to_do)


def _without_a_time(at: datetime) -> Check:
    """What is public here has its time; what was taken over may lack that of its first publication."""
    number = Item.objects.published(at).filter(is_imported=True, original_published_on=None).count()
    return Check(
        "没有发布时间的信息",
        "没有发布时间的信息，按未更新计算",
        f"{number}条导入的历史信息没有原发布日期",
        number == 0,
        "请在导入的表格中补上原发布日期，重新导入。",
    )


def _unanswered(at: datetime) -> Check:
    limit = timezone.localdate(at)
    before = months_later(limit, -THREE_MONTHS)
    waiting = Correction.objects.filter(status=CorrectionStatus.RECEIVED, received_at__date__lt=before).count()
    return Check(
        "留言超过三个月未答复",
        "有效留言超过三个月没有答复的不合格",
        f"{waiting}条",
        waiting == 0,
        "请办理单位尽快答复。",
    )
