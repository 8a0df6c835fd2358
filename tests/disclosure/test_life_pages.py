"""The pages of an item's life: the unit's and the office's; what is refused stands beside its field, nothing typed is lost."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosure.items.drafting import edit_item
from disclosure.models import CatalogueEntry, Item
from disclosure.models.states import ItemStatus
from ninghai.models import AuditEntry, StoredFile
from tests.disclosure.makers import AT, approved, county_catalogue, drafted, in_review, published, with_head
from tests.disclosure.test_work import TYPED, office, pdf, work

pytestmark = pytest.mark.django_db

USUAL = {**TYPED, "method": "proactive", "audience": "面向全社会"}


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def sent(item, **typed):
    item.refresh_from_db()
    return {"version": item.version, **typed}


# --- The form -----------------------------------------------------------------------------------------


def test_the_form_shows_what_is_usual_and_folds_the_rest(client, cast):
    client.force_login(cast.clerk)

    page = client.get("/work/items/new/").text

    assert page.index('name="title"') < page.index('name="body"') < page.index("<summary>公开方式")
    assert page.index("<summary>更多内容") < page.index('name="unified_number"')
    assert '<details class="field-group" open>' not in page


def test_every_field_of_an_item_is_kept(client, cast):
    policy = published(cast, title="某办法")
    client.force_login(cast.clerk)
    more = {
        "category": "result",
        "unified_number": "ZJNH-2018-1",
        "audience": "面向特定群体",
        "effective_on": "2018-12-01",
        "expires_on": "2020-12-01",
        "explains": policy.index_number,
        "owes_interpretation": "on",
        "openness_mark": "此件公开发布",
    }

    client.post("/work/items/new/", {**USUAL, **more, "form_id": uuid.uuid4()})

    item = Item.objects.get(title=TYPED["title"])
    assert (item.category, item.unified_number, item.audience) == ("result", "ZJNH-2018-1", "面向特定群体")
    assert (item.effective_on, item.expires_on, item.explains) == (date(2018, 12, 1), date(2020, 12, 1), policy)
    assert item.owes_interpretation
    page = client.get(work("edit", item)).text
    assert f'value="{policy.index_number}"' in page
    assert '<details class="field-group" open>' in page


def test_nobody_types_the_day_of_publication(client, cast):
    client.force_login(cast.clerk)

    form = client.get("/work/items/new/")
    client.post("/work/items/new/", {**USUAL, "form_id": uuid.uuid4(), "original_published_on": "2018-01-02"})

    assert "original_published_on" not in form.text
    assert Item.objects.get().original_published_on is None
    with pytest.raises(PermissionDenied, match="由系统记录，不能填写"):
        drafted(cast, original_published_on=date(2018, 1, 2))
    with pytest.raises(PermissionDenied, match="由系统记录，不能填写"):
        edit_item(item=Item.objects.get(), version=1, by=cast.clerk, at=AT, published_at=AT)


def test_a_number_that_names_nothing_public_is_refused_in_words(client, cast):
    waiting = approved(cast)
    client.force_login(cast.clerk)

    page = client.post("/work/items/new/", {**USUAL, "explains": f"没有的号-{waiting.pk}"})

    assert page.status_code == 422
    assert "的已公开信息，请核对。" in page.text


def test_an_address_fills_the_form_in(client, cast):
    CatalogueEntry.objects.create(catalogue=county_catalogue(), code="budget", name="预算")
    policy, hidden = published(cast, title="某办法"), approved(cast, title="秘密办法")
    client.force_login(cast.clerk)

    by_code = client.get("/work/items/new/?entry=budget").context["form"]
    by_pk = client.get(f"/work/items/new/?kind=interpretation&explains={policy.pk}").context["form"]
    by_number = client.get(f"/work/items/new/?explains={policy.index_number}").context["form"]

    assert by_code["entry"].value() == CatalogueEntry.objects.get().pk
    for form in (by_pk, by_number):
        assert (form["explains"].value(), form["kind"].value()) == (policy.index_number, "interpretation")
        assert form["title"].value() == "《某办法》政策解读"
    for address in (f"?explains={hidden.pk}", "?explains=9" * 1 + "9" * 30, "?explains=x", "?entry=none&kind=none"):
        page = client.get(f"/work/items/new/{address}")
        assert (page.status_code, "秘密办法" in page.text) == (200, False)


def test_a_duty_that_was_retired_is_offered_to_its_own_item_alone(client, cast):
    catalogue = county_catalogue()
    living = CatalogueEntry.objects.create(catalogue=catalogue, code="budget", name="预算")
    retired = CatalogueEntry.objects.create(catalogue=catalogue, code="old", name="旧事项", retired_on="2018-11-20")
    item = drafted(cast, entry=retired)
    client.force_login(cast.clerk)

    new = client.get("/work/items/new/?entry=old").context["form"]
    own = client.get(work("edit", item)).context["form"]

    assert (list(new.fields["entry"].queryset), new["entry"].value()) == ([living], None)
    assert set(own.fields["entry"].queryset) == {living, retired}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"method_reason": ""}, "不主动公开的信息必须选择理由。"),
        ({"next_review_date": ""}, "请填写下次评估日期"),
        ({"body": "正文"}, "正文和内容概述要留空"),
        ({"summary": "概述"}, "正文和内容概述要留空"),
        ({"uploads": [SimpleUploadedFile("附表.pdf", pdf().read())]}, "不能带附件"),
    ],
)
def test_what_is_not_disclosed_says_why_and_nothing_more(client, cast, typed, sentence):
    client.force_login(cast.clerk)
    grounds = {"method": "not_disclosed", "method_reason": "process", "next_review_date": "2019-11-20"}

    page = client.post("/work/items/new/", {**USUAL, "body": "", "summary": "", **grounds, **typed})

    assert (page.status_code, sentence in page.text) == (422, True)
    assert not Item.objects.exists()


# --- Autosave -------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_the_button_goes_on_with_it(client, cast):
    client.force_login(cast.clerk)
    form = {**USUAL, "form_id": str(uuid.uuid4()), "version": ""}
    address = reverse("disclosure:work-item-autosave-new")

    first = client.post(address, form).json()
    second = client.post(address, {**form, "body": "又写了一些", **first}).json()
    pressed = client.post("/work/items/new/", {**form, "body": "写完了", "uploads": [pdf()], **second})

    item = Item.objects.get()
    assert pressed["Location"] == work("detail", item)
    assert (item.body, item.attachments.count(), item.status) == ("写完了", 1, ItemStatus.DRAFT)
    assert [entry.action for entry in AuditEntry.objects.about(item)] == ["draft", "edit"]


def test_a_second_click_finds_the_draft_that_was_saved(client, cast):
    """The page has saved by itself, the button was pressed twice: both clicks lead to the one draft, with one file."""
    client.force_login(cast.clerk)
    form = {**USUAL, "form_id": str(uuid.uuid4()), "version": ""}
    first = client.post(reverse("disclosure:work-item-autosave-new"), form).json()

    clicks = [
        client.post("/work/items/new/", {**form, "body": "写完了", "uploads": [pdf()], **first}) for _ in range(2)
    ]

    item = Item.objects.get()
    assert {click["Location"] for click in clicks} == {work("detail", item)}
    assert (item.body, item.attachments.count(), item.version) == ("写完了", 1, 2)
    later = client.post("/work/items/new/", {**form, "body": "退回上一页又写的", **first})
    assert (later.status_code, "退回上一页又写的" in later.text) == (409, True)


def test_a_second_click_that_takes_a_file_off_is_no_error(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)
    client.post(work("edit", item), {**USUAL, "version": 1, "uploads": [pdf("一.pdf"), pdf("二.pdf")]})
    gone = item.attachments.get(label="一.pdf")

    clicks = [client.post(work("edit", item), {**USUAL, "version": 2, "removed": [gone.pk]}) for _ in range(2)]

    assert {click.status_code for click in clicks} == {302}
    assert item.attachments.get().label == "二.pdf"


def test_a_saving_that_nobody_heard_the_answer_of_is_taken_for_the_same(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)

    answers = [client.post(work("autosave", item), {**USUAL, "version": 1}) for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"version": 2}, {"version": 2}]


def test_an_open_draft_is_kept_too_but_not_what_somebody_changed_meanwhile(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)
    address, seen = work("autosave", item), item.version

    assert client.post(address, {**USUAL, "body": "一", "version": seen}).status_code == 200
    stale = client.post(address, {**USUAL, "body": "二", "version": seen})

    assert (stale.status_code, "刚刚被别人修改过" in stale.json()["words"]) == (409, True)
    assert Item.objects.get().body == "一"


def test_what_lacks_something_is_named_and_files_wait_for_the_button(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)
    client.post("/work/items/new/", {**USUAL, "title": "", "uploads": [pdf()]})
    kept = StoredFile.objects.get()

    answer = client.post(work("autosave", item), {**USUAL, "title": "", "version": item.version})
    client.post(work("autosave", item), {**USUAL, "kept": [str(kept.pk)], "version": item.version})

    assert (answer.status_code, answer.json()["words"][:3]) == (422, "名称：")
    assert not item.attachments.exists()


@pytest.mark.parametrize("who", ["other_clerk", "head", "inspector"])
def test_nobody_else_saves_by_the_way(client, cast, who):
    item = drafted(cast)
    client.force_login(getattr(cast, who))

    assert client.post(work("autosave", item), {**USUAL, "version": item.version}).status_code in {403, 404, 409}
    item.refresh_from_db()
    assert item.version == 1


# --- What is taken back ------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [with_head, in_review, approved])
def test_the_unit_takes_back_what_it_handed_in_and_no_answer_holds(client, cast, make):
    item = make(cast)
    client.force_login(cast.clerk)
    assert "撤回送审" in client.get(work("detail", item)).text

    client.post(work("recall", item), sent(item))

    item.refresh_from_db()
    assert (item.status, item.release_at) == (ItemStatus.DRAFT, None)
    assert not item.answers.filter(dropped_at=None).exists()
    page = client.get(work("detail", item)).text
    assert "本单位撤回送审" in page
    assert "提交审核" in page


def test_a_draft_is_given_up_and_leaves_the_lists_for_good(client, cast):
    item = drafted(cast, title="不要了的草稿")
    client.force_login(cast.clerk)

    unsure = client.post(work("discard", item), sent(item))
    assert (unsure.status_code, Item.objects.get().status) == (422, ItemStatus.DRAFT)
    client.post(work("discard", item), sent(item, confirmed="on"))

    assert Item.objects.get().status == ItemStatus.DISCARDED
    assert not client.get("/work/items/").context["rows"]
    page = client.get(work("detail", item)).text
    assert "放弃草稿" in page
    assert not any(form in page for form in ("提交审核", work("edit", item), work("discard", item)))
    client.force_login(cast.office)
    assert client.get(office("change", item)).status_code == 404
    assert "不要了的草稿" not in client.get(reverse("admin:disclosure_item_changelist")).text


def test_a_revision_begun_by_mistake_makes_room_for_the_next_one(client, cast):
    item = published(cast)
    client.force_login(cast.clerk)
    client.post(work("revise", item), sent(item))
    mistaken = Item.objects.get(revises=item)

    client.post(work("discard", mistaken), sent(mistaken, confirmed="on"))
    client.post(work("revise", item), sent(item))

    assert list(Item.objects.filter(revises=item).order_by("pk").values_list("status", flat=True)) == [
        ItemStatus.DISCARDED,
        ItemStatus.DRAFT,
    ]


@pytest.mark.parametrize("make", [drafted, with_head, in_review, approved, published])
@pytest.mark.parametrize("act", ["recall", "discard"])
def test_only_the_unit_s_drafters_take_back_and_only_what_is_not_public(client, cast, make, act):
    item = make(cast)
    may = {"recall": {with_head, in_review, approved}, "discard": {drafted}}[act]
    for person in (cast.head, cast.other_clerk, cast.office):
        client.force_login(person)
        where = office if person == cast.office else work

        assert client.post(where(act, item), sent(item, confirmed="on")).status_code in {403, 404}
    if make not in may:
        client.force_login(cast.clerk)
        assert client.post(work(act, item), sent(item, confirmed="on")).status_code == 409

    before = item.status
    item.refresh_from_db()
    assert item.status == before
