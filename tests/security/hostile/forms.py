"""The forms of a page as a browser would send them, and as nobody could have filled them in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from hypothesis import strategies as st

from tests.security.hostile.values import values

KEPT = "打过的字 一二三"  # what a person has typed in one field while another one is wrong
NOT_SENT = {"file", "image", "reset", "button"}
PATTERN = "__prefix__"  # in the names of a row that a script would copy
TYPED = {"text", "search", ""}
IMPOSSIBLE = {
    "date": "2018-02-30",
    "number": "九",
    "datetime-local": "昨天",
    "email": "没有信箱",
}  # by the type of the field
NOWHERE = "没有这一项"  # what no choice offers
TOO_LONG = "写得太长" * 15_000  # more than any text may have
MOST_TOO_LONG = 40  # fields of one form: a table has hundreds, and a body only so many bytes


@dataclass
class Form:
    """Its address, what its fields hold, all their names, and in which of them a person types words."""

    address: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    nonsense: dict[str, str] = field(
        default_factory=dict
    )  # what those of its fields cannot hold that are not for words
    has_button: bool = False


class Forms(HTMLParser):
    """The forms of a page that send something."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.address, self.found = address, list[Form]()
        self.form: Form | None = None
        self.choice = self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(told.get("action") or self.address) if told.get("method", "").lower() == "post" else None
            self.found += [self.form] if self.form else []
        elif self.form and tag == "option" and self.choice:
            if "selected" in told or self.choice not in self.form.fields:
                self.form.fields[self.choice] = told.get("value", "")
        elif self.form and told.get("name") and told["name"] != "csrfmiddlewaretoken":
            self._field(self.form, tag, told)

    def _field(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, kind = told["name"], told.get("type", "")
        if kind in NOT_SENT or PATTERN in name:
            return
        if kind == "submit" or tag == "button":
            if form.has_button:  # only one is pressed
                return
            form.has_button = True
        form.names.add(name)
        if tag == "select":
            self.choice = name
        elif tag == "textarea":
            self.area = name
            form.fields[name] = ""
        elif kind not in {"checkbox", "radio"} or "checked" in told:
            form.fields.setdefault(name, told.get("value", "on" if kind == "checkbox" else ""))
        if tag == "textarea" or (tag == "input" and kind in TYPED):
            form.typed.add(name)
        if tag == "select" or kind in IMPOSSIBLE:
            form.nonsense[name] = IMPOSSIBLE.get(kind, NOWHERE)

    def handle_data(self, data: str) -> None:
        if self.form and self.area:
            self.form.fields[self.area] += data.removeprefix("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag in {"select", "textarea"}:
            self.choice = self.area = ""


@st.composite
def spoilt(draw: st.DrawFn, form: Form) -> tuple[dict[str, str], bool]:
    """The form with anything in some of its fields, and whether one of the others has the words that must be kept."""
    wrong = draw(st.dictionaries(st.sampled_from(sorted(form.names) or ["x"]), values, min_size=1, max_size=3))
    others = sorted(form.typed - wrong.keys())
    kept = {draw(st.sampled_from(others)): KEPT} if others else {}
    return {**form.fields, **wrong, **kept}, bool(kept)


def forms_of(pages: Iterator[tuple[str, str]]) -> list[Form]:
    """Every form on these pages (address and text), the first of each address."""
    found: dict[str, Form] = {}
    for address, page in pages:
        for form in Forms(page, address).found:
            found.setdefault(form.address, form)
    return list(found.values())


def impossible(form: Form) -> Iterator[tuple[dict[str, str], str]]:
    """The form as it can only be refused, and the words in it that must be kept."""
    if form.nonsense:
        yield {**form.fields, **dict.fromkeys(form.typed, KEPT), **form.nonsense}, KEPT if form.typed else ""
    if form.typed:
        yield {**form.fields, **dict.fromkeys(sorted(form.typed)[:MOST_TOO_LONG], TOO_LONG)}, TOO_LONG
