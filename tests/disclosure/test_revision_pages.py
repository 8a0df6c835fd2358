"""The pages of a revision, and of what the office does with an item."""

import pytest

from disclosure.models import Answer, Item
from disclosure.models.states import ItemStatus, Validity
from disclosure.review.services import answer_item
from tests.disclosure.makers import AT, approved, drafted, in_review, published, released_at_once, reviewed
from tests.disclosure.test_gate import ruled
from tests.disclosure.test_work import TYPED, office, work
from tests.ninghai.personal_data.files import NUMBER

pytestmark = pytest.mark.django_db


USUAL = {**TYPED, "method": "proactive", "audience": "面向全社会"}


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def sent(item, **typed):
    item.refresh_from_db()
    return {"version": item.version, **typed}


# --- Revision -----------------------------------------------------------------------------------------


def test_a_clerk_revises_and_goes_on_with_the_same_revision(client, cast):
    item = published(cast)
    client.force_login(cast.clerk)
    assert "起草修订稿" in client.get(work("detail", item)).text

    first = client.post(work("revise", item), sent(item))
    again = client.post(work("revise", item), sent(item))

    revision = Item.objects.get(revises=item)
    assert first["Location"] == again["Location"] == work("detail", revision)
    form = client.get(work("edit", revision)).context["form"]
    assert "change_note" in form.fields
    assert not {"validity", "effective_on", "expires_on", "original_published_on"} & set(form.fields)
    refused = client.post(work("edit", revision), {**USUAL, "version": revision.version, "change_note": ""})
    assert "请写明改了什么，公众在历史版本中会看到。" in refused.text


def test_the_office_publishes_the_revision_and_lands_on_the_item(client, cast):
    item = published(cast)
    client.force_login(cast.clerk)
    client.post(work("revise", item), sent(item))
    revision = Item.objects.get(revises=item)
    client.post(work("edit", revision), {**USUAL, "version": revision.version, "change_note": "更正"})
    revision.refresh_from_db()
    revision = reviewed(cast, revision)
    client.force_login(cast.office)

    answer = client.post(office("publish", revision), sent(revision))

    assert answer["Location"] == office("change", item)
    assert client.get(item.get_absolute_url()).text.count("第二段") == 1


def test_what_keeps_an_item_from_the_public_stands_beside_the_button(client, cast):
    item = in_review(cast, body=f"证号{NUMBER}")
    ruled(item, cast)
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        answer_item(item=item, kind=kind, seen_hash=item.content_hash(), by=cast.office, at=AT)
    item.rulings.all().delete()
    client.force_login(cast.office)

    page = client.post(office("publish", item), sent(item))

    assert (page.status_code, "<li>还有1处个人信息没有处理：身份证号1处。" in page.text) == (422, True)
    assert ">公开</button>" in page.text
    item.refresh_from_db()
    assert item.status == ItemStatus.APPROVED


# --- The office's acts ----------------------------------------------------------------------------------


def test_the_office_sets_alters_and_cancels_a_time(client, cast):
    item = approved(cast)
    client.force_login(cast.office)

    past = client.post(office("schedule", item), sent(item, release_at="2018-11-01T09:00"))
    assert (past.status_code, "请填写从现在起一年以内的时间" in past.text) == (422, True)
    assert client.post(office("schedule", item), sent(item, release_at="早上")).status_code == 422
    client.post(office("schedule", item), sent(item, release_at="2018-12-01T09:00"))
    page = client.get(office("change", item)).text
    assert "2018-12-01 09:00" in page
    assert "改定公开时间" in page

    client.post(office("unschedule", item), sent(item))
    item.refresh_from_db()
    assert (item.status, item.release_at) == (ItemStatus.APPROVED, None)


def test_the_office_changes_the_validity(client, cast):
    item, successor = published(cast), published(cast, title="新办法")
    client.force_login(cast.office)
    said = {"validity": "repealed", "repealed_on": "", "replaced_by": successor.index_number, "reason": "清理"}

    refused = client.post(office("validity", item), sent(item, **said))
    assert (refused.status_code, "标为废止的，请填写废止日期" in refused.text) == (422, True)
    assert '<details class="offer" open>' in refused.text
    client.post(office("validity", item), sent(item, **{**said, "repealed_on": "2018-11-20"}))

    item.refresh_from_db()
    assert (item.validity, item.replaced_by) == (Validity.REPEALED, successor)


