"""The law on government information as data, each rule set with its period of validity and each row with its source.

    rows.py         what a rule set holds: grounds of refusal (不予公开的理由), time limits, the annual report's days
    regulations.py  条例 of 2008 (国务院令第492号) and of 2019 (第711号), the rule set of a day, and 复议 and 诉讼, which change
                    by other laws and on other days

Whoever asks names the day that counts: for an item the day on which its disclosure was determined, for an application
the day of its receipt. Nothing here reads a clock. `note` is for the office's eyes: what nobody has compared with the
wording of the law yet, or what the law leaves open; no page of the public shows it.
"""

from ninghai.law.regulations import REMEDIES, RULE_SETS, NoRuleSet, Remedy, RemedyCode, remedies_on, rule_set_on
from ninghai.law.rows import AnnualReport, Basis, RefusalGround, RuleSet, Term, TermCode, YearDay

__all__ = [
    "REMEDIES",
    "RULE_SETS",
    "AnnualReport",
    "Basis",
    "NoRuleSet",
    "RefusalGround",
    "Remedy",
    "RemedyCode",
    "RuleSet",
    "Term",
    "TermCode",
    "YearDay",
    "remedies_on",
    "rule_set_on",
]
