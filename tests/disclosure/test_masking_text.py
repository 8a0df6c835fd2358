"""Masking an item's text takes away all of a value, and all of a column that must go."""

import pytest

from disclosure.privacy.masked_copies import mask_text
from disclosure.privacy.page import privacy_view
from disclosure.privacy.scans import scan_item
from tests.disclosure.makers import AT, drafted
from tests.ninghai.personal_data.files import NUMBER, OTHER
from tests.ninghai.personal_data.test_replacing import MARKS, WRAPPED, list_with


@pytest.mark.parametrize("mark", MARKS)
def test_a_sensitive_column_of_the_text_is_emptied(cast, mark):
    item = drafted(cast, body=f"补助名单\n{list_with(mark)}")

    body = mask_text(item=item, version=item.version, by=cast.clerk, at=AT).body

    assert "致贫原因" in body
    assert not any(secret in body for secret in ("因病", "因残", "王建国", NUMBER, OTHER))
    assert scan_item(item).hits == []


def test_a_value_in_two_lines_of_a_cell_goes_altogether(cast):
    item = drafted(cast, body=WRAPPED)
    shown = privacy_view(item, mask_url="disclosure:work-item-mask-file")

    body = mask_text(item=item, version=item.version, by=cast.clerk, at=AT).body

    pieces = [number[at : at + 9] for number in (NUMBER, OTHER) for at in (0, 9)]
    assert not any(piece in body for piece in pieces)
    excerpts = [hit.excerpt for group in shown.groups for hit in group.shown]
    assert not any(piece in excerpt for piece in pieces for excerpt in excerpts)


def test_the_message_tells_what_stands_there_now(client, cast):
    item = drafted(cast, body=WRAPPED)
    client.force_login(cast.clerk)
    address = f"/work/items/{item.pk}/mask-text/"

    page = client.post(address, {"version": item.version}, follow=True).content.decode()

    assert "身份证号“3302**********123X”" in page
    assert NUMBER[9:] not in page
