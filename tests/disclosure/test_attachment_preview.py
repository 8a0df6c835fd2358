"""Attachments of a draft are looked at by whoever sees the draft, and each only at the address of its own item."""

import lxml.html
import pytest
from django.urls import reverse

from disclosure.models import Item
from ninghai.models import StoredFile
from tests.disclosure import makers
from tests.disclosure.test_gate import stored
from tests.ninghai.sanitizing import honest
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
PEOPLE = ["office", "signer", "inspector", "clerk", "head", "other_clerk", "other_head"]


def item_with(cast, *files: StoredFile) -> Item:
    return makers.drafted(cast, files=files)


@pytest.mark.parametrize("mount", ["disclosure:work-item-", "admin:disclosure_item_"])
def test_attachments_of_a_draft_are_looked_at_by_who_sees_the_draft(cast, mount):
    item = item_with(cast, stored(cast, honest.document(), "说明.docx"), stored(cast, honest.pdf(), "附图.pdf"))
    document, drawing = (each.file_id for each in item.attachments.all())
    addresses = [
        reverse(f"{mount}file", args=[item.pk, document]),
        reverse(f"{mount}file-picture", args=[item.pk, drawing, 1]),
    ]
    may = {"clerk", "head"} if mount.startswith("disclosure") else set()

    answers = {
        who: {signed_in(getattr(cast, who)).get(address).status_code == 200 for address in addresses} for who in PEOPLE
    }

    assert answers == {who: {who in may} for who in PEOPLE}


def test_a_file_of_another_item_has_no_address_here(cast):
    here, there = (item_with(cast, stored(cast, honest.pdf() + b"\n" * n, f"{n}.pdf")) for n in (1, 2))
    foreign = there.attachments.get().file_id
    clerk = signed_in(cast.clerk)

    assert clerk.get(reverse("disclosure:work-item-file", args=[here.pk, foreign])).status_code == 404
    assert clerk.get(reverse("disclosure:work-item-file-picture", args=[here.pk, foreign, 1])).status_code == 404
    assert clerk.get(reverse("disclosure:work-item-file", args=[there.pk, foreign])).status_code == 200


def test_the_list_of_files_leads_to_the_preview_and_to_the_file(cast):
    item = item_with(cast, stored(cast, honest.pdf(), "附图.pdf"))
    file = item.attachments.get().file_id

    page = lxml.html.fromstring(signed_in(cast.clerk).get(reverse("disclosure:work-item-detail", args=[item.pk])).text)

    links = page.xpath("//ul[@class='files']//a/@href")
    assert links == [
        reverse("disclosure:work-item-file", args=[item.pk, file]),
        reverse("disclosure:attachment", args=[file]),
    ]


def test_a_page_that_was_opened_before_the_copy_was_made_still_leads_to_the_file(cast):
    item = item_with(cast, stored(cast, honest.photo(), "现场.jpg"))
    attachment = item.attachments.get()
    assert attachment.original_id not in {None, attachment.file_id}
    clerk = signed_in(cast.clerk)

    for number in ([], [1]):
        name = f"disclosure:work-item-file{'-picture' if number else ''}"
        assert clerk.get(reverse(name, args=[item.pk, attachment.original_id, *number])).status_code == 200
