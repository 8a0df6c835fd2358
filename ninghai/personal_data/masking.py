"""How each kind is printed once it is masked (去标识化), so that a reader sees that something was there and not what."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ninghai.personal_data.body import columns_below, find_in_body, width_of
from ninghai.personal_data.detectors.surnames import DOUBLE
from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.hit import DataKind, Hit
from ninghai.personal_data.table import CellHit, find_in_table, rows_below

STAR = "*"
LINE = re.compile(r"(\(?0\d{2,3}\)?)?[ \-]?(\d{3,4}\d{4})(?:\D.*)?")  # area, number; what dials on is not printed
TO_THE_VILLAGE = re.compile(r".*?(?:镇|乡|街道).*?(?:村|社区|路|街|巷|弄|小区|花园|家园|嘉园|公寓|华府|苑)")


def masked(hit: Hit) -> str:
    """The hit as it may be printed; what is too short to leave a part of it standing is not told by any."""
    plain = "".join(fold_in_place(hit.text).split())
    bare = re.sub(r"[\-·]", "", plain)
    match hit.kind:
        case DataKind.ID_CARD | DataKind.DISABILITY_CARD | DataKind.BANK_CARD:
            return _keep(bare, first=4, last=4)
        case DataKind.MOBILE:
            return f"{bare[-11:-8]}{STAR * 4}{bare[-4:]}" if len(bare) >= 11 else STAR * 4
        case DataKind.LANDLINE:
            line = LINE.fullmatch(plain)
            area = f"{line[1]}-" if line and line[1] else ""
            return f"{area}{STAR * 4}{line[2][-4:] if line else ''}"
        case DataKind.PASSPORT:
            return _keep(bare, first=2, last=2)
        case DataKind.PLATE:
            return f"{bare[:2]}·{STAR * 2}{bare[-3:]}" if len(bare) >= 7 else STAR * 2
        case DataKind.EMAIL:
            box, at, host = plain.partition("@")
            return f"{box[:1]}{STAR * 3}{at}{host}"
        case DataKind.ADDRESS:
            village = TO_THE_VILLAGE.match(hit.text)
            return village[0] if village else STAR * 3
        case DataKind.NAME:
            return _masked_name(plain)
        case DataKind.SENSITIVE_COLUMN | DataKind.HIDDEN_DATA | DataKind.PICTURE:
            return ""


def mask_text(text: str) -> str:
    """The text with everything personal masked."""
    pieces, done = [], 0
    for hit in find_personal_data(text):
        pieces += [text[done : hit.start], masked(hit)]
        done = hit.end
    return "".join([*pieces, text[done:]])


def _keep(value: str, *, first: int, last: int) -> str:
    """The first and the last characters, of a short value no more than a third at each end."""
    most = len(value) // 3
    begun, end = value[: min(first, most)], value[len(value) - min(last, most) :]
    return f"{begun}{STAR * max(len(value) - len(begun) - len(end), 2)}{end}"


def _masked_name(name: str) -> str:
    """张某某, 欧阳某: the surname stays; of a name with a dot, its first character."""
    if "·" in name:
        return f"{name[0]}某某"
    surname = re.match(DOUBLE, name)
    kept = surname[0] if surname and len(name) > 2 else name[:1]
    return kept + "某" * max(len(name) - len(kept), 1)


# What takes the place of what in a text that is masked: sensitive columns are emptied first, then every hit is masked whole,
# also where it goes on in another line of its cell.

Meant = Callable[[str, Hit], bool]  # whether a hit in the text is to be masked


@dataclass(frozen=True, slots=True)
class Replacement:
    """`words` instead of what stands from `start` to `end`."""

    start: int
    end: int
    words: str


def every_hit(text: str, hit: Hit) -> bool:
    return True


def replaced(text: str, *, meant: Meant = every_hit) -> str:
    """The text without the sensitive columns, and with the hits masked, that are meant."""
    for replacements in (emptied, masks):
        text = applied(text, replacements(text, meant=meant))
    return text


def emptied(text: str, *, meant: Meant = every_hit) -> Iterator[Replacement]:
    """The cells below the heads of sensitive columns."""
    for head, cells in columns_below(text):
        if meant(text, head):
            yield from (Replacement(start, end, _set_alike("", text, start, end)) for start, end in cells)


def masks(text: str, *, meant: Meant = every_hit) -> Iterator[Replacement]:
    """Of a hit in several stretches the mask stands in the first; the others go."""
    for hit in find_in_body(text):
        if hit.kind != DataKind.SENSITIVE_COLUMN and meant(text, hit):
            for at, (start, end) in enumerate(hit.stretches):
                yield Replacement(start, end, _set_alike("" if at else masked(hit), text, start, end))


def applied(text: str, replacements: Iterable[Replacement]) -> str:
    pieces, done = [], 0
    for each in sorted(replacements, key=lambda each: each.start):
        pieces += [text[done : each.start], each.words]
        done = each.end
    return "".join([*pieces, text[done:]])


def _set_alike(words: str, text: str, start: int, end: int) -> str:
    """As wide as what stood there, where another column follows: else what follows would stand below another head."""
    if text[end : end + 2] != "  " and text[end : end + 1] != "\u3000":
        return words
    return words + " " * (width_of(text[start:end]) - width_of(words))


# The masked words of every cell of a table, by place; cells that may stay as they are, are not named.


def masked_cells(rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """(row, column) → what is printed instead; a sensitive column is emptied below its head, to the end of its table."""
    hits: dict[tuple[int, int], list[Hit]] = {}
    dropped: dict[tuple[int, int], str] = {}
    boxed: dict[tuple[int, int], str] = {}
    for found in find_in_table(rows):
        if found.hit.kind == DataKind.SENSITIVE_COLUMN:
            dropped |= {(at, found.column): "" for at in rows_below(rows, found.row, found.column)}
        elif found.more:
            boxed |= _in_boxes(found)
        else:
            hits.setdefault((found.row, found.column), []).append(found.hit)
    return {place: _replaced(rows[place[0]][place[1]], found) for place, found in hits.items()} | boxed | dropped


def _in_boxes(found: CellHit) -> dict[tuple[int, int], str]:
    """A sign of the mask in each box; what is not as long as the number, in the first."""
    columns, mask = (found.column, *found.more), masked(found.hit)
    signs = mask if len(mask) == len(columns) else (mask, *[""] * len(found.more))
    return {(found.row, column): sign for column, sign in zip(columns, signs, strict=True)}


def _replaced(text: str, hits: Sequence[Hit]) -> str:
    for hit in reversed(hits):
        text = f"{text[: hit.start]}{masked(hit)}{text[hit.end :]}"
    return text
