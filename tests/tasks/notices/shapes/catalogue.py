"""One generator for each shape (形状) in which a county writes its points; each makes a notice and its truth."""

from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random

from tests.tasks.notices.shapes.truth import Merged, Notice, Point, Row, Table
from tests.tasks.notices.shapes.wordings import Wording

HEAD = ["宁海县人民政府办公室关于印发2018年工作要点的通知", "宁政办发〔2018〕1号", "2018年3月1日", "一、主要任务"]
ANNEX = "2018年工作要点分工表"
LEAD, OWES, HELPS = "lead", "responsible", "supporting"
Shape = Callable[["Pen"], Notice]


class Pen:
    """Takes phrases of a wording in turn, from a place that the seed decides."""

    def __init__(self, words: Wording, seed: int) -> None:
        self.words, self.random = words, Random(seed)  # noqa: S311 the same notices every time
        self.units, self.acts = self._turning(words.units), self._turning(words.acts)
        self.groups, self.heads = self._turning(words.groups), self._turning(words.heads)

    def _turning(self, phrases: tuple[str, ...]) -> Iterator[str]:
        start = self.random.randrange(len(phrases))
        return cycle([*phrases[start:], *phrases[:start]])

    def unit(self) -> str:
        return next(self.units)

    def two(self) -> tuple[str, str]:
        return next(self.units), next(self.units)

    def act(self) -> str:
        return next(self.acts)

    def group(self) -> str:
        return next(self.groups)

    def bracket(self, words: str) -> str:
        marks = self.random.choice(self.words.brackets)
        return f"{marks[0]}{words}{marks[1]}"

    def label(self) -> str:
        return self.random.choice(self.words.duty_labels)

    def role(self, label: str) -> str:
        return LEAD if "牵头" in label or "主办" in label else OWES


SHAPES: dict[str, Shape] = {}


def shape(make: Shape) -> Shape:
    SHAPES[make.__name__] = make
    return make


# --- Who ------------------------------------------------------------------------------------------


@shape
def tag_with_a_time_behind_its_note(pen: Pen) -> Notice:
    """（甲、乙等按职责分工负责。列第一位者为牵头单位，下同；2018年9月底前完成）"""
    rule = pen.random.choice(pen.words.lead_rules)
    lines, points = [], []
    for number, (when, day) in enumerate(pen.words.deadlines, start=1):
        one, two = pen.two()
        said = f"{one}、{two}按职责分工负责"
        said += f"。{rule}；{when}完成" if number == 1 else ""
        lines.append(f"{number}.{pen.act()}。（{said}）")
        points.append(Point(f"一{number}", {(one, LEAD), (two, OWES)}, {day} if number == 1 else set()))
    return Notice([*HEAD, *lines], points)


@shape
def label_with_units_behind_a_semicolon(pen: Pen) -> Notice:
    lines, points = [], []
    for number in range(1, 5):
        one, group, label = pen.unit(), pen.group(), pen.label()
        lines += [f"{number}.{pen.act()}。", f"{label}：{one}；{group}。"]
        points.append(Point(f"一{number}", {(one, pen.role(label)), (group, pen.role(label))}))
    return Notice([*HEAD, *lines], points)


@shape
def label_with_another_mark(pen: Pen) -> Notice:
    """[责任单位;甲]"""
    lines, points = [], []
    for number, mark in enumerate(";；：:\u2236", start=1):
        (one, two), label = pen.two(), pen.label()
        lines.append(f"{number}.{pen.act()}。{pen.bracket(f'{label}{mark}{one}、{two}')}")
        points.append(Point(f"一{number}", {(one, pen.role(label)), (two, pen.role(label))}))
    return Notice([*HEAD, *lines], points)


@shape
def heading_that_ends_with_a_full_stop(pen: Pen) -> Notice:
    lines, points = [], []
    for no in "一二三":
        one, two = pen.two()
        lines.append(f"（{no}）{pen.act()}。（责任单位：{one}、{two}）")
        for place in (1, 2):
            lines.append(f"{place}.{pen.act()}。")
            points.append(Point(f"一（{no}）{place}", {(one, OWES), (two, OWES)}))
    return Notice([*HEAD, *lines], points)


