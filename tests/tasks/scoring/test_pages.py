"""The office's pages of scores and the unit's own: what they show, who may do what, and that nothing typed is lost."""

import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from lxml import html as lxml_html
from openpyxl import Workbook, load_workbook

from ninghai.models import Message
from tasks.models import ScoreEntry, ScoreScheme, Scoring
from tasks.scoring.parameters import Source
from tasks.scoring.services import cancel_entry, circulate_scores, compute_scores, propose_scheme, record_entry
from tests.seen import post_as_seen
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, accepted, moment, signed_in
from tests.tasks.scoring.conftest import rule_of
from tests.worlds import world


def make_scoring(cast, scheme) -> Scoring:
    """Finance was late once; the town owes all."""
    accepted(cast, of="第三季度", at=moment(10, 15))
    return compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)


autumn_scoring = world("autumn_scoring", make_scoring, on=("cast", "usual_scheme"))


@pytest.fixture
def scoring(notice, autumn_scoring) -> Scoring:
    return autumn_scoring


def page(user, name, *args, **query):
    response = signed_in(user).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


# --- Schemes -------------------------------------------------------------------------------------


def test_the_office_begins_with_the_proposal(cast, notice):
    asked = {"notice": notice.pk, "name": "方案", "cap": "105", "veto_score": "60", "is_proposed": "on"}

    response = signed_in(cast.office).post(reverse("admin:tasks_scorescheme_add"), asked)

    scheme = ScoreScheme.objects.get()
    assert response.url == scheme.get_absolute_url()
    assert sum(rule.full_marks for rule in scheme.rules.all() if rule.source in Source.weighted) == 100
    assert "平台的建议" in page(cast.office, "admin:tasks_scorescheme_add")
    assert "超期的按50%计分" in page(cast.office, "admin:tasks_scorescheme_change", scheme.pk)


def test_a_rule_is_added_and_changed_in_a_form(cast, scheme):
    client = signed_in(cast.office)
    address = reverse("admin:tasks_scorescheme_add_rule", args=[scheme.pk])
    assert "公开覆盖" in client.get(address).content.decode()
    asked = {
        "title": "信息公开",
        "full_marks": "10",
        "position": "20",
        "version": scheme.version,
        "parameter_late_percent": "40",
        "parameter_nothing": "left_out",
    }

    client.post(f"{address}?source=coverage", asked)

    rule = rule_of(scheme, "coverage")
    assert rule.parameters == {"late_percent": 40, "nothing": "left_out"}
    change = reverse("admin:tasks_scorescheme_rule", args=[scheme.pk, rule.pk])
    wrong = client.post(change, {**asked, "version": scheme.version + 1, "parameter_late_percent": "140"})
    assert 'value="140"' in wrong.content.decode()
    stale = client.post(change, asked)
    assert stale.status_code == 409


def test_a_circulated_scheme_offers_its_copy_alone(cast, scheme, scoring):
    circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)

    html = page(cast.office, "admin:tasks_scorescheme_change", scheme.pk)

    assert "复制为新方案" in html
    assert "添加项目" not in html
    assert signed_in(cast.office).get(reverse("admin:tasks_scorescheme_facts", args=[scheme.pk])).status_code == 409
    signed_in(cast.office).post(reverse("admin:tasks_scorescheme_copy", args=[scheme.pk]), {"name": "新方案"})
    assert ScoreScheme.objects.get(name="新方案").rules.count() == scheme.rules.count()


# --- Records -------------------------------------------------------------------------------------


def entry_asked(cast, scheme, **changed):
    return {
        "rule": rule_of(scheme, "deduction").pk,
        "unit": cast.finance.pk,
        "value": "3",
        "happened_on": "2018-10-10",
        "reason": "未按时参加会议",
        "form_id": str(uuid4()),
        **changed,
    }


