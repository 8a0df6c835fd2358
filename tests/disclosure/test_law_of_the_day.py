"""What is not disclosed, and by when reports are due, under the law of the day on which it was determined."""

from datetime import date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from disclosure.coverage.status import STATUTORY, Days, DutyRule, first_deadline
from disclosure.items.drafting import draft_item, revise_item
from disclosure.items.publication import publish_item
from disclosure.models import Answer, CatalogueEntry, Item
from disclosure.models.basic_catalogue import UpdateRhythm
from disclosure.review.services import answer_item, lines, pass_item, return_item, submit_item
from fixtures.reference_data import load_ground_data
from ninghai.calendar.law import RULE_SETS, TermCode
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, county_catalogue

pytestmark = pytest.mark.django_db

OLD, NEW = datetime(2019, 5, 14, 16, tzinfo=AT.tzinfo), datetime(2019, 5, 15, 9, tzinfo=AT.tzinfo)
WITHHELD = {"method": "not_disclosed", "next_review_date": date(2020, 5, 1)}


def withheld(cast, reason, *, at, form_id="00000000-0000-0000-0000-000000000001", **fields) -> Item:
    told = WITHHELD | {"method_reason": reason, "title": "某事项的内部材料"} | fields
    return draft_item(unit=cast.finance, form_id=form_id, by=cast.clerk, at=at, **told)


def reviewed(cast, item, *, at) -> Item:
    """Passed on and answered by everybody at that moment."""
    submit_item(item=item, by=cast.clerk, at=at)
    seen = item.content_hash()
    pass_item(item=item, seen_hash=seen, checked=lines(Answer.Kind.SECRECY), by=cast.head, at=at)
    for kind, by in ((Answer.Kind.PERSONAL_DATA, cast.office), (Answer.Kind.LEGALITY, cast.signer)):
        item.refresh_from_db()
        answer_item(item=item, kind=kind, seen_hash=seen, checked=lines(kind), by=by, at=at)
    item.refresh_from_db()
    return item


def reason_shown(client, item) -> str:
    facts = client.get(item.get_absolute_url()).context["facts"]
    return {fact.term: fact.value for fact in facts}["不主动公开的理由"]


@pytest.mark.parametrize(
    ("at", "reason", "shown"),
    [
        (OLD, "third_party", "涉及商业秘密、个人隐私（《政府信息公开条例》（2008年施行）第十四条）"),
        (NEW, "third_party", "涉及商业秘密、个人隐私等第三方合法权益（《政府信息公开条例》（2019年修订）第十五条）"),
        (
            OLD,
            "stability",
            "公开后可能危及国家安全、公共安全、经济安全和社会稳定（《政府信息公开条例》（2008年施行）第八条）",
        ),
        (NEW, "enforcement_file", "行政执法案卷信息（《政府信息公开条例》（2019年修订）第十六条）"),
    ],
)
def test_the_public_reads_the_ground_of_the_law_of_the_day(client, cast, settings, at, reason, shown):
    settings.CLOCK_DATE = "2026-11-30"  # whenever it is read
    item = publish_item(item=reviewed(cast, withheld(cast, reason, at=at), at=at), by=cast.office, at=at)

    assert reason_shown(client, item) == shown
    told = client.get(f"/api/v1/items/{item.index_number}/").json()
    assert f"{told['method_reason']['name']}（{told['method_basis']}）" == shown


def test_the_day_of_its_approval_counts_not_that_of_its_publication(client, cast):
    approved = reviewed(cast, withheld(cast, "third_party", at=OLD), at=OLD)
    item = publish_item(item=approved, by=cast.office, at=NEW)

    assert item.determined_on == OLD.date()
    assert "（2008年施行）第十四条" in reason_shown(client, item)


def test_a_returned_draft_is_determined_anew(cast):
    item = reviewed(cast, withheld(cast, "third_party", at=OLD), at=OLD)
    return_item(item=item, by=cast.office, at=NEW, reason="补充说明")
    assert item.determined_on is None

    assert reviewed(cast, item, at=NEW).determined_on == NEW.date()