@shape
def items_with_labels_below(pen: Pen) -> Notice:
    lines, points = [], []
    for no in pen.words.items:
        one, two = pen.two()
        when, day = pen.random.choice(pen.words.deadlines)
        label = pen.random.choice(pen.words.limit_labels)
        lines += [f"{no}{pen.act()}。", f"牵头单位：{one}", f"配合单位：{two}", f"{label}：{when}"]
        points.append(Point(f"一{no}", {(one, LEAD), (two, HELPS)}, {day}))
    return Notice([*HEAD, *lines], points)


@shape
def counted_in_words_with_labels_below(pen: Pen) -> Notice:
    lines, points = [], []
    for no in ("第一", "第二", "第三"):
        one, group = pen.unit(), pen.group()
        lines += [f"{no}，{pen.act()}。", f"责任单位：{one}、{group}"]
        points.append(Point(f"一{no}", {(one, OWES), (group, OWES)}))
    return Notice([*HEAD, *lines], points)


@shape
def sentences_with_brackets_of_their_own(pen: Pen) -> Notice:
    """One point of all of them, and a warning that says so."""
    lines, points, warned = [], [], []
    for number in (1, 2):
        one, two = pen.two()
        lines.append(f"{number}.{pen.act()}。（责任单位：{one}）{pen.act()}。（责任单位：{two}）")
        points.append(Point(f"一{number}", {(one, OWES), (two, OWES)}))
        warned.append("2处责任分工")
    return Notice([*HEAD, *lines], points, warned=warned)


@shape
def duty_within_a_sentence(pen: Pen) -> Notice:
    """…，由甲牵头，乙配合，9月底前公开。"""
    lines, points = [], []
    for number, (when, day) in enumerate(pen.words.deadlines[:5], start=1):
        one, two = pen.two()
        lines.append(f"{number}.{pen.act()}，由{one}牵头，{two}{pen.random.choice(pen.words.helping)}，{when}公开。")
        points.append(Point(f"一{number}", {(one, LEAD), (two, HELPS)}, {day}))
    return Notice([*HEAD, *lines], points)


@shape
def together_with_within_a_sentence(pen: Pen) -> Notice:
    lines, points = [], []
    for number in range(1, 5):
        (one, two), three, act = pen.two(), pen.unit(), pen.act()
        lines.append(f"{number}.{one}会同{two}、{three}{act}，年内完成。")
        points.append(Point(f"一{number}", {(one, OWES), (two, HELPS), (three, HELPS)}, {"2018-12-31"}))
    return Notice([*HEAD, *lines], points)


@shape
def groups_beside_units(pen: Pen) -> Notice:
    lines, points = [], []
    for number, group in enumerate(pen.words.groups, start=1):
        one = pen.unit()
        lines.append(f"{number}.{pen.act()}。（{one}、{group}负责）")
        points.append(Point(f"一{number}", {(one, OWES), (group, OWES)}))
    return Notice([*HEAD, *lines], points)


@shape
def groups_joined_by_and(pen: Pen) -> Notice:
    lines, points = [], []
    for number in range(1, 4):
        one, group = pen.unit(), pen.group()
        lines.append(f"{number}.{pen.act()}。（责任单位：{one}及{group}）")
        points.append(Point(f"一{number}", {(one, OWES), (group, OWES)}))
    return Notice([*HEAD, *lines], points)


@shape
def unit_and_other_competent_departments(pen: Pen) -> Notice:
    lines, points, warned = [], [], []
    for number, rest in enumerate(("等主管部门", "等行业主管部门", "等职能部门", "等单位"), start=1):
        one = pen.unit()
        lines.append(f"{number}.{pen.act()}。（责任单位：{one}{rest}）")
        points.append(Point(f"一{number}", {(one, OWES)}))
    return Notice([*HEAD, *lines], points, warned=warned)


@shape
def names_below_a_label(pen: Pen) -> Notice:
    lines, points = [], []
    for number in range(1, 4):
        (one, two), label = pen.two(), pen.label()
        lines += [f"{number}.{pen.act()}。", f"{label}：", one, two]
        points.append(Point(f"一{number}", {(one, pen.role(label)), (two, pen.role(label))}))
    return Notice([*HEAD, *lines], points)


