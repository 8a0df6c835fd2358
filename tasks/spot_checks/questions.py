"""What a sheet asks besides its rubric (核查问题), as it was frozen at the draw; pure.

What a checker found is confirmed or struck out (划去) for a reason, so that nothing of it falls away in silence; a question
is answered, a "no" with its evidence. What was drawn is faultless only where nothing was confirmed and nothing denied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

Asked = Sequence[Mapping[str, str]]  # code, title, guidance; of what a checker found also its `rule`
Answers = Mapping[str, Mapping[str, str]]  # answer, words and evidence, by the place of what was asked
CONFIRMED, STRUCK, YES, NO, UNCERTAIN = "confirmed", "struck", "yes", "no", "uncertain"
FOUND = ((CONFIRMED, "确认"), (STRUCK, "划去"))
ASKED = ((YES, "是"), (NO, "否"), (UNCERTAIN, "无法核实"))
LABELS = dict((*FOUND, *ASKED))
TONES = {CONFIRMED: "late", STRUCK: "draft", YES: "good", NO: "late", UNCERTAIN: "due"}
NEEDS_WORDS = {
    STRUCK: "划去检查发现的问题，请写明理由。",
    NO: "请写明哪里不符合。",
    UNCERTAIN: "请写明为什么无法核实。",
}


@dataclass(frozen=True, slots=True)
class AnswerShown:
    title: str
    label: str
    tone: str
    words: str
    evidence: str


def choices_of(asked: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return FOUND if asked.get("rule") else ASKED


def is_faulty(answers: Answers) -> bool:
    return any(each["answer"] in {CONFIRMED, NO} for each in answers.values())


def check_answers(answers: Answers, asked: Asked, *, is_faultless: bool) -> None:
    """Raise ValidationError, beside the sheet's fields, for what is open, lacks its words or its evidence, or fits not the outcome."""
    errors: dict[str, str] = {}
    for place, question in enumerate(asked):
        said = answers.get(str(place), {})
        answer, words = said.get("answer", ""), said.get("words", "").strip()
        if answer not in dict(choices_of(question)):
            is_found = bool(question.get("rule"))
            errors[f"answer_{place}"] = "请确认或者划去这个问题。" if is_found else "请回答这个问题。"
        elif answer in NEEDS_WORDS and not words:
            errors[f"words_{place}"] = NEEDS_WORDS[answer]
        elif answer == NO and not said.get("evidence", "").strip():
            errors[f"evidence_{place}"] = "请写明证据：网址、索引号、照片或者当面核对的记录。"
    if not errors and asked and is_faulty(answers) == is_faultless:
        stands = "有确认的问题或者答“否”的，结论应为“需整改”。"
        errors["outcome"] = stands if is_faultless else "没有确认的问题，也没有答“否”的，结论应为“没有问题”。"
    if errors:
        raise ValidationError(errors)


def as_noted(answers: Answers, asked: Asked) -> list[dict[str, str]]:
    """Each question with its answer, complete, for the audit trail: papers as of a day read it there."""
    return [
        {name: said for name, said in question.items() if name != "guidance"} | dict(answers.get(str(place), {}))
        for place, question in enumerate(asked)
    ]


def show_answers(answers: Answers, asked: Asked) -> list[AnswerShown]:
    told = ((question["title"], answers.get(str(place))) for place, question in enumerate(asked))
    return [
        AnswerShown(title, LABELS[said["answer"]], TONES[said["answer"]], said["words"], said["evidence"])
        for title, said in told
        if said and said["answer"]
    ]
