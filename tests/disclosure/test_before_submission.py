"""A draft with something personal in it beyond doubt cannot be submitted: masked or ruled on it can."""

import html

import pytest
from django.urls import reverse

from disclosure.models import Ruling
from disclosure.models.states import ItemStatus
from disclosure.privacy.masked_copies import mask_attachment, mask_text
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import scan_item
from disclosure.review.services import submit_item
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, drafted
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import MOBILE, THIRD

BODY = f"一、补助对象\n证号{THIRD}，电话{MOBILE}。"
SENTENCE = (
    "还不能提交审核：有2处确定的个人信息没有处理（身份证号1处、手机号码1处）。请去标识化，或逐项登记可以公开的理由。"
)
UNIT, OFFICE = "disclosure:work-item", "admin:disclosure_item"
MASK, RULE = "一键去标识化正文和字段", "逐处查看，登记可以公开的理由"


def page_of(office: bool, item) -> str:
    return reverse("admin:disclosure_item_change" if office else f"{UNIT}-detail", args=[item.pk])


def act_of(office: bool, name: str, item) -> str:
    return reverse(f"{OFFICE}_{name}" if office else f"{UNIT}-{name}", args=[item.pk])


def test_it_is_refused_with_what_to_do(cast):
    item = drafted(cast, body=BODY)

    with pytest.raises(TransitionError, match=SENTENCE[:20]):
        submit_item(item=item, by=cast.clerk, at=AT)

    item.refresh_from_db()
    assert item.status == ItemStatus.DRAFT
    assert not item.submitted_versions.exists()


def test_what_stands_in_a_file_or_in_its_name_counts_too(cast):
    for item in (
        drafted(cast, files=[stored(cast, files.workbook(), "名单.xlsx")]),
        drafted(cast, files=[stored(cast, "公开".encode(), f"{THIRD}.txt")]),
    ):
        with pytest.raises(TransitionError, match="还不能提交审核"):
            submit_item(item=item, by=cast.clerk, at=AT)


def test_masked_it_is_submitted(cast):
    item = drafted(cast, body=BODY, files=[stored(cast, files.workbook(), "名单.xlsx")])
    item = mask_text(item=item, version=item.version, by=cast.clerk, at=AT)
    mask_attachment(item=item, attachment=item.attachments.get(), version=item.version, by=cast.clerk, at=AT)
    item.refresh_from_db()

    submit_item(item=item, by=cast.clerk, at=AT)

    assert item.status == ItemStatus.WITH_HEAD


def test_ruled_on_it_is_submitted(cast):
    item = drafted(cast, body=BODY)
    found = {hit.fingerprint for hit in scan_item(item).hits}
    rule_on_hits(item=item, fingerprints=found, reason=Ruling.Reason.NOT_PERSONAL, by=cast.clerk, at=AT)

    submit_item(item=item, by=cast.clerk, at=AT)

    assert item.status == ItemStatus.WITH_HEAD


def test_what_is_for_a_person_to_judge_does_not_keep_it(cast):
    item = drafted(cast, body="户主：葛丽，家庭住址：深甽镇大里村12号。")

    submit_item(item=item, by=cast.clerk, at=AT)

    assert item.status == ItemStatus.WITH_HEAD


@pytest.mark.parametrize("office", [False, True], ids=["unit", "office"])
def test_the_page_says_so_beside_the_button_and_masks_with_one_click(client, cast, office):
    drafter = cast.office if office else cast.clerk
    item = drafted(cast, by=drafter, body=BODY)
    client.force_login(drafter)
    page = client.get(page_of(office, item)).content.decode()

    assert SENTENCE in page
    assert 'disabled aria-describedby="before-submission"' in page
    assert page.index("提交审核") < page.index(MASK) < page.index('id="text"')
    assert RULE in page

    version = {"version": item.version}
    refused = client.post(act_of(office, "submit", item), version, follow=True).content.decode()
    assert SENTENCE in html.unescape(refused)
    masked = client.post(act_of(office, "mask-text", item), version, follow=True).content.decode()

    assert "2处个人信息已去标识化：身份证号“1101**********002X”、手机号码“138****1234”。请核对一遍。" in html.unescape(
        masked
    )
    assert "证号1101**********002X，电话138****1234。" in masked
    assert "before-submission" not in masked
    item.refresh_from_db()
    client.post(act_of(office, "submit", item), {"version": item.version})
    item.refresh_from_db()
    assert item.status == ItemStatus.WITH_HEAD


def test_a_file_is_masked_from_there_too(client, cast):
    item = drafted(cast, files=[stored(cast, files.workbook(), "名单.xlsx")])
    client.force_login(cast.clerk)

    page = client.get(page_of(False, item)).content.decode()

    assert "一键脱敏附件：名单.xlsx" in page
    assert MASK not in page
