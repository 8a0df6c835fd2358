"""《中华人民共和国政府信息公开条例》 as revised 2019-04-03, 国务院令第711号, in force from 2019-05-15."""

from datetime import date

from ninghai.law.rows import AnnualReport, Basis, Ground, RuleSet, Term, TermCode, YearDay
from ninghai.limits import Limit, LimitUnit

NAME = "《政府信息公开条例》（2019年修订）"


def _basis(article: str, note: str = "") -> Basis:
    return Basis(NAME, article, note)


def _working_days(amount: int) -> Limit:
    return Limit(LimitUnit.WORKING_DAY, amount)


REGULATION_2019 = RuleSet(
    code="2019",
    name=NAME,
    valid_from=date(2019, 5, 15),
    valid_to=None,
    source="国务院令第711号（2019年4月3日公布）",
    grounds=(
        Ground("state_secret", "依法确定为国家秘密", _basis("第十四条")),
        Ground("forbidden", "法律、行政法规禁止公开", _basis("第十四条")),
        Ground("stability", "公开后可能危及国家安全、公共安全、经济安全、社会稳定", _basis("第十四条")),
        Ground("third_party", "涉及商业秘密、个人隐私等第三方合法权益", _basis("第十五条")),
        Ground("internal", "内部事务信息", _basis("第十六条")),
        Ground("process", "过程性信息", _basis("第十六条")),
        Ground("enforcement_file", "行政执法案卷信息", _basis("第十六条")),
        Ground("few_concerned", "只涉及特定申请人，依申请提供", _basis("第二十七条")),
    ),
    terms=(
        Term(TermCode.PROACTIVE, _working_days(20), _basis("第二十六条")),
        Term(TermCode.ANSWER, _working_days(20), _basis("第三十三条")),
        Term(TermCode.EXTENSION, _working_days(20), _basis("第三十三条")),
        Term(TermCode.AMEND_NOTICE, _working_days(7), _basis("第三十条")),
        Term(TermCode.THIRD_PARTY, _working_days(15), _basis("第三十二条")),
        Term(TermCode.CO_MAKER, _working_days(15), _basis("第三十四条")),
    ),
    annual_report=AnnualReport(
        YearDay(1, 31),
        YearDay(3, 31),
        _basis("第四十九条", "条例写明的是县级以上政府部门，乡镇（街道）的日期由县政府确定，这里按部门的日期计算。"),
    ),
    reassessment=_basis("第十八条"),
)
