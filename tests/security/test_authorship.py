"""Who wrote may not approve: every kind of record, whoever wrote when, the approver is told no in a sentence."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from disclosure.annual_reports import services as annual_reports
from disclosure.appeals import services as appeal_services
from disclosure.hotline import services as hotline_services
from disclosure.items.drafting import edit_item, link_interpretation, recall_item, revise_item
from disclosure.items.publication import publish_item
from disclosure.knowledge import services as knowledge_services
from disclosure.models import Answer, Item
from disclosure.proposals import services as proposal_services
from disclosure.requests.desk import answering
from disclosure.review.services import answer_item, lines, pass_item, submit_item
from disclosure.service_guides import services as guide_services
from ninghai.accounts.audit.history import WROTE, has_written, writers_of
from ninghai.models import Membership, Role, Unit, User
from tasks.models import Petition
from tasks.petitions.services import ask, grant_petition, withdraw_petition
from tasks.progress.evidence import add_evidence
from tasks.progress.services import (
    Written,
    accept_report,
    pass_report,
    release_words,
    return_report,
    save_draft,
    submit_report,
)
from tasks.scoring.services import circulate_scores, compute_scores
from tasks.spot_checks.remedies import (
    add_objection_proof,
    add_rectification_proof,
    decide_objection,
    pass_objection,
    pass_rectification,
    recheck_rectification,
    return_objection,
    return_rectification,
    save_rectification,
    submit_rectification,
)
from tests.cast import Cast, person
from tests.disclosure import makers
from tests.disclosure.annual_reports.shapes import whole
from tests.disclosure.annual_reports.test_annual_report_pages import reported
from tests.disclosure.appeals import makers as appeals
from tests.disclosure.hotline import makers as hotline
from tests.disclosure.knowledge import makers as knowledge
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.requests import makers as requests
from tests.disclosure.service_guides import makers as guides
from tests.disclosure.test_gate import stored
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of
from tests.tasks.scoring.conftest import make_a_scheme
from tests.worlds import world

small_year = world("small_year", factories.issued_notice, on=("cast",))

HOURS = {  # who writes in the first round, who attaches, who writes after it was returned; X is who approves in the end
    "wrote it first": ("XA", "", ""),
    "wrote it last": ("AX", "", ""),
    "wrote in the middle": ("AXA", "", ""),
    "only attached a file": ("A", "X", ""),
    "wrote in a round that was returned": ("X", "", "AB"),
    "attached in a round that was returned": ("A", "X", "B"),
    "never wrote": ("AB", "B", "A"),
}


def as_(user: User, role: Role, unit: Unit) -> User:
    """The same person in one of their memberships, read anew as at the next request."""
    user = User.objects.get(pk=user.pk)
    user.acting = Membership.objects.get_or_create(user=user, role=role, unit=unit)[0]
    return user


class Kind:
    """A record that several people write, and what is done with it in the end by somebody who should not have."""

    attaches, has_rounds = True, True
    is_in_trail = True  # whether the trail of the record itself says who wrote

    def __init__(self, cast: Cast) -> None:
        self.cast, self.unit = cast, cast.finance
        self.record: Any = None

    def wrote(self, who: User, words: str) -> None: ...
    def attached(self, who: User, data: bytes) -> None: ...
    def returned(self) -> None: ...
    def handed_in(self, who: User) -> None: ...
    def approve(self, who: User) -> object: ...


class Progress(Kind):
    def wrote(self, who, words):
        seen = self.record.version if self.record else None
        how = {"written": Written(text=words, percent=60, public_summary="已公开。"), "version": seen, "at": NOW}
        found = {"assignment": assignment_of(self.cast), "period": factories.period()}
        self.record = save_draft(**found, **how, by=as_(who, Role.EDITOR, self.unit))

    def attached(self, who, data):
        who = as_(who, Role.EDITOR, self.unit)
        add_evidence(report=self.record, proof=factories.stored(self.cast, data=PDF + data), by=who, at=NOW)

    def handed_in(self, who):
        self.record = submit_report(report=self.record, by=as_(who, Role.EDITOR, self.unit), at=NOW)

    def returned(self):
        self.record = return_report(report=self.record, reason="请补充", by=self.cast.head, at=NOW)

    def approve(self, who):
        return pass_report(report=self.record, by=as_(who, Role.REVIEWER, self.unit), at=NOW)


class Accepting(Progress):
    def approve(self, who):
        pass_report(report=self.record, by=self.cast.head, at=NOW)
        return accept_report(report=self.record, by=as_(who, Role.OFFICE, self.cast.county_office), at=NOW)


class Releasing(Progress):
    def approve(self, who):
        pass_report(report=self.record, by=self.cast.head, at=NOW)
        accept_report(report=self.record, by=self.cast.office, at=NOW)
        return release_words(report=self.record, by=as_(who, Role.OFFICE, self.cast.county_office), at=NOW)


class Drafted(Kind):
    """An item; revisions are items, too."""

    def wrote(self, who, words):
        who = as_(who, Role.EDITOR, self.unit)
        if self.record is None:
            self.record = makers.drafted(self.cast, by=who, body=words)
        else:
            self.record = edit_item(item=self.record, version=self.record.version, body=words, by=who, at=makers.AT)

    def attached(self, who, data):
        who = as_(who, Role.EDITOR, self.unit)
        file = stored(self.cast, b"content " + data, "说明.txt")
        seen = self.record.version
        edit_item(item=self.record, version=seen, attachments=[file], by=who, at=makers.AT, title=self.record.title)
        self.record.refresh_from_db()

    def handed_in(self, who):
        self.record = submit_item(item=self.record, by=as_(who, Role.EDITOR, self.unit), at=makers.AT)

    def returned(self):
        self.record = recall_item(item=self.record, by=self.cast.clerk, at=makers.AT)

    def approve(self, who):
        self._passed(as_(who, Role.REVIEWER, self.unit))
        return self.record

    def _passed(self, head):
        seen, checked = self.record.content_hash(), lines(Answer.Kind.SECRECY)
        self.record = pass_item(item=self.record, seen_hash=seen, checked=checked, by=head, at=makers.AT)

    def _answered(self, kind, who):
        seen = self.record.content_hash()
        answer_item(item=self.record, kind=kind, seen_hash=seen, checked=lines(kind), by=who, at=makers.AT)
        self.record = Item.objects.get(pk=self.record.pk)


class Answered(Drafted):
    def approve(self, who):
        self._passed(self.cast.head)
        self._answered(Answer.Kind.LEGALITY, as_(who, Role.OFFICE, self.cast.county_office))
        return self.record


class Published(Drafted):
    def approve(self, who):
        self._passed(self.cast.head)
        self._answered(Answer.Kind.PERSONAL_DATA, self.cast.office)
        self._answered(Answer.Kind.LEGALITY, self.cast.second_office)
        return publish_item(item=self.record, by=as_(who, Role.SIGNER, self.cast.county_office), at=makers.AT)


class Revised(Answered):
    def wrote(self, who, words):
        if self.record is None:
            public = makers.published(self.cast)
            who = as_(who, Role.EDITOR, self.unit)
            self.record = revise_item(item=public, form_id=uuid.uuid4(), by=who, at=makers.AT)
        super().wrote(who, words)


class Asked(Kind):
    """A petition is written once; taken back, it is written again."""

    attaches, is_in_trail = False, False

    def wrote(self, who, words):
        self.returned()
        wanted = {"kind": Petition.Kind.NOT_APPLICABLE, "reason": words, "form_id": uuid.uuid4()}
        who = as_(who, Role.EDITOR, self.unit)
        self.record = ask(assignment=assignment_of(self.cast), **wanted, by=who, at=NOW)

    def returned(self):
        if self.record and self.record.is_open:
            withdraw_petition(petition=self.record, by=self.cast.clerk, at=NOW)

    def approve(self, who):
        return grant_petition(petition=self.record, by=as_(who, Role.OFFICE, self.cast.county_office), at=NOW)


class Objected(Kind):
    """Its words come back for other words only when the head returns it; pieces come while it lies within the unit."""

    def wrote(self, who, words):
        who = as_(who, Role.EDITOR, self.unit)
        self.finding = getattr(self, "finding", None) or factories.recorded(
            self.cast, factories.drawn_of_finance(self.cast, assignment_of(self.cast).task.point.notice)
        )
        if self.record is not None and self.record.status == "with_head":
            self.returned()
        self.record = factories.written_objection(self.cast, self.finding, text=words, by=who)

    def attached(self, who, data):
        who, file = as_(who, Role.EDITOR, self.unit), factories.stored(self.cast, data=PDF + data)
        add_objection_proof(objection=self.record, proof=file, by=who, at=NOW)

    def returned(self):
        seen = {"version": self.record.version, "by": self.cast.head, "at": NOW}
        self.record = return_objection(objection=self.record, reason="请补充", **seen)

    def approve(self, who):
        return self._passed(as_(who, Role.REVIEWER, self.unit))

    def _passed(self, head):
        return pass_objection(objection=self.record, version=self.record.version, by=head, at=NOW)


class ObjectionDecided(Objected):
    def approve(self, who):
        passed, who = self._passed(self.cast.head), as_(who, Role.OFFICE, self.cast.county_office)
        seen = {"version": passed.version, "by": who, "at": NOW}
        return decide_objection(objection=passed, found=None, decision="已核对", **seen)


class Rectified(Kind):
    def wrote(self, who, words):
        if self.record is None:
            drawn = factories.drawn_of_finance(self.cast, assignment_of(self.cast).task.point.notice)
            self.record = factories.recorded(self.cast, drawn).rectification
        seen = {"version": self.record.version, "by": as_(who, Role.EDITOR, self.unit), "at": NOW}
        self.record = save_rectification(rectification=self.record, text=words, **seen)

    def attached(self, who, data):
        who, file = as_(who, Role.EDITOR, self.unit), factories.stored(self.cast, data=PDF + data)
        add_rectification_proof(rectification=self.record, proof=file, by=who, at=NOW)

    def handed_in(self, who):
        if not self.record.proofs.exists():
            self.attached(person("clerk-with-the-paper", "附材料的人", self.cast.finance, Role.EDITOR), b"paper")
        seen = {"version": self.record.version, "by": as_(who, Role.EDITOR, self.unit), "at": NOW}
        self.record = submit_rectification(rectification=self.record, **seen)

    def returned(self):
        seen = {"version": self.record.version, "by": self.cast.head, "at": NOW}
        self.record = return_rectification(rectification=self.record, reason="请补充", **seen)

    def approve(self, who):
        return self._passed(as_(who, Role.REVIEWER, self.unit))

    def _passed(self, head):
        return pass_rectification(rectification=self.record, version=self.record.version, by=head, at=NOW)


class Rechecked(Rectified):
    def approve(self, who):
        passed, who = self._passed(self.cast.head), as_(who, Role.OFFICE, self.cast.county_office)
        seen = {"version": passed.version, "by": who, "at": NOW}
        return recheck_rectification(rectification=passed, passes=True, note="", **seen)


class Scored(Kind):
    attaches, has_rounds = False, False
    scheme: Any = None

    def wrote(self, who, words):
        self.scheme = self.scheme or make_a_scheme(self.cast, assignment_of(self.cast).task.point.notice)
        who = as_(who, Role.OFFICE, self.cast.county_office)
        self.record = compute_scores(scheme=self.scheme, as_of=TODAY, by=who, at=NOW)

    def approve(self, who):
        who = as_(who, Role.SIGNER, self.cast.county_office)
        return circulate_scores(scoring=self.record, version=self.record.version, by=who, at=NOW)


class Proposed(Kind):
    """An answer to a case is sent to the head each time that it is written; the case's own events say by whom."""

    attaches, is_in_trail = False, False
    made: Any
    services: Any
    moment = makers.AT

    def wrote(self, who, words):
        if self.record is None:
            self.record = self.made(self.cast)
        else:
            self.returned()
        self.proposed(as_(who, Role.EDITOR, self.unit), words)

    def proposed(self, who: User, words: str) -> None: ...

    def told(self) -> dict[str, Any]:
        self.record.refresh_from_db()
        return {"case": self.record, "version": self.record.version, "at": self.moment}

    def returned(self):
        if self.record.status == "with_head":
            self.services.send_back(**self.told(), reason="请补充", by=self.cast.head)

    def approve(self, who):
        self.services.sign(**self.told(), by=as_(who, Role.REVIEWER, self.unit))
        return self.record