def test_what_a_revision_says_was_determined_with_the_revision(client, cast):
    item = publish_item(item=reviewed(cast, withheld(cast, "third_party", at=OLD), at=OLD), by=cast.office, at=OLD)
    revision = revise_item(item=item, form_id="00000000-0000-0000-0000-000000000002", by=cast.clerk, at=NEW)
    revision.edit(by=cast.clerk, at=NEW, change_note="按修订的条例重新评估")

    merged = publish_item(item=reviewed(cast, revision, at=NEW), by=cast.office, at=NEW)

    assert (merged.pk, merged.determined_on) == (item.pk, NEW.date())
    assert "（2019年修订）第十五条" in reason_shown(client, merged)


def test_a_ground_that_the_law_of_the_day_lacks_is_refused_beside_its_field(cast):
    with pytest.raises(ValidationError) as refused:
        withheld(cast, "enforcement_file", at=OLD)

    [sentence] = refused.value.message_dict["method_reason"]
    assert "行政执法案卷信息" in sentence
    assert "2008年施行" in sentence


def test_nothing_is_approved_on_a_day_whose_law_lacks_its_ground(cast):
    item = withheld(cast, "third_party", at=OLD)
    Item.objects.filter(pk=item.pk).update(method_reason="enforcement_file")
    item.refresh_from_db()

    with pytest.raises(TransitionError, match="请退回起草人修改"):
        reviewed(cast, item, at=OLD)


@pytest.mark.parametrize(("day", "missing"), [("2019-05-14", {"enforcement_file"}), ("2019-05-15", set())])
def test_the_form_offers_the_grounds_of_today(client, cast, settings, day, missing):
    settings.CLOCK_DATE = day
    client.force_login(cast.clerk)

    field = client.get("/work/items/new/").context["form"].fields["method_reason"]

    everything = {code for code, _ in Item._meta.get_field("method_reason").choices}
    assert everything - {code for code, _ in field.choices} == missing
    assert ("2008年施行" if missing else "2019年修订") in field.help_text


def test_the_law_is_cited_where_a_date_of_review_is_asked_for_only_if_it_asks(cast):
    for at, cites in ((OLD, False), (NEW, True)):
        with pytest.raises(ValidationError) as refused:
            withheld(cast, "third_party", at=at, next_review_date=None)

        assert ("第十八条" in refused.value.message_dict["next_review_date"][0]) is cites


def test_a_note_about_the_law_is_for_the_staff(client, cast):
    item = publish_item(item=reviewed(cast, withheld(cast, "process", at=OLD), at=OLD), by=cast.office, at=OLD)

    public = client.get(item.get_absolute_url()).content.decode()
    client.force_login(cast.office)
    staff = client.get(f"/admin/disclosure/item/{item.pk}/change/").content.decode()

    assert "国办发〔2010〕5号" in public
    assert "未逐条核对" not in public
    assert "未逐条核对" in staff


# --- What was there before ----------------------------------------------------------------------------


def test_what_was_published_before_the_day_was_kept_gets_it_from_the_trail(cast):
    later = NEW.replace(day=20)
    scheduled = reviewed(cast, withheld(cast, "third_party", at=OLD), at=OLD)
    publish_item(item=scheduled, by=cast.office, at=later)
    plain = reviewed(cast, withheld(cast, "process", at=NEW, form_id=f"{2:032}"), at=NEW)
    Item.objects.update(determined_on=None)

    with connection.schema_editor() as editor:
        _migration().keep_the_day(apps, editor)

    assert Item.objects.get(pk=scheduled.pk).determined_on == OLD.date()
    assert Item.objects.get(pk=plain.pk).determined_on == NEW.date()


