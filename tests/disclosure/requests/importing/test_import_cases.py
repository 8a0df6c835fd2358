"""`import_cases`: a register of before with all its events, whole or not at all, twice as good as once; people go under seal."""

import json
from copy import deepcopy
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from disclosure.models import InformationRequest
from disclosure.requests.desk import answering
from disclosure.requests.importing.register_file import BY_ITSELF, ImportRefused
from disclosure.requests.importing.services import import_register
from disclosure.requests.kind import REQUEST_KIND
from fixtures.reference_data import load_workdays
from ninghai.calendar.reckoning import local_day
from ninghai.cases.register import enter_case, register_case
from ninghai.models import AuditEntry, Case, CaseEvent, CasePaper, DutyClock
from ninghai.sealed.services import look
from tests.disclosure.requests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 6, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
DOCS = Path(__file__).parents[4] / "docs" / "import_cases.md"
PERSON = {"name": "王小明", "identity_number": "330226199001011234", "phone": "13805741234"}


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2020-06-01"
    load_workdays()


def number(serial, year=2019):
    return f"县财政局公开申〔{year}〕{serial}号"


def case(*events, serial=1, received="2019-06-03", **changes):
    told = {
        "number": number(serial),
        "kind": "request",
        "received": received,
        "channel": "counter",
        "category": "person",
    }
    told |= {"text": "2018年度“三公”经费决算表", "applicant": PERSON, "events": list(events)}
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def event(kind, at="2019-06-05", **told):
    return {"kind": kind, "at": at, **told}


def imported(*cases, **how):
    return import_register({"unit": "002", "cases": list(cases)}, by=None, at=NOW, **how)


def faults_of(*cases):
    with pytest.raises(ImportRefused) as refused:
        imported(*cases)
    assert Case.objects.count() == 0
    return refused.value.faults


def due(case_number=None):
    found = Case.objects.get(number=case_number) if case_number else Case.objects.get()
    return str(local_day(found.legal_clock.due_at))


# --- The example -----------------------------------------------------------------------------------------------------


def example():
    return json.loads(DOCS.read_text().split("```json\n")[1].split("```")[0])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "register.json"
    path.write_text(json.dumps(example(), ensure_ascii=False), encoding="utf-8")
    return path


def ran(file, *options):
    out = StringIO()
    call_command("import_cases", str(file), *options, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_the_example_of_the_documentation_is_imported(file, cast):
    assert ran(file, "--dry-run")["new"] == 6
    assert Case.objects.count() == CaseEvent.objects.count() == AuditEntry.objects.filter(action="import").count() == 0

    assert ran(file) == {"dry_run": False, "imported": True, "new": 6, "unchanged": 0, "events": 18, "faults": []}

    status = dict(Case.objects.values_list("number", "status"))
    assert status == {
        number(1): "delivered",
        number(2): "posted",
        number(3): "void",
        number(4): "split",
        f"{number(4)}-1": "delivered",
        f"{number(4)}-2": "handling",
    }
    assert dict(Case.objects.values_list("number", "rule_set"))[number(1)] == "2008"
    assert due(number(2)) == "2019-11-04"  # 20 working days from the decision of 2019-10-08
    assert CasePaper.objects.get(number="县财政局公复〔2019〕1号").delivered_on == date(2019, 6, 14)


def test_a_second_time_it_changes_nothing(file):
    ran(file)
    before = list(CaseEvent.objects.values_list("pk", "number")), AuditEntry.objects.count()

    assert ran(file) | {"faults": []} == {
        "dry_run": False,
        "imported": True,
        "new": 0,
        "unchanged": 6,
        "events": 0,
        "faults": [],
    }
    assert (list(CaseEvent.objects.values_list("pk", "number")), AuditEntry.objects.count()) == before


def test_every_event_of_the_documentation_is_one_of_the_kind_and_the_other_way_round():
    codes = {each.code for each in REQUEST_KIND.events}
    table = DOCS.read_text().split("At present:")[1].split("Codes of answers")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {word for row in rows for word in row.replace("`", "").replace(",", " ").split()} - {"kind"}

    assert named | set(BY_ITSELF) == codes


def test_what_is_here_and_says_something_else_is_a_fault(file):
    ran(file)
    changed = example()
    changed["cases"][0]["events"][0]["at"] = "2019-05-21"

    with pytest.raises(ImportRefused, match="已经导入过，文件中的内容与已经导入的不同"):
        import_register(changed, by=None, at=NOW)


def test_what_was_corrected_since_is_still_what_the_file_says():
    told = case(
        event("redate", "2019-06-02", reason="邮戳看错了"),
        event("correct", case={"channel": "online", "category": "legal", "subject": "决算"}),
    )
    imported(deepcopy(told))

    assert imported(told).unchanged == 1


EXTENDED, PARTIAL = event("extended", amount=10, reason="档案较多"), event("signed", "2019-06-20", code="partial")


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "legal"},
        {"subject": "决算"},
        {"received": "2019-06-04"},
        {"applicant": {**PERSON, "identity_number": "330226199001015678"}},
        {"events": [{**EXTENDED, "amount": 15}, PARTIAL]},
        {"events": [{**EXTENDED, "reason": "需要征求意见"}, PARTIAL]},
        {"events": [EXTENDED, {**PARTIAL, "code": "open"}]},
    ],
)
def test_whatever_a_second_file_says_otherwise_is_a_fault(changes):
    imported(case(EXTENDED, PARTIAL))

    with pytest.raises(ImportRefused, match="文件中的内容与已经导入的不同"):
        imported(case(EXTENDED, PARTIAL, **changes) if "events" not in changes else case(*changes["events"]))


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("[{")
    with pytest.raises(CommandError, match="不是 UTF-8 编码的 JSON"):
        ran(broken)
    with pytest.raises(CommandError, match="不能读取文件"):
        ran(tmp_path / "nowhere.json")
    broken.write_text("[]")
    with pytest.raises(CommandError, match="有1处错误，没有导入"):
        ran(broken)


