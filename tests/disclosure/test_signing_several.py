"""Signing several items at once (一并签署): what nothing speaks against is signed, and everything else is named with its reason."""

import html

import lxml.html
import pytest
from django.urls import reverse

from disclosure.items.drafting import edit_item
from disclosure.models import Answer, CheckPoint, Item, Ruling
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import scan_item
from disclosure.review.services import answer_item, pass_item, return_item, submit_item, take_back_answer
from ninghai.calendar import clock
from tests.disclosure.makers import AT, drafted, in_review, with_head
from tests.disclosure.test_gate import picture, stored
from tests.ninghai.personal_data.files import NUMBER

pytestmark = pytest.mark.django_db
LIST = "admin:disclosure_item_changelist"


def choose(client, *items: Item, **sent):
    chosen = {"action": "sign_selected", "_selected_action": [item.pk for item in items]}
    return client.post(reverse(LIST), chosen | sent)


def confirmed(*items: Item, **ticked) -> dict:
    seen = {f"version-{item.pk}": item.version for item in items} | {
        f"hash-{item.pk}": item.content_hash() for item in items
    }
    asked = {f"kinds-{item.pk}": ["personal_data", "legality"] for item in items}
    return {"confirmed": "yes", **seen, **asked, **ticked}


def answers_of(item: Item) -> set[str]:
    return set(item.answers.filter(dropped_at=None).values_list("kind", flat=True))


def returned_and_mended(cast) -> Item:
    item = with_head(cast, title="改过的")
    return_item(item=item, reason="请核对", by=cast.head, at=AT)
    edit_item(item=item, version=item.version, body="改过的一段。", by=cast.clerk, at=AT)
    submit_item(item=item, by=cast.clerk, at=AT)
    return pass_item(item=item, seen_hash=item.content_hash(), by=cast.head, at=AT)


def ruled_on(cast) -> Item:
    item = in_review(cast, title="登记过的", body=f"证号{NUMBER}")
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    rule_on_hits(item=item, fingerprints=hits, reason=Ruling.Reason.CONSENT, by=cast.second_office, at=AT)
    return item


def answered_by_her(cast) -> Item:
    item = in_review(cast, title="签过的")
    for kind in (Answer.Kind.PERSONAL_DATA,):
        answer_item(item=item, kind=kind, seen_hash=item.content_hash(), by=cast.second_office, at=AT)
    answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=item.content_hash(), by=cast.office, at=AT)
    return item


def asked_for_release(cast) -> Item:
    item = in_review(cast, title="紧急的")
    Item.objects.filter(pk=item.pk).update(emergency_reason="防汛")
    return item


def returned_as_it_was(cast) -> Item:
    item = return_item(item=in_review(cast, title="原样重报的"), reason="请核对", by=cast.office, at=AT)
    submit_item(item=item, by=cast.clerk, at=AT)
    return pass_item(item=item, seen_hash=item.content_hash(), by=cast.head, at=AT)


def with_a_colleague(cast) -> Item:
    item = drafted(cast, by=cast.second_office, title="同事起草的")
    return submit_item(item=item, by=cast.second_office, at=AT)


def hers(cast) -> Item:
    item = submit_item(item=drafted(cast, by=cast.office, title="自己起草的"), by=cast.office, at=AT)
    return pass_item(item=item, seen_hash=item.content_hash(), by=cast.second_office, at=AT)


def passed_on_by_her(cast) -> Item:
    item = submit_item(item=drafted(cast, by=cast.second_office, title="她审核过的"), by=cast.second_office, at=AT)
    return pass_item(item=item, seen_hash=item.content_hash(), by=cast.office, at=AT)


LEFT_OUT = {
    "open hits": (lambda cast: in_review(cast, title="有证号的", body=f"证号{NUMBER}"), "还有1处个人信息没有处理"),
    "hits that were ruled on": (ruled_on, "已登记可以公开的理由，请打开核对"),
    "a picture that nobody has looked at": (
        lambda cast: in_review(cast, title="有图的", files=[stored(cast, picture(), "照片.png")]),
        "图片1处",
    ),
    "not disclosed": (
        lambda cast: in_review(cast, title="不公开的", method="on_request", method_reason="third_party", body=""),
        "理由",
    ),
    "changed since it came back": (returned_and_mended, "与第1次送审稿相比有改动"),
    "asked to be released at once": (asked_for_release, "等签发人决定"),
    "with the head": (with_a_colleague, "现在是“待审核”"),
    "answered already": (answered_by_her, "现在是“待公开”"),
    "answers void since it came back": (returned_as_it_was, "此前的意见因退回失效"),
    "all three would be hers": (passed_on_by_her, "其余两项您只能签署一项"),
    "her own work": (hers, "您写过"),
}


