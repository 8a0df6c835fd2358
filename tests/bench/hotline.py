"""1,000,000 matters of the hotline, 10,000 of them open: the operator's form, what stands beside it, the dispatch list, a record.

Written straight into the tables by the database, with what lists and search ask for; they have no events.
"""

import uuid
from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disclosure.catalogue.search.lexemes import fold_for_search, text_lexemes
from disclosure.hotline.intake import county_office
from disclosure.hotline.similar import similar_calls, whose_duty
from disclosure.hotline.standards import load_standards
from disclosure.models import HotlineCase, HotlineTopic
from ninghai.calendar import clock
from ninghai.models import DataKey, Unit, User
from tests.bench.limits import Limit
from tests.bench.page_list import CLERK, OFFICE, Page
from tests.bench.pages import open_page, visitor
from tests.bench.timing import late, timed
from tests.bench.year import gather_statistics

NUMBER, OPEN = 1_000_000, 10_000
ROUNDS = 40
WORDS = ("夜间施工噪声", "小区电梯停运", "占道经营", "楼道漏水", "路灯不亮", "河道发黑", "公交线路调整", "学区怎样划分")
PLACES = ("跃龙", "桃源", "梅林", "深甽", "长街", "力洋", "岔路", "前童")
SEED = """
CREATE TEMP TABLE bench_calls ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('ninghai_case', 'id')) AS pk, nextval(pg_get_serial_sequence('ninghai_dutyclock', 'id')) AS clock,
       n, n > %(number)s - %(open)s AS is_open, %(now)s - (%(number)s - n) * interval '2 minutes' AS at
FROM generate_series(1, %(number)s) AS n;
INSERT INTO ninghai_dutyclock (id, duty, target_type, target_id, target_label, words, basis, limit_unit, limit_amount, limit_rolls, started_at, state,
                               closed_at, due_at, derivation, calendar_version)
SELECT clock, 'hotline_close', 'ninghai.case', pk::text, 'bench', 'bench', '', 'working_day', 7, false, at, CASE WHEN is_open THEN 'running' ELSE 'closed' END,
       CASE WHEN is_open THEN NULL ELSE at + interval '3 days' END, at + interval '9 days', '', '' FROM bench_calls;
INSERT INTO ninghai_case (id, version, form_id, kind, unit_id, year, serial, part, number, channel, received_on, entered_at, rule_set, subject, text,
                          category, status, closed_at, void_reason, relation, legal_clock_id, data_key_id)
SELECT pk, 1, gen_random_uuid(), 'hotline', %(office)s, 1900 + (n / 100000)::int, n, 0, '热线〔' || n || '〕号', 'phone', at::date, at, '',
       (%(words)s)[1 + n %% 8] || '（' || (%(places)s)[1 + (n / 8) %% 8] || '）', ''::bytea, 'working_day:7',
       CASE WHEN is_open THEN 'handling' ELSE 'closed' END, CASE WHEN is_open THEN NULL ELSE at + interval '3 days' END, '', '', clock, %(key)s FROM bench_calls;
INSERT INTO disclosure_hotlinecase (case_id, data_key_id, matter, urgency, topic_id, village, caller, caller_digest, is_confidential, wants_reply,
                                    outer_number, is_disputed, is_open, subject_vector)
SELECT pk, %(key)s, 'complaint', 'normal', (%(topics)s)[1 + n %% 8], '', ''::bytea, md5((n %% 50000)::text), false, true, '', false, is_open,
       ((%(vectors)s)[1 + n %% 64])::tsvector FROM bench_calls;
INSERT INTO disclosure_hotlineround (hotline_case_id, number, unit_id, clock_id, handed_at, answered_at, closed_at, score)
SELECT pk, 1, (%(units)s)[1 + n %% %(many)s], clock, at, CASE WHEN is_open THEN NULL ELSE at + interval '2 days' END,
       CASE WHEN is_open THEN NULL ELSE at + interval '3 days' END, '' FROM bench_calls;
INSERT INTO ninghai_caseassignment (case_id, unit_id, part, is_designated, given_at, accepted_at, return_reason)
SELECT pk, (%(units)s)[1 + n %% %(many)s], 'lead', false, at, at, '' FROM bench_calls;
"""


