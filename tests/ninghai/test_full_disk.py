"""A full disk: 507 with a sentence, nothing half stored, and what was typed is shown to be copied."""

import errno
import resource
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import include, path

from disclosure.models import Item
from ninghai.files import Purpose, storing
from ninghai.files.storing import inspect
from ninghai.models import StoredFile
from ninghai.web import views
from tests.disclosure.test_work import TYPED, pdf

pytestmark = pytest.mark.django_db
KB = 1024


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may be longer: the kernel answers EFBIG, as a full disk answers ENOSPC."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


def form(*files: SimpleUploadedFile) -> dict[str, object]:
    """The file stands before words that are typed below it on the page."""
    return {"uploads": files, **TYPED, "summary": "写在文件后面的概述", "form_id": str(uuid.uuid4())}


def big(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("附表.pdf", pdf().read() + b"\n" * size, content_type="application/pdf")


@pytest.mark.parametrize(
    ("file", "room"),
    [(lambda: pdf(), 256), (lambda: big(4000 * KB), 64 * KB)],
    ids=["in memory, then stored", "in the temporary folder"],
)
def test_no_room_for_an_upload(cast, file, room):
    client = Client(raise_request_exception=False)
    client.force_login(cast.clerk)
    inspect(pdf(), label="附表.pdf", purpose=Purpose.PUBLICATION)  # whoever looks into files has started
    asked = form(file())
    with room_for(room):
        answer = client.post("/work/items/new/", asked)

    page = answer.content.decode()
    assert answer.status_code == 507
    assert "存储空间不足" in page
    assert TYPED["title"] in page
    assert "写在文件后面的概述" in page
    assert not StoredFile.objects.exists()
    assert not Item.objects.exists()


def test_with_room_the_same_form_is_taken(cast, client):
    client.force_login(cast.clerk)

    assert client.post("/work/items/new/", form(pdf())).status_code == 302


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_each_way_in_which_a_disk_is_full(cast, monkeypatch, number):
    def settle(stored):
        raise OSError(number, "no room")

    monkeypatch.setattr(storing, "_settle", settle)
    client = Client(raise_request_exception=False)
    client.force_login(cast.clerk)

    assert client.post("/work/items/new/", form(pdf())).status_code == 507
    assert not StoredFile.objects.exists()


@login_not_required
def database_is_full(request):
    raise OperationalError from psycopg.errors.DiskFull()


@login_not_required
def broken(request):
    raise OSError(errno.EIO, "another fault")


handler400, handler500 = views.bad_request, views.server_error
urlpatterns = [path("full/", database_is_full), path("broken/", broken), path("", include("ninghai.urls"))]


@override_settings(ROOT_URLCONF=__name__)
def test_postgresql_without_room_is_no_fault_of_ours_and_other_faults_are():
    client = Client(raise_request_exception=False)

    assert client.post("/full/", {"title": "写好的名称"}).status_code == 507
    assert client.post("/broken/").status_code == 500
