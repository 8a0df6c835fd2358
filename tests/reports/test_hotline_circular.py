"""12345热线办理情况: what the circular tells of a quarter, and what it hides."""

from datetime import date

import pytest

from disclosure.models import HotlineRanking
from reports.facts.request import Request
from reports.letters.hotline import hotline_letter
from reports.pdf import letter_html
from reports.snapshots.snapshot import compose
from tests.disclosure.hotline import makers
from tests.reports import makers as papers

pytestmark = pytest.mark.django_db


def test_the_circular_tells_rates_ranking_and_hides_what_is_small(cast):
    makers.ten_due(cast)
    notice = papers.issued_notice(cast)
    HotlineRanking.objects.create(valid_from=date(2018, 10, 1), bar=5)
    makers.handed_on(cast, lead=cast.town)

    snapshot = compose(Request.about(kind="hotline", notice=notice, as_of=date(2018, 11, 30)))
    page = letter_html(snapshot=snapshot)

    assert (snapshot["since"], snapshot["taken"], snapshot["first"], snapshot["bar"]) == ("2018-10-01", 11, 11, 5)
    assert [(row["unit"], row["rank"], row["score"]) for row in snapshot["places"]] == [
        ("县财政局", 1, "不公布"),  # of a rate that is hidden the mean would tell
        ("深甽镇", None, ""),
    ]
    assert "全县受理诉求11件，转办11件，占100.0%；逾期没有答复的2件。" in page
    assert "按期办结率81.8%（9/11）" in page
    assert [row[1] for row in snapshot["units"]] == ["不公布", "不公布"]


def test_the_circular_tells_the_mean_of_rates_that_are_told(cast):
    for _ in range(4):
        makers.closed(cast)
    HotlineRanking.objects.create(valid_from=date(2018, 10, 1), bar=3)

    snapshot = compose(Request.about(kind="hotline", notice=papers.issued_notice(cast), as_of=date(2018, 11, 30)))

    assert [(row["rank"], row["score"], row["year"]) for row in snapshot["places"]] == [(1, "100.00", "100.00")]


def test_the_circular_does_not_tell_a_county_s_one_matter(cast):
    notice = papers.issued_notice(cast)
    makers.handed_on(cast)

    snapshot = compose(Request.about(kind="hotline", notice=notice, as_of=date(2018, 11, 30)))

    assert (snapshot["taken"], snapshot["first"]) == (None, None)
    assert hotline_letter(snapshot).sections[0].parts[0].paragraphs[0] == "全县逾期没有答复的1件。"


def test_a_circular_of_today_calls_nothing_late_that_is_due_today(cast):
    notice = papers.issued_notice(cast)
    makers.handling(cast)  # due on the 21st
    day = date(2018, 11, 21)

    told = [
        compose(Request.about(kind="hotline", notice=notice, as_of=day, at=at))["overdue"]
        for at in (makers.at_day(day), makers.at_day(date(2018, 11, 22)))
    ]

    assert told == [0, 1]
