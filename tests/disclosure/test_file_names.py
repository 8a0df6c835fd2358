"""What is masked in the name of a file is masked wherever the public gets the file under a name."""

import csv
import io
from urllib.parse import unquote
from zipfile import ZipFile

import pytest

from disclosure.items.publication import publish_item
from disclosure.models import Item
from disclosure.privacy.gate import obstacle
from disclosure.privacy.masked_copies import mask_attachment, mask_text
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, drafted, reviewed
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import NUMBER

MASKED = "名单3302**********123X.csv"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


@pytest.fixture
def item(cast) -> Item:
    """Public, after the number in its file's name and those in the file itself were masked."""
    draft = drafted(cast, files=[stored(cast, files.table(), f"名单{NUMBER}.csv")])
    mask_attachment(item=draft, attachment=draft.attachments.get(), version=draft.version, by=cast.clerk, at=AT)
    draft.refresh_from_db()
    draft = mask_text(item=draft, version=draft.version, by=cast.clerk, at=AT)
    assert obstacle(draft) == ""
    return publish_item(item=reviewed(cast, draft), by=cast.office, at=AT)


def test_a_download_has_the_masked_name(client, item):
    response = client.get(item.attachments.get().get_absolute_url())

    assert MASKED in unquote(response["Content-Disposition"])
    assert NUMBER not in unquote(str(response.headers))


def test_an_archive_and_its_list_have_the_masked_name(client, item):
    archive = ZipFile(io.BytesIO(body_of(client.get(f"/catalogue/attachments/{item.index_number}/"))))
    listed = archive.read("附件清单.csv").decode("utf-8-sig")
    in_archive = MASKED.replace("*", "＊")  # noqa: RUF001 - as no file system forbids it

    assert archive.namelist() == ["附件清单.csv", in_archive]
    assert [row["文件"] for row in csv.DictReader(io.StringIO(listed))] == [in_archive]
    assert NUMBER not in listed


def test_the_api_has_the_masked_name(client, item):
    told = client.get(f"/api/v1/items/{item.index_number}/").json()

    assert [each["name"] for each in told["attachments"]] == [MASKED]


def test_a_label_without_an_extension_gets_the_files_own(cast):
    file = stored(cast, b"x", "附件1.TXT")

    assert file.called("说明") == "说明.TXT"
    assert file.called("说明.txt") == "说明.txt"
