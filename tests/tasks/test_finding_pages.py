"""The unit's pages of findings and the office's: what they show, who opens them, and that nothing typed is lost."""

import pytest
from django.urls import reverse

from ninghai.models import Role
from tasks.models import Finding, InspectionSheet, Objection, Rectification
from tasks.spot_checks.remedies import pass_rectification, return_objection
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, recorded, signed_in, small_rubric, upload
from tests.worlds import world

pytestmark = pytest.mark.django_db

LIST = reverse("tasks:finding-list")
PEOPLE = ["clerk", "head", "other_clerk", "other_head", "inspector", "office", "signer"]


def make_drawn(cast, notice):
    return factories.drawn_of_finance(cast, notice, rubric=small_rubric())


drawn_row = world("drawn_row", make_drawn, on=("cast", "small_notice"))
recorded_finding = world("recorded_finding", recorded, on=("cast", "drawn_row"))


@pytest.fixture
def drawn(notice, drawn_row):
    return drawn_row


@pytest.fixture
def finding(drawn, recorded_finding) -> Finding:
    return recorded_finding


def address(name: str, finding: Finding) -> str:
    return reverse(f"tasks:{name}", args=[finding.pk])


# --- The inspector's sheet ------------------------------------------------------------------------------


def sheet_of(drawn, **changes) -> dict:
    criteria = {each.kind: each.pk for each in drawn.spot_check.rubric.criteria.all()}
    typed = {
        "outcome": "partly_true",
        "note": "看了台账",
        "sheet_version": "0",
        "version": "0",
        f"points_{criteria['deduction']}": "12.0",
        f"basis_{criteria['deduction']}": "缺9月台账",
    }
    return typed | changes


def test_saving_keeps_marks_and_photograph_and_shows_the_total(cast, drawn):
    client = signed_in(cast.inspector)

    client.post(drawn.get_absolute_url(), sheet_of(drawn, upload=upload()))
    page = client.get(drawn.get_absolute_url())

    sheet = InspectionSheet.objects.get()
    assert (sheet.note, sheet.proofs.count()) == ("看了台账", 1)
    assert "88分，合格" in page.text
    assert page.text.index("泄露个人信息") < page.text.index("材料不足")  # vetoes come first
    assert not Finding.objects.exists()


def test_a_photograph_is_taken_off_the_sheet(cast, drawn):
    client = signed_in(cast.inspector)
    client.post(drawn.get_absolute_url(), sheet_of(drawn, upload=upload()))
    proof = InspectionSheet.objects.get().proofs.get()

    client.post(drawn.get_absolute_url(), sheet_of(drawn, sheet_version="1", remove=proof.pk))

    assert InspectionSheet.objects.get().proofs.count() == 0


def test_a_file_that_is_refused_loses_nothing(cast, drawn):
    client = signed_in(cast.inspector)

    page = client.post(drawn.get_absolute_url(), sheet_of(drawn, upload=upload("坏.exe"), conclude="1"))

    assert page.context["form"].errors["upload"]
    assert "看了台账" in page.text
    assert InspectionSheet.objects.get().note == "看了台账"


def test_points_without_a_ground_are_refused_beside_their_field(cast, drawn):
    criterion = drawn.spot_check.rubric.criteria.get(kind="deduction")
    client = signed_in(cast.inspector)

    page = client.post(drawn.get_absolute_url(), sheet_of(drawn, conclude="1", **{f"basis_{criterion.pk}": ""}))

    assert page.context["form"].errors == {f"basis_{criterion.pk}": ["请写明“材料不足”的依据。"]}
    assert not Finding.objects.exists()


def test_a_ground_without_points_is_refused_beside_its_field_and_kept(cast, drawn):
    criterion = drawn.spot_check.rubric.criteria.get(kind="deduction")
    client = signed_in(cast.inspector)

    page = client.post(drawn.get_absolute_url(), sheet_of(drawn, conclude="1", **{f"points_{criterion.pk}": ""}))

    (told,) = page.context["form"].errors[f"basis_{criterion.pk}"]
    assert told.startswith("已写依据")
    assert InspectionSheet.objects.get().marks[str(criterion.pk)]["note"] == "缺9月台账"
    assert not Finding.objects.exists()


