"""What a cell of the table means (单元格): each reader gives the fields of a row, or refuses with a sentence."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from disclosure.basic_catalogue.time_limits import LimitRule, proposed_rule
from disclosure.models import Audience, Channel, UpdateRhythm
from disclosure.models.states import DisclosureMethod
from ninghai.folding import fold

NOTHING = {"", "×", "x", "否", "/", "\\", "-", "—", "无", "□"}
TICKS = "■√☑✔✓●▣"
BOXES = re.compile(rf"([{TICKS}□☐○])\s*([^{TICKS}□☐○\n]+)")
BETWEEN = re.compile(r"[、，,；;\n]")
OTHER_NAMES = {
    "发布会": Channel.HEARING,
    "听证会": Channel.HEARING,
    "发布会听证会": Channel.HEARING,
    "政务服务网": Channel.WEBSITE,
    "网站": Channel.WEBSITE,
    "入户现场": Channel.AT_HOME,
    "微信微博": Channel.NEW_MEDIA,
    "社区企事业单位村公示栏": Channel.NOTICE_BOARD,
    "公示栏": Channel.NOTICE_BOARD,
}
RHYTHMS = {
    **{str(each.label): each for each in UpdateRhythm},
    "": UpdateRhythm.AS_IT_ARISES,
    "实时": UpdateRhythm.AS_IT_ARISES,
    "及时": UpdateRhythm.AS_IT_ARISES,
    "不定期": UpdateRhythm.AS_IT_ARISES,
    "动态更新": UpdateRhythm.AS_IT_ARISES,
    "长期": UpdateRhythm.LASTING,
    "月": UpdateRhythm.MONTHLY,
    "季度": UpdateRhythm.QUARTERLY,
    "季": UpdateRhythm.QUARTERLY,
    "半年": UpdateRhythm.HALF_YEARLY,
    "年": UpdateRhythm.YEARLY,
    "年度": UpdateRhythm.YEARLY,
}
OWING = re.compile(
    r"(?P<name>.+?)(?:[（(](?:(?P<since>\d{4}-\d{1,2}-\d{1,2})起)?[，,]?(?:(?P<until>\d{4}-\d{1,2}-\d{1,2})止)?[）)])?"
)


def ticked(text: str) -> bool:
    return fold(text).lower() not in NOTHING


def channels_in(text: str) -> list[str]:
    """The ticked channels in the form's order; names without boxes are ticked. Raises ValueError for an unknown one."""
    boxes = BOXES.findall(text)
    names = [name for box, name in boxes if box in TICKS] if boxes else BETWEEN.split(text)
    found = {_channel(name) for name in names if name.strip()}
    return [each.value for each in Channel if each in found]


def _bare(text: str) -> str:
    """Without brackets, signs, blanks and the line to write on."""
    return re.sub(r"[（(].*?[）)]|[\s/、_:]", "", unicodedata.normalize("NFKC", text))


def _channel(name: str) -> Channel:
    bare = _bare(name)
    for each in Channel:
        if bare == _bare(str(each.label)):
            return each
    if bare in OTHER_NAMES:
        return OTHER_NAMES[bare]
    if bare.startswith("其他"):
        return Channel.OTHER
    raise ValueError(f"“{name.strip()}”不在渠道和载体之列，请改为：{'、'.join(map(str, Channel.labels))}。")


def rhythm_in(text: str) -> str:
    rhythm = RHYTHMS.get(fold(text)) or RHYTHMS.get(fold(text).removeprefix("每").removesuffix("更新"))
    if rhythm is None:
        raise ValueError(f"“{text}”不能识别，请填写：{'、'.join(map(str, UpdateRhythm.labels))}。")
    return rhythm.value


def rule_in(text: str) -> dict[str, Any]:
    """时限规则 as the export writes it."""
    rule = proposed_rule(text)
    if text and (rule.is_empty or rule.problem):
        raise ValueError(f"“{text}”不能识别，请写成“自信息形成或者变更之日起20个工作日内”或者“每年3月31日前”。")
    return rule_fields(rule)


def rule_fields(rule: LimitRule) -> dict[str, Any]:
    return {
        "limit_amount": rule.amount,
        "limit_unit": rule.unit,
        "limit_event": rule.event if rule.amount else "",
        "limit_month": rule.month,
        "limit_day": rule.day,
    }


def audience_in(texts: Mapping[str, str]) -> dict[str, Any]:
    """公开对象, in one column or in two."""
    if "everybody" in texts or "groups" in texts:
        everybody, groups = ticked(texts.get("everybody", "")), texts.get("groups", "")
        words = "".join(char for char in groups if char not in TICKS).strip()
        is_group = ticked(groups) and not everybody
        return {
            "audience": Audience.GROUPS if is_group else Audience.EVERYBODY,
            "audience_words": words if ticked(words) else "",
        }
    text = texts.get("audience", "")
    ticked_names = "".join(name for box, name in BOXES.findall(text) if box in TICKS) or text
    if not ticked_names or "社会" in ticked_names:
        return {"audience": Audience.EVERYBODY, "audience_words": ""}
    words = re.sub(r"^特定群[体众][：:]?", "", ticked_names.strip())
    return {"audience": Audience.GROUPS, "audience_words": words}


def method_in(texts: Mapping[str, str]) -> dict[str, Any]:
    text = texts.get("method", "")
    ticked_names = "".join(name for box, name in BOXES.findall(text) if box in TICKS) or text
    on_request = ticked(texts.get("on_request", "")) or ("依申请" in ticked_names and "主动" not in ticked_names)
    is_proactive = ticked(texts.get("proactive", "")) or not on_request
    return {"method": DisclosureMethod.PROACTIVE if is_proactive else DisclosureMethod.ON_REQUEST}


def levels_in(texts: Mapping[str, str]) -> dict[str, Any]:
    """公开层级, in one column or in two."""
    if "county" in texts or "town" in texts:
        return {"at_county": ticked(texts.get("county", "")), "at_town": ticked(texts.get("town", ""))}
    text = texts.get("levels", "")
    ticked_names = "".join(name for box, name in BOXES.findall(text) if box in TICKS) or text
    return {
        "at_county": "县" in ticked_names or not ticked_names,
        "at_town": "乡" in ticked_names or "镇" in ticked_names,
    }


def owing_in(text: str) -> list[tuple[str, date | None, date | None]]:
    """责任单位: names, each perhaps with the days from and until which it owes. Raises ValueError for a wrong day."""
    return [_owing(part) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    """Split between units, never within brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth <= 0 and BETWEEN.fullmatch(char):
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _owing(part: str) -> tuple[str, date | None, date | None]:
    found = OWING.fullmatch(part)
    if found is None:
        return part, None, None
    since, until = (_day(found[name]) for name in ("since", "until"))
    if since and until and until < since:
        raise ValueError(f"“{part}”的终止日期早于起始日期。")
    return found["name"].strip(), since, until


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        raise ValueError(f"“{text}”不是日期，请写成 2018-08-13 的形式。") from None