def test_before_it_is_withdrawn_the_office_sees_what_the_public_will(client, cast):
    item, successor = published(cast), published(cast, title="新办法")
    client.force_login(cast.office)
    typed = {"kind": "replaced", "explanation": "已修订", "notice": "请看新办法。"}

    assert "请填写替代文件的索引号" in client.post(office("withdraw", item), sent(item, **typed)).text
    shown = client.post(office("withdraw", item), sent(item, **typed, replaced_by=successor.index_number))
    assert "原网址仍显示正文和附件" in shown.text
    item.refresh_from_db()
    assert item.status == ItemStatus.PUBLISHED
    client.post(office("withdraw", item), sent(item, **typed, replaced_by=successor.index_number, confirmed="on"))

    item.refresh_from_db()
    assert (item.status, item.replaced_by, item.withdrawal_notice) == (ItemStatus.WITHDRAWN, successor, "请看新办法。")


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "on"}])
def test_a_notice_that_tells_about_people_is_refused_before_it_is_shown_as_public(client, cast, confirmed):
    item = published(cast)
    client.force_login(cast.office)
    typed = {"kind": "wrong", "explanation": "附件有误", "notice": "请拨打13857412345。"}

    page = client.post(office("withdraw", item), sent(item, **typed, **confirmed))

    assert page.status_code == 422
    assert "对公众的说明会向社会公开，其中有手机号码" in page.text
    assert "<h2>公众将看到</h2>" not in page.text
    assert "请拨打13857412345。" in page.text


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "on"}])
@pytest.mark.parametrize(("other", "words"), [(False, "不能是这条信息自己"), (True, "又写明由这条信息替代")])
def test_a_successor_that_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    client, cast, confirmed, other, words
):
    item = published(cast)
    successor = published(cast, title="新办法") if other else item
    Item.objects.filter(pk=successor.pk).update(replaced_by=item if other else None)
    client.force_login(cast.office)
    typed = {"kind": "replaced", "explanation": "已经修订过", "replaced_by": successor.index_number}

    page = client.post(office("withdraw", item), sent(item, **typed, **confirmed))

    assert page.status_code == 422
    assert words in page.text
    assert "已经修订过" in page.text
    assert successor.index_number in page.text
    assert 'name="confirmed" value="on"' not in page.text
    item.refresh_from_db()
    assert item.status == ItemStatus.PUBLISHED


def test_a_validity_whose_successor_cannot_be_keeps_what_was_typed(client, cast):
    item = published(cast)
    client.force_login(cast.office)
    said = {"validity": "in_force", "reason": "清理结果公告第三号", "replaced_by": item.index_number}

    page = client.post(office("validity", item), sent(item, **said))

    assert page.status_code == 422
    assert "替代文件不能是这条信息自己" in page.text
    assert "清理结果公告第三号" in page.text


def test_a_unit_asks_and_the_signer_releases_what_stands_on_the_screen(client, cast):
    item = drafted(cast, title="台风预警")
    client.force_login(cast.clerk)
    client.post(work("ask-release", item), sent(item, reason="台风即将登陆"))
    client.force_login(cast.signer)
    assert [row.title for row in client.get("/admin/").context["rows"] if row.due_words == "决定今天到期"] == [
        "台风预警"
    ]
    assert "台风预警" in client.get("/admin/disclosure/item/?waiting=asked").text

    client.post(office("release", item), sent(item, reason="台风即将登陆", seen_hash=item.content_hash()))

    item.refresh_from_db()
    assert (item.status, item.is_emergency, item.published_by) == (ItemStatus.PUBLISHED, True, cast.signer)
    assert "台风预警" in client.get("/admin/disclosure/item/?waiting=review_after").text
    for narrowed in ("waits=asked", "waits=nonsense"):  # as filters that were kept before name it
        assert client.get(f"/admin/disclosure/item/?{narrowed}").status_code == 200


def test_a_refusal_after_the_release_withdraws_it(client, cast):
    item = released_at_once(cast, in_review(cast))
    client.force_login(cast.office)

    empty = client.post(office("refuse", item), sent(item, kind="legality", reason=" "))
    assert (empty.status_code, "请写明不同意公开的理由。" in empty.text) == (422, True)
    client.post(office("refuse", item), sent(item, kind="legality", reason="未经核实"))

    assert client.get(item.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("act", ["schedule", "unschedule", "release", "validity", "withdraw", "refuse"])
def test_an_act_from_a_stale_page_is_409(client, cast, act):
    item = published(cast)
    client.force_login(cast.signer if act == "release" else cast.office)  # whose act it is

    assert client.post(office(act, item), {"version": item.version - 1}).status_code == 409


def test_a_revision_begun_from_a_stale_page_is_409(client, cast):
    item = published(cast)
    client.force_login(cast.clerk)

    assert client.post(work("revise", item), {"version": item.version - 1}).status_code == 409


@pytest.mark.parametrize("act", ["recall", "discard", "revise", "ask-release", "refuse", "answer-after"])
def test_another_unit_finds_none_of_these_addresses(client, cast, act):
    item = published(cast)
    client.force_login(cast.other_clerk)

    assert client.post(work(act, item), {"version": item.version, "reason": "x"}).status_code == 404


@pytest.mark.parametrize("make", [drafted, in_review, published, released_at_once])
def test_who_may_never_answer_is_refused_for_that_in_every_state(client, cast, make):
    item = make(cast, drafted(cast)) if make is released_at_once else make(cast)
    client.force_login(cast.clerk)

    assert client.post(work("answer-after", item), sent(item, kind="secrecy")).status_code == 403


@pytest.mark.parametrize("version", [0, 1])
def test_whose_act_it_is_not_learns_that_also_from_a_stale_page(client, cast, version):
    item = published(cast)
    client.force_login(cast.office)

    assert client.post(office("release", item), sent(item, version=item.version - version)).status_code == 403


@pytest.mark.parametrize(("act", "status"), [("revise", 403), ("ask-release", 409), ("refuse", 409)])
def test_the_wrong_person_of_the_unit_is_refused(client, cast, act, status):
    """Asking, and refusing afterwards, are the head's, too: there is nothing to ask for or to refuse now."""
    item = published(cast)
    client.force_login(cast.head)

    assert client.post(work(act, item), sent(item, reason="x", kind="secrecy")).status_code == status
    item.refresh_from_db()
    assert item.status == ItemStatus.PUBLISHED
    assert not Item.objects.filter(revises=item).exists()