@pytest.mark.parametrize("points", ["21", "abc", "-4"])
def test_points_that_are_not_offered_are_refused(cast, drawn, points):
    criterion = drawn.spot_check.rubric.criteria.get(kind="deduction")

    page = signed_in(cast.inspector).post(
        drawn.get_absolute_url(), sheet_of(drawn, **{f"points_{criterion.pk}": points})
    )

    assert f"points_{criterion.pk}" in page.context["form"].errors


def test_the_conclusion_sent_twice_is_one_finding(cast, drawn):
    client = signed_in(cast.inspector)

    answers = [client.post(drawn.get_absolute_url(), sheet_of(drawn, conclude="1")).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert (Finding.objects.get().version, Finding.objects.get().score) == (1, 88)


def test_of_two_windows_the_later_is_told_and_keeps_its_words(cast, drawn):
    client = signed_in(cast.inspector)
    client.post(drawn.get_absolute_url(), sheet_of(drawn))

    page = client.post(drawn.get_absolute_url(), sheet_of(drawn, note="另一窗口写的"))

    assert page.status_code == 409
    assert "另一窗口写的" in page.text
    assert InspectionSheet.objects.get().note == "看了台账"


def test_a_draft_is_nobody_else_s(cast, drawn):
    client = signed_in(cast.inspector)
    client.post(drawn.get_absolute_url(), sheet_of(drawn, upload=upload()))
    file = reverse("tasks:evidence-file", args=[InspectionSheet.objects.get().proofs.get().file_id])

    assert "看了台账" not in signed_in(cast.office).get(drawn.get_absolute_url()).text
    answers = {who: signed_in(getattr(cast, who)).get(file).status_code for who in PEOPLE}
    assert answers == {who: 200 if who == "inspector" else 404 for who in PEOPLE}


# --- The unit reads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE)
def test_a_unit_sees_its_own_findings(cast, finding, who):
    client = signed_in(getattr(cast, who))
    is_there = who not in {"other_clerk", "other_head"}

    assert client.get(address("finding", finding)).status_code == (200 if is_there else 404)
    assert [row.finding for row in client.get(LIST).context["rows"]] == ([finding] if is_there else [])


def test_the_page_says_what_to_do_by_when(cast, finding):
    page = signed_in(cast.clerk).get(address("finding", finding))

    assert "请在2018-12-20前完成整改并报送佐证材料。" in page.text
    assert "有异议的，请在2018-11-27前提出并经本单位审核人审核报送，只能提一次。" in page.text
    assert "5个工作日" in page.text


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_queries_for_any_number_of_rows(cast, notice, rows, django_assert_num_queries):
    check = factories.drawn_check(cast, notice, size=4)
    for drawn in check.drawn.all()[:rows]:
        recorded(cast, drawn)
    client = signed_in(cast.office)
    client.get("/account/")  # the menu's numbers are counted once a minute

    # session, user, acting membership, other memberships, unread messages; count, rows
    with django_assert_num_queries(6):
        assert len(client.get(LIST).context["rows"]) == rows


# --- Objecting ---------------------------------------------------------------------------------------------


def test_an_objection_is_raised_with_a_file(cast, finding):
    form = {"text": "台账已更新。", "version": "1", "objection_version": "0", "upload": upload()}

    response = signed_in(cast.clerk).post(address("finding-object", finding), form)

    assert response.url == f"{address('finding', finding)}#objection"
    assert Objection.objects.get().proofs.count() == 1


@pytest.mark.parametrize("broken", [{"text": ""}, {"upload": upload("坏.exe")}, {"index_number": "没有/2018-1"}])
def test_an_objection_that_is_refused_keeps_its_words(cast, finding, broken):
    form = {"text": "台账已更新。", "version": "1", "objection_version": "0"} | broken

    page = signed_in(cast.clerk).post(address("finding-object", finding), form)

    assert page.context["offers"]["finding_object"].form.errors
    assert form["text"] in page.text
    assert not Objection.objects.exists()


def test_a_finding_that_was_corrected_meanwhile_gets_409_and_keeps_the_words(cast, finding):
    recorded(cast, finding.drawn, outcome="not_true", version=1)

    page = signed_in(cast.clerk).post(
        address("finding-object", finding), {"text": "台账已更新。", "version": "1", "objection_version": "0"}
    )

    assert page.status_code == 409
    assert "台账已更新。" in page.text


def test_strangers_object_to_nothing(cast, finding):
    form = {"text": "甲", "version": "1", "objection_version": "0"}

    answers = {
        who: signed_in(getattr(cast, who)).post(address("finding-object", finding), form).status_code for who in PEOPLE
    }

    expected = {"other_clerk": 404, "other_head": 404, "inspector": 403, "office": 403, "signer": 403}
    assert {who: answers[who] for who in expected} == expected


@pytest.mark.parametrize("is_returned", [False, True])
def test_nobody_outside_the_unit_is_told_that_it_is_about_to_object(cast, finding, is_returned):
    objection = factories.written_objection(cast, finding)
    if is_returned:
        return_objection(objection=objection, reason="请补充", version=objection.version, by=cast.head, at=NOW)
    of_unit, others = [cast.clerk, cast.head], [cast.office, cast.inspector, cast.signer]

    for who, knows in [*((who, True) for who in of_unit), *((who, False) for who in others)]:
        listed, page = (signed_in(who).get(each).text for each in (LIST, address("finding", finding)))
        assert ("异议还没有报送" in page, "异议还没有报送" in listed) == (knows, knows), who
        assert ("异议：" in listed) is knows, who
    found = signed_in(cast.office).get(reverse("admin:tasks_finding_changelist"), {"objected": objection.status})
    assert found.context["cl"].result_count == 1  # no such choice: the whole list
    assert "退回修改" not in found.text
    asked = {"objection__status__exact": "returned" if is_returned else "with_head"}
    refused = signed_in(cast.office).get(reverse("admin:tasks_finding_changelist"), asked)
    assert refused.status_code != 200


@pytest.mark.parametrize("day", [27, 28])
def test_an_objection_that_was_not_passed_on_in_time_asks_for_nothing_more(cast, finding, settings, day):
    """No button that would be refused, no row that stays in the list for ever; the page says what became of it."""
    factories.written_objection(cast, finding, at=factories.moment(11, 27))
    settings.CLOCK_DATE = f"2018-11-{day}"

    page, listed = (
        signed_in(cast.head).get(each).text for each in (address("finding", finding), reverse("tasks:work"))
    )

    is_over = day == 28
    assert ("审核通过，报送县政府办公室" in page, "对抽查结论的异议" in listed) == (not is_over, not is_over)
    assert ("异议期限已于2018-11-27届满，没有报送县政府办公室" in page) is is_over
    assert ("补充异议材料" in signed_in(cast.clerk).get(address("finding", finding)).text) is not is_over


def test_what_a_colleague_wrote_since_is_not_written_over(cast, finding):
    """Twice returned: a window from the first time knows nothing of what was written after it."""
    client, at = signed_in(cast.clerk), address("finding-object", finding)

    def returned(objection):
        return return_objection(objection=objection, reason="请补充", version=objection.version, by=cast.head, at=NOW)

    seen = returned(factories.written_objection(cast, finding)).version
    assert f'name="objection_version" value="{seen}"' in client.get(address("finding", finding)).text
    returned(factories.written_objection(cast, finding, text="同事补充的内容"))
    form = {"text": "旧窗口写的内容", "version": "1"}

    answers = [client.post(at, form | sent) for sent in ({"objection_version": seen}, {})]

    for page in answers:
        assert (page.status_code, "旧窗口写的内容" in page.text, "同事补充的内容" in page.text) == (409, True, True)
    assert Objection.objects.get().text == "同事补充的内容"
    latest = {"objection_version": Objection.objects.get().version}
    assert [client.post(at, form | latest).status_code for _ in range(2)] == [302, 302]
    assert (Objection.objects.get().text, Objection.objects.get().status) == ("旧窗口写的内容", "with_head")


def test_material_is_added_to_an_objection(cast, finding):
    objection = factories.written_objection(cast, finding)

    form = {"upload": upload(), "version": objection.version}
    signed_in(cast.clerk).post(address("objection-proof", finding), form)

    assert Objection.objects.get().proofs.count() == 1


# --- Putting right -----------------------------------------------------------------------------------------


def test_a_rectification_is_drafted_and_handed_in(cast, finding):
    client = signed_in(cast.clerk)

    client.post(address("finding-rectify", finding), {"text": "已补齐", "version": "1", "upload": upload()})
    drafted = Rectification.objects.get()
    assert (drafted.status, drafted.text, drafted.proofs.count()) == ("open", "已补齐", 1)
    form = {"text": "已补齐并公开", "version": drafted.version, "hand_in": "1"}
    answers = [client.post(address("finding-rectify", finding), form).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Rectification.objects.get().status == "with_head"


@pytest.mark.parametrize("remedy", ["objection", "rectification"])
def test_the_head_passes_it_on_from_the_page_or_returns_it(cast, finding, remedy):
    make = factories.written_objection if remedy == "objection" else factories.submitted_rectification
    written = make(cast, finding)
    head = signed_in(cast.head)
    assert "审核通过，报送" in head.get(address("finding", finding)).text
    assert "审核通过，报送" not in signed_in(cast.clerk).get(address("finding", finding)).text

    empty = head.post(address(f"{remedy}-return", finding), {"reason": "", "version": written.version})
    assert empty.context["offers"][f"{remedy}_return"].form.errors
    stale = head.post(address(f"{remedy}-return", finding), {"reason": "请附照片", "version": written.version + 1})
    assert (stale.status_code, "请附照片" in stale.text) == (409, True)
    head.post(address(f"{remedy}-return", finding), {"reason": "请附照片", "version": written.version})
    written.refresh_from_db()
    assert written.status == "returned"
    assert "请附照片" in signed_in(cast.clerk).get(address("finding", finding)).text

    again = make(cast, Finding.objects.get())
    head.post(address(f"{remedy}-pass", finding), {"version": again.version})
    again.refresh_from_db()
    assert again.status == ("raised" if remedy == "objection" else "handed_in")


def test_handing_in_without_evidence_keeps_the_words(cast, finding):
    form = {"text": "已补齐", "version": "1", "hand_in": "1"}

    page = signed_in(cast.clerk).post(address("finding-rectify", finding), form)

    assert page.context["offers"]["finding_rectify"].form.errors["upload"]
    assert "已补齐" in page.text
    assert Rectification.objects.get().status == "open"


def test_an_older_rectification_form_gets_409(cast, finding):
    client = signed_in(cast.clerk)
    client.post(address("finding-rectify", finding), {"text": "甲写的", "version": "1"})

    second = signed_in(person("finance-clerk-2", "财政局经办人乙", cast.finance, Role.EDITOR))
    page = second.post(address("finding-rectify", finding), {"text": "乙写的", "version": "1"})

    assert page.status_code == 409
    assert "乙写的" in page.text


def test_a_form_that_is_sent_again_says_what_it_could_not_add(cast, finding):
    client, at = signed_in(cast.clerk), address("finding-rectify", finding)
    form = {"text": "已补齐", "version": "1", "hand_in": "1"}

    def sent(**piece):
        return client.post(at, form | piece)

    assert [sent(upload=upload()).status_code for _ in range(2)] == [302, 302]  # a double click
    other = sent(upload=upload(data=PDF + b"\n"))
    gone = sent(remove=Rectification.objects.get().proofs.get().pk)

    for page in (other, gone):
        assert (page.status_code, "材料没有保存" in page.text, "已补齐" in page.text) == (409, True, True)
    assert Rectification.objects.get().proofs.count() == 1


@pytest.mark.parametrize("act", ["save", "hand_in", "return"])
def test_what_is_typed_while_somebody_else_is_faster_stays_on_the_page(cast, finding, act):
    """The form may be gone by then: the rectification lies with the head, or has gone on to the second look."""
    written = factories.submitted_rectification(cast, finding)
    if act == "return":
        pass_rectification(rectification=written, version=written.version, by=cast.head, at=NOW)
    who, name = (cast.head, "rectification-return") if act == "return" else (cast.clerk, "finding-rectify")
    form = {"text": "另一窗口写的", "reason": "另一窗口写的", "version": "1"} | (
        {"hand_in": "1"} if act == "hand_in" else {}
    )

    page = signed_in(who).post(address(name, finding), form)

    assert (page.status_code, "也都保留" in page.text, "另一窗口写的" in page.text) == (409, True, True)


def test_the_inspector_looks_again(cast, finding):
    kept = factories.handed_in(cast, finding)
    recheck = reverse("tasks:inspection-recheck", args=[finding.drawn_id])
    client = signed_in(cast.inspector)

    refused = client.post(recheck, {"passes": "no", "note": "", "version": kept.version})
    assert refused.context["offers"]["recheck"].form.errors
    client.post(recheck, {"passes": "yes", "note": "", "version": kept.version})

    assert Rectification.objects.get().status == "passed"
