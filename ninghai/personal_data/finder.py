"""Everything personal in a text, in its order; of two that overlap the certain one counts, else the longer."""

from collections.abc import Callable, Iterable

from ninghai.personal_data.detectors import address, bank_card, id_card, mail, name, papers, phones, plate
from ninghai.personal_data.folding import fold
from ninghai.personal_data.hit import Hit

Detector = Callable[[str], Iterable[Hit]]
DETECTORS: tuple[Detector, ...] = (
    id_card.find,
    bank_card.find,
    phones.find,
    papers.find,
    plate.find,
    mail.find,
    address.find,
    name.find,
)


def find_personal_data(text: str) -> list[Hit]:
    """The hits in the order of the text; their `text` is as it stands there, not folded."""
    folded = fold(text)
    best: list[Hit] = []
    for hit in sorted((hit for find in DETECTORS for hit in find(folded)), key=_strength):
        if not any(hit.overlaps(stronger) for stronger in best):
            best.append(hit)
    return sorted(Hit(hit.start, hit.end, hit.kind, text[hit.start : hit.end], hit.certain) for hit in best)


def _strength(hit: Hit) -> tuple[bool, int, int]:
    """The strongest first."""
    return not hit.certain, hit.start - hit.end, hit.start