def test_a_record_is_entered_once_and_cancelled_with_a_reason(cast, scheme):
    client, asked = signed_in(cast.office), entry_asked(cast, scheme, upload=factories.upload())

    client.post(reverse("admin:tasks_scoreentry_add"), asked)
    client.post(reverse("admin:tasks_scoreentry_add"), {**asked, "upload": factories.upload()})

    entry = ScoreEntry.objects.get()
    assert client.get(reverse("admin:tasks_scoreentry_file", args=[entry.pk])).status_code == 200
    assert "作废这条记录" in page(cast.office, "admin:tasks_scoreentry_change", entry.pk)
    post_as_seen(client, reverse("admin:tasks_scoreentry_change", args=[entry.pk]), {"reason": "重复"})
    entry.refresh_from_db()
    assert (entry.cancel_reason, entry.cancelled_by) == ("重复", cast.office)
    assert "已作废：重复" in page(cast.office, "admin:tasks_scoreentry_changelist")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"value": "11"}, "不超过本项的10分"),
        ({"value": "0"}, "分值应大于0"),
        ({"happened_on": "2018-11-21"}, "到今天之间"),
        ({"happened_on": "2017-12-31"}, "2018年1月1日到今天之间"),
    ],
)
def test_a_wrong_record_says_what_to_do(cast, scheme, changed, words):
    response = signed_in(cast.office).post(reverse("admin:tasks_scoreentry_add"), entry_asked(cast, scheme, **changed))

    html = response.content.decode()
    assert words in html
    assert "未按时参加会议" in html
    assert not ScoreEntry.objects.exists()


def workbook(*rows):
    book = Workbook()
    for row in [("单位", "得分", "说明"), *rows]:
        book.worksheets[0].append(row)
    data = io.BytesIO()
    book.save(data)
    return factories.upload("评估.xlsx", data.getvalue())


def imported(cast, scheme, *rows):
    """Upload, then confirm what was shown; returns the two answers."""
    client = signed_in(cast.office)
    asked = {"rule": rule_of(scheme, "third_party").pk, "happened_on": "2018-11-01", "file": workbook(*rows)}
    shown = client.post(reverse("admin:tasks_scoreentry_import"), asked)
    signed = shown.context["results"]
    if signed:
        client.post(reverse("admin:tasks_scoreentry_import_confirm"), {"results": signed})
        client.post(reverse("admin:tasks_scoreentry_import_confirm"), {"results": signed})
    return shown.content.decode()


def test_results_are_imported_once(cast, scheme):
    imported(cast, scheme, ("县财政局", 85.5, "市第三方"), ("宁海县深甽镇人民政府", "90", ""), ("跃龙街道", None, None))
    again = imported(cast, scheme, ("县财政局", 85.5, "市第三方"), ("深甽镇", 90, ""))

    entries = ScoreEntry.objects.order_by("unit__code").values_list("unit__short_name", "value")
    assert list(entries) == [("县财政局", Decimal("85.50")), ("深甽镇", Decimal("90.00"))]
    assert "都已登记过" in again


def test_the_same_preview_sent_again_does_not_enter_what_was_cancelled_since(cast, scheme):
    client = signed_in(cast.office)
    asked = {"rule": rule_of(scheme, "third_party").pk, "happened_on": "2018-11-01"}
    asked["file"] = workbook(("县财政局", 85, ""), ("深甽镇", 90, ""))
    signed = client.post(reverse("admin:tasks_scoreentry_import"), asked).context["results"]
    confirm = reverse("admin:tasks_scoreentry_import_confirm")
    client.post(confirm, {"results": signed})
    cancel_entry(entry=ScoreEntry.objects.get(value=85), reason="更正", by=cast.office, at=NOW)

    page = client.post(confirm, {"results": signed}, follow=True)

    assert (page.status_code, ScoreEntry.objects.count()) == (200, 2)
    assert "已导入 0 个单位的第三方评估得分，2 个单位此前已导入" in page.content.decode()
    imported(cast, scheme, ("县财政局", 85, ""))  # another upload is another act
    assert ScoreEntry.objects.valid().count() == 2


def test_a_wrong_workbook_names_rows_and_columns_and_saves_nothing(cast, scheme):
    html = imported(
        cast, scheme, ("县财政局", 101, ""), ("县某局", 80, ""), ("深甽镇", "八十", ""), ("深甽镇", 70.555, "")
    )

    for words in (
        "第 2 行“得分”",
        "第 3 行“单位”",
        "第 4 行“得分”：“八十”不是数字",
        "第 5 行“得分”：“70.555”的小数超过两位",
    ):
        assert words in html
    assert not ScoreEntry.objects.exists()


def test_another_result_for_the_same_day_is_refused(cast, scheme):
    imported(cast, scheme, ("县财政局", 85, ""))

    assert "请先作废原记录" in imported(cast, scheme, ("县财政局", 86, ""))

    cancel_entry(entry=ScoreEntry.objects.get(), reason="更正", by=cast.office, at=NOW)
    imported(cast, scheme, ("县财政局", 86, ""))
    assert ScoreEntry.objects.valid().get().value == 86


# --- Scores --------------------------------------------------------------------------------------


