"""Looking up one's case (查询办理情况) by its number and a query code, both printed on the receipt, without an account.

The code is drawn from a keyed hash of the case and of how often it was replaced: it is kept nowhere, and a crash after
registering loses nothing. A wrong code and an unknown number answer alike; the page that asks is `limited("receipt")`.
"""

import re
import unicodedata
from datetime import datetime

from django import forms
from django.utils.crypto import constant_time_compare

from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.files.paper_codes import codes_of, read_code
from ninghai.models import Case, User
from ninghai.models.state_machine import Version
from ninghai.sealed.services import digest

BRACKETS = str.maketrans({"[": "〔", "]": "〕", "(": "〔", ")": "〕", "【": "〔", "】": "〕", "﹝": "〔", "﹞": "〕"})
AT_MOST = 20  # cases that one number is compared with: units that follow each other may have had one name


def lookup_code(case: Case) -> str:
    """The query code (查询码) of the case, eight characters such as 7K3M-9QXD; of those it has had the last one."""
    replaced = case.events.filter(kind=EngineEvent.NEW_CODE).count()
    return code_about(f"case {case.pk} {case.form_id}", *([str(replaced)] if replaced else []))


def replace_code(*, case: Case, checked: str, by: User, at: datetime, seen: Version = ...) -> str:
    """A new query code for whoever has lost it (更换查询码); the old one opens nothing any more. `checked`: how it was made
    sure that this is the person."""
    record(case=case, kind=EngineEvent.NEW_CODE, by=by, at=at, facts={"checked": checked}, seen=seen)
    return lookup_code(case)


def code_about(*words: str) -> str:
    """The code of what these words name: the same each time, and drawn by nobody else."""
    return next(codes_of(digest(" ".join(words))))


def find_by_code(*, number: str, code: str) -> Case | None:
    """The case, if both are right; as long a look whatever is wrong."""
    typed, found = read_code(code), None
    known = Case.objects.select_related("unit", "legal_clock").exclude(number="")
    cases = list(known.filter(number__in=numbers_meant(number))[:AT_MOST])
    for case in cases:
        if constant_time_compare(lookup_code(case), typed):
            found = case
    if not cases:
        constant_time_compare(code_about("no case"), typed)
    return found


def numbers_meant(typed: str) -> tuple[str, str]:
    """The numbers that somebody may have meant who typed this: as it is, or with the 号 that was left out."""
    number = read_number(typed)
    return number, f"{number}号"


def read_number(typed: str) -> str:
    """The number as it is kept, with whatever brackets and blanks it was typed."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).translate(BRACKETS)
    return folded[:80]


# What a paper prints, as a visitor types it; sent in the body, neither stands in an address.


def number_field(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=help_text,
        error_messages={"required": f"请填写{label}。", "max_length": f"这不是{label}，请核对。"},
    )


def code_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="查询码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=help_text,
        error_messages={"required": "请填写查询码。", "max_length": "查询码是8位，请核对。"},
    )