@shape
def units_by_their_short_names(pen: Pen) -> Notice:
    """县发改, 公安, 国网宁海: in a bracket, behind a label below, and within a sentence."""
    lines, points = [], []
    for number, short in enumerate(pen.words.short_units, start=1):
        one = pen.unit()
        said = (
            [f"{number}.{pen.act()}。（{short}牵头，{one}配合）"],
            [f"{number}.{pen.act()}。", f"牵头单位：{short}", f"配合单位：{one}"],
            [f"{number}.{pen.act()}，由{short}牵头，{one}配合。"],
        )
        lines += said[number % 3]
        points.append(Point(f"一{number}", {(short, LEAD), (one, HELPS)}))
    return Notice([*HEAD, *lines], points)


@shape
def list_broken_behind_a_comma(pen: Pen) -> Notice:
    lines, points = [], []
    for number in range(1, 4):
        (one, two), three = pen.two(), pen.unit()
        lines += [f"{number}.{pen.act()}。", f"责任单位：{one}、", f"{two}、{three}", "完成时限：9月底前"]
        points.append(Point(f"一{number}", {(one, OWES), (two, OWES), (three, OWES)}, {"2018-09-30"}))
    return Notice([*HEAD, *lines], points)


@shape
def bracket_that_only_says_when(pen: Pen) -> Notice:
    """Whom the heading names holds for its points."""
    lines, points = [], []
    for no, stop in (("一", "。"), ("二", "")):
        one = pen.unit()
        lines.append(f"（{no}）{pen.act()}{stop}（{one}牵头）")
        for place, (when, day) in enumerate(pen.words.deadlines[:2], start=1):
            lines.append(f"{place}.{pen.act()}。（{pen.words.limit_labels[0]}：{when}）")
            points.append(Point(f"一（{no}）{place}", {(one, LEAD)}, {day}))
    return Notice([*HEAD, *lines], points)


@shape
def duties_beside_a_bracket(pen: Pen) -> Notice:
    """The bracket counts; whom the sentence names beside it is told."""
    lines, points, warned = [], [], []
    said = ("由{}指导", "{}落实经费保障", "主管部门为{}", "{}承担主体责任", "{}要全力配合", "监督单位：{}")
    for number, words in enumerate(said, start=1):
        one, two = pen.two()
        lines.append(f"{number}.{pen.act()}，{words.format(two)}。（责任单位：{one}）")
        points.append(Point(f"一{number}", {(one, OWES)}))
        warned.append(f"“{two}”")
    return Notice([*HEAD, *lines], points, warned=warned)


# --- When -----------------------------------------------------------------------------------------


@shape
def number_before_a_month(pen: Pen) -> Notice:
    """4.9月底前"""
    one = pen.unit()
    lines = [f"{number}.{pen.act()}。（责任单位：{one}）" for number in range(1, 4)]
    points = [Point(f"一{number}", {(one, OWES)}) for number in range(1, 4)]
    for number, (when, day) in enumerate((("9月底前", "2018-09-30"), ("12月20日前", "2018-12-20")), start=4):
        lines.append(f"{number}.{when}{pen.act()}。（责任单位：{one}）")
        points.append(Point(f"一{number}", {(one, OWES)}, {day}))
    return Notice([*HEAD, *lines], points)


def _timed(pen: Pen, said: list[tuple[str, dict[str, object]]]) -> Notice:
    lines, points = [], []
    for number, (words, facts) in enumerate(said, start=1):
        one = pen.unit()
        lines.append(f"{number}.{words}。（责任单位：{one}）")
        points.append(Point(f"一{number}", {(one, OWES)}, **facts))  # type: ignore[arg-type]
    return Notice([*HEAD, *lines], points)


@shape
def deadlines(pen: Pen) -> Notice:
    return _timed(pen, [(f"{pen.act()}，{when}完成", {"deadlines": {day}}) for when, day in pen.words.deadlines])


@shape
def ranges(pen: Pen) -> Notice:
    return _timed(pen, [(f"{when}{pen.act()}", {"deadlines": {day}}) for when, day in pen.words.ranges])


@shape
def by_a_year(pen: Pen) -> Notice:
    said = [(f"{when}，{pen.act()}取得明显成效", {"deadlines": {day}}) for when, day in pen.words.by_year]
    return _timed(pen, said)


@shape
def stretches_before_a_verb(pen: Pen) -> Notice:
    verbs = cycle(("完成", "投入运行", "启动试点", "上线"))
    said = [(f"{pen.act()}，{when}{next(verbs)}", {"deadlines": {day}}) for when, day in pen.words.stretches]
    return _timed(pen, said)


