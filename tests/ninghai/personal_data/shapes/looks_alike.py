"""The same shapes with nothing personal in them: offices, sites, offences, codes, sums and rates."""

from ninghai.personal_data.hit import DataKind
from tests.ninghai.personal_data.shapes import documents
from tests.ninghai.personal_data.shapes.documents import Aside, Document, Lines, Link, Table, broken_within
from tests.ninghai.personal_data.shapes.values import Values
from tests.ninghai.personal_data.shapes.wordings import HARMLESS


def harmless(name: str, values: Values, half: str) -> Document:
    """A document of the shape that is called so."""
    words, document = HARMLESS[half], Document()
    said = [values.harmless(sentence) for sentence in values.rng.sample(words.sentences, 4)]
    columns = values.rng.sample(words.columns, 4)
    if name in {"sentences", "broken_lines", "named_persons", "lists_with_brackets", "spaced_digits"}:
        for sentence in said:
            broken = broken_within(sentence, sentence[2:], values) if name == "broken_lines" else (sentence,)
            document.blocks.append(Lines(broken, is_wrapped=len(broken) > 1))
    elif name in {"labels_on_lines", "values_over_lines"}:
        document.blocks = [Lines((f"{head}：", values.harmless(below))) for head, below in columns]
    elif name in {"runs", "filled_in_forms"}:
        mark = values.one("，", "；", "  ")
        document.blocks = [Lines((mark.join(f"{head}：{values.harmless(below)}" for head, below in columns),))]
    elif name == "links":
        document.blocks = [Link("局长信箱", "mailto:xxgk@ninghai.gov.cn"), Link("门户", "https://www.ninghai.gov.cn/")]
    elif name == "asides":
        document.blocks = [Aside(where, said[at % 4]) for at, where in enumerate(documents.ASIDES[:4])]
    elif name == "form":
        pairs = [(head, values.harmless(below)) for head, below in columns]
        document.blocks = [Table(((*pairs[0], *pairs[1]), (*pairs[2], *pairs[3])))]
    elif name == "boxed_digits":
        document.blocks = [_figures(values), _codes_in_boxes(values), Lines((" ".join(values.number(18)),))]
    elif name in {"value_two_cells_on", "persons_beside_each_other"}:
        between = ("：",) if name == "value_two_cells_on" else ()
        rows = [(head, *between, values.harmless(below), values.harmless(below)) for head, below in columns]
        document.blocks = [Table(tuple(rows))]
    else:
        document.blocks = [_table(name, values, columns)]
    return document


def _figures(values: Values) -> Table:
    """Counts of one digit, of a month or of a village each; telephones are counted, too."""
    first = values.one("月份", "村（社区）", "项目")
    heads = values.one(tuple(map(str, range(1, 13))), tuple(values.village() for _ in range(12)), ("",) * 12)
    told = values.rng.sample(
        ["电话咨询", "服务热线（次）", "信访件数", "身份证办理", "银行卡补办", "手机报名", values.unit()], 5
    )
    return Table(((first, *heads), *((words, *values.number(12)) for words in told)))


def _codes_in_boxes(values: Values) -> Table:
    rows = (("统一社会信用代码", values.credit()), ("填表日期", "20181120"), ("邮政编码", "315600"))
    return Table(tuple((head, *code, *[""] * (18 - len(code))) for head, code in rows))


def _table(name: str, values: Values, columns: list[tuple[str, str]]) -> Table:
    heads = ("序号", *(head for head, _ in columns), "备注")
    rows = [(str(at), *(values.harmless(below) for _, below in columns), "") for at in range(1, 4)]
    if name == "heads_with_blanks":
        heads = tuple("\u3000".join(head) if len(head) <= 4 else head for head in heads)
    if name in {"two_rows_of_heads", "divided_heads"}:
        upper = ("序号", "基本情况", "", "", "", "备注")
        return Table((upper, ("", *heads[1:-1], ""), *rows), merged=((0, 1, 4),))
    return Table(
        (heads, *rows),
        has_rules="without_rules" not in name,
        break_before=3 if name == "over_pages" else 0,
        widest=9 if "narrow" in name else 0,
    )


NOT_COUNTED = frozenset({DataKind.HIDDEN_DATA, DataKind.PICTURE})  # that something is hidden, whatever it says
