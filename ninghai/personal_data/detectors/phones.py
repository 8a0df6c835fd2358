"""手机号码, and 固定电话 only where the words beside it say that it is somebody's own: office lines are public."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.other_numbers import is_named_otherwise
from ninghai.personal_data.folding import before
from ninghai.personal_data.hit import Hit, Kind

BEGIN, END = r"(?<![0-9A-Za-z])(?<!\d\.)(?<!\d-)", r"(?![0-9A-Za-z])(?!\.\d)(?!-\d)"
MOBILE = re.compile(rf"(?<![0-9A-Za-z.\-])(?:\+?86[ \-]?)?1[3-9]\d([ \-]?)\d{{4}}\1\d{{4}}{END}")
LANDLINE = re.compile(rf"{BEGIN}\(?0\d{{2,3}}\)?[ \-]?\d{{7,8}}{END}")
AT_HOME = re.compile(r"(?:家庭|住宅|本人|家里|宅电)[^\n]{0,8}$")
REACH = 14


def find(text: str) -> Iterator[Hit]:
    for match in MOBILE.finditer(text):
        if not is_named_otherwise(text, match.start()):
            yield Hit(match.start(), match.end(), Kind.MOBILE, match[0], certain=True)
    for match in LANDLINE.finditer(text):
        if AT_HOME.search(before(text, match.start(), characters=REACH)):
            yield Hit(match.start(), match.end(), Kind.LANDLINE, match[0], certain=False)