def test_the_ranking_opens_into_sheets_and_exports(cast, scheme, scoring):
    score = scoring.unit_scores.get(unit=cast.finance)

    assert "县财政局" in page(cast.office, "admin:tasks_scoring_change", scoring.pk)
    assert "深甽镇" not in page(cast.office, "admin:tasks_scoring_change", scoring.pk, kind="department")
    sheet = page(cast.office, "admin:tasks_scoring_sheet", scoring.pk, score.pk)
    late = factories.assignment_of(cast)
    assert f'<a href="{reverse("admin:tasks_assignment_change", args=[late.pk])}">一(一)1　做的工作：' in sheet
    data = signed_in(cast.office).get(reverse("admin:tasks_scoring_export", args=[scoring.pk])).content
    rows = list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["单位", *scoring.unit_scores.values_list("unit__short_name", flat=True)]
    assert Decimal(str(rows[1][3])) == scoring.unit_scores.first().total


def test_the_ranking_is_compared_with_the_one_before(cast, scheme):
    compute_scores(scheme=scheme, as_of=date(2018, 10, 31), by=cast.office, at=NOW)
    record_entry(
        rule=rule_of(scheme, "bonus"),
        unit=cast.finance,
        value=Decimal(2),
        happened_on=date(2018, 11, 2),
        reason="创新",
        form_id=uuid4(),
        by=cast.office,
        at=NOW,
    )
    later = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)

    html = page(cast.office, "admin:tasks_scoring_change", later.pk)

    assert "截至2018-10-31" in html


def test_a_day_is_computed_from_the_form_and_anew(cast, scheme):
    client = signed_in(cast.office)
    client.post(reverse("admin:tasks_scoring_add"), {"scheme": scheme.pk, "as_of": "2018-11-20"})
    scoring = Scoring.objects.get()

    done = client.post(reverse("admin:tasks_scoring_recompute", args=[scoring.pk]), {"version": 1})
    stale = client.post(reverse("admin:tasks_scoring_recompute", args=[scoring.pk]), {"version": 1})

    assert (done.status_code, stale.status_code) == (302, 409)


def test_the_head_circulates_and_each_unit_sees_its_own(cast, scheme, scoring):
    client = signed_in(cast.signer)
    address = reverse("admin:tasks_scoring_circulate", args=[scoring.pk])
    finance = scoring.unit_scores.get(unit=cast.finance)
    assert signed_in(cast.clerk).get(finance.get_absolute_url()).status_code == 404
    assert signed_in(cast.office).get(address).status_code == 403
    assert "确认通报" in client.get(address).content.decode()

    client.post(address, {"version": scoring.version})

    html = page(cast.clerk, "tasks:score-sheet", finance.pk)
    assert f'href="{factories.assignment_of(cast).get_absolute_url()}"' in html
    assert str(scheme) in page(cast.clerk, "tasks:score-list")
    assert signed_in(cast.other_clerk).get(finance.get_absolute_url()).status_code == 404
    assert signed_in(cast.inspector).get(finance.get_absolute_url()).status_code == 404
    assert str(scoring.as_of) in page(cast.clerk, "message-list")


@pytest.mark.parametrize("name", ["scorescheme", "scoreentry", "scoring"])
def test_only_the_office_makes_what_its_head_reads(cast, scheme, scoring, name):
    signer = signed_in(cast.signer)

    assert signer.get(reverse(f"admin:tasks_{name}_changelist")).status_code == 200
    assert signer.get(reverse(f"admin:tasks_{name}_add")).status_code == 403
    assert signer.post(reverse(f"admin:tasks_{name}_add"), {}).status_code == 403


def test_the_proposal_computes_for_everybody(cast, notice):
    scheme = propose_scheme(notice=notice, by=cast.office, at=NOW)

    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)

    assert scoring.unit_scores.count() == 2


# --- What was not assessed, equal totals, weights -------------------------------------------------

TITLES = ("按时报送进展", "按时办结任务", "抽查质量", "整改与回应", "第三方评估", "专项扣分", "加分", "单项否决")


def head_and_rows(cast, scoring) -> list[list[str]]:
    """The ranking's table as the office sees it, cell by cell."""
    tree = lxml_html.fromstring(page(cast.office, "admin:tasks_scoring_change", scoring.pk))
    [table] = tree.xpath("//table[contains(@class, 'ranking')]")
    return [["".join(cell.itertext()).strip() for cell in row.xpath("./th|./td")] for row in table.xpath(".//tr")]


