"""工作要点通知 in the admin: the list, and a notice's own page with the tree of its points beside its text."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern

from ninghai.calendar import clock
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_page
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.notice import name_of_point
from tasks.models.states import NoticeStatus
from tasks.notices.admin import imports, lifecycle, points, units
from tasks.notices.admin.frame import page_of, trail_to_list
from tasks.notices.issuing import count_assignments, obstacles, unit_counts
from tasks.notices.responsibilities import open_points
from tasks.progress.evidence import sent_number

# The original text of a notice (原文), line by line: where each point begins, and what the reader found odd.

OPENING = 12  # characters of a point that are enough to find it in the text


@dataclass(slots=True)
class SourceLine:
    """A line of the original, the points that begin in it, and the reader's doubts about it."""

    number: int
    text: str
    points: list[WorkPoint] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Original:
    """The text as lines, counted from 1, and once more without blanks, since points run over the ends of lines."""

    def __init__(self, notice: WorkPointNotice) -> None:
        self.lines = notice.source_text.split("\n")
        self.warnings: defaultdict[int, list[str]] = defaultdict(list)
        for warning in notice.warnings:
            self.warnings[warning["line"]].append(warning["message"])
        squeezed = [_squeeze(line) for line in self.lines]
        self._text = "".join(squeezed)
        self._starts = [0, *accumulate(map(len, squeezed))][:-1]

    def places(self, openings: Iterable[str]) -> list[int | None]:
        """The line in which each text begins, given in the order of the document; None where it was rewritten since.

        Each is looked for behind the one before it first: the same words may stand in the letter, or twice.
        """
        places, behind = [], 0
        for opening in openings:
            found = self._find(_squeeze(opening)[:OPENING], behind)
            behind = found + 1 if found is not None else behind
            places.append(None if found is None else bisect_right(self._starts, found))
        return places

    def between(self, first: int, last: int) -> list[SourceLine]:
        """The lines of a stretch, each with its warnings."""
        stretch = enumerate(self.lines[first - 1 : last], start=first)
        return [SourceLine(number, text, warnings=self.warnings.get(number, [])) for number, text in stretch]

    def _find(self, opening: str, behind: int) -> int | None:
        if not opening:
            return None
        found = self._text.find(opening, behind)
        found = self._text.find(opening) if found < 0 else found
        return found if found >= 0 else None


def _squeeze(text: str) -> str:
    return "".join(text.split())