@shape
def recurrences(pen: Pen) -> Notice:
    said = [(f"{pen.act()}，{when}通报情况", {"recurrences": {days}}) for when, days in pen.words.recurrences]
    return _timed(pen, said)


@shape
def every_year_reaches_the_next_date(pen: Pen) -> Notice:
    said = [(f"每年{pen.act()}，并于{when}报告", {"recurrences": {(day,)}}) for when, day in pen.words.yearly]
    return _timed(pen, said)


@shape
def limits(pen: Pen) -> Notice:
    said = [(f"{pen.act()}，在{when}予以答复", {"limits": {(amount, unit)}}) for when, amount, unit in pen.words.limits]
    return _timed(pen, said)


@shape
def standing(pen: Pen) -> Notice:
    return _timed(pen, [(f"{pen.act()}，{words}", {"standing": 1}) for words in pen.words.standing])


def _year(said: tuple[str, str]) -> str:
    return said[1][:4]


@shape
def three_milestones(pen: Pen) -> Notice:
    said = []
    for _ in range(3):
        chosen = sorted(pen.random.sample(pen.words.deadlines, 3), key=_year)  # a year holds for what follows it
        words = "，".join(f"{when}{pen.act()}" for when, _ in chosen)
        said.append((words, {"deadlines": {day for _, day in chosen}}))
    return _timed(pen, said)


@shape
def one_date_said_twice(pen: Pen) -> Notice:
    lines, points = [], []
    for number, label in enumerate(pen.words.limit_labels, start=1):
        one = pen.unit()
        lines += [f"{number}.2018年11月底前{pen.act()}。", f"责任单位：{one}", f"{label}：2018年11月30日"]
        points.append(Point(f"一{number}", {(one, OWES)}, {"2018-11-30"}))
    return Notice([*HEAD, *lines], points)


@shape
def what_was_done_already(pen: Pen) -> Notice:
    said = [
        (f"对{words}事项进行评估，{pen.act()}，年底前完成", {"deadlines": {"2018-12-31"}}) for words in pen.words.passed
    ]
    return _timed(pen, said)


@shape
def bare_label_of_a_limit(pen: Pen) -> Notice:
    lines, points = [], []
    for number, label in enumerate(pen.words.limit_labels, start=1):
        one, (when, day) = pen.unit(), pen.random.choice(pen.words.deadlines)
        lines += [f"{number}.{pen.act()}。", f"责任单位：{one}", f"{label}：{when}"]
        points.append(Point(f"一{number}", {(one, OWES)}, {day}))
    return Notice([*HEAD, *lines], points)


# --- Around the points ------------------------------------------------------------------------------


@shape
def dated_duties_in_letter_and_closing(pen: Pen) -> Notice:
    first, *others = pen.words.letters
    one = pen.unit()
    before = ["宁海县人民政府办公室关于印发2018年工作要点的通知", "宁政办发〔2018〕1号", "各乡镇人民政府："]
    before += [f"《工作要点》已经县政府同意，现印发给你们，请认真贯彻执行。{first[0]}", "2018年3月1日", "一、主要任务"]
    body = [f"1.{pen.act()}。（责任单位：{one}）", *(words for words, _ in others)]
    warned = [quoted for _, quoted in pen.words.letters]
    return Notice([*before, *body], [Point("一1", {(one, OWES)})], warned=warned)


@shape
def year_told_from_outside(pen: Pen) -> Notice:
    one = pen.unit()
    lines = [f"1.{pen.act()}，9月底前完成。（责任单位：{one}）", f"2.{pen.act()}。（责任单位：{one}）"]
    points = [Point("一1", {(one, OWES)}, {"2018-09-30"}), Point("一2", {(one, OWES)})]
    return Notice(["宁海县政务公开工作要点", "一、主要任务", *lines], points, year=2018)


@shape
def numerals_of_another_kind(pen: Pen) -> Notice:
    lines, points = [], []
    for no in pen.words.numerals:
        (one, two), label = pen.two(), pen.label()
        lines.append(f"{no}{pen.act()}。{pen.bracket(f'{label}：{one}，{two}')}")
        points.append(Point(f"一{no.rstrip('.、')}", {(one, pen.role(label)), (two, pen.role(label))}))
    return Notice([*HEAD, *lines], points)


