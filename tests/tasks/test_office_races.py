"""The office against itself at the same moment, on real connections: what was decided first holds."""

import threading
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Drawn, Finding, Scoring, SpotCheck, UnitScore, WorkPointNotice
from tasks.notices.issuing import revoke_notice
from tasks.scoring.services import circulate_scores, compute_scores, remove_rule
from tasks.spot_checks.drawing import assign_inspector, draw_spot_check
from tasks.spot_checks.sampling import DrawError
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, moment
from tests.tasks.scoring.conftest import make_a_scheme

pytestmark = pytest.mark.django_db(transaction=True)


class Later:
    """An act that begins before the first one is committed; `outcome` is what came of it."""

    def __init__(self, act):
        self.outcome = None
        self.thread = threading.Thread(target=self._run, args=[act])

    def _run(self, act):
        try:
            self.outcome = act()
        except (DrawError, PermissionDenied, StaleError, TransitionError, ValidationError) as refused:
            self.outcome = refused
        finally:
            connection.close()

    def after(self, first):
        """Do the first act, let this one begin before it is committed, and wait for both."""
        with transaction.atomic():
            first()
            self.thread.start()
            self.thread.join(timeout=0.5)
        self.thread.join(timeout=200)
        return self.outcome


def test_nothing_is_drawn_from_a_notice_that_is_being_revoked(cast, notice):
    def draw():
        return draw_spot_check(
            notice=WorkPointNotice.objects.get(pk=notice.pk),
            title="抽查",
            size=2,
            seed="1",
            stratified_by=[],
            as_of=TODAY,
            form_id=uuid4(),
            by=cast.office,
            at=NOW,
        )

    refused = Later(draw).after(
        lambda: revoke_notice(notice=notice, reason="有误", version=notice.version, by=cast.office, at=moment(8, 20))
    )

    assert isinstance(refused, DrawError)
    assert not SpotCheck.objects.exists()


def test_a_scheme_keeps_the_sheets_that_are_being_circulated(cast, notice):
    scheme = make_a_scheme(cast, notice)
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)
    rule = scheme.rules.first()
    sheets = UnitScore.objects.count()

    refused = Later(lambda: remove_rule(rule=rule, version=scheme.version, by=cast.office, at=NOW)).after(
        lambda: circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)
    )

    assert isinstance(refused, TransitionError)
    assert UnitScore.objects.count() == sheets > 0
    assert Scoring.objects.get().status == "circulated"


def test_an_inspector_who_is_being_replaced_records_nothing_more(cast, notice):
    drawn = factories.drawn_of_finance(cast, notice)
    other = person("inspector-2", "另一位抽查人员", cast.county_office, "inspector")

    refused = Later(lambda: factories.recorded(cast, Drawn.objects.get(pk=drawn.pk))).after(
        lambda: assign_inspector(drawn=drawn, inspector=other, reason="回避", by=cast.office, at=NOW)
    )

    assert isinstance(refused, PermissionDenied)
    assert not Finding.objects.exists()


def test_an_inspector_is_not_replaced_while_the_finding_is_being_recorded(cast, notice):
    drawn = factories.drawn_of_finance(cast, notice)
    other = person("inspector-2", "另一位抽查人员", cast.county_office, "inspector")

    refused = Later(
        lambda: assign_inspector(
            drawn=Drawn.objects.get(pk=drawn.pk), inspector=other, reason="回避", by=cast.office, at=NOW
        )
    ).after(lambda: factories.recorded(cast, drawn))

    assert isinstance(refused, TransitionError)
    assert Drawn.objects.get(pk=drawn.pk).inspector == cast.inspector