class ApplicationAnswered(Proposed):
    made, services = staticmethod(requests.applied), answering

    def proposed(self, who, words):
        filled = requests.FILLED["not_held"]
        answering.propose(**self.told(), code="not_held", filled=filled, by=who)


class AppealAnswered(Proposed):
    made, services = staticmethod(appeals.appealed), appeal_services

    def proposed(self, who, words):
        appeal_services.propose(**self.told(), text=words, by=who)


class ProposalAnswered(Proposed):
    made, services = staticmethod(proposals.handed_over), proposal_services

    def proposed(self, who, words):
        proposal_services.propose(**self.told(), given={**proposals.REPLY, "text": words}, by=who)


class CallAnswered(Proposed):
    made, services = staticmethod(hotline.handling), hotline_services
    moment = hotline.later(days=2)

    def told(self):
        return {**hotline.seen(self.record), "at": self.moment}

    def proposed(self, who, words):
        hotline_services.answer(**self.told(), result="solved", words=words, by=who)

    def returned(self):
        if hotline.fresh(self.record).case.status == "answered":
            hotline_services.step(**self.told(), kind="sent_back", reason="请补充", by=self.cast.office)

    def approve(self, who):
        hotline_services.pass_answer(**self.told(), by=as_(who, Role.OFFICE, self.cast.county_office))
        return self.record