# --- Tables ---------------------------------------------------------------------------------------


def _row(pen: Pen, heads: tuple[str, ...], title: str | Merged, number: int, no: str = "一") -> tuple[Row, Point]:
    """A row below these heads: 类别, 任务, who leads, who helps, until when; and its point."""
    one, two = pen.two()
    when, day = pen.random.choice(pen.words.deadlines)
    units = {(one, pen.role(heads[2])), (two, HELPS)}
    return (title, f"{number}.{pen.act()}。", one, two, when), Point(f"{no}{number}", units, {day})


def _rows(pen: Pen, heads: tuple[str, ...], no: str, count: int = 2) -> tuple[list[Row], list[Point]]:
    """One part, whose title stands once, merged over its rows."""
    titles = [f"{no}、公开", *[Merged.ABOVE] * (count - 1)]
    told = [_row(pen, heads, title, number, no) for number, title in enumerate(titles, start=1)]
    return [row for row, _ in told], [point for _, point in told]


@shape
def table_of_plain_rows(pen: Pen) -> Notice:
    heads = next(pen.heads)
    told = [_row(pen, heads, "一、公开", number) for number in range(1, 5)]
    return Notice([*HEAD[:3], ANNEX, Table([heads, *(row for row, _ in told)])], [point for _, point in told])


@shape
def table_with_a_repeated_number(pen: Pen) -> Notice:
    heads = next(pen.heads)
    told = [_row(pen, heads, "一、公开", 1) for _ in range(2)]
    told[1][1].key = "一1#2"
    return Notice([*HEAD[:3], ANNEX, Table([heads, *(row for row, _ in told)])], [point for _, point in told])


@shape
def table_of_merged_cells_below_heads_of_every_kind(pen: Pen) -> Notice:
    """A table for each set of heads, one below the other."""
    blocks: list[str | Table] = [*HEAD[:3]]
    points: list[Point] = []
    for place, (no, heads) in enumerate(zip("一二三四五六七八九十", pen.words.heads, strict=False), start=1):
        rows, told = _rows(pen, heads, no)
        blocks += [f"附表{place}", Table([heads, *rows])]
        points += told
    return Notice(blocks, points)


@shape
def table_below_two_rows_of_heads(pen: Pen) -> Notice:
    blocks: list[str | Table] = [*HEAD[:3]]
    points: list[Point] = []
    for place, (no, heads) in enumerate(zip("一二三四五六七八九十", pen.words.heads, strict=False), start=1):
        title, work, lead, helps, when = heads
        upper = (title, work, pen.random.choice(pen.words.upper_heads), Merged.LEFT, when)
        lower = (Merged.ABOVE, Merged.ABOVE, lead, helps, Merged.ABOVE)
        rows, told = _rows(pen, heads, no)
        blocks += [f"附表{place}", Table([upper, lower, *rows])]
        points += told
    return Notice(blocks, points)


@shape
def tables_below_headings(pen: Pen) -> Notice:
    """一、主动公开 and its table, （一）… and its table: the number of a row begins with that of its heading."""
    blocks: list[str | Table] = [*HEAD[:3]]
    points: list[Point] = []
    for heading, no in (("一、主动公开", "一"), ("二、政策解读", "二"), ("（一）平台", "二（一）"), ("三、保障", "三")):
        _, *heads = titled = next(pen.heads)
        told = [_row(pen, titled, "", number, no) for number in (1, 2)]
        caption = ["附表1：主动公开任务分解表"] if no == "一" else []
        blocks += [heading, *([] if no == "二" else [*caption, Table([heads, *(row[1:] for row, _ in told)])])]
        points += [] if no == "二" else [point for _, point in told]
    return Notice(blocks, points)


@shape
def table_in_several_parts(pen: Pen) -> Notice:
    """It goes on behind a page's end: below its heads once more, and below none."""
    heads = next(pen.heads)
    parts = [_rows(pen, heads, no) for no in "一二三"]
    first, again, last = (rows for rows, _ in parts)
    tables = [Table([heads, *first]), "（续表）", Table([heads, *again], begins_page=True)]
    tables += ["续表", Table(last, begins_page=True)]
    return Notice([*HEAD[:3], ANNEX, *tables], [point for _, told in parts for point in told])
