"""The rule set of a day."""

from datetime import date

from ninghai.law.regulation_2008 import REGULATION_2008
from ninghai.law.regulation_2019 import REGULATION_2019
from ninghai.law.rows import RuleSet

RULE_SETS = (REGULATION_2008, REGULATION_2019)


class NoRuleSet(LookupError):
    """That day lies before the first regulation; the text is fit for the screen."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day}时《政府信息公开条例》还没有施行。")


def rule_set_on(day: date) -> RuleSet:
    """The law that was in force on that day; raises NoRuleSet before 2008-05-01."""
    for rules in RULE_SETS:
        if rules.holds_on(day):
            return rules
    raise NoRuleSet(day)
