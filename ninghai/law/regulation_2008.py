"""《中华人民共和国政府信息公开条例》, 国务院令第492号, published 2007-04-05, in force from 2008-05-01 to 2019-05-14.

It lists few grounds of refusal. What bodies refused besides stood in an opinion of the State Council's office
(国办发〔2010〕5号), and case files of enforcement (行政执法案卷) stood nowhere.
"""

from datetime import date

from ninghai.law.rows import AnnualReport, Basis, Ground, RuleSet, Term, TermCode, YearDay
from ninghai.limits import Limit, LimitUnit

NAME = "《政府信息公开条例》（2008年施行）"
OPINION = "《国务院办公厅关于做好政府信息依申请公开工作的意见》（国办发〔2010〕5号）"
NOT_COMPARED = "未逐条核对文件原文。"


def _basis(article: str, note: str = "") -> Basis:
    return Basis(NAME, article, note)


def _working_days(amount: int) -> Limit:
    return Limit(LimitUnit.WORKING_DAY, amount)


REGULATION_2008 = RuleSet(
    code="2008",
    name=NAME,
    valid_from=date(2008, 5, 1),
    valid_to=date(2019, 5, 14),
    source="国务院令第492号（2007年4月5日公布）",
    grounds=(
        Ground("state_secret", "涉及国家秘密", _basis("第十四条")),
        Ground(
            "forbidden",
            "法律、法规和国家有关规定不允许公开",
            _basis(
                "第十四条", "条例要求公开前依照有关规定审查，没有列出是哪些规定，请在理由说明中写明法律名称和条款。"
            ),
        ),
        Ground("stability", "公开后可能危及国家安全、公共安全、经济安全和社会稳定", _basis("第八条")),
        Ground("third_party", "涉及商业秘密、个人隐私", _basis("第十四条")),
        Ground("internal", "内部管理信息", Basis(OPINION, note=NOT_COMPARED)),
        Ground("process", "处于讨论、研究或者审查中的过程性信息", Basis(OPINION, note=NOT_COMPARED)),
        Ground("few_concerned", "只涉及特定申请人，依申请提供", _basis("第十三条")),
    ),
    terms=(
        Term(TermCode.PROACTIVE, _working_days(20), _basis("第十八条")),
        Term(TermCode.ANSWER, _working_days(15), _basis("第二十四条")),
        Term(TermCode.EXTENSION, _working_days(15), _basis("第二十四条")),
    ),
    annual_report=AnnualReport(YearDay(3, 31), YearDay(3, 31), _basis("第三十一条")),
    reassessment=None,
)
