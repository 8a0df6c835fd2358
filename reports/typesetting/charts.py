"""Drawing a chart: where its bars, lines and words stand, in millimetres of the 版心.

The drawing is inline SVG, shared by paper and screen, in greys that a black-and-white copy keeps apart. Inline SVG
inherits no font from the page: the template names the faces.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.typesetting.title import width as width_of
from reports.writing.charts import Bar, BarChart, Chart, MonthChart

WIDTH = 156.0
LETTER = 3.2  # height of a character
ROW = 5.6  # pitch of the bars
BAR = 3.4  # their thickness
ONE_COLUMN = 24  # bars; more stand in two columns
VALUE = 17.0  # room for the number beside a bar
GAP = 2.0
TALL = 48.0  # height of the columns of a month chart
LONGEST_LABEL = {1: 20, 2: 10}  # characters, by columns


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    title: str
    told: str  # the whole chart in words, for who does not see it
    height: float
    boxes: Sequence[Box]
    lines: Sequence[Line]
    texts: Sequence[Words]
    width: float = WIDTH


def drawn(chart: Chart) -> Drawing:
    boxes, lines, texts, height = _months(chart) if isinstance(chart, MonthChart) else _bars(chart)
    told = "；".join(f"{label}{shown}" for label, shown in chart.told) + "。"
    return Drawing(chart.title, told, round(height, 2), boxes, lines, texts)


def _bars(chart: BarChart) -> tuple[list[Box], list[Line], list[Words], float]:
    columns = 1 if len(chart.bars) <= ONE_COLUMN else 2
    rows = -(-len(chart.bars) // columns)
    room = WIDTH / columns
    labels = [_short(bar.label, LONGEST_LABEL[columns]) for bar in chart.bars]
    left = max(map(width_of, labels)) * LETTER + GAP
    longest = room - left - VALUE
    boxes, texts, lines = [], [], []
    for at, (bar, label) in enumerate(zip(chart.bars, labels, strict=True)):
        x, y = room * (at // rows) + left, ROW * (at % rows) + 1
        boxes.append(_box(bar, x, y, longest))
        texts.append(Words(round(x - GAP / 2, 2), round(y + 2.9, 2), label, "end"))
        texts.append(Words(round(x + longest * bar.part + GAP / 2, 2), round(y + 2.9, 2), bar.shown))
    for column in range(columns):
        x = round(room * column + left, 2)
        lines.append(Line(x, 0, x, round(ROW * rows + 1, 2)))
    return boxes, lines, texts, ROW * rows + 2


def _box(bar: Bar, x: float, y: float, longest: float) -> Box:
    return Box(round(x, 2), round(y, 2), round(longest * bar.part, 2), BAR, is_hollow=bar.is_hollow)


def _short(label: str, limit: int) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1]}…"


def _months(chart: MonthChart) -> tuple[list[Box], list[Line], list[Words], float]:
    """White columns for what was due, grey ones for what was done, the numbers above them; the key on top."""
    most = max(max(row["due"], row["completed"]) for row in chart.months) or 1
    room, top = WIDTH / len(chart.months), 12.0
    thick = min(room * 0.34, 10.0)
    boxes = [Box(0.2, 0.6, 5, BAR, is_hollow=True), Box(30.2, 0.6, 5, BAR)]  # on the left, where a phone begins
    texts = [Words(6.7, 3.5, "累计应办结"), Words(36.7, 3.5, "累计已办结")]
    for at, row in enumerate(chart.months):
        middle = room * (at + 0.5)
        for x, count, is_hollow in ((middle - thick, row["due"], True), (middle, row["completed"], False)):
            height = TALL * count / most
            boxes.append(Box(round(x, 2), round(top + TALL - height, 2), round(thick, 2), round(height, 2), is_hollow))
            texts.append(Words(round(x + thick / 2, 2), round(top + TALL - height - 1, 2), str(count), "middle"))
        texts.append(Words(round(middle, 2), top + TALL + 4.5, _month_label(row["month"], at), "middle"))
    return boxes, [Line(0, top + TALL, WIDTH, top + TALL)], texts, top + TALL + 6


def _month_label(month: str, at: int) -> str:
    """8月; the first and every January with their year."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月" if at == 0 or number == "01" else f"{int(number)}月"