class ReportedYear(Kind):
    """The yearly report; what is corrected is another edition of it."""

    attaches = False

    def wrote(self, who, words):
        if self.record is None:
            self.record = reported(self.unit, 2021, whole(2021), status="draft")
        last = list(self.record.texts)[-1]
        texts = self.record.texts | {last: f"{self.record.texts[last]}{words}"}
        told = {"report": self.record, "version": self.record.version, "texts": texts, "at": makers.AT}
        self.record = annual_reports.write_parts(**told, by=as_(who, Role.EDITOR, self.unit))

    def handed_in(self, who):
        told = {"report": self.record, "version": self.record.version, "explanation": "已经核对", "at": makers.AT}
        self.record = annual_reports.hand_in(**told, by=as_(who, Role.EDITOR, self.unit))

    def returned(self):
        told = {"report": self.record, "version": self.record.version, "reason": "请补充", "at": makers.AT}
        self.record = annual_reports.return_report(**told, by=self.cast.head)

    def approve(self, who):
        told = {"report": self.record, "version": self.record.version, "at": makers.AT}
        return annual_reports.pass_report(**told, by=as_(who, Role.REVIEWER, self.unit))


class GuideApproved(Kind):
    attaches = False

    def wrote(self, who, words):
        who = as_(who, Role.EDITOR, self.unit)
        if self.record is None:
            self.record = guides.drafted(self.cast, by=who)
            return
        told = {"guide": self.record, "version": self.record.version, "at": makers.AT}
        self.record = guide_services.write_guide(**told, content={**self.record.content, "受理条件": words}, by=who)

    def handed_in(self, who):
        told = {"guide": self.record, "version": self.record.version, "at": makers.AT}
        self.record = guide_services.hand_in_guide(**told, by=as_(who, Role.EDITOR, self.unit))

    def returned(self):
        told = {"guide": self.record, "version": self.record.version, "reason": "请补充", "at": makers.AT}
        self.record = guide_services.return_guide(**told, by=self.cast.head)

    def approve(self, who):
        told = {"guide": self.record, "version": self.record.version, "at": makers.AT}
        paper = {"approved_on": makers.AT.date(), "approval_paper": "宁财〔2018〕1号"}
        return guide_services.approve_guide(**told, **paper, by=as_(who, Role.REVIEWER, self.unit))