@pytest.mark.parametrize(("make", "reason"), LEFT_OUT.values(), ids=list(LEFT_OUT))
def test_what_must_be_judged_is_left_out_and_named_with_its_reason(client, cast, make, reason):
    plain, other = in_review(cast, title="没有疑问的"), make(cast)
    before = answers_of(other)
    client.force_login(cast.office)

    page = choose(client, plain, other)
    shown = html.unescape(page.content.decode())
    left = shown[shown.index("要逐条办理的 1 条") :]
    assert other.title in left
    assert reason in left
    assert f'name="_selected_action" value="{other.pk}"' not in shown
    answer = choose(client, plain, other, **confirmed(plain, other))  # even where the page is not asked

    assert answers_of(plain) == set(Answer.Kind.values)
    assert answers_of(other) == before
    told = [str(message) for message in client.get(reverse(LIST)).context["messages"]]
    assert any(f"《{other.title}》没有签署" in each and reason in each for each in told)
    assert answer.status_code == 302


def test_an_item_with_nothing_to_judge_is_signed_for_whatever_she_may_sign(client, cast):
    first, second = in_review(cast, title="第一条"), in_review(cast, title="第二条")
    answer_item(item=second, kind=Answer.Kind.LEGALITY, seen_hash=second.content_hash(), by=cast.second_office, at=AT)
    client.force_login(cast.office)

    choose(client, first, second, **confirmed(first, second))

    assert {Item.objects.get(pk=item.pk).status for item in (first, second)} == {"approved"}
    assert second.answers.get(kind="legality").signed_by == cast.second_office


def test_whoever_passed_it_on_signs_the_one_that_a_colleague_left(client, cast):
    item, kind = passed_on_by_her(cast), Answer.Kind.LEGALITY
    answer_item(item=item, kind=kind, seen_hash=item.content_hash(), by=cast.signer, at=AT)
    client.force_login(cast.office)

    choose(client, item, **confirmed(item))

    assert Item.objects.get(pk=item.pk).status == "approved"


def test_the_checklists_are_ticked_once_for_all_and_kept_with_each(client, cast):
    items = [in_review(cast, title="第一条"), in_review(cast, title="第二条")]
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        CheckPoint.objects.create(kind=kind, words=f"{kind.label}核对", position=1)
    client.force_login(cast.office)
    one = {"personal_data-checks": ["个人信息审查核对"]}

    refused = choose(client, *items, **confirmed(*items, **one))
    assert refused.status_code == 422
    assert 'value="个人信息审查核对" aria-describedby' in refused.text or "checked" in refused.text
    assert not any(answers_of(item) - {"secrecy"} for item in items)

    choose(client, *items, **confirmed(*items, **one, **{"legality-checks": ["合法性与文字审查核对"]}))
    assert all(item.answers.get(kind="legality").checked == ["合法性与文字审查核对"] for item in items)


@pytest.mark.parametrize("stale", ["version", "hash"])
def test_what_changed_since_the_page_was_opened_is_not_signed(client, cast, stale):
    item, other = in_review(cast, title="第一条"), in_review(cast, title="第二条")
    client.force_login(cast.office)
    sent = confirmed(item, other) | {f"{stale}-{item.pk}": 0 if stale == "version" else "0" * 64}

    choose(client, item, other, **sent)

    assert answers_of(item) == {"secrecy"}
    assert answers_of(other) == set(Answer.Kind.values)


def test_an_answer_that_a_colleague_took_back_meanwhile_is_not_signed_unasked(client, cast):
    item, other = in_review(cast, title="第一条"), in_review(cast, title="第二条")
    kind, seen_hash = Answer.Kind.PERSONAL_DATA, item.content_hash()
    answer_item(item=item, kind=kind, seen_hash=seen_hash, by=cast.second_office, at=clock.now())
    client.force_login(cast.office)
    page = lxml.html.fromstring(choose(client, item, other).text)
    asked = page.xpath(f"//input[@name='kinds-{item.pk}']/@value")
    take_back_answer(item=Item.objects.get(pk=item.pk), by=cast.second_office, at=clock.now())

    choose(client, item, other, **confirmed(item, other) | {f"kinds-{item.pk}": asked})

    assert asked == ["legality"]
    assert answers_of(item) == {"secrecy"}
    assert answers_of(other) == set(Answer.Kind.values)


def test_what_a_colleague_signs_in_between_is_told_as_it_is(client, cast, monkeypatch):
    item = in_review(cast, title="第一条")

    def with_a_colleague_between(**said):
        answer = answer_item(**said)
        if said["kind"] == Answer.Kind.PERSONAL_DATA:
            answer_item(**said | {"kind": Answer.Kind.LEGALITY, "by": cast.second_office})
        return answer

    monkeypatch.setattr("disclosure.review.several.answer_item", with_a_colleague_between)
    client.force_login(cast.office)

    choose(client, item, **confirmed(item))

    [told] = [str(message) for message in client.get(reverse(LIST)).context["messages"]]
    assert "《第一条》只签署了个人信息审查：" in told
    assert item.answers.get(kind=Answer.Kind.PERSONAL_DATA).signed_by == cast.office


def test_whoever_signs_nothing_has_no_such_action(client, cast):
    item = in_review(cast)
    client.force_login(cast.inspector)

    assert choose(client, item, **confirmed(item)).status_code in {302, 403}
    assert answers_of(item) == {"secrecy"}
