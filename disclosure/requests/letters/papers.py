"""The papers of an application: issued with number and verification code, frozen under its key, and made as a PDF by a worker."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from disclosure.models import LetterMaking, RemedyAuthority, RequestFile
from disclosure.requests.letters.words import AskedFor, CaseLetter, answer_letter, chinese_day, receipt_letter
from disclosure.requests.rules.answers import RequestAnswer, answer_under
from disclosure.requests.rules.receipt import RequestChannel
from disclosure.requests.rules.remedies import Authorities, authorities_of
from ninghai.calendar.law import NEW_REVIEW_FROM, RULE_SETS, RuleSet, rule_set_on
from ninghai.calendar.reckoning import local_day
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.lookup import lookup_code
from ninghai.cases.papers import issue_paper
from ninghai.files.response import sealed_file_response
from ninghai.files.storing import store_bytes
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import Case, CasePaper, Unit, User
from ninghai.models.state_machine import Version
from ninghai.sealed.services import look

ANSWER, THIRD_PARTY, AGENCY, DECISION = "answer", "third_party", "agency", "third_party_notice"
RECEIPT = "receipt"
NOT_FOR_THE_APPLICANT = (THIRD_PARTY, AGENCY, DECISION)
OCTETS = "application/octet-stream"


def rules_of_case(case: Case) -> RuleSet:
    """The regulation by which the application is handled; while it is not confirmed, that of the day on which it came."""
    found = (rules for rules in RULE_SETS if rules.code == case.rule_set)
    return next(found, None) or rule_set_on(local_day(case.entered_at))


def asked_for(case: Case, *, unit: Unit, words: dict[str, Any]) -> AskedFor:
    """What a paper of that unit says of the application; `words` are what was under seal."""
    if case.received_on is None:
        raise ValidationError("还没有与申请人确认，收到日期不明，不能制作文书。")
    return AskedFor(
        unit=unit.name,
        applicant=words["applicant"]["name"],
        received_on=case.received_on,
        register_number=case.number,
        content=words["content"],
    )


def answer_of(case: Case, code: str) -> RequestAnswer:
    answer = answer_under(code, rules_of_case(case))
    if answer is None:
        raise ValidationError("请先选择答复种类。")
    return answer


def written_answer(case: Case, *, words: dict[str, Any], on: date) -> CaseLetter:
    """The answer as its letter reads, were it signed on that day."""
    answer = answer_of(case, case.information_request.answer_code)
    unit = case.unit.standing_in(on=on)
    return answer_letter(
        asked=asked_for(case, unit=unit, words=words),
        answer=answer,
        filled=words["answer"] or {},
        rules=rules_of_case(case),
        authorities=authorities_on(unit, on=on),
        on=on,
    )


def authorities_on(unit: Unit, *, on: date) -> Authorities:
    """Who hears complaints against a letter of that day: as the office has entered it, else what follows from the law.

    What was entered while the law before 2024 held says nothing of the time since.
    """
    row = _entered(on=on).filter(unit=unit).order_by("-valid_from").first()
    if row is None:
        return authorities_of(unit.kind, on=on)
    return Authorities(tuple(each for each in re.split(r"[、，,；;\s]+", row.review) if each), row.court)


def _entered(*, on: date) -> QuerySet[RemedyAuthority]:
    entered = RemedyAuthority.objects.filter(valid_from__lte=on)
    return entered.filter(valid_from__gte=NEW_REVIEW_FROM) if on >= NEW_REVIEW_FROM else entered


def units_lacking_names(*, on: date) -> QuerySet[Unit]:
    """Those whose letters cannot be signed before the office has entered who hears complaints against them."""
    kinds = [kind for kind in Unit.Kind if authorities_of(kind, on=on).unnamed]
    return Unit.objects.filter(kind__in=kinds).exclude(Exists(_entered(on=on).filter(unit=OuterRef("pk"))))


def lacking_names(unit: Unit, *, on: date) -> str:
    """What the office has to enter before a letter with remedies can be signed; empty where nothing is lacking."""
    unnamed = authorities_on(unit, on=on).unnamed
    if not unnamed:
        return ""
    return (
        f"还不知道对{unit.name}的答复不服应当找哪一个机关（{'、'.join(unnamed)}）。"
        f"请县政府办公室在后台“复议机关和法院”中登记{unit.short_name}的机关全称，登记后才能签发。"
    )


def require_authorities(unit: Unit, *, on: date) -> None:
    """Raise ValidationError where a letter could not name who hears a complaint against it."""
    if lacks := lacking_names(unit, on=on):
        raise ValidationError(lacks)


@transaction.atomic
def issue_letter(
    case: Case,
    letter: CaseLetter,
    *,
    kind: str,
    event: str,
    facts: Mapping[str, Any],
    seen: Version,
    by: User,
    at: datetime,
    of: str = "",
    series: str = ANSWER,
) -> CasePaper:
    """Give a letter its number and code, freeze its words, and wake a worker for its PDF; `event` is what it means for the case."""
    paper = issue_paper(
        case=case,
        kind=kind,
        title=letter.title,
        series=series,
        dated=local_day(at),
        signed_by=by,
        event=event,
        of=of,
        facts=facts,
        seen=seen,
        by=by,
        at=at,
    )
    job = queue_job("letter", paper.pk)
    frozen = letter.frozen() | {"number": paper.number}
    LetterMaking.objects.create(paper=paper, data_key=case.data_key, letter=frozen, job=job)
    wake_after_commit(job)
    return paper


def issue_receipt(case: Case, *, arrived_on: date, why: str, by: User, at: datetime) -> CasePaper:
    """登记回执 for who applied on paper: number, query code, day of receipt with its reason, last day with how it was found."""
    on = local_day(at)
    words = look(case.information_request, by=by, purpose="制作登记回执", at=at, only=("applicant", "content"))
    limit = case.legal_clock
    letter = receipt_letter(
        asked=AskedFor(
            unit=case.unit.standing_in(on=on).name,
            applicant=words["applicant"]["name"],
            received_on=case.received_on or arrived_on,
            register_number=case.number,
            content=words["content"],
        ),
        way=RequestChannel(case.channel).label,
        code=lookup_code(case),
        page=f"{settings.SITE_URL}{reverse('disclosure:lookup')}",
        why=why,
        due=local_day(limit.due_at) if limit and limit.due_at else None,
        derivation=limit.derivation if limit else "",
        on=on,
    )
    told: dict[str, Any] = {"event": EngineEvent.PAPER_OUT, "facts": {}, "seen": case.version}
    return issue_letter(case, letter, kind=RECEIPT, series="", by=by, at=at, **told)


def frozen_letter(making: LetterMaking, *, by: User | None, purpose: str, at: datetime) -> CaseLetter:
    """The letter as it was issued; its head alone, once its words are destroyed."""
    kept, paper = look(making, by=by, purpose=purpose, at=at)["letter"], making.paper
    if isinstance(kept, dict):
        return CaseLetter.thawed(kept)
    head = {"title": paper.title, "number": paper.number, "dated": chinese_day(paper.dated)}
    return CaseLetter(addressee="", paragraphs=(str(kept),), signed_by=paper.unit.name, **head)


def keep_letter(making: LetterMaking, pdf: bytes, *, at: datetime) -> None:
    """Keep the PDF under seal; its hash stays in the open, so that a paper in hand can be verified."""
    sealed = making.data_key.seal_bytes(pdf, about=making.about)
    making.file = store_bytes(data=sealed, name="sealed", media_type=OCTETS, by=None, at=at)
    making.sha256 = hashlib.sha256(pdf).hexdigest()
    making.save(update_fields=["file", "sha256"])


def opened_file(
    record: LetterMaking | RequestFile, *, name: str, media_type: str, by: User, at: datetime
) -> HttpResponse:
    """A sealed file for this person, with a row in the trail; the caller has asked its rule."""
    told: dict[str, Any] = {"name": name, "media_type": media_type, "by": by, "at": at}
    return sealed_file_response(record.file, of=record, about=record.about, **told)


def verify_url(paper: CasePaper) -> str:
    return f"{settings.SITE_URL}/verify/{paper.verify_code}/"