class KnowledgePassed(Kind):
    """An answer of the knowledge base; its head answers for secrecy."""

    attaches = False

    def told(self):
        return {"knowledge": self.record, "version": self.record.version, "at": makers.AT}

    def wrote(self, who, words):
        who = as_(who, Role.EDITOR, self.unit)
        if self.record is None:
            self.record = knowledge.drafted(self.cast, by=who)
            return
        given = {name: getattr(self.record, name) for name in knowledge_services.WRITTEN} | {"answer": words}
        self.record = knowledge_services.write_knowledge(**self.told(), given=given, by=who)

    def handed_in(self, who):
        self.record = knowledge_services.hand_in_knowledge(**self.told(), by=as_(who, Role.EDITOR, self.unit))

    def returned(self):
        self.record = knowledge_services.return_knowledge(**self.told(), reason="请补充", by=self.cast.head)

    def approve(self, who):
        signed = knowledge.signed(Answer.Kind.SECRECY, self.record)
        by = as_(who, Role.REVIEWER, self.unit)
        return knowledge_services.pass_knowledge(knowledge=self.record, by=by, **signed)


class KnowledgeReviewed(KnowledgePassed):
    """The office answers for the rest."""

    def handed_in(self, who):
        super().handed_in(who)
        self.record = knowledge.passed(self.cast, self.record)

    def returned(self):
        self.record = knowledge_services.return_knowledge(**self.told(), reason="请补充", by=self.cast.office)

    def approve(self, who):
        kind, by = Answer.Kind.LEGALITY, as_(who, Role.OFFICE, self.cast.county_office)
        signed = knowledge.signed(kind, self.record)
        return knowledge_services.answer_knowledge(knowledge=self.record, kind=kind, by=by, **signed)


