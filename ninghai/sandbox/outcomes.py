"""What may come of parsing a file in the sandbox, besides an answer."""


class ParsingRefused(Exception):
    """The parser refuses the file; the text is a sentence fit for the screen, `kind` the name of its exception."""

    def __init__(self, sentence: str, *, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class ParsingFailed(Exception):
    """The parser stumbled over the file in a way that nobody foresaw: it says so again next time."""


class TooCostly(Exception):
    """The file would cost more time, memory or output than it is allowed to; `limit` names which."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Interrupted(Exception):
    """The process was ended from outside, or the file could not be read just then: this says nothing about its content."""

    def __init__(self, why: str, *, on_purpose: bool = False) -> None:
        super().__init__(why)
        self.on_purpose = on_purpose  # somebody asked it to end (SIGTERM), as when the whole service stops