def hotline() -> Iterator[Limit]:
    if HotlineCase.objects.count() < NUMBER:
        seed_calls()
        gather_statistics()
    yield from pages()
    yield from beside()
    yield from for_programs()


@transaction.atomic
def seed_calls() -> None:
    load_standards()
    units = list(Unit.objects.valid(on=clock.today()).values_list("pk", flat=True))
    lines = [f"{WORDS[n % 8]}（{PLACES[n // 8 % 8]}）" for n in range(64)]
    told = {
        "number": NUMBER,
        "open": OPEN,
        "now": timezone.now(),
        "office": county_office(on=clock.today()).pk,
        "key": DataKey.objects.make(at=clock.now(), pk=uuid.uuid4()).pk,
        "words": list(WORDS),
        "places": list(PLACES),
        "topics": list(HotlineTopic.objects.values_list("pk", flat=True)[:8]),
        "vectors": [text_lexemes(fold_for_search(line)) for line in lines],
        "units": units,
        "many": len(units),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # and the keys of a million rows are looked up at the end
        cursor.execute(SEED, told)


def pages() -> Iterator[Limit]:
    call = HotlineCase.objects.filter(is_open=True).latest("pk")
    for name, page, within in (
        ("telephone form", Page(OFFICE, "disclosure:hotline-new"), 300),
        ("dispatch list", Page(OFFICE, "disclosure:hotline-list"), 500),
        ("dispatch list, overdue", Page(OFFICE, "disclosure:hotline-list", query={"state": "late"}), 500),
        ("dispatch list, closed", Page(OFFICE, "disclosure:hotline-list", query={"state": "closed"}), 500),
        ("dispatch list, by number", Page(OFFICE, "disclosure:hotline-list", query={"q": call.case.number}), 500),
        ("dispatch list, a clerk's own", Page(CLERK, "disclosure:hotline-list"), 500),
        ("dispatch list, a clerk's closed", Page(CLERK, "disclosure:hotline-list", query={"state": "closed"}), 500),
        ("a clerk's desk with calls", Page(CLERK, "tasks:work"), 500),
        ("all matters in the admin", Page(OFFICE, "admin:disclosure_hotlinecase_changelist"), 500),
    ):
        opened = open_page(visitor(page.who), page)
        yield Limit(f"{name}, p95", [late(opened.times)], within, opened.queries)


def beside() -> Iterator[Limit]:
    """While somebody types: similar matters and whose duty it is alone, and the answer to a key press."""
    user, topic = User.objects.get(username=OFFICE), HotlineTopic.objects.first()
    lines = [f"{PLACES[n % 8]}那里{WORDS[n % 8]}，希望有人管一管" for n in range(ROUNDS)]
    yield Limit(
        "similar matters, p95", [late([timed(lambda w=words: similar_calls(w, user=user)) for words in lines])], 200
    )
    duties = [timed(lambda: whose_duty(topic, None)) for _ in range(ROUNDS)]
    yield Limit("whose duty it is, p95", [late(duties)], 200)
    client, address = visitor(OFFICE), reverse("disclosure:hotline-new")
    headers = {"HX-Request": "true"}
    sent = [{"subject": words, "topic": topic.pk, "part": "matter"} for words in lines]
    presses = [timed(lambda told=told: client.post(address, told, headers=headers)) for told in sent]
    yield Limit("a key press of the telephone form, p95", [late(presses)], 300)


def for_programs() -> Iterator[Limit]:
    """A hundred matters in Open311, as anybody may read them."""
    client, address = Client(), "/api/open311/v2/requests"
    for name, asked in (("open", {"status": "open"}), ("closed", {"status": "closed"}), ("third page", {"page": 3})):
        for ending in ("json", "xml"):
            listed = partial(client.get, f"{address}.{ending}", {**asked, "page_size": 100})
            told = [timed(listed) for _ in range(ROUNDS)]
            yield Limit(f"Open311, 100 {name}, {ending}, p95", [late(told)], 300)