@pytest.mark.parametrize(("day", "law"), [((3, 31), "annual_report"), ((2, 28), "")])
def test_the_duty_that_the_portal_brought_follows_the_law_unless_the_office_changed_it(day, law):
    entry = CatalogueEntry.objects.create(
        catalogue=county_catalogue(), code="0502", name="信息公开年度报告", limit_month=day[0], limit_day=day[1]
    )

    _migration().name_the_law(apps, None)

    entry.refresh_from_db()
    assert entry.limit_law == law


def test_notes_leave_the_public_text_and_what_the_office_wrote_stays():
    catalogue = county_catalogue()
    catalogue.explanation = (
        "本县的说明。\n公开时限按20个工作日填写；财政预决算的20日期限、年度报告的3月31日期限未逐条核对法律原文，"
        "使用前请县政府办公室核实。\n公开渠道和载体、公开层级为初步填写，待各单位核对。"
    )
    catalogue.save()

    _migration().move_notes(apps, None)

    catalogue.refresh_from_db()
    assert catalogue.explanation == "本县的说明。\n公开时限按20个工作日填写。"
    assert "未逐条核对" in catalogue.office_note
    assert "待各单位核对" in catalogue.office_note

    as_it_was = (catalogue.explanation, catalogue.office_note)
    _migration().put_notes_back(apps, None)
    _migration().move_notes(apps, None)

    catalogue.refresh_from_db()
    assert (catalogue.explanation, catalogue.office_note) == as_it_was


def _migration():
    return import_module("disclosure.migrations.0011_grounds_and_annual_reports_by_their_day")


# --- Annual reports -----------------------------------------------------------------------------------


def test_the_statutory_limit_is_the_one_of_both_laws():
    assert {each.term(TermCode.PROACTIVE).limit for each in RULE_SETS} == {STATUTORY}


@pytest.mark.parametrize(
    ("since", "is_county_office", "due"),
    [
        (date(2018, 11, 20), False, date(2019, 3, 31)),  # on the year 2018, under the law of then
        (date(2019, 4, 1), False, date(2020, 1, 31)),
        (date(2019, 4, 1), True, date(2020, 3, 31)),
        (date(2026, 1, 31), False, date(2026, 1, 31)),
        (date(2026, 2, 1), False, date(2027, 1, 31)),
    ],
)
def test_an_annual_report_is_due_by_the_law_of_its_year(since, is_county_office, due):
    entry = CatalogueEntry(rhythm="yearly", limit_month=3, limit_day=31, limit_law="annual_report")
    rule = DutyRule.of(entry).for_unit(is_county_office=is_county_office)

    assert first_deadline(rule, since, days=Days(WorkCalendar({}))).due == due


def test_a_day_that_the_office_has_set_is_the_offices():
    entry = CatalogueEntry(rhythm="yearly", limit_month=2, limit_day=15, limit_law="annual_report")

    assert DutyRule.of(entry) == DutyRule(UpdateRhythm.YEARLY, yearly=(2, 15))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (AT, "每年3月31日前"),
        (datetime(2026, 11, 30, 9, tzinfo=AT.tzinfo), "各单位每年1月31日前，县政府每年3月31日前"),
    ],
)
def test_the_catalogue_prints_the_law_of_the_day_on_which_it_is_loaded(at, words):
    load_ground_data(at=at)

    entry = CatalogueEntry.objects.get(code="0502")
    assert (entry.time_limit, entry.limit_law) == (words, "annual_report")


@pytest.mark.parametrize(
    ("code", "source"), [("0202", "国办发〔2017〕94号"), ("0203", "国办发〔2017〕97号"), ("0204", "国办发〔2018〕10号")]
)
def test_a_duty_names_the_paper_that_asks_for_it(code, source):
    load_ground_data(at=AT)

    assert source in CatalogueEntry.objects.get(code=code).legal_basis


@pytest.mark.parametrize("page", ["/catalogue/basic/", "/catalogue/basic/pilot/"])
def test_no_note_to_the_office_is_public(client, page):
    load_ground_data(at=AT.replace(year=2020))

    assert not [
        words
        for words in ("未逐条核对", "待各单位核对", "未经核实", "尚未录入")
        if words in client.get(page).content.decode()
    ]
