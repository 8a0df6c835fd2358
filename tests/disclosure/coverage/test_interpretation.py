"""Policy and interpretation: linked by the drafter or by the office, and both public pages point at each other."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from disclosure.items.drafting import link_interpretation
from disclosure.items.interpretation_links import LinkForm
from disclosure.items.publication import publish_item
from disclosure.models import Item
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError, TransitionError
from tests.cast import Cast
from tests.disclosure import makers
from tests.disclosure.coverage.county import ON, moment, public
from tests.worlds import world

DAY = date(2018, 11, 14)


@pytest.fixture(autouse=True)
def _today(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = ON.isoformat()


def make_policy(cast: Cast) -> Item:
    item = public(cast, DAY, title="关于补贴的通知", kind="document", document_number="宁财〔2018〕9号")
    Item.objects.filter(pk=item.pk).update(owes_interpretation=True)
    item.refresh_from_db()
    return item


def make_explaining(cast: Cast, policy: Item) -> Item:
    return public(cast, ON, title="补贴通知解读", kind="interpretation")


policy = world("policy", make_policy, on=("cast",))
explaining = world("explaining", make_explaining, on=("cast", "policy"))


def link(item: Item, document: Item | None, *, by, version: int | None = None) -> Item:
    return link_interpretation(item=item, document=document, version=version or item.version, by=by, at=moment(ON))


# --- The act ------------------------------------------------------------------------------------------


def test_the_office_links_what_is_public_and_the_trail_says_so(cast, policy, explaining):
    link(explaining, policy, by=cast.office)

    explaining.refresh_from_db()
    assert explaining.explains == policy
    entry = AuditEntry.objects.about(explaining).last()
    assert (entry.action, entry.detail) == ("link_interpretation", {"from": None, "to": policy.pk})


def test_a_clerk_links_a_draft_and_nothing_else(cast, policy, explaining):
    draft = makers.drafted(cast, title="解读")

    draft = link(draft, policy, by=cast.clerk)
    assert draft.explains == policy
    with pytest.raises(TransitionError):
        link(explaining, policy, by=cast.clerk)
    with pytest.raises(PermissionDenied):
        link(draft, policy, by=cast.other_clerk)


def test_nobody_links_what_was_released_at_once_before_its_review_is_complete(cast, policy):
    """The three answers are bound to the link too: a change would drop those that are given."""
    released = makers.released_at_once(cast, makers.in_review(cast, title="台风预警的解读"))

    with pytest.raises(TransitionError):
        link(released, policy, by=cast.office)


@pytest.mark.parametrize("state", ["with_head", "in_review", "approved", "withdrawn"])
def test_between_draft_and_publication_nobody_changes_the_link(cast, policy, state):
    item = makers.HIDDEN_STATES[state](cast)

    for person in (cast.clerk, cast.office, cast.signer):
        with pytest.raises(TransitionError):
            link(item, policy, by=person)
    with pytest.raises(PermissionDenied):
        link(item, policy, by=cast.head)


def test_what_somebody_changed_meanwhile_is_refused(cast, policy, explaining):
    with pytest.raises(StaleError):
        link(explaining, policy, by=cast.office, version=explaining.version - 1)


def test_nothing_explains_itself_or_an_interpretation(cast, policy, explaining):
    link(explaining, policy, by=cast.office)
    explaining.refresh_from_db()
    other = public(cast, ON, title="另一条")

    for item, document in ((other, other), (other, explaining), (policy, other)):
        with pytest.raises(TransitionError):
            link(item, document, by=cast.office)


def test_nothing_explains_what_is_withdrawn_or_a_revision(cast, policy, explaining):
    withdrawn = makers.withdrawn(cast, title="撤回的通知")
    revision = makers.revised(cast, policy, body="二")
    merged = makers.revised(cast, makers.published(cast), body="三")
    publish_item(item=makers.reviewed(cast, merged), by=cast.office, at=moment(ON))
    merged.refresh_from_db()

    for document, words in ((withdrawn, "已经撤回"), (revision, "是修订稿"), (merged, "是修订稿")):
        with pytest.raises(TransitionError, match=words):
            link(explaining, document, by=cast.office)


# --- The public's pages ---------------------------------------------------------------------------------


def test_both_public_pages_point_at_each_other(client, cast, policy, explaining):
    before = client.get(policy.get_absolute_url()).content.decode()
    assert "补贴通知解读" not in before

    link(explaining, policy, by=cast.office)

    assert explaining.get_absolute_url() in client.get(policy.get_absolute_url()).content.decode()
    assert policy.get_absolute_url() in client.get(explaining.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", makers.HIDDEN_STATES)
def test_a_page_names_nothing_that_is_not_public(client, cast, policy, explaining, state):
    hidden = makers.HIDDEN_STATES[state](cast, title="不能看到的标题")
    Item.objects.filter(pk=hidden.pk).update(explains=policy)
    Item.objects.filter(pk=explaining.pk).update(explains=hidden)

    for item in (policy, explaining):
        assert "不能看到的标题" not in client.get(item.get_absolute_url()).content.decode()


# --- The pages at work ----------------------------------------------------------------------------------


def test_the_office_links_by_the_number_of_the_document(client, cast, policy, explaining):
    client.force_login(cast.office)
    page = f"/admin/disclosure/item/{explaining.pk}/explains/"
    assert page in client.get(f"/admin/disclosure/item/{explaining.pk}/change/").content.decode()

    client.post(page, {"version": explaining.version, "number": "宁财〔2018〕9号"})

    explaining.refresh_from_db()
    assert explaining.explains == policy


def test_a_clerk_chooses_among_the_units_documents(client, cast, policy):
    draft = makers.drafted(cast, title="解读草稿", kind="interpretation")
    client.force_login(cast.clerk)
    page = f"/work/items/{draft.pk}/explains/"
    assert "关于补贴的通知" in client.get(page).content.decode()

    response = client.post(page, {"version": draft.version, "document": policy.pk}, follow=True)

    assert "已关联为《关于补贴的通知》的解读材料" in response.content.decode()
    draft.refresh_from_db()
    client.post(page, {"version": draft.version})
    draft.refresh_from_db()
    assert draft.explains is None


def test_a_revised_document_is_found_by_its_number_and_its_dead_twins_are_not_offered(client, cast, policy, explaining):
    Item.objects.filter(pk=policy.pk).update(unit=explaining.unit)
    policy.refresh_from_db()
    revision = makers.reviewed(cast, makers.revised(cast, policy, body="第二版"))
    publish_item(item=revision, by=cast.office, at=moment(ON))
    makers.withdrawn(cast, title="撤回的通知", kind="document")
    client.force_login(cast.office)
    page = f"/admin/disclosure/item/{explaining.pk}/explains/"

    offered = client.get(page).context["form"].fields["document"].queryset
    client.post(page, {"version": explaining.version, "number": "宁财〔2018〕9号"})

    explaining.refresh_from_db()
    assert explaining.explains == policy
    assert [each.pk for each in offered] == [policy.pk]


def test_what_the_words_name_and_what_waits_stands_before_what_was_imported(cast):
    draft = makers.drafted(
        cast, title="《关于粮食补贴的通知》解读", body="依据宁农〔2018〕7号。", kind="interpretation"
    )
    named = makers.published(cast, title="关于粮食补贴的通知", kind="other")
    numbered = makers.published(cast, title="另一份", document_number="宁农〔2018〕7号", kind="other")
    waiting, plain = (
        makers.published(cast, title="甲", kind="document"),
        makers.published(cast, title="乙", kind="plan"),
    )
    Item.objects.filter(pk=waiting.pk).update(owes_interpretation=True)
    imported = [makers.published(cast, title=f"旧文件{each}", kind="plan") for each in range(3)]
    Item.objects.filter(pk__in=[each.pk for each in imported]).update(
        is_imported=True, original_published_on=date(2012, 1, 1)
    )

    form = LinkForm(item=draft, user=cast.clerk, at=moment(ON))

    shown = [each.pk for each in form.fields["document"].queryset]
    assert set(shown[:2]) == {named.pk, numbered.pk}
    assert shown[2:4] == [waiting.pk, plain.pk]
    assert set(shown[4:]) == {each.pk for each in imported}


def test_a_link_to_a_document_without_a_number_outlives_the_next_edit(client, cast):
    draft, document = makers.drafted(cast, title="解读草稿"), makers.drafted(cast, title="文件草稿")
    draft = link(draft, document, by=cast.clerk)
    client.force_login(cast.clerk)

    client.post(f"/work/items/{draft.pk}/edit/", {"title": "解读草稿二", "kind": "other", "version": draft.version})

    draft.refresh_from_db()
    assert (draft.title, draft.explains) == ("解读草稿二", document)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"number": "宁财〔2018〕99号"}, "没有找到这个索引号或者发文字号"),
        ({"number": "宁财〔2018〕9号", "document": "policy"}, "请只选一种方式"),
        ({"number": "self"}, "信息不能解读它自己"),
    ],
)
def test_what_cannot_be_linked_is_refused_and_what_was_typed_stays(client, cast, policy, explaining, typed, words):
    client.force_login(cast.office)
    known = {"policy": policy.pk, "self": explaining.index_number}
    typed = {name: known.get(value, value) for name, value in typed.items()}
    Item.objects.filter(pk=policy.pk).update(unit=explaining.unit)

    response = client.post(
        f"/admin/disclosure/item/{explaining.pk}/explains/", {"version": explaining.version, **typed}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert str(typed["number"]) in response.content.decode()


def test_an_old_form_changes_nothing(client, cast, policy, explaining):
    client.force_login(cast.office)
    page = f"/admin/disclosure/item/{explaining.pk}/explains/"

    response = client.post(page, {"version": explaining.version - 1, "document": policy.pk})

    assert response.status_code == 409
    explaining.refresh_from_db()
    assert explaining.explains is None


@pytest.mark.parametrize("who", ["other_clerk", "other_head", "inspector", "head"])
def test_others_open_neither_page(client, cast, policy, who):
    draft = makers.drafted(cast)
    client.force_login(getattr(cast, who))

    for item in (draft, policy):
        for address in (f"/work/items/{item.pk}/explains/", f"/admin/disclosure/item/{item.pk}/explains/"):
            assert client.get(address).status_code in {302, 403, 404}
            assert client.post(address, {"version": 1}).status_code in {302, 403, 404}


def test_a_policys_page_at_work_says_when_its_interpretation_is_due(client, cast, policy):
    client.force_login(cast.clerk)

    page = client.get(f"/work/items/{policy.pk}/").content.decode()

    assert "2018-11-19前应公开解读（国办发〔2016〕19号），还没有公开，逾期1天。" in page
