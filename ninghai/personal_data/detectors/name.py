"""姓名 after the word that announces one, as in 姓名：… and 户主：…; whether it may stand is for a person to judge."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.labelled import COLON, label_before
from ninghai.personal_data.detectors.surnames import looks_like_a_name
from ninghai.personal_data.heads import is_some_head, kind_of_head
from ninghai.personal_data.hit import Hit, Kind

WITHOUT_COLON = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{0,6}(?:姓 {0,4}名|户 {0,4}主)[ \t]{1,4}(?=[\u4e00-\u9fff])"
)
NAME = re.compile(
    r"[\u4e00-\u9fff](?: {1,4}[\u4e00-\u9fff]){1,2}(?![\u4e00-\u9fff])|[\u4e00-\u9fff·]{2,16}(?![\u4e00-\u9fff·])"
)
NEXT = re.compile(r"[、,，;；/ \t]{1,2}")
MOST_NAMES = 200  # after one word


def find(text: str) -> Iterator[Hit]:
    for place in _announced(text):
        yield from _names_from(text, place)


def _announced(text: str) -> Iterator[int]:
    """Where a name may begin."""
    for colon in COLON.finditer(text):
        label = label_before(text, colon.start())
        if label and kind_of_head(label) == Kind.NAME:
            yield colon.end()
    yield from (match.end() for match in WITHOUT_COLON.finditer(text))


def _names_from(text: str, place: int) -> Iterator[Hit]:
    for _ in range(MOST_NAMES):
        name = NAME.match(text, place)
        if name is None or not looks_like_a_name(name[0].replace(" ", "")) or is_some_head(name[0]):
            break
        yield Hit(name.start(), name.end(), Kind.NAME, name[0], certain=False)
        following = NEXT.match(text, name.end())
        if following is None:
            break
        place = following.end()
