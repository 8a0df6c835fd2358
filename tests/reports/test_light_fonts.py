"""The light copies hold what papers mostly say, and stand before the whole faces in every stack."""

import re

from fontTools.ttLib import TTFont

from reports.typesetting.light_fonts import LIGHT_FONTS, common_characters, make_light_fonts
from reports.typesetting.press import STYLE_SHEET


def test_a_light_copy_holds_every_common_character():
    make_light_fonts()
    common = {char for char in common_characters() if 0x4E00 <= char <= 0x9FFF}

    assert len(common) == 6763
    for font in LIGHT_FONTS:
        assert common <= TTFont(font.path).getBestCmap().keys()


def test_each_copy_has_its_address_in_the_style_sheet():
    addresses = set(re.findall(r'url\("(font:light-[a-z-]+)"\)', STYLE_SHEET.read_text(encoding="utf-8")))

    assert addresses == {font.address for font in LIGHT_FONTS}