def entered(cast, scheme, source, value, unit):
    return record_entry(
        rule=rule_of(scheme, source), unit=unit, value=Decimal(value), happened_on=date(2018, 11, 2), reason="依据",
        form_id=uuid4(), by=cast.office, at=NOW,
    )  # fmt: skip


def test_what_was_asked_of_nobody_has_no_column_and_what_was_not_assessed_a_dash(cast, scheme):
    entered(cast, scheme, "third_party", 90, cast.finance)
    entered(cast, scheme, "deduction", 3, cast.town)
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)

    head, *rows = head_and_rows(cast, scoring)

    assert [name for name in head if name.partition("（")[0] in TITLES] == [
        "按时报送进展（30分）",
        "按时办结任务（30分）",
        "整改与回应（10分）",
        "第三方评估（10分）",
        "专项扣分（最多扣10分）",
    ]
    units = {row[1].split(maxsplit=1)[0]: row for row in rows}
    told = {unit: dict(zip(head, row, strict=True)) for unit, row in units.items()}
    assert (told["县财政局"]["第三方评估（10分）"], told["深甽镇"]["第三方评估（10分）"]) != ("—", "—")
    assert (told["深甽镇"]["第三方评估（10分）"], told["县财政局"]["专项扣分（最多扣10分）"]) == ("—", "—")
    assert told["深甽镇"]["专项扣分（最多扣10分）"] == "\N{MINUS SIGN}3.00"
    assert (units["县财政局"][1], units["深甽镇"][1]) == ("县财政局 县级部门，3 项", "深甽镇 镇，2 项")
    assert "尾差" not in "".join(head)
    assert "抽查质量、加分、单项否决没有考核任何单位，不列" in page(
        cast.office, "admin:tasks_scoring_change", scoring.pk
    )


def test_a_number_opens_its_line_on_the_sheet_and_a_dash_opens_nothing(cast, scheme):
    entered(cast, scheme, "deduction", 3, cast.town)
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)
    score, rule = scoring.unit_scores.get(unit=cast.town), rule_of(scheme, "deduction")
    tree = lxml_html.fromstring(page(cast.office, "admin:tasks_scoring_change", scoring.pk))
    cells = tree.xpath("//td[@data-label='专项扣分']")

    opened = {cell.text_content(): cell.xpath("./a/@href") for cell in cells}

    sheet = reverse("admin:tasks_scoring_sheet", args=[scoring.pk, score.pk])
    assert opened == {"—": [], "\N{MINUS SIGN}3.00": [f"{sheet}#rule-{rule.pk}"]}
    assert f'id="rule-{rule.pk}"' in page(cast.office, "admin:tasks_scoring_sheet", scoring.pk, score.pk)


def test_a_zero_is_what_was_earned_and_a_dash_what_was_not_asked_wherever_it_is_shown(cast, scheme):
    """The town owes all and has done nothing: 0.00 on the page, 0 in the workbook; what it was not asked for is a dash."""
    scoring = compute_scores(scheme=scheme, as_of=date(2018, 11, 20), by=cast.office, at=NOW)

    head, *rows = head_and_rows(cast, scoring)
    data = signed_in(cast.office).get(reverse("admin:tasks_scoring_export", args=[scoring.pk])).content
    names, *lines = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)

    town = next(dict(zip(head, row, strict=True)) for row in rows if row[1].startswith("深甽镇"))
    line = next(dict(zip(names, line, strict=True)) for line in lines if line[1] == "深甽镇")
    shared = [name for name in head if name in names and name not in {"名次", "单位", "总分"}]
    assert shared
    for name in shared:
        assert town[name] == ("—" if line[name] == "—" else f"{Decimal(str(line[name])):.2f}"), name
    assert "0.00" in town.values()


def bars(cast, scoring) -> dict[str, list[tuple[float, float]]]:
    """By unit, from where to where each part of its bar goes, in per cent."""
    tree = lxml_html.fromstring(page(cast.office, "admin:tasks_scoring_change", scoring.pk))
    return {
        row.xpath("string(./th/a)"): [
            tuple(float(line.get(end).rstrip("%")) for end in ("x1", "x2"))
            for line in row.xpath(".//td[contains(@class, 'ranking-total')]//line")
        ]
        for row in tree.xpath("//table[contains(@class, 'ranking')]/tbody/tr")
    }


