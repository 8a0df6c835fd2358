"""How an application stands against its limit, for the applicant and for the unit's register (登记簿)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from disclosure.requests.rules.delivery import DeliveryWay
from ninghai.calendar import clock
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.legal_duties import NoSuchRule, of_law, reckon_by_law
from ninghai.calendar.reckoning import History, local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.register import one_application
from ninghai.models import Case, CaseEvent, DutyClock


@dataclass(frozen=True, slots=True)
class LimitWords:
    """`due` is None while the limit has not begun or is stopped; `words` say how it stands, `derivation` how it was found."""

    due: date | None
    words: str
    tone: str
    derivation: str = ""


SOON = 5  # working days before the last one from which on a list warns


def limit_words(case: Case, *, calendar: WorkCalendar | None = None) -> LimitWords:
    """How the application stands against the limit of the law today; a list hands in its `calendar`."""
    legal = case.legal_clock
    if legal is None:
        return LimitWords(None, "答复期限从与申请人确认之日起计算，还没有起算", "info")
    told = legal.derivation
    if legal.due_at is None or legal.state == DutyClock.State.PAUSED:
        return LimitWords(None, "答复期限暂停计算", "info", told)
    due = local_day(legal.due_at)
    if not case.is_open:
        return LimitWords(due, f"答复期限至{due}，已办结", "good", told)
    today = clock.today()
    if due < today:
        return LimitWords(due, f"答复期限至{due}，已逾期{(today - due).days}天", "late", told)
    left = (calendar or WorkCalendar.load()).workdays_between(today, due)
    stands = f"还有{left}个工作日" if left else "今天到期"
    return LimitWords(due, f"答复期限至{due}，{stands}", "due" if left <= SOON else "info", told)


def amendment_words(cases: Iterable[Case]) -> dict[int, LimitWords]:
    """By the key of each case whose law knows 告知补正: until when it had to be told, or that it was told too late.

    While nobody has told it the words are a reminder: most applications need no amendment.
    """
    known, calendar = [case for case in cases if case.received_on and case.is_open], WorkCalendar.load()
    asked = _amendments_asked(known)
    found = {case.pk: _amendment(case, asked.get(case.pk), calendar) for case in known}
    return {case: words for case, words in found.items() if words}


def _amendments_asked(cases: list[Case]) -> dict[int, CaseEvent]:
    """When each was to be amended, or before it was split or moved that from which it comes."""
    before = {case.pk: one_application(case) if case.parent_id else [case.pk] for case in cases}
    keys = {key for each in before.values() for key in each}
    told = CaseEvent.objects.filter(case__in=keys, kind="amendment_asked").select_related("case")
    events = {event.case_id: event for event in told}
    return {case: events[key] for case, keys in before.items() for key in keys if key in events}


def _amended_before(asked: CaseEvent) -> LimitWords:
    """It was told before the application was split or came to this unit: once for all."""
    return LimitWords(
        None,
        f"补正已经在{asked.case.number}中告知过（{local_day(asked.happened_at)}）：一件申请只能告知一次，拆分、转办以后也不再告知；"
        "内容仍不明确的，请答复“补正后申请内容仍不明确”",
        "info",
    )


def _amendment(case: Case, asked: CaseEvent | None, calendar: WorkCalendar) -> LimitWords | None:
    if asked and asked.case_id != case.pk:
        return _amended_before(asked)
    received, asked_on = case.received_on, local_day(asked.happened_at) if asked else None
    if received is None or (asked_on is None and case.status != "handling"):
        return None
    try:
        duty = of_law("amend_notice", on=received)
    except NoSuchRule:
        return None
    reckoned = reckon_by_law(duty=duty, history=History(started=beginning_of(received)), calendar=calendar)
    due = reckoned.due.day
    if due is None or (asked_on and asked_on <= due):
        return None
    if asked_on:
        return LimitWords(due, f"补正应当在{due}以前告知，{asked_on}才告知，已经超过7个工作日", "late")
    left = (due - clock.today()).days
    if left < 0:
        return LimitWords(due, f"告知补正的期限已于{due}届满，仍需补正的请立即告知", "due", reckoned.derivation)
    return LimitWords(due, f"需要补正的，最迟{due}告知", "due" if left <= 3 else "info", reckoned.derivation)


@dataclass(frozen=True, slots=True)
class RemedyDays:
    """Until when the applicant may go to 行政复议 or to court."""

    review: date | None
    lawsuit: date | None


def remedy_days(delivered_on: date) -> RemedyDays:
    """Their last days, which move to the next working day where they fall on a day off."""
    return RemedyDays(*_last_days(delivered_on, "remedy_review", "remedy_suit"))


def suit_after_review(decided_on: date) -> date | None:
    """The last day for going to court against a decision of 行政复议 that was received on its day."""
    return _last_days(decided_on, "remedy_suit_after_review")[0]


def _last_days(known_on: date, *codes: str) -> list[date | None]:
    calendar, history = WorkCalendar.load(), History(started=beginning_of(known_on))
    return [reckon_by_law(duty=of_law(code, on=known_on), history=history, calendar=calendar).due.day for code in codes]


def label_of(choices: type[TextChoices], code: str) -> str:
    """The word for a code; empty for none, since an old register that was taken over does not say everything."""
    return choices(code).label if code in choices.values else ""


def way_label(code: str) -> str:
    return label_of(DeliveryWay, code)
