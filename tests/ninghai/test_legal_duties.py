"""`manage.py reckon`: the limits that laws and rules set, with the cases that the rules themselves give."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fixtures.reference_data import load_workdays
from ninghai.calendar.holiday_notice import SpecialDay
from ninghai.calendar.legal_duties import CODES, LASTING, of_law
from ninghai.calendar.pages import CalendarEdit, change_calendar, preview_edit
from ninghai.models import Workday
from tests.ninghai.test_reckoning import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar():
    load_workdays()


def reckon(*asked: str) -> dict[str, str | None]:
    out = StringIO()
    call_command("reckon", *asked, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def case(given: str, due: str | None, name: str = ""):
    return pytest.param(given, due, id=name or given)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        case("request --start 2018-11-20", "2018-12-11", "R01"),
        case("request --start 2018-11-20 --extend 15", "2019-01-02", "R01 extended"),
        case("request --start 2018-12-14", "2019-01-07", "R03"),
        case("request --start 2019-05-14", "2019-06-04", "R04 the last day of the old rules"),
        case("request --start 2019-05-15", "2019-06-13", "R04 the first day of the new ones"),
        case("request --start 2019-05-15 --extend 20", "2019-07-11", "R04 extended"),
        case("request --start 2018-10-04", "2018-10-26", "R06 received on a holiday"),
        case("amend_notice --start 2019-06-03", "2019-06-13", "R09"),
        case("request --start 2019-06-03 --restart 2019-06-20", "2019-07-18", "R09 amended"),
        case("request --start 2019-09-02 --pause 2019-09-09 2019-09-25", "2019-10-21", "R11"),
        case("request --start 2019-09-02", "2019-09-30", "R11 without the pause"),
        case("request --start 2018-09-25 --pause 2018-09-29 2018-10-19", "2018-11-05", "R13"),
        case("remedy_review --start 2018-11-20", "2019-01-21", "R16 review"),
        case("remedy_suit --start 2018-11-20", "2019-05-20", "R16 lawsuit"),
        case("annual_report --start 2018-12-31", "2019-03-31", "Y02 a Sunday that is not moved"),
        case("annual_report_county --start 2018-12-31", "2019-03-31", "Y02 county"),
        case("annual_report --start 2019-12-31", "2020-01-31", "Y02 2019"),
        case("annual_report_county --start 2019-12-31", "2020-03-31", "Y02 county 2019"),
        case("opinion_first --start 2018-11-19T16:30", "2018-11-19T21:30:00+08:00", "O01"),
        case("opinion_press --start 2018-11-19T16:30", "2018-11-20T16:30:00+08:00", "O01 press"),
        case("opinion_answer --start 2018-11-19T16:30", "2018-11-21T16:30:00+08:00", "O02"),
        case("hotline_close --start 2018-11-20 --limit 3 working_day", "2018-11-23", "H01 3"),
        case("hotline_close --start 2018-11-20 --limit 15 working_day", "2018-12-11", "H01 15"),
        case("hotline_close --start 2018-09-28 --limit 5 working_day", "2018-10-10", "H02 5"),
        case("hotline_close --start 2018-09-28 --limit 15 working_day", "2018-10-24", "H02 15"),
        case("hotline_close --start 2018-09-30 --limit 5 working_day", "2018-10-12", "H03"),
        case("hotline_close --start 2018-12-28 --limit 5 working_day", "2019-01-07", "H03 over New Year"),
        case("hotline_close --start 2018-11-20 --limit 15 working_day --extend 7", "2018-12-20", "H08"),
        case("hotline_promise --start 2018-11-20 --limit 2018-12-31 by_date", "2018-12-31", "a named day"),
        case("guide_publish --start 2018-11-16", "2018-11-19", "G"),
        case("gazette_candidate --start 2018-11-20", "2018-12-18", "a candidate of the gazette"),
        case("public_bodies_2018 --start 2018-08-13", "2018-11-30"),
        case("request --start 2019-09-02 --pause 2019-09-09 -", None, "still paused"),
        case("request --start 2019-09-02 --pause 2019-10-09 -", "2019-09-30", "paused after it had run out"),
        case(
            "request --start 2019-09-02 --pause 2019-09-09 2019-09-20 --pause 2019-09-16 2019-09-25",
            "2019-10-21",
            "R11 by two pauses that overlap",
        ),
        case("request_2008 --start 2019-09-02", "2019-09-24", "the old rules by name"),
        case("request_2019 --start 2018-11-20", "2018-12-18", "the new rules by name"),
    ],
)
def test_the_cases_of_the_rules(given, due):
    assert reckon(*given.split())["due"] == due


def test_the_rules_are_those_of_the_day_on_which_the_amended_paper_came():
    assert reckon("request", "--start", "2019-05-06")["rule_set"] == "2008"
    assert reckon("request", "--start", "2019-05-06", "--restart", "2019-05-20")["rule_set"] == "2019"
    assert reckon("gazette_candidate", "--start", "2019-05-06")["rule_set"] is None


def test_how_it_was_found_can_be_checked_against_the_wall_calendar():
    told = reckon("request", "--start", "2019-09-02", "--pause", "2019-09-09", "2019-09-25", "--extend", "25")

    for words in (
        "答复政府信息公开申请（《政府信息公开条例》（2019年修订）第三十三条）",
        "自2019-09-02起算（当日不计），时限20个工作日",
        "2019-09-09暂停，2019-09-25恢复，次日起至恢复当日不计",
        "延长25个工作日",
        "10-01、10-02、10-03、10-04、10-05、10-06、10-07；其中调休上班：09-29、10-12",
        "延长超过20个工作日的，须依据《政府信息公开条例》（2019年修订）第三十五条说明理由",
    ):
        assert words in told["derivation"]


def test_what_was_not_known_yet_is_guessed_and_said():
    known, then = (reckon("request", "--start", "2018-12-14", *asked) for asked in ([], ["--known-at", "2018-12-01"]))

    assert (known["due"], then["due"]) == ("2019-01-07", "2019-01-07")  # 29th worked, 31st off: both or neither
    assert "其中调休上班：12-29" in known["derivation"]
    assert "2019年放假安排未录入" in then["derivation"]
    for day, due in (("2019-03-21", "2019-04-30"), ("2019-03-22", "2019-04-29")):  # a Sunday was made a working day
        asked = ["--start", "2019-04-17", "--limit", "9", "working_day", "--known-at", day]
        assert reckon("hotline_close", *asked)["due"] == due


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("renovation --start 2018-11-20", "没有“renovation”这个事项。可以是：request、"),
        ("request --start 2007-11-20", "《政府信息公开条例》还没有施行"),
        ("amend_notice --start 2018-11-20", "没有规定“一次性告知申请人补正”的期限"),
        ("request --start 2018-11-20 --extend 16", "最多延长15个工作日"),
        ("guide_publish --start 2018-11-20 --extend 1", "的期限不能延长"),
        ("guide_publish --start 2018-11-20 --pause 2018-11-20 2018-11-22", "的期限不能暂停计算"),
        ("hotline_close --start 2018-11-20", "由县里或者文书确定，请写明期限"),
        ("hotline_close --start 2018-11-20 --limit some working_day", "时限应写成数量和单位"),
        ("hotline_close --start 2018-11-20 --limit 5 weeks", "时限应写成数量和单位"),
        ("hotline_close --start 2018-11-20 --limit 0 day", "时限应写成数量和单位"),
        ("hotline_promise --start 2018-11-20 --limit 31 by_date", "时限应写成数量和单位"),
        ("opinion_first --start 2018-11-20", "按小时计算的时限要写明时刻"),
        ("request --start 2018-11-31", "不是时间"),
        ("request --start 2018-11-20 --pause 2018-11-01 2018-11-21", "暂停应在起算之后开始"),
        ("request --start 2018-11-20 --pause 2018-11-22 2018-11-21", "恢复不能早于暂停"),
        ("request --start 2018-11-20 --pause 2018-11-22 soon", "不是时间"),
        ("request --start 2018-11-20 --restart 2018-11-19", "重新起算的时间不能早于起算时间"),
        ("request --start 2018-11-20 --extend -1", "延长的数量应在"),
        ("request --start 9999-12-30", "到期日超出了可以计算的年份"),
        ("proposal_reply --start 9999-11-30", "到期日超出了可以计算的年份"),
        ("remedy_review --start 9999-12-01", "到期日超出了可以计算的年份"),
        ("annual_report --start 9999-12-31", "到期日超出了可以计算的年份"),
        ("opinion_answer --start 9999-12-31T12:00", "到期日超出了可以计算的年份"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(CommandError, match=sentence):
        reckon(*given.split())


def test_every_duty_is_reckoned_by_its_code():
    given = {each.code for each in LASTING if each.limit is None}
    for code in CODES:
        limit = ("--limit", "5", "working_day") if code in given else ()
        assert reckon(code, "--start", "2020-03-02T09:00", *limit)["due"] > "2018"
        assert of_law(code, on=date(2020, 3, 2)).words


def test_the_limits_of_public_opinion_name_the_papers_of_2016():
    found = {code: str(of_law(code, on=date(2018, 11, 19)).basis) for code in ("opinion_first", "opinion_press")}

    assert found == {"opinion_first": "国办发〔2016〕80号", "opinion_press": "国办发〔2016〕61号"}


def test_without_a_format_it_says_the_day_first():
    out = StringIO()
    call_command("reckon", "request", "--start", "2018-11-20", stdout=out)

    assert out.getvalue().startswith("2018-12-11 答复政府信息公开申请")


def test_a_day_that_the_office_enters_is_known_from_then_on(cast):
    edit = CalendarEdit(days={date(2018, 11, 23): SpecialDay(Workday.Kind.HOLIDAY)}, source="县政府通知")
    change_calendar(edit=edit, version=preview_edit(edit).version, by=cast.office, at=at("2018-11-21"))

    dues = [
        reckon("guide_publish", "--start", "2018-11-22", "--known-at", day)["due"]
        for day in ("2018-11-20", "2018-11-21")
    ]
    assert dues == ["2018-11-23", "2018-11-26"]


def test_a_day_that_only_gets_another_name_was_known_before(cast):
    for name, day in (("", "2018-11-21"), ("县庆", "2018-12-20")):
        edit = CalendarEdit(days={date(2018, 11, 23): SpecialDay(Workday.Kind.HOLIDAY, name)}, source="县政府通知")
        change_calendar(edit=edit, version=preview_edit(edit).version, by=cast.office, at=at(day))

    assert Workday.objects.get(date=date(2018, 11, 23)).name == "县庆"
    assert reckon("guide_publish", "--start", "2018-11-22", "--known-at", "2018-11-22")["due"] == "2018-11-26"
