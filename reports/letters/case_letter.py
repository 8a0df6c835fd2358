"""A paper about an application (依申请公开文书) as the press takes it: its frozen words, its number and its code.

It is signed whenever it is set, and goes to one person: neither a draft's mark nor an imprint (版记) belongs to it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from disclosure.requests.letters.words import CaseLetter
from reports.letters.letter import Letter, LetterPart, Section
from reports.snapshots.schema import SCHEMA

CASE_LETTER = "case-letter"
CODE = re.compile(r"(?<![0-9A-Z-])([0-9A-Z]{4})-([0-9A-Z]{4})(?![0-9A-Z-])")
WORD_JOINER = "\u2060"


def case_snapshot(letter: CaseLetter, *, dated: date, code: str, verify_url: str, signer: str) -> dict[str, Any]:
    """What the press asks for, as a report's snapshot says it."""
    signed: dict[str, Any] = {"document_number": letter.number, "signed_on": dated.isoformat(), "signer": signer}
    if settings.REPORTS_WITHOUT_SEAL:
        signed["without_seal"] = True
    return {
        "schema": SCHEMA,
        "kind": CASE_LETTER,
        "title": letter.title,
        "issuer": letter.signed_by,
        "addressee": letter.addressee,
        "as_of": dated.isoformat(),
        "code": code,
        "verify_url": verify_url,
        "demo": settings.DEMO,
        "signed": signed,
        "paragraphs": list(letter.paragraphs),
    }


def case_letter(snapshot: Mapping[str, Any]) -> Letter:
    """The opening, and a paragraph for each part that follows, in their order."""
    opening, *rest = map(_codes_unbroken, snapshot["paragraphs"])
    return Letter(opening=opening, sections=[Section("", [LetterPart(rest)])])


def _codes_unbroken(paragraph: str) -> str:
    """A query code stands in one line: whoever copies it by hand would take its hyphen for the line's."""
    return CODE.sub(rf"\1{WORD_JOINER}-{WORD_JOINER}\2", paragraph)
