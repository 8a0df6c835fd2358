"""Everything personal in a text, in its order; of two that overlap the certain one counts, else the longer."""

import re
from bisect import bisect
from collections.abc import Callable, Iterable

from ninghai.personal_data.boxes import find_spaced
from ninghai.personal_data.detectors import bank_card, contacts, identity_papers, labelled
from ninghai.personal_data.detectors.surnames import is_an_office
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.hit import DataKind, Hit, strongest
from ninghai.personal_data.joining import joined, over_line_ends

Detector = Callable[[str], Iterable[Hit]]
NUMBERS = frozenset({DataKind.ID_CARD, DataKind.DISABILITY_CARD, DataKind.BANK_CARD})
NEXT_LINE = re.compile(r"[ \t\r]{0,9}\n[ \t]{0,9}([\u4e00-\u9fff]{1,16})")
DETECTORS: tuple[Detector, ...] = (
    identity_papers.find_id_cards,
    bank_card.find,
    contacts.find_phones,
    identity_papers.find_other_papers,
    identity_papers.find_plates,
    contacts.find_mail,
    contacts.find_addresses,
    labelled.find_names,
    labelled.find,
    find_spaced,
)


def find_personal_data(text: str, *, is_cell: bool = False) -> list[Hit]:
    """The hits in the order of the text; their `text` is as it stands there, not folded.

    What runs over the end of a line is found too; in a cell (`is_cell`) any line may go on in the next.
    """
    folded = fold_in_place(text)
    hits = [hit for hit in _detected(folded) if not _begins_an_office(folded, hit)]
    if "\n" in folded:
        whole = joined(folded, every=is_cell)
        if whole.starts:
            hits = _seen_whole(folded, hits, list(over_line_ends(whole, _detected(whole.text))))
    return [Hit(hit.start, hit.end, hit.kind, text[hit.start : hit.end], hit.certain) for hit in strongest(hits)]


def _detected(folded: str) -> list[Hit]:
    return [hit for find in DETECTORS for hit in find(folded)]


def _begins_an_office(text: str, hit: Hit) -> bool:
    """Whether what seemed a name at the end of a line is the beginning of 宁海|县财政局."""
    rest = NEXT_LINE.match(text, hit.end) if hit.kind == DataKind.NAME else None
    return rest is not None and is_an_office(f"{hit.text}{rest[1]}")


def _seen_whole(text: str, in_lines: list[Hit], in_paragraphs: list[Hit]) -> list[Hit]:
    """All of them; but whose address it is, the whole paragraph tells, not its last line."""
    homes = strongest(hit for hit in in_paragraphs if hit.kind == DataKind.ADDRESS)
    starts = [home.start for home in homes]

    def is_home(hit: Hit) -> bool:
        at = bisect(starts, hit.end - 1)
        return at > 0 and homes[at - 1].end > hit.start

    in_lines = [hit for hit in in_lines if hit.kind != DataKind.ADDRESS or is_home(hit)]
    broken = (hit for hit in in_paragraphs if hit.kind in NUMBERS and "\n" in text[hit.start : hit.end])
    return [*_without_parts(strongest(broken), in_lines), *in_paragraphs]


def _without_parts(wholes: list[Hit], in_lines: list[Hit]) -> list[Hit]:
    """Without what is only the part of a broken number that stands on one line, however certain it looks."""
    starts = [whole.start for whole in wholes]

    def is_part(hit: Hit) -> bool:
        at = bisect(starts, hit.start)
        return at > 0 and wholes[at - 1].end >= hit.end

    return [hit for hit in in_lines if not is_part(hit)]
