"""The steps of a matter in their order (步骤): what is done, where one is now, what comes next; drawn by `components/_stepper.html`."""

from typing import Literal, NamedTuple

State = Literal["done", "now", "next"]
STATE_WORDS: dict[State, str] = {"done": "已完成", "now": "当前", "next": "未到"}


class Step(NamedTuple):
    """`words` say who and when, or what it waits for."""

    label: str
    state: State
    words: str = ""

    @property
    def state_words(self) -> str:
        """For whoever does not see the shape."""
        return STATE_WORDS[self.state]


def stepped(*steps: tuple[str, bool, str]) -> list[Step]:
    """From (label, whether it is done, words): one is now at the first that is not done, whatever was done after it."""
    found: list[Step] = []
    is_reached = False
    for label, is_done, words in steps:
        state: State = "done" if is_done else "next" if is_reached else "now"
        is_reached = is_reached or not is_done
        found.append(Step(label, state, words))
    return found
