"""Documents in shapes: lines broken in the middle of a number, labels on lines of their own, tables of all sorts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ninghai.personal_data.hit import DataKind
from tests.ninghai.personal_data.shapes.values import Expected, Values
from tests.ninghai.personal_data.shapes.wordings import NAMED, WORDINGS

NUMBERS = (
    DataKind.ID_CARD,
    DataKind.DISABILITY_CARD,
    DataKind.MOBILE,
    DataKind.LANDLINE,
    DataKind.BANK_CARD,
    DataKind.PASSPORT,
    DataKind.PLATE,
    DataKind.EMAIL,
)
JUDGED = (DataKind.ADDRESS, DataKind.NAME)
FILLER = "为做好本年度困难群众救助工作，经村民代表会议评议、镇人民政府审核，现将有关情况说明如下，请予以监督。"
ASIDES = (
    "header", "footer", "footnote", "comment", "text box", "alt text", "hidden row", "hidden sheet", "hidden column",
    "property", "offered", "deleted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lines:
    """A stretch of text in lines, as they are set."""

    lines: tuple[str, ...]
    is_wrapped: bool = False  # one paragraph, broken by its width


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `merged` are (row, first column, last column). Without rules it is held together by blanks."""

    rows: tuple[tuple[str, ...], ...]
    has_rules: bool = True
    merged: tuple[tuple[int, int, int], ...] = ()
    break_before: int = 0  # the row at which a new page begins
    widest: int = 0  # characters of a cell before it goes on in its next line


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Words that stand out of the way: one of ASIDES."""

    where: str
    words: str


Block = Lines | Table | Link | Aside


@dataclass(slots=True)
class Document:
    blocks: list[Block] = field(default_factory=list)
    personal: set[Expected] = field(default_factory=set)


@dataclass(slots=True)
class Writer:
    """Puts values into a document, with the words of one half."""

    values: Values
    half: str
    document: Document = field(default_factory=Document)

    def value(self, kind: DataKind) -> str:
        value = self.values.value(kind)
        self.document.personal.add((kind, value))
        return value

    def label(self, kind: DataKind) -> str:
        return self.values.one(*WORDINGS[kind][self.half].labels)

    def sentence(self, kind: DataKind) -> tuple[str, str]:
        """A sentence, and the value in it."""
        value = self.value(kind)
        return self.values.one(*WORDINGS[kind][self.half].sentences).format(value), value

    def kinds(self, count: int) -> list[DataKind]:
        """A name or an address at the least, and numbers."""
        some = self.values.rng.sample(NUMBERS, count - 1)
        return [self.values.rng.choice(JUDGED), *some]


def sentences(writer: Writer) -> None:
    for kind in writer.kinds(4):
        writer.document.blocks.append(Lines((writer.sentence(kind)[0],)))


def broken_lines(writer: Writer) -> None:
    """A paragraph broken by its width in the middle of the value."""
    for kind in writer.kinds(4):
        sentence, value = writer.sentence(kind)
        writer.document.blocks.append(Lines(broken_within(sentence, value, writer.values), is_wrapped=True))


def broken_within(sentence: str, value: str, values: Values) -> tuple[str, ...]:
    width = values.rng.randint(24, 36)
    place = sentence.index(value) + values.rng.randint(1, len(value) - 1)
    lead = (width - place) % width
    text = (FILLER * 2)[len(FILLER) * 2 - lead - width :] + sentence
    return tuple(text[at : at + width] for at in range(0, len(text), width))


def labels_on_lines(writer: Writer) -> None:
    """Every label on a line of its own, the value on the next."""
    colon = writer.values.one("：", "", ":")
    for kind in writer.kinds(4):
        writer.document.blocks.append(Lines((f"{writer.label(kind)}{colon}", writer.value(kind))))


def runs(writer: Writer) -> None:
    """Labels and values one after the other."""
    mark = writer.values.one("，", "；", "  ", "　", " ")
    colon = writer.values.one("：", ":", "： ")
    for _ in range(2):
        kinds = [DataKind.NAME, *writer.values.rng.sample([*NUMBERS, DataKind.ADDRESS], 3)]
        pairs = [f"{writer.label(kind)}{colon}{writer.value(kind)}" for kind in kinds]
        writer.document.blocks.append(Lines((mark.join(pairs),)))


def table(writer: Writer) -> None:
    writer.document.blocks.append(Table(_rows(writer)))


def table_without_rules(writer: Writer) -> None:
    writer.document.blocks.append(Lines(("现将补助名单公示如下：",)))
    writer.document.blocks.append(Table(_rows(writer), has_rules=False))


def heads_with_blanks(writer: Writer) -> None:
    """姓　名, 电　话: heads and labels with blanks between their characters."""
    first, *others = _rows(writer)
    blank = writer.values.one("\u3000", " ", "  ")
    heads = tuple(blank.join(head) if len(head) <= 4 else head for head in first)
    writer.document.blocks.append(Table((heads, *others)))


def two_rows_of_heads(writer: Writer) -> None:
    first, *others = _rows(writer)
    last = len(first) - 1
    upper = ("序号", writer.values.one("基本情况", "户主信息", "人员信息"), *[""] * (last - 2), "备注")
    lower = ("", *first[1:last], "")
    writer.document.blocks.append(Table((upper, lower, *others), merged=((0, 1, last - 1),)))


def divided_heads(writer: Writer) -> None:
    """联系电话 above 手机 and 家庭: the lower head alone does not say what it is."""
    values = writer.values
    upper = ("序号", "姓名", "联系电话", "", "银行账户", "")
    lower = ("", "", values.one("手机", "移动"), values.one("家庭", "住宅"), "开户行", values.one("账号", "卡号"))
    rows = [
        (
            str(at),
            writer.value(DataKind.NAME),
            writer.value(DataKind.MOBILE),
            writer.value(DataKind.LANDLINE),
            values.one("农商银行", "信用社"),
            writer.value(DataKind.BANK_CARD),
        )
        for at in range(1, 4)
    ]
    writer.document.blocks.append(Table((upper, lower, *rows), merged=((0, 2, 3), (0, 4, 5))))


def form(writer: Writer) -> None:
    """Heads on the left, two pairs a row."""
    pairs = [(kind, writer.label(kind)) for kind in writer.kinds(5)]
    cells = [(label, writer.value(kind)) for kind, label in pairs]
    other = writer.values.one("性别", "民族", "文化程度"), writer.values.one("女", "汉族", "初中")
    rows = [(*one, *two) for one, two in zip(cells[::2], [*cells[1::2], other], strict=True)]
    writer.document.blocks.append(Table(tuple(rows)))


def over_pages(writer: Writer) -> None:
    rows = _rows(writer, count=6)
    writer.document.blocks.append(Table(rows, break_before=4))


def narrow_cells(writer: Writer) -> None:
    """Cells whose words go on in a second line."""
    writer.document.blocks.append(Table(_rows(writer, columns=3), widest=9))


def narrow_cells_without_rules(writer: Writer) -> None:
    writer.document.blocks.append(Table(_rows(writer, columns=3), has_rules=False, widest=9))


def value_two_cells_on(writer: Writer) -> None:
    """A colon, a star or a remark stands in a cell of its own between the label and the value."""
    between = writer.values.one("：", "*", "", "（必填）")
    rows = [(writer.label(kind), between, writer.value(kind), "") for kind in writer.kinds(5)]
    writer.document.blocks.append(Table(tuple(rows)))


def persons_beside_each_other(writer: Writer) -> None:
    """Heads on the left, and a column for each person."""
    kinds = [DataKind.NAME, *writer.values.rng.sample([*NUMBERS, DataKind.ADDRESS], 3)]
    rows = [(writer.label(kind), *(writer.value(kind) for _ in range(3))) for kind in kinds]
    writer.document.blocks.append(Table(tuple(rows)))


def two_lists_side_by_side(writer: Writer) -> None:
    rows = _rows(writer, columns=3, count=6)
    half = 1 + len(rows) // 2
    left, right = rows[1:half], rows[half:]
    writer.document.blocks.append(
        Table((rows[0] + rows[0], *(one + two for one, two in zip(left, right, strict=True))))
    )


def several_in_a_cell(writer: Writer) -> None:
    """Two values one below the other in a cell, or with a mark between them."""
    mark = writer.values.one("\n", "\n", "、", "；")
    kinds = [DataKind.NAME, *writer.values.rng.sample([*NUMBERS, DataKind.ADDRESS], 2)]
    heads = ("序号", *(writer.label(kind) for kind in kinds), "备注")
    body = [(str(at), *(mark.join(writer.value(kind) for _ in range(2)) for kind in kinds), "") for at in range(1, 4)]
    writer.document.blocks.append(Table((heads, *body)))


def values_over_lines(writer: Writer) -> None:
    """Below its label a value takes two lines: a number, or an address."""
    kinds = [DataKind.ADDRESS, *writer.values.rng.sample([DataKind.ID_CARD, DataKind.BANK_CARD, DataKind.MOBILE], 2)]
    for kind in kinds:
        value = writer.value(kind)
        cut = writer.values.rng.randint(4, len(value) - 4) if kind != DataKind.ADDRESS else len(value) // 2
        writer.document.blocks.append(Lines((f"{writer.label(kind)}：", value[:cut].rstrip(), value[cut:].lstrip())))


def named_persons(writer: Writer) -> None:
    """Nothing says 姓名; how somebody is spoken of does."""
    for _ in range(3):
        name, number = writer.value(DataKind.NAME), writer.value(DataKind.MOBILE)
        words = writer.values.one(*NAMED[writer.half]).format(name=name, number=number)
        writer.document.blocks.append(Lines((words,)))


def lists_with_brackets(writer: Writer) -> None:
    """补助对象：张三（身份证号…）、李四（…）"""
    kind = writer.values.rng.choice(NUMBERS)
    people = [f"{writer.value(DataKind.NAME)}（{_labelled(writer.label(kind), writer.value(kind))}）" for _ in range(3)]
    writer.document.blocks.append(Lines((f"{writer.label(DataKind.NAME)}：{'、'.join(people)}。",)))


def _labelled(label: str, value: str) -> str:
    return f"{label}{'：' if label.isascii() else ''}{value}"


def spaced_digits(writer: Writer) -> None:
    """Of full width, with blanks between groups or between all of them, as forms and scans have them."""
    blank = writer.values.one(" ", "\u3000", "  ")
    wide = {0x30 + digit: 0xFF10 + digit for digit in range(10)}
    for kind in (DataKind.ID_CARD, DataKind.MOBILE, DataKind.BANK_CARD):
        number = re.sub(r"[^0-9Xx]", "", writer.values.value(kind))
        number = number[-11:] if kind == DataKind.MOBILE else number
        groups = writer.values.one((4, 4, 4, 4, 4), (6, 8, 4)) if kind != DataKind.MOBILE else (3, 4, 4)
        ends = list(accumulate(groups))
        said = blank.join(filter(None, (number[end - size : end] for end, size in zip(ends, groups, strict=True))))
        said = writer.values.one(said, said.translate(wide), number.translate(wide))
        writer.document.personal.add((kind, said))
        sentence = writer.values.one("{label}：{said}。", "{label} {said}")
        writer.document.blocks.append(Lines((sentence.format(label=writer.label(kind), said=said),)))


def boxed_digits(writer: Writer) -> None:
    """A box for each digit: beside a label, below a head over them all, and in a line with blanks between them."""
    boxes, rows = 18, []
    for kind in (DataKind.ID_CARD, DataKind.MOBILE, DataKind.ID_CARD):
        number = boxed(writer, kind)
        rows.append((writer.label(kind), *number, *[""] * (boxes - len(number))))
    writer.values.rng.shuffle(rows)
    writer.document.blocks.append(Table(tuple(rows)))
    people = [(writer.value(DataKind.NAME), *boxed(writer, DataKind.ID_CARD)) for _ in range(2)]
    heads = (writer.label(DataKind.NAME), writer.label(DataKind.ID_CARD), *[""] * (boxes - 1))
    writer.document.blocks.append(Table((heads, *people), merged=((0, 1, boxes),)))
    blank = writer.values.one(" ", "\u3000", "  ", "   ")
    for kind in (DataKind.ID_CARD, DataKind.MOBILE):
        writer.document.blocks.append(Lines((f"{writer.label(kind)}：{blank.join(boxed(writer, kind))}",)))


def boxed(writer: Writer, kind: DataKind) -> str:
    """The digits of a new number, without blanks and what is dialled before."""
    values = writer.values
    number = values.id_number() if kind == DataKind.ID_CARD else re.sub(r"\D", "", values.value(kind))[-11:]
    writer.document.personal.add((kind, number))
    return number


def filled_in_forms(writer: Writer) -> None:
    """On lines that are drawn with strokes, several to a line."""
    kinds = [DataKind.NAME, *writer.values.rng.sample([*NUMBERS, DataKind.ADDRESS], 3)]
    pairs = [f"{writer.label(kind)}：__{writer.value(kind)}____" for kind in kinds]
    writer.document.blocks += [Lines((" ".join(pairs[:2]),)), Lines((" ".join(pairs[2:]),))]


def links(writer: Writer) -> None:
    mail, mobile = writer.value(DataKind.EMAIL), writer.values.one("138", "177") + writer.values.number(8)
    writer.document.personal.add((DataKind.MOBILE, mobile))
    writer.document.blocks += [Link("点击联系", f"mailto:{mail}?subject=zx"), Link("拨打", f"tel:{mobile}")]


def asides(writer: Writer) -> None:
    writer.document.blocks.append(Lines(("补助工作情况说明",)))
    for where in ASIDES:
        kind = writer.values.rng.choice([*NUMBERS, *JUDGED])
        writer.document.blocks.append(Aside(where, writer.sentence(kind)[0]))


def _rows(writer: Writer, *, columns: int = 5, count: int = 3) -> tuple[tuple[str, ...], ...]:
    """序号, a name, some kinds, 备注."""
    kinds = [DataKind.NAME, *writer.values.rng.sample([*NUMBERS, DataKind.ADDRESS], columns - 2)]
    heads = ("序号", *(writer.label(kind) for kind in kinds), "备注")
    body = [(str(at), *(writer.value(kind) for kind in kinds), "") for at in range(1, count + 1)]
    return heads, *body


Shape = Callable[[Writer], None]
TEXT, SHEETS, OFFICE = (".txt", ".docx", ".pptx", ".pdf", ".ofd"), (".csv", ".xlsx"), (".docx", ".xlsx", ".pptx")
EVERYWHERE = (*TEXT, *SHEETS, ".zip")
RULED = tuple(suffix for suffix in EVERYWHERE if suffix != ".ofd")  # whose rules are not read: such heads need them
SHAPES: dict[Shape, Sequence[str]] = {
    sentences: EVERYWHERE,
    broken_lines: EVERYWHERE,
    labels_on_lines: EVERYWHERE,
    runs: EVERYWHERE,
    table: EVERYWHERE,
    table_without_rules: (*TEXT, ".csv", ".zip"),
    heads_with_blanks: RULED,
    two_rows_of_heads: RULED,
    divided_heads: (".docx", ".pptx", ".xlsx", ".csv", ".pdf", ".zip"),
    form: EVERYWHERE,
    over_pages: (".pdf", ".ofd", ".docx"),
    narrow_cells: EVERYWHERE,
    narrow_cells_without_rules: (".pdf", ".ofd", ".txt"),
    value_two_cells_on: (*OFFICE, ".csv", ".pdf"),
    persons_beside_each_other: (*OFFICE, ".csv", ".pdf", ".ofd"),
    two_lists_side_by_side: (*OFFICE, ".csv", ".pdf", ".ofd"),
    several_in_a_cell: (*OFFICE, ".csv"),
    values_over_lines: (".txt", ".docx", ".pdf"),
    named_persons: (".txt", ".docx", ".xlsx", ".ofd"),
    lists_with_brackets: (".txt", ".docx", ".pdf"),
    spaced_digits: (".txt", ".docx", ".xlsx", ".ofd"),
    boxed_digits: EVERYWHERE,
    filled_in_forms: (".txt", ".docx", ".pdf"),
    links: (*OFFICE, ".pdf", ".zip"),
    asides: (*OFFICE, ".zip"),
}