PER_PAGE = 50  # points
BESIDE = ("responsibilities__units", "carried_from__notice", "carried_to__notice")  # what is shown with a point
ENOUGH = 4 * OPENING  # characters read of each point to find it in the text; some may be blanks


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point with what stands around it on the page."""

    point: WorkPoint
    responsibilities: list[Responsibility]
    assignments: int
    line: int | None
    new_part: str
    new_section: str
    is_first: bool
    is_last: bool
    next_open: WorkPoint | None

    @property
    def limits(self) -> list[str]:
        """What the point says about time, in its own words."""
        return [limit["text"] for kind in self.point.limits.values() for limit in kind]

    @property
    def unresolved(self) -> int:
        return sum(not each.is_resolved for each in self.responsibilities)

    @property
    def carried_from_url(self) -> str:
        """The point of an earlier year that it goes on with (结转自)."""
        old = self.point.carried_from
        return page_of(old.notice, old) if old else ""

    @property
    def carried_to(self) -> list[tuple[str, str]]:
        """(name, address) of the later year's points that go on with it (结转至)."""
        return [
            (f"{new}（{new.notice.get_status_display()}）", page_of(new.notice, new))
            for new in self.point.carried_to.all()
        ]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the tree by its first and last point."""

    number: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Tree:
    """What a page of the notice shows."""

    rows: list[PointRow]
    lines: list[SourceLine]
    pages: list[PageLink]
    number: int
    count: int
    open_ones: list[WorkPoint]

    @property
    def next_open(self) -> WorkPoint | None:
        """The first open point on this page, else in the notice."""
        here = {row.point.pk for row in self.rows}
        return next((each for each in self.open_ones if each.pk in here), None) or next(iter(self.open_ones), None)


def tree_of(notice: WorkPointNotice, *, asked: dict[str, int]) -> Tree:
    """The page with the point, the line or the number that is asked for; the first without any."""
    original = Original(notice)
    index = _index(notice)
    lines = original.places(point.opening for point in index)
    number = _number(index, lines, asked)
    start, end = PER_PAGE * (number - 1), PER_PAGE * number
    open_ones = list(open_points(notice).only("key", "title", "position", "notice"))
    rows = _rows(notice, index, lines, slice(start, end), open_ones)
    stretch = original.between(*_stretch(lines, start, end, len(original.lines)))
    _mark(stretch, rows)
    return Tree(rows, stretch, _pages(index), number, len(index), open_ones)


# Pages of the tree: a long notice opens as fast as a short one.


def _index(notice: WorkPointNotice) -> list[Any]:
    """Every point by no more than its key and its first words."""
    points = notice.points.order_by("position", "pk").annotate(opening=Left("text", ENOUGH))
    return list(points.values_list("pk", "key", "opening", named=True))


def _number(index: Sequence[Any], lines: Sequence[int | None], asked: dict[str, int]) -> int:
    last = max(1, -(-len(index) // PER_PAGE))
    place = None
    if point := asked.get("point"):
        place = next((place for place, each in enumerate(index) if each.pk == point), None)
    elif line := asked.get("line"):
        place = max((place for place, at in enumerate(lines) if at and at <= line), default=0)
    number = asked.get("page", 1) if place is None else place // PER_PAGE + 1
    return min(max(1, number), last)


def _pages(index: Sequence[Any]) -> list[PageLink]:
    pages = [index[start : start + PER_PAGE] for start in range(0, len(index), PER_PAGE)]
    return [
        PageLink(number, name_of_point(page[0].key), name_of_point(page[-1].key))
        for number, page in enumerate(pages, start=1)
    ]


def _stretch(lines: Sequence[int | None], start: int, end: int, last: int) -> tuple[int, int]:
    """First and last line of the text that belongs to the page, with what stands between it and its neighbours."""
    mine = [line for line in lines[start:end] if line]
    before = next((line for line in reversed(lines[:start]) if line), 0)
    behind = next((line for line in lines[end:] if line), last + 1)
    return min([before + 1, *mine]), max([behind - 1, *mine])


def _mark(stretch: list[SourceLine], rows: list[PointRow]) -> None:
    by_number = {line.number: line for line in stretch}
    for row in rows:
        if row.line in by_number:
            by_number[row.line].points.append(row.point)


def _rows(
    notice: WorkPointNotice, index: Sequence[Any], lines: Sequence[int | None], page: slice, open_ones: list[WorkPoint]
) -> list[PointRow]:
    """A part's and a section's heading stand with the first point of the page below them."""
    shown = notice.points.filter(pk__in=[each.pk for each in index[page]]).order_by("position", "pk")
    counts = unit_counts(shown)
    rows: list[PointRow] = []
    part = section = ""
    for place, point in enumerate(shown.prefetch_related(*BESIDE), start=page.start):
        is_new_part, is_new_section = point.part != part, (point.part, point.section) != (part, section)
        part, section = point.part, point.section
        rows.append(
            PointRow(
                point=point,
                responsibilities=list(point.responsibilities.all()),
                assignments=counts.get(point.pk, 0),
                line=lines[place],
                new_part=part if is_new_part else "",
                new_section=section if is_new_section else "",
                is_first=place == 0,
                is_last=place == len(index) - 1,
                next_open=_behind(point, open_ones),
            )
        )
    return rows


def _behind(point: WorkPoint, open_ones: list[WorkPoint]) -> WorkPoint | None:
    """For an open point the next one, from the last on to the first."""
    if point not in open_ones or len(open_ones) == 1:
        return None
    return open_ones[(open_ones.index(point) + 1) % len(open_ones)]


# A notice's own page: the tree beside the text, what was odd, what is left to do.

WARNINGS_ABOVE = 20  # above the tree; every one stands at its line too


def notice_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The page of the tree that holds ?point=, ?line= or is ?page=."""
    notice = get_object_or_404(WorkPointNotice.objects.select_related("source_file", "amends"), pk=pk)
    may_edit = rules.can_edit_notice(request.user, notice)
    asked = {name: number for name in ("point", "line", "page") if (number := sent_number(request.GET, name))}
    return office_page(
        request,
        "admin/tasks/notice/detail.html",
        title=notice.title,
        trail=trail_to_list(),
        notice=notice,
        tree=tree_of(notice, asked=asked),
        total=count_assignments(notice),
        warnings=notice.warnings[:WARNINGS_ABOVE],
        may_edit=may_edit,
        may_run=rules.can_set_periods(request.user) and rules.has_periods(notice),
        may_amend=rules.can_amend_notice(request.user, notice),
        last_act="并入" if notice.amends_id else "下达",
        obstacles=obstacles(notice, on=clock.today()) if may_edit else [],
    )


PAGES = [imports, lifecycle, points, units]  # each with its URLS


@admin.register(WorkPointNotice)
class NoticeAdmin(OfficeModelAdmin[WorkPointNotice]):
    """Adding is importing; a notice's own page shows its points beside its text."""

    group = DeskGroup.NOTICES
    rank = 1
    tones = {"status": {NoticeStatus.DRAFT: "due", NoticeStatus.ISSUED: "good"}}
    list_display = ["title", "document_number", "year", "issued_on", "status", "point_count", "open_names"]
    list_filter = ["status", "year"]
    search_fields = ["title", "document_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkPointNotice]:
        unresolved = Q(points__responsibilities__is_resolved=False, points__removed_on=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                counted_points=Count("points", filter=Q(points__removed_on=None), distinct=True),
                counted_open=Count("points__responsibilities", filter=unresolved, distinct=True),
            )
        )

    @admin.display(description="要点数")
    def point_count(self, notice: Any) -> int:
        return int(notice.counted_points)

    @admin.display(description="待确定单位")
    def open_names(self, notice: Any) -> str:
        return f"{notice.counted_open} 处" if notice.counted_open else "无"

    def get_urls(self) -> list[URLPattern]:
        return [*(url for page in PAGES for url in page.URLS), *super().get_urls()]

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return imports.import_page(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return notice_page(request, int(object_id))
