"""姓名 after the word that announces one, as in 姓名：… and 户主：…; whether it may stand is for a person to judge."""

import re
from collections.abc import Callable, Iterator

from ninghai.personal_data.detectors.labelled import COLON, label_before
from ninghai.personal_data.detectors.surnames import looks_like_a_name, may_be_a_name
from ninghai.personal_data.folding import before
from ninghai.personal_data.heads import is_some_head, is_sure_of_names, kind_of_head
from ninghai.personal_data.hit import DataKind, Hit

WITHOUT_COLON = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{0,6}(?:姓 {0,4}名|户 {0,4}主)[ \t_]{1,30}(?=[\u4e00-\u9fff])"
)
NAME = re.compile(
    r"[\u4e00-\u9fff](?: {1,4}[\u4e00-\u9fff]){1,2}(?![\u4e00-\u9fff])|[\u4e00-\u9fff·]{2,16}(?![\u4e00-\u9fff·])"
)
AND_MORE = re.compile(r"[\u4e00-\u9fff·]{2,4}?(?=等(?:\d|[一二两三四五六七八九十]|人|户))")  # 王建国等3户
RELATIVE = re.compile(
    r"(?:^|[^\u4e00-\u9fff])(?:其|户主)?(?:本人|配偶|妻子?|丈夫|夫|[长次三四]?[子女]|儿子|女儿|父亲?|母亲?|祖父|祖母|爷爷|奶奶|外公|外婆|孙子|孙女|[哥弟姐妹]{1,2}) {0,2}$"
)
NEXT = re.compile(r"[、,，;；/ \t]{1,2}")
LONGEST_RELATIVE = 10  # characters, with what stands before it
MOST_NAMES = 200  # after one word


def find(text: str) -> Iterator[Hit]:
    for place, sure in _announced(text):
        yield from _names_from(text, place, may_be_a_name if sure else looks_like_a_name)


def _announced(text: str) -> Iterator[tuple[int, bool]]:
    """Where a name may begin, and whether nothing else can."""
    for colon in COLON.finditer(text):
        label = label_before(text, colon.start())
        if label and kind_of_head(label) == DataKind.NAME:
            yield colon.end(), is_sure_of_names(label)
        elif label and RELATIVE.search(before(text, colon.start(), characters=LONGEST_RELATIVE)):
            yield colon.end(), False
    yield from ((match.end(), False) for match in WITHOUT_COLON.finditer(text))


def _names_from(text: str, place: int, is_name: Callable[[str], bool]) -> Iterator[Hit]:
    for _ in range(MOST_NAMES):
        name = AND_MORE.match(text, place) or NAME.match(text, place)
        if name is None or not is_name(name[0].replace(" ", "")) or is_some_head(name[0]):
            break
        if COLON.match(text, name.end()):
            break  # it is the label of what follows
        yield Hit(name.start(), name.end(), DataKind.NAME, name[0], certain=False)
        following = NEXT.match(text, name.end())
        if following is None:
            break
        place = following.end()