# --- Every kind of event ---------------------------------------------------------------------------------------------

SIGNED = event("signed", "2019-06-20", code="open")
POSTED = event("answer_posted", "2019-06-21")
LIVES = {  # the events, the state, the last day of the limit
    "nothing": ([], "handling", "2019-07-02"),
    "redate": ([event("redate", "2019-06-02", reason="邮戳看错了")], "handling", "2019-07-01"),
    "amended": (
        [event("amendment_asked", "2019-06-13", days=10), event("amended", "2019-06-20")],
        "handling",
        "2019-07-18",
    ),
    "a letter arrives": (
        [
            event("amendment_asked", "2019-06-13", days=10, paper={"kind": "amendment"}),
            event("amendment_delivered", "2019-06-17", days=10, way="post"),
            event("amended", "2019-06-20"),
        ],
        "handling",
        "2019-07-18",
    ),
    "a letter that nobody kept arrives": (
        [
            event("agency_asked", of="1", agency="县自然资源局"),
            event("agency_delivered", "2019-06-06", of="1", days=10),
            event("agency_said", "2019-06-12", of="1", opinion="agrees"),
        ],
        "handling",
        "2019-07-08",
    ),
    "reasons": (
        [event("reasons_asked", "2019-06-05", days=10), event("reasons_given", "2019-06-10")],
        "handling",
        "2019-07-02",
    ),
    "delayed": ([event("delayed", amount=40, beyond=True, reason="要整理60件")], "handling", "2019-08-27"),
    "third party": (
        [event("third_party_asked", "2019-06-05"), event("third_party_said", "2019-06-12", opinion="agrees")],
        "handling",
        "2019-07-08",
    ),
    "still asked": ([event("agency_asked", "2019-06-05")], "other_agency", None),
    "extended": ([event("extended", amount=20, reason="档案较多")], "handling", "2019-07-30"),
    "drafted": ([event("proposed", code="open")], "with_head", "2019-07-02"),
    "sent back": ([event("proposed", code="open"), event("returned", reason="缺附件")], "handling", "2019-07-02"),
    "signed": ([SIGNED], "signed", "2019-07-02"),
    "posted": ([SIGNED, POSTED], "posted", "2019-07-02"),
    "delivered": ([SIGNED, event("answer_received", "2019-06-20", way="email")], "delivered", "2019-07-02"),
    "withdrawn": ([event("withdrawn", reason="来电撤回")], "withdrawn", "2019-07-02"),
    "void": ([event("void", reason="登记两次")], "void", "2019-07-02"),
    "noted": ([event("note", words="已电话联系王小明")], "handling", "2019-07-02"),
    "reopened": ([SIGNED, POSTED, event("reopen", "2019-08-01", reason="责令重新答复")], "handling", "2019-08-29"),
    "corrected": ([event("correct", case={"category": "business"})], "handling", "2019-07-02"),
    "assigned": ([event("assign", unit="002", part="lead"), event("accept", unit="002")], "handling", "2019-07-02"),
    "letters": (
        [
            event("paper_out", paper={"kind": "extension", "number": "财函3号"}),
            event("handed_over", "2019-06-06", way="post"),
            event("delivered", "2019-06-10", paper_number="财函3号"),
            event("paper_in", "2019-06-11", paper={"title": "补充说明"}),
        ],
        "handling",
        "2019-07-02",
    ),
}


