"""What keeps a draft from being issued, or an amendment from being merged (下达前还需处理), one Chinese sentence each."""

from collections.abc import Iterable, Iterator
from datetime import date

from ninghai.models import Unit
from tasks.models import Responsibility, WorkPointNotice
from tasks.point_name import name_of_point
from tasks.points.open_points import early, unnamed
from tasks.services.notices.carrying_over import finished_meanwhile
from tasks.states import NoticeStatus

KEYS_TOLD = 10  # of the points at which a name is open


def obstacles(notice: WorkPointNotice, *, on: date) -> list[str]:
    """The notice's own, then its open names and ceased units, then its points, then what was carried over.

    Empty when it may be issued on that day.
    """
    return [
        *_of_the_head(notice),
        *_open_names(notice),
        *_ceased_units(notice, on=on),
        *_of_the_points(notice),
        *finished_meanwhile(notice),
    ]


def has_a_twin(notice: WorkPointNotice) -> str:
    """What is said where another notice of the year is issued."""
    return f"{notice.year}年度已有下达的工作要点通知，一年只能下达一份。年度有误的，请修改基本信息。"


def ceased(asked: Iterable[tuple[int, str]], *, on: date) -> Iterator[str]:
    """A sentence for each unit (by id) that does not exist on the day, with the points (by key) at which it is asked."""
    places: dict[int, list[str]] = {}
    for pk, key in asked:
        places.setdefault(pk, []).append(key)
    gone = Unit.objects.filter(pk__in=places).exclude(pk__in=Unit.objects.valid(on=on))
    for unit in gone.select_related("successor").order_by("position", "pk"):
        heir = unit.standing_in(on=on)
        instead = f"请改为承接其职责的“{heir}”" if heir != unit else "请改为现有单位"
        yield f"“{unit}”在{on:%Y-%m-%d}不是现有单位，不能承担任务，{instead}：{_told(places[unit.pk])}。"


def _of_the_head(notice: WorkPointNotice) -> Iterator[str]:
    if not notice.issued_on:
        yield "请填写通知的成文日期。"
    if notice.amends_id:
        return
    twin = WorkPointNotice.objects.filter(year=notice.year, status=NoticeStatus.ISSUED).exclude(pk=notice.pk)
    if twin.exists():
        yield has_a_twin(notice)


def _of_the_points(notice: WorkPointNotice) -> Iterator[str]:
    points = notice.points.order_by("position", "pk")
    if not points.exists():
        yield "通知中没有工作要点，请先添加。"
    for key in points.filter(unnamed()).values_list("key", flat=True):
        yield f"要点{name_of_point(key)}没有责任单位，请添加。"
    for key in points.filter(early(notice)).values_list("key", flat=True):
        yield f"要点{name_of_point(key)}的完成时限早于通知成文日期，请改正。"


def _open_names(notice: WorkPointNotice) -> Iterator[str]:
    """Each name that is not resolved, with the first points at which it stands."""
    open_ones = Responsibility.objects.filter(point__notice=notice, is_resolved=False)
    places: dict[str, list[str]] = {}
    for name, key in open_ones.order_by("point__position", "position").values_list("name", "point__key"):
        places.setdefault(name, []).append(key)
    for name, keys in places.items():
        yield f"“{name}”在 {len(keys)} 条要点中还没有确定单位：{_told(keys)}。"


def _ceased_units(notice: WorkPointNotice, *, on: date) -> Iterator[str]:
    """Units that ceased while the draft waited; an amendment's are looked at where they would be asked anew."""
    if notice.amends_id:
        return
    asked = Responsibility.objects.filter(point__notice=notice, units__isnull=False)
    yield from ceased(asked.order_by("point__position", "position").values_list("units", "point__key"), on=on)


def _told(keys: list[str]) -> str:
    return "、".join(map(name_of_point, keys[:KEYS_TOLD])) + (" 等" if len(keys) > KEYS_TOLD else "")