KINDS = (
    *(ApplicationAnswered, AppealAnswered, ProposalAnswered, CallAnswered, ReportedYear, GuideApproved),
    *(KnowledgePassed, KnowledgeReviewed),
    *(Progress, Accepting, Releasing, Asked, Scored),
    *(Drafted, Answered, Published, Revised),
    *(Objected, ObjectionDecided, Rectified, Rechecked),
)
CASES = [
    pytest.param(kind, hour, id=f"{kind.__name__}: {hour}")
    for kind in KINDS
    for hour, (_, attached, again) in HOURS.items()
    if (kind.attaches or not attached or hour == "never wrote")
    and (kind.has_rounds or not again or hour == "never wrote")
]


@pytest.mark.parametrize(("make", "hour"), CASES)
def test_who_wrote_may_not_approve(cast, small_year, make, hour):
    """“X” approves in the end; a colleague's full stop makes nobody else's words theirs alone."""
    wrote, attached, again = HOURS[hour]
    people = {name: person(f"person-{name}", f"甲{name}", cast.finance, Role.EDITOR) for name in "ABX"}
    kind = make(cast)
    for step, who in enumerate(wrote):
        kind.wrote(people[who], f"第{step}次写的内容。")
    for who in attached if kind.attaches else "":
        kind.attached(people[who], b"one")
    if again and kind.has_rounds:
        kind.handed_in(people["A"])
        kind.returned()
        for step, who in enumerate(again, start=len(wrote)):
            kind.wrote(people[who], f"第{step}次写的内容。")
    kind.handed_in(people["A"])
    if hour == "never wrote":
        assert kind.approve(people["X"])
        return
    with pytest.raises(PermissionDenied, match=WROTE):
        kind.approve(people["X"])
    assert has_written(people["X"], kind.record) or not kind.is_in_trail


def test_a_writer_is_known_by_the_trail_alone(cast, small_year):
    """What saves itself, and what the last writer's name covers."""
    report = factories.drafted(cast, text="初稿")
    second = person("second-clerk", "第二经办人", cast.finance, Role.EDITOR)
    at, found = NOW, {"assignment": report.assignment, "period": report.period}
    save_draft(**found, written=Written(text="初稿。"), version=1, automatically=True, by=second, at=at)
    report.refresh_from_db()
    assert report.drafted_by == second
    assert writers_of(report) == {cast.clerk.pk, second.pk}


def test_who_linked_what_is_public_does_not_review_the_revision_that_copies_it(cast):
    """Nobody has reviewed the link (关联解读): it comes with the revision, and counts as written by who made it."""
    policy = makers.published(cast, title="政策文件", kind=Item.Kind.DOCUMENT)
    explaining = makers.published(cast, title="政策解读", kind=Item.Kind.INTERPRETATION)
    link_interpretation(
        item=explaining, document=policy, version=explaining.version, by=cast.second_office, at=makers.AT
    )
    revision = submit_item(item=makers.revised(cast, explaining, body="第二版"), by=cast.clerk, at=makers.AT)
    seen, checked = revision.content_hash(), lines(Answer.Kind.SECRECY)
    revision = pass_item(item=revision, seen_hash=seen, checked=checked, by=cast.head, at=makers.AT)
    legality = {"kind": Answer.Kind.LEGALITY, "seen_hash": revision.content_hash(), "at": makers.AT}
    legality |= {"checked": lines(Answer.Kind.LEGALITY)}

    with pytest.raises(PermissionDenied, match=WROTE):
        answer_item(item=revision, by=cast.second_office, **legality)
    assert answer_item(item=revision, by=cast.office, **legality)
