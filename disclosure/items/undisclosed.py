"""What a unit does not disclose of its own motion (依申请公开、不予公开): the public reads that it exists, why not, and
when that will be looked at again, and nothing more: no text, no summary, no file.

Which grounds there are, in which article, says the law of the day on which the disclosure was determined (`law_day`);
of a draft, the law of today.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from disclosure.models import Item
from disclosure.models.states import DisclosureMethod, NonDisclosureReason
from ninghai.calendar.law import NoRuleSet, RefusalGround, RuleSet, rule_set_on
from ninghai.models.state_machine import TransitionError

GROUNDS: dict[str, Any] = {"method_reason": "", "method_explanation": "", "next_review_date": None}
NO_REASON = "不主动公开的信息必须选择理由。"
NO_TEXT = "不主动公开的信息只公布名称和理由，正文和内容概述要留空。"
NO_FILES = "不主动公开的信息只公布名称和理由，不能带附件，请去掉附件。"


def rules_on(day: date) -> RuleSet | None:
    """The law of the day; None before there was any."""
    try:
        return rule_set_on(day)
    except NoRuleSet:
        return None


def ground_of(reason: str, *, on: date) -> RefusalGround | None:
    """The ground as the law of that day has it; None of a ground that it does not have."""
    rules = rules_on(on)
    return rules.ground(reason) if rules else None


def ground_name(reason: str, *, on: date) -> str:
    """The ground in that law's words; of one that it does not have, the words by which everybody knows it."""
    ground = ground_of(reason, on=on)
    return ground.label if ground else str(NonDisclosureReason(reason).label)


def ground_words(item: Item, *, today: date) -> str:
    """Why it is not disclosed, with the article, as the public reads it; empty where nothing is said."""
    if not item.method_reason:
        return ""
    day = item.law_day or today
    ground = ground_of(item.method_reason, on=day)
    name = ground_name(item.method_reason, on=day)
    return f"{name}（{ground.basis}）" if ground else name


def note_for_staff(item: Item, *, today: date) -> str:
    """What to check about the ground before anybody relies on it; no page of the public shows it."""
    if not item.method_reason:
        return ""
    day = item.law_day or today
    ground = ground_of(item.method_reason, on=day)
    return ground.basis.note if ground else not_in_that_law(item.method_reason, on=day)


def choices_on(day: date) -> list[tuple[str, str]]:
    """The grounds that the law of that day has, each with its article."""
    rules = rules_on(day)
    return (
        [(each.code, f"{each.label}（{each.basis.article or each.basis}）") for each in rules.grounds] if rules else []
    )


def missing_grounds(fields: Mapping[str, Any], *, on: date) -> dict[str, str]:
    """What must be said of an item that is not disclosed, as {field: sentence}, by the law of that day."""
    missing: dict[str, str] = {}
    reason = fields.get("method_reason")
    if fields["method"] == DisclosureMethod.PROACTIVE:
        return missing
    if not reason:
        missing["method_reason"] = NO_REASON
    elif ground_of(reason, on=on) is None:
        missing["method_reason"] = not_in_that_law(reason, on=on)
    if fields["method"] == DisclosureMethod.NOT_DISCLOSED and not fields.get("next_review_date"):
        missing["next_review_date"] = no_review_date(on)
    return missing


def not_in_that_law(reason: str, *, on: date) -> str:
    name, rules = NonDisclosureReason(reason).label, rules_on(on)
    law = rules.name if rules else "法规"
    return f"“{name}”不是{on}时施行的{law}列出的理由，请另选理由，或者主动公开。"


def no_review_date(on: date) -> str:
    rules = rules_on(on)
    basis = f"（{rules.reassessment}）" if rules and rules.reassessment else ""
    return f"不予公开的信息要定期评估{basis}，请填写下次评估日期。"


def surplus(item: Item) -> str:
    """What the public must not get of an item that is not disclosed, in a sentence; empty when all is well."""
    if item.method == DisclosureMethod.PROACTIVE:
        return ""
    if item.body or item.summary:
        return NO_TEXT
    return NO_FILES if item.attachments.exists() else ""


def must_be_sound(item: Item, *, on: date) -> None:
    """Refuse a draft that says too little or too much, with the sentence beside its field."""
    grounds = {name: getattr(item, name) for name in ("method", *GROUNDS)}
    if missing := missing_grounds(grounds, on=on):
        raise ValidationError(missing)
    if words := surplus(item):
        raise ValidationError({"method": words})


def must_have_a_ground(item: Item, *, on: date) -> None:
    """Nothing is determined on a day whose law does not have its ground."""
    if item.method != DisclosureMethod.PROACTIVE and ground_of(item.method_reason, on=on) is None:
        raise TransitionError(f"{not_in_that_law(item.method_reason, on=on)}请退回起草人修改。")


def must_say_nothing_more(item: Item) -> None:
    """Nothing that is not disclosed becomes public, whatever was signed."""
    if words := surplus(item):
        raise TransitionError(f"{words}请退回起草人修改。")
