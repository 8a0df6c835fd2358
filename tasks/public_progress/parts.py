"""The year by part and section: how every point stands."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tasks.models import WorkPoint, WorkPointNotice
from tasks.points.editions import as_written, ever_in
from tasks.public_progress.counts import Counts, PublicWords, asked, counts_by, first_public_words, total

MOST_WORDS = 3  # units whose words stand with a point; the point's own page has them all


@dataclass(frozen=True, slots=True)
class PointStanding:
    point: WorkPoint
    counts: Counts
    words: list[PublicWords]
    is_removed: bool = False

    @property
    def words_are_few(self) -> bool:
        """Few enough to stand open."""
        return len(self.words) <= 2

    @property
    def words_label(self) -> str:
        return f"单位公开表述（{self.words_total}条）"

    @property
    def words_total(self) -> int:
        return self.words[0].of if self.words else 0

    @property
    def more_words_label(self) -> str:
        """Of the way to those that do not stand here; empty where all do."""
        return f"查看全部{self.words_total}条" if self.words_total > len(self.words) else ""


@dataclass(frozen=True, slots=True)
class SectionStanding:
    title: str
    points: list[PointStanding]


@dataclass(frozen=True, slots=True)
class PartStanding:
    title: str
    counts: Counts
    sections: list[SectionStanding]


def public_progress(*, notice: WorkPointNotice, on: date) -> list[PartStanding]:
    """Every part, section and point of the notice at the end of that day, in four queries.

    A point that an amendment took out stays only while units have finished it.
    """
    counts = counts_by("task__point", of=asked(notice=notice, on=on))
    words: dict[int, list[PublicWords]] = {}
    for each in first_public_words(notice=notice, on=on, most=MOST_WORDS):
        words.setdefault(each.point, []).append(each)
    points = [
        PointStanding(
            point=point,
            counts=counts.get(point.pk, Counts()),
            words=words.get(point.pk, []),
            is_removed=point.is_removed(on=on),
        )
        for point in as_written(ever_in(notice), on=on)
        if point.pk in counts or not point.is_removed(on=on)
    ]
    return [_part(title, list(of_part)) for title, of_part in groupby(points, key=lambda each: each.point.part)]


def _part(title: str, points: list[PointStanding]) -> PartStanding:
    sections = [
        SectionStanding(title=section, points=list(of_section))
        for section, of_section in groupby(points, key=lambda each: each.point.section)
    ]
    return PartStanding(title=title, counts=total(points), sections=sections)
