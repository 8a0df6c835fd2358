"""What keeps a draft from being issued, or an amendment from being merged (下达前还需处理), one Chinese sentence each."""

from collections.abc import Iterator

from tasks.models import Responsibility, WorkPointNotice
from tasks.points.open_points import early, unnamed
from tasks.services.notices.carrying_over import finished_meanwhile
from tasks.states import NoticeStatus

KEYS_TOLD = 10  # of the points at which a name is open


def obstacles(notice: WorkPointNotice) -> list[str]:
    """The notice's own, then its open names, then its points, then what was carried over; empty when it may be issued."""
    return [*_of_the_head(notice), *_open_names(notice), *_of_the_points(notice), *finished_meanwhile(notice)]


def _of_the_head(notice: WorkPointNotice) -> Iterator[str]:
    if not notice.issued_on:
        yield "请填写通知的成文日期。"
    if notice.amends_id:
        return
    twin = WorkPointNotice.objects.filter(year=notice.year, status=NoticeStatus.ISSUED).exclude(pk=notice.pk)
    if twin.exists():
        yield f"{notice.year}年度已有下达的工作要点通知，一年只能下达一份。年度有误的，请修改基本信息。"


def _of_the_points(notice: WorkPointNotice) -> Iterator[str]:
    points = notice.points.order_by("position", "pk")
    if not points.exists():
        yield "通知中没有工作要点，请先添加。"
    for key in points.filter(unnamed()).values_list("key", flat=True):
        yield f"要点{key}没有责任单位，请添加。"
    for key in points.filter(early(notice)).values_list("key", flat=True):
        yield f"要点{key}的完成时限早于通知成文日期，请改正。"


def _open_names(notice: WorkPointNotice) -> Iterator[str]:
    """Each name that is not resolved, with the first points at which it stands."""
    open_ones = Responsibility.objects.filter(point__notice=notice, is_resolved=False)
    places: dict[str, list[str]] = {}
    for name, key in open_ones.order_by("point__position", "position").values_list("name", "point__key"):
        places.setdefault(name, []).append(key)
    for name, keys in places.items():
        told = "、".join(keys[:KEYS_TOLD]) + (" 等" if len(keys) > KEYS_TOLD else "")
        yield f"“{name}”在 {len(keys)} 条要点中还没有确定单位：{told}。"