def test_a_bar_is_made_of_what_each_rule_gave_and_ends_at_the_total(cast, scheme, scoring):
    drawn, full = (
        bars(cast, scoring),
        sum(rule.full_marks for rule in scheme.rules.all() if rule.source in Source.weighted),
    )

    for score in scoring.unit_scores.select_related("unit"):
        parts = drawn[score.unit.short_name]
        assert all(start < end for start, end in parts)
        assert [start for start, _ in parts[1:]] == [end for _, end in parts[:-1]]
        assert (parts[-1][1] if parts else 0) == pytest.approx(float(score.total / full * 100), abs=0.01)


def test_full_marks_fill_the_bar_and_more_than_these_do_not_overflow_it(cast, scheme):
    entered(cast, scheme, "bonus", 5, cast.finance)
    entered(cast, scheme, "deduction", 3, cast.town)
    scoring = compute_scores(scheme=scheme, as_of=date(2018, 9, 1), by=cast.office, at=NOW)

    ends = [parts[-1][1] for parts in bars(cast, scoring).values() if parts]

    assert max(ends) <= 100


def test_the_page_draws_the_tasks_of_that_day_and_folds_the_rules_for_a_phone(cast, scoring):
    html = page(cast.office, "admin:tasks_scoring_change", scoring.pk)

    assert "这些单位当天的任务：" in html
    assert html.count("<summary>各项得分</summary>") == scoring.unit_scores.count()


def test_a_ranking_of_one_kind_has_the_columns_of_that_kind(cast, scheme):
    """Also in the workbook, which says the hour of a day that was not over."""
    entered(cast, scheme, "third_party", 90, cast.finance)
    entered(cast, scheme, "deduction", 3, cast.town)
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)
    office, address = signed_in(cast.office), reverse("admin:tasks_scoring_change", args=[scoring.pk])

    pages = {kind: office.get(address, {"kind": kind}).text for kind in (cast.town.kind, cast.finance.kind)}
    data = office.get(reverse("admin:tasks_scoring_export", args=[scoring.pk]), {"kind": cast.town.kind}).content
    head, row = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)

    assert ["第三方评估<span>（10分）" in text for text in pages.values()] == [False, True]
    assert ["专项扣分<span>（最多扣10分）" in text for text in pages.values()] == [True, False]
    assert "第三方评估、加分、单项否决没有考核这类单位，不列" in pages[cast.town.kind].replace("抽查质量、", "")
    assert not [name for name in head if name.startswith("第三方评估")]
    assert dict(zip(head, row, strict=True))["统计日期"] == f"{TODAY} {NOW:%H:%M}"


def test_the_same_in_the_workbook_and_on_the_sheets(cast, scheme):
    entered(cast, scheme, "deduction", 3, cast.town)
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)

    data = signed_in(cast.office).get(reverse("admin:tasks_scoring_export", args=[scoring.pk])).content
    head, *rows = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)

    told = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    assert not [name for name in head if name.startswith(("第三方评估", "抽查质量", "加分"))]
    assert (told["县财政局"]["专项扣分（最多扣10分）"], told["深甽镇"]["专项扣分（最多扣10分）"]) == ("—", -3)
    assert told["县财政局"]["考核项数"] == 2
    sheet = page(cast.office, "admin:tasks_scoring_sheet", scoring.pk, scoring.unit_scores.get(unit=cast.town).pk)
    assert "\N{MINUS SIGN}3.00" in sheet
    assert "-3.00" not in sheet
    assert "<td>0.00</td>" not in sheet.partition("第三方评估")[2].partition("</tr>")[0]


def test_equal_totals_say_so_on_every_page(cast, scheme):
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)
    _, *rows = head_and_rows(cast, scoring)
    score = scoring.unit_scores.get(unit=cast.finance)

    assert [row[0] for row in rows] == ["并列1", "并列1"]
    assert "并列第1名" in page(cast.office, "admin:tasks_scoring_sheet", scoring.pk, score.pk)
    data = signed_in(cast.office).get(reverse("admin:tasks_scoring_export", args=[scoring.pk])).content
    assert [row[0] for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)][1:] == [
        "并列1"
    ] * 2
    circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)
    for html in (page(cast.clerk, "tasks:score-sheet", score.pk), page(cast.clerk, "tasks:score-list")):
        assert "并列第1名" in html
    assert "总分根据2项得出" in page(cast.clerk, "tasks:score-sheet", score.pk)
    assert "并列第1名（共2个单位）" in page(cast.clerk, "message-list") or Message.objects.filter(
        text__contains="并列第1名"
    )


def test_scores_are_offered_as_of_yesterday(cast, scheme):
    html = page(cast.office, "admin:tasks_scoring_add")

    assert 'value="2018-11-19"' in html