@pytest.mark.parametrize("life", LIVES)
def test_states_and_limits_follow_from_the_events(life):
    events, status, last_day = LIVES[life]

    imported(case(*events))

    found = Case.objects.get()
    assert found.status == status
    assert (due() if found.legal_clock.due_at else None) == last_day
    assert found.entered_at == NOW


def test_by_the_first_regulation_another_agency_stops_no_limit():
    asked = [event("agency_asked", "2019-05-15", of="1"), event("agency_said", "2019-05-22", of="1")]
    told = [case(*asked, received="2019-05-14"), case(received="2019-05-14", serial=2)]

    imported(*deepcopy(told))

    assert due(number(1)) == due(number(2))
    assert Case.objects.get(number=number(1)).status == "handling"
    assert imported(*told).unchanged == 2


def test_the_day_of_receipt_may_come_later():
    imported(case(event("receive", "2019-06-10"), received=None))

    assert (Case.objects.get().received_on, due()) == (date(2019, 6, 10), "2019-07-08")


def test_a_case_that_nobody_confirmed_waits():
    imported(case(received=None))

    assert (Case.objects.get().status, Case.objects.get().legal_clock) == ("unconfirmed", None)


@pytest.mark.parametrize(("kind", "status"), [("merge", "merged"), ("duplicate", "duplicate")])
def test_a_case_that_joins_another_is_in_its_file(kind, status):
    """In the order of days, not of the file: the other one is answered by then in the file, and not yet in life."""
    answered = case(SIGNED, POSTED, serial=1)
    joins = case(event(kind, "2019-06-05", into=number(1)), serial=2)

    imported(answered, joins)

    joined = Case.objects.get(number=number(2))
    assert (joined.status, joined.parent.number) == (status, number(1))


def test_of_an_extension_nobody_may_know_who_approved_it(cast):
    given = event("extended", amount=5, reason="档案较多")

    imported(case(given), case({**given, "approved_by": cast.head.username}, serial=2))

    first, second = (clock.derivation for clock in DutyClock.objects.order_by("pk"))
    assert "批准" not in first
    assert f"经{cast.head}批准" in second


# --- Numbers ---------------------------------------------------------------------------------------------------------


def test_numbers_go_on_after_the_last(cast):
    imported(case(), case(serial=2))
    at = NOW.replace(year=2019, month=12)
    next_one = enter_case(kind="request", unit=cast.finance, channel="counter", subject="申请", by=cast.clerk, at=at)
    register_case(case=next_one, by=cast.clerk, at=at)

    assert next_one.number == number(3)


def test_a_number_of_another_form_stays_as_it_is():
    imported(case(number="2019-001"), case(number="财申[2019]第2号"), {**case(number="甲"), "year": 2019, "serial": 3})

    assert set(Case.objects.values_list("number", "serial")) == {("2019-001", 1), ("财申〔2019〕第2号", 2), ("甲", 3)}


def test_a_number_may_be_printed_alike_in_each_year():
    imported({**case(number="第1号"), "year": 2019, "serial": 1})
    imported({**case(number="第1号", received="2020-05-06"), "year": 2020, "serial": 1})

    assert list(Case.objects.order_by("year").values_list("number", "year")) == [("第1号", 2019), ("第1号", 2020)]


