"""Files as people upload them."""

from datetime import datetime
from functools import cache
from io import BytesIO
from typing import TypedDict

import pypdfium2

from disclosure.items.public_copies import make_all
from disclosure.models import Item
from ninghai.files import store_bytes
from ninghai.models import StoredFile, User
from tests.disclosure.makers import AT, looked_into


class Upload(TypedDict):
    name: str
    mimeType: str
    buffer: bytes


@cache
def pdf(name: str) -> Upload:
    """A small valid PDF of one page; it carries the moment of its making, so it is made once."""
    document, file = pypdfium2.PdfDocument.new(), BytesIO()
    document.new_page(200, 200)
    document.save(file)
    return Upload(name=name, mimeType="application/pdf", buffer=file.getvalue())


def stored(name: str, *, by: User, at: datetime) -> StoredFile:
    """The same, uploaded already."""
    return store_bytes(data=pdf(name)["buffer"], name=name, media_type="application/pdf", by=by, at=at)


def prepared() -> None:
    """Every item's files have their public copies and are looked into, as the scheduler sees to within seconds.

    The web server does so at once only for a moment, which a busy machine may not get.
    """
    for item in Item.objects.all():
        make_all(item, at=AT)
        looked_into(item)
