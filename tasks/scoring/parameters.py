"""What the office sets for a rule (计分参数), by its source: a few whole numbers and choices, each with its bounds.

Stored values are plain JSON; what is missing takes its default, so that a new parameter changes no old scheme.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import nonmember
from typing import Any

from django.db import models

# Where the facts of a rule come from (数据来源).


class Source(models.TextChoices):
    """The first eight carry the scheme's weights; the last four are what the office records or imports by hand."""

    REPORTING = "reporting", "按时报送进展"
    COMPLETION = "completion", "按时办结任务"
    QUALITY = "quality", "抽查质量"
    COVERAGE = "coverage", "公开覆盖"
    REQUESTS = "requests", "依申请公开按时答复"
    HOTLINE = "hotline", "热线按期办结"
    RESPONSE = "response", "整改与回应"
    THIRD_PARTY = "third_party", "第三方评估"
    DEDUCTION = "deduction", "专项扣分"
    BONUS = "bonus", "加分"
    VETO = "veto", "单项否决"

    weighted = nonmember(
        frozenset({"reporting", "completion", "quality", "coverage", "requests", "hotline", "response", "third_party"})
    )
    recorded = nonmember(frozenset({"third_party", "deduction", "bonus", "veto"}))


FULL, LEFT_OUT = "full", "left_out"


class ParameterError(ValueError):
    """One sentence for each parameter that cannot be, by name."""

    def __init__(self, by_name: Mapping[str, str]) -> None:
        super().__init__("".join(by_name.values()))
        self.by_name = dict(by_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number within bounds."""

    name: str
    label: str
    default: int
    least: int = 0
    most: int = 100
    unit: str = ""
    help: str = ""

    def read(self, value: Any) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValueError(f"“{self.label}”应是{self.least}到{self.most}之间的整数。")
        return value

    def words(self, value: Any) -> str:
        return f"{self.label}{value}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChoice:
    """One of a few ways."""

    name: str
    label: str
    default: Any
    choices: tuple[tuple[Any, str], ...]
    help: str = ""

    def read(self, value: Any) -> Any:
        if not any(value == each and type(value) is type(each) for each, _ in self.choices):
            raise ValueError(f"“{self.label}”应是下列之一：{'、'.join(label for _, label in self.choices)}。")
        return value

    def words(self, value: Any) -> str:
        return f"{self.label}：{dict(self.choices)[value]}"


Parameter = Number | ParameterChoice


def _late(default: int) -> Number:
    words = "迟到的一项，按它本身分值的百分之几计分；0为不得分。"
    return Number(name="late_percent", label="超期的按", default=default, unit="%计分", help=words)


def _nothing(default: str) -> ParameterChoice:
    ways = ((LEFT_OUT, "本项不计，分值按比例折算到其他项目"), (FULL, "本项按满分计"))
    return ParameterChoice(name="nothing", label="没有可考核的事项时", default=default, choices=ways)


def _outcome(name: str, label: str, default: int) -> Number:
    return Number(
        name=name, label=f"结论“{label}”计", default=default, unit="分", help="抽查没有评分细则时使用，百分制。"
    )


BY_SOURCE: Mapping[Source, tuple[Parameter, ...]] = {
    Source.REPORTING: (_late(0), _nothing(LEFT_OUT)),
    Source.COMPLETION: (_late(50), _nothing(LEFT_OUT)),
    Source.QUALITY: (
        _outcome("true", "属实", 100),
        _outcome("partly_true", "部分属实", 60),
        _outcome("not_true", "不属实", 0),
        _outcome("to_rectify", "需整改", 50),
        _nothing(LEFT_OUT),
    ),
    Source.COVERAGE: (_late(50), _nothing(LEFT_OUT)),
    Source.REQUESTS: (_late(50), _nothing(LEFT_OUT)),
    Source.HOTLINE: (_late(50), _nothing(LEFT_OUT)),
    Source.RESPONSE: (
        Number(
            name="answer_workdays",
            label="填报退回后重新报送的期限",
            default=5,
            least=1,
            most=60,
            unit="个工作日",
            help="从县政府办公室退回的次日起算。",
        ),
        _late(50),
        _nothing(FULL),
    ),
    Source.THIRD_PARTY: (_nothing(LEFT_OUT),),
    Source.VETO: (
        ParameterChoice(
            name="from_findings",
            label="抽查中的单项否决",
            default=True,
            choices=((True, "同样否决本次考核"), (False, "不影响本次考核")),
        ),
    ),
}


def parameters_of(source: str) -> tuple[Parameter, ...]:
    return BY_SOURCE.get(Source(source), ())


def read_parameters(source: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the source, checked, with defaults for what is missing. Raises ParameterError."""
    values, wrong = {}, {}
    for parameter in parameters_of(source):
        try:
            values[parameter.name] = parameter.read(stored.get(parameter.name, parameter.default))
        except ValueError as refused:
            wrong[parameter.name] = str(refused)
    if unknown := set(stored) - {parameter.name for parameter in parameters_of(source)}:
        wrong |= {name: f"没有“{name}”这个参数。" for name in sorted(unknown)}
    if wrong:
        raise ParameterError(wrong)
    return values


def parameter_words(source: str, stored: Mapping[str, Any]) -> str:
    """The parameters in a sentence, for the scheme's page."""
    values = read_parameters(source, stored)
    return "；".join(parameter.words(values[parameter.name]) for parameter in parameters_of(source))


# A scheme to begin with (建议方案): the platform's own proposal, no regulation; the office sets what its county wants.


@dataclass(frozen=True, slots=True)
class ProposedRule:
    source: Source
    title: str
    full_marks: int
    parameters: Mapping[str, object] = field(default_factory=dict)


PROPOSED_NAME = "年度政务公开工作考核方案（平台建议）"
PROPOSED_CAP, PROPOSED_VETO_SCORE = Decimal(105), Decimal(60)

PROPOSED_RULES = (  # the weights make 100
    ProposedRule(Source.REPORTING, "按时报送进展", 20, {"late_percent": 0}),
    ProposedRule(Source.COMPLETION, "按时办结任务", 30, {"late_percent": 50}),
    ProposedRule(Source.QUALITY, "抽查质量", 20),
    ProposedRule(Source.COVERAGE, "信息公开及时", 10, {"late_percent": 50}),
    ProposedRule(Source.RESPONSE, "整改与回应", 10, {"answer_workdays": 5, "late_percent": 50}),
    ProposedRule(Source.THIRD_PARTY, "第三方评估", 10),
    ProposedRule(Source.DEDUCTION, "专项扣分", 10),
    ProposedRule(Source.BONUS, "工作创新加分", 5),
    ProposedRule(Source.VETO, "单项否决", 0),
)