def test_a_part_has_a_whole_that_was_split_into_so_many():
    def part(at, **changes):
        return case(**{"number": f"{number(1)}-{at}", "part_of": number(1), **changes})

    split = event("split", "2019-06-04", parts=2)
    imported(case(split), part(1), part(2), is_dry_run=True)

    assert "拆分为2件，登记簿中有1件" in str(faults_of(case(split), part(1))[0])
    assert "没有拆分" in str(faults_of(case(), part(1))[0])
    assert "请在 part_of 写明" in str(faults_of(case(), part(1, part_of=None))[0])
    other = part(1, number=f"{number(2)}-1")
    assert any("年度和序号应当与" in str(fault) for fault in faults_of(case(split), other))


def test_a_register_has_no_gap():
    assert [str(fault) for fault in faults_of(case(serial=2), case(serial=4))] == [
        "2019年缺第1号。登记号应当连续；作废的号码也要列入，用 void 事件写明作废原因。",
        "2019年缺第3号。登记号应当连续；作废的号码也要列入，用 void 事件写明作废原因。",
    ]


def test_what_was_registered_here_stays(cast):
    at = NOW.replace(year=2019, month=12)
    kept = enter_case(kind="request", unit=cast.finance, channel="counter", subject="申请", by=cast.clerk, at=at)
    register_case(case=kept, by=cast.clerk, at=at)

    with pytest.raises(ImportRefused, match="已经有另一件使用"):
        imported(case())
    assert Case.objects.get() == kept


# --- Faults ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "no such event": (event("answered"), "没有“answered”这种事件"),
    "by itself": (event("register"), "系统按登记号自动记录"),
    "no day": (event("note", "2019-13-01"), "应当是日期"),
    "in the future": (event("note", "2020-06-02"), "晚于今天"),
    "no fact": (event("amendment_asked"), "告知补正还缺少：days"),
    "no reason": (event("withdrawn"), "请填写理由"),
    "no amount": (event("extended", amount="十天", reason="多"), "amount"),
    "too long": (event("extended", amount=21, reason="多"), "最多延长20个工作日"),
    "no such answer": (event("signed", code="granted"), "没有“granted”这种答复"),
    "not now": (event("amended"), "没有在等的“告知补正”"),
    "not signed": (event("answer_posted"), "没有可以送达的文书"),
    "by courier": (event("answer_posted", carrier="顺丰速运"), "不是邮政企业"),
    "nobody to join": (event("merge", into=number(9)), "没有登记号是"),
    "people in the open": (event("note", to="王小明"), "文字请写在 reason"),
    "a person as which": (event("third_party_asked", of="王小明"), "不写姓名"),
    "a phone in a reason": (event("withdrawn", reason="请打13805741234"), "请删去"),
    "a name in a reason": (event("withdrawn", reason="李四方来电撤回"), "“李四方”像是姓名"),
    "nothing but a name": (event("withdrawn", reason="李四方"), "“李四方”像是姓名"),
    "the applicant in a reason": (event("withdrawn", reason="据王小明说明"), "不要写申请人的姓名"),
    "the applicant in a title": (event("paper_out", paper={"title": "给王小明的函"}), "不要写申请人的姓名"),
    "no such score": (event("rate", score=5), "score 应当是：satisfied"),
    "no such remedy": (event("remedy_begun", way="appeal", authority="县政府"), "way 应当是：review"),
    "no such outcome": (event("remedy_decided", outcome="won"), "outcome 应当是：upheld"),
    "nothing begun": (event("remedy_decided", outcome="upheld"), "没有对应的 remedy_begun"),
    "no such schedule": (event("fee_asked", by="hours", amount=31, total=100), "by 应当是：items"),
    "no such sum": (event("fee_asked", by="items", amount=31, total="about-100"), "total 应当是大于零的整数"),
    "no such opinion": (event("third_party_said", opinion="maybe"), "opinion 应当是：agrees"),
    "out of time": (event("note", "9999-12-31T23:59:59-12:00"), "应当是日期"),
    "no approver": (event("extended", amount=5, reason="多", approved_by="nobody"), "没有账号“nobody”"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_wrong_is_named_with_case_and_event(what):
    wrong, words = FAULTS[what]
    sound = case(event("note"), serial=1)
    first = SIGNED if what == "by courier" else event("note", "2019-06-04")
    wrong = {**wrong, "at": "2019-06-21"} if what == "by courier" else wrong

    faults = faults_of(sound, case(first, wrong, serial=2))

    assert {(fault.number, fault.event) for fault in faults} == {(number(2), 2)}
    assert any(words in fault.message for fault in faults)


def test_every_fault_is_named():
    faults = faults_of(
        case(event("answered"), event("withdrawn"), serial=1, channel="电报"),
        case(event("amended"), serial=2),
        case(serial=3, received="2019-06-40", nonsense=1),
    )

    assert [(fault.number, fault.event) for fault in faults] == [
        (number(1), None),
        (number(1), 1),
        (number(1), 2),
        (number(2), 1),
        (number(3), None),
        (number(3), None),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": None}, "还没有写登记号"),
        ({"number": "甲"}, "看不出年度和序号"),
        ({"number": number(1, year=2021)}, "年度2021晚于今年"),
        ({"text": "决\0算"}, "不能保存的字符"),
        ({"text": "决\ud800算"}, "不能保存的字符"),
        ({"received": "2007-01-01"}, "早于2008-05-01"),
        ({"received": "2020-06-02"}, "晚于今天"),
        ({"category": "某人"}, "申请人类别"),
        ({"kind": "hotline"}, "kind 应当是"),
        ({"applicant": {"wechat": "x"}}, "不认识的项目：wechat"),
        ({"subject": "王小明 13805741234"}, "请删去"),
        ({"part_of": number(7)}, "没有找到"),
        ({"events": [event("note", "2019-06-05"), event("note", "2019-06-04")]}, "前一个事件"),
    ],
)
def test_what_a_case_cannot_say(changes, words):
    assert words in "".join(fault.message for fault in faults_of(case(**changes)))


