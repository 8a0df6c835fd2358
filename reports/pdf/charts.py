"""Drawing a chart: where its bars, lines and words stand, in millimetres of the 版心.

The drawing is inline SVG, shared by paper and screen, in greys that a black-and-white copy keeps apart. Inline SVG
inherits no font from the page: the template names the faces.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.letters.charts import BarChart, Chart, MonthChart
from reports.pdf.title import width as width_of

WIDTH = 156.0
LETTER = 3.2  # height of a character
ROW = 5.6  # pitch of the bars
BAR = 3.4  # their thickness
ONE_COLUMN = 24  # bars; more stand in two columns
VALUE = 17.0  # room for the number beside a bar
GAP = 2.0
TALL = 48.0  # height of the columns of a month chart
HEAD = 6.0  # room above the bars for the scale and its unit
STEPS = 4  # of a scale
LONGEST_LABEL = {1: 20, 2: 10}  # characters, by columns


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class ChartLine:
    x1: float
    y1: float
    x2: float
    y2: float
    is_faint: bool = False  # of the scale, behind the bars


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    title: str
    described: str  # the whole chart in words, for who does not see it
    height: float
    boxes: Sequence[Box]
    lines: Sequence[ChartLine]
    texts: Sequence[Words]
    width: float = WIDTH


def drawn(chart: Chart) -> Drawing:
    boxes, lines, texts, height = _months(chart) if isinstance(chart, MonthChart) else _bars(chart)
    described = "；".join(f"{label}{shown}" for label, shown in chart.values) + "。"
    return Drawing(chart.title, described, round(height, 2), boxes, lines, texts)


def _bars(chart: BarChart) -> tuple[list[Box], list[ChartLine], list[Words], float]:
    columns = 1 if len(chart.bars) <= ONE_COLUMN else 2
    rows = -(-len(chart.bars) // columns)
    room, bottom = WIDTH / columns, HEAD + ROW * rows + 1
    labels = [_short(bar.label, LONGEST_LABEL[columns]) for bar in chart.bars]
    unit = f"单位：{chart.unit}"
    left = max(width_of(unit) * LETTER + 2 * GAP, max(map(width_of, labels)) * LETTER + GAP)
    longest = room - left - VALUE
    boxes, texts, lines = [], [], []
    for at, (bar, label) in enumerate(zip(chart.bars, labels, strict=True)):
        x, y = room * (at // rows) + left, HEAD + ROW * (at % rows) + 1
        length = longest * bar.value / chart.top
        boxes.append(Box(round(x, 2), round(y, 2), round(length, 2), BAR, is_hollow=bar.is_hollow))
        texts.append(Words(round(x - GAP / 2, 2), round(y + 2.9, 2), label, "end"))
        texts.append(Words(round(x + length + GAP / 2, 2), round(y + 2.9, 2), bar.shown))
    for column in range(columns):
        x = room * column + left
        lines += [
            ChartLine(each, HEAD - 1, each, round(bottom, 2), at > 0) for at, each in enumerate(_steps(x, longest))
        ]
        texts += [Words(each, HEAD - 2, _number(chart, at), "middle") for at, each in enumerate(_steps(x, longest))]
        texts.append(Words(round(x - 2 * GAP, 2), HEAD - 2, unit, "end"))
    return boxes, lines, texts, bottom + 1


def _steps(start: float, length: float) -> list[float]:
    """The places of a scale's numbers, from 0 to its top."""
    return [round(start + length * at / STEPS, 2) for at in range(STEPS + 1)]


def _number(chart: Chart, step: int) -> str:
    return f"{chart.top * step / STEPS:g}"


def _short(label: str, limit: int) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1]}…"


def _months(chart: MonthChart) -> tuple[list[Box], list[ChartLine], list[Words], float]:
    """White columns for what was due, grey ones for what was done, the numbers above them; key and scale around."""
    left, top = LETTER * 3, 14.0
    room, bottom = (WIDTH - left) / len(chart.months), top + TALL
    thick = min(room * 0.34, 10.0)
    boxes = [Box(0.2, 0.6, 5, BAR, is_hollow=True), Box(30.2, 0.6, 5, BAR)]  # on the left, where a phone begins
    texts = [Words(6.7, 3.5, "累计应办结"), Words(36.7, 3.5, "累计已办结"), Words(66.7, 3.5, f"单位：{chart.unit}")]
    for at, row in enumerate(chart.months):
        middle = left + room * (at + 0.5)
        for x, count, is_hollow in ((middle - thick, row["due"], True), (middle, row["completed"], False)):
            height = TALL * count / chart.top
            boxes.append(Box(round(x, 2), round(bottom - height, 2), round(thick, 2), round(height, 2), is_hollow))
            texts.append(Words(round(x + thick / 2, 2), round(bottom - height - 1, 2), str(count), "middle"))
        texts.append(Words(round(middle, 2), bottom + 4.5, _month_label(row["month"], at), "middle"))
    lines = [ChartLine(round(left, 2), y, WIDTH, y, at > 0) for at, y in enumerate(_steps(bottom, -TALL))]
    texts += [
        Words(round(left - 1, 2), y + 1.1, _number(chart, at), "end") for at, y in enumerate(_steps(bottom, -TALL))
    ]
    return boxes, lines, texts, bottom + 6


def _month_label(month: str, at: int) -> str:
    """8月; the first and every January with their year."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月" if at == 0 or number == "01" else f"{int(number)}月"