def test_the_regulation_of_the_day_decides_which_answers_there_are():
    old = case(event("signed", code="confirm_again"), received="2019-05-14")

    assert "没有“confirm_again”这种答复" in faults_of(old)[0].message


def test_a_unit_that_is_unknown_or_closed_takes_nothing(cast):
    with pytest.raises(ImportRefused, match="没有编码为“999”的单位"):
        import_register({"unit": "999", "cases": [case()]}, by=None, at=NOW)
    cast.finance.valid_until, cast.finance.successor = date(2019, 1, 1), cast.town
    cast.finance.save()
    assert "已于2019-01-01撤销" in faults_of(case())[0].message


# --- People ----------------------------------------------------------------------------------------------------------


def test_people_and_words_go_under_seal(cast):
    answer = {"given": "王小明要的部分", "withheld": "其余", "reason": "涉及王小明的邻居"}
    imported(case(event("note", words="王小明来电"), {**SIGNED, "code": "partial", "answer": answer}))
    request = InformationRequest.objects.get()

    told = look(request, by=cast.clerk, purpose="核对", at=NOW)
    assert (told["applicant"]["name"], told["content"], told["answer"]) == (
        "王小明",
        "2018年度“三公”经费决算表",
        answer,
    )
    assert request.applicant_digest
    with connection.cursor() as cursor:
        for table in ("ninghai_case", "ninghai_caseevent", "disclosure_informationrequest", "ninghai_auditentry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608 - our own names
            assert "王小明" not in (cursor.fetchone()[0] or "")


@pytest.mark.parametrize("events", [[event("proposed", code="refuse_register")], [SIGNED, POSTED], []])
def test_the_units_page_shows_what_was_taken_over(client, cast, events):
    """Whatever the old register did not say."""
    imported(
        case(*events, applicant=None), case(event("void", reason="登记两次"), serial=2, channel=None, category=None)
    )
    client.force_login(cast.head)

    for found in Case.objects.all():
        assert client.get(f"/work/requests/{found.pk}/").status_code == 200


def test_the_life_goes_on_here(cast):
    """What was taken over is answered as any other, and the file still is what is here."""
    told = case()
    imported(deepcopy(told))
    found = Case.objects.get()
    answering.propose(
        case=found, code="not_held", filled=makers.FILLED["not_held"], version=found.version, by=cast.clerk, at=NOW
    )

    assert imported(told).unchanged == 1


def test_an_answer_whose_letter_is_elsewhere_is_delivered_on_its_page_all_the_same(client, cast):
    imported(case(SIGNED))
    client.force_login(cast.clerk)
    page = f"/work/requests/{Case.objects.get().pk}/"

    assert f'action="{page}hand-over/"' in client.get(page).content.decode()
