"""The public page of an item before it is public (预览公开页面): as the public will read it, and nobody else now."""

import re

import pytest
from django.urls import reverse

from disclosure.models import IndexNumberCounter, Item
from tests.disclosure.makers import HIDDEN_STATES, approved, drafted, in_review, published, revised, withdrawn
from tests.disclosure.test_gate import stored

pytestmark = pytest.mark.django_db


def preview(item: Item, *, mount: str = "work") -> str:
    name = {"work": "disclosure:work-item-preview", "admin": "admin:disclosure_item_preview"}[mount]
    return reverse(name, args=[item.pk])


def what_is_read(page: str) -> str:
    """The article and the table about it, without moments and counts."""
    main = re.search(r"<article.*?</article>", page, re.DOTALL)[0]
    return re.sub(r"\d{2}:\d{2}|浏览次数：\d+|\s+", "", main)


def test_the_preview_is_the_page_that_the_public_will_read(client, cast):
    item = approved(cast, summary="概述", source="预算科", files=[stored(cast, b"x", "说明.txt")])
    counted = list(IndexNumberCounter.objects.values_list("unit", "last"))
    client.force_login(cast.office)

    before = client.get(preview(item, mount="admin"))

    assert list(IndexNumberCounter.objects.values_list("unit", "last")) == counted  # no number is drawn
    assert Item.objects.get(pk=item.pk).index_number is None
    client.post(reverse("admin:disclosure_item_publish", args=[item.pk]), {"version": item.version})
    item.refresh_from_db()
    assert f"<code>{item.index_number}</code>" in before.text
    assert what_is_read(before.text) == what_is_read(client.get(item.get_absolute_url()).text)


def test_a_revision_is_shown_under_the_number_that_it_keeps(client, cast):
    public = published(cast, body="旧的一段。")
    revision = revised(cast, public, body="新的一段。", title="新名称")
    client.force_login(cast.clerk)

    page = client.get(preview(revision))

    assert f"<code>{public.index_number}</code>" in page.text
    assert "新的一段。" in page.text
    assert "新名称</h1>" in page.text
    assert "公开后沿用原来的索引号和网址" in page.text
    assert Item.objects.get(pk=public.pk).body == "旧的一段。"


def test_nobody_keeps_it_and_no_machine_lists_it(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)

    page = client.get(preview(item))

    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert 'rel="canonical"' not in page.text
    assert "application/ld+json" not in page.text


def test_the_unit_and_who_may_publish_see_it_and_nobody_else(client, cast):
    item = in_review(cast)
    seen = {}
    for who in ("clerk", "head", "office", "signer", "other_clerk", "other_head", "inspector"):
        client.force_login(getattr(cast, who))
        mount = "admin" if who in {"office", "signer", "inspector"} else "work"
        seen[who] = client.get(preview(item, mount=mount)).status_code
    client.logout()

    assert {who for who, status in seen.items() if status == 200} == {"clerk", "head", "office", "signer"}
    assert set(seen.values()) <= {200, 403, 404}
    assert client.get(preview(item)).status_code == 302


def test_a_draft_leads_its_unit_to_it(client, cast):
    item = drafted(cast)
    client.force_login(cast.clerk)

    assert f'href="{preview(item)}"' in client.get(reverse("disclosure:work-item-detail", args=[item.pk])).text


@pytest.mark.parametrize("state", [*HIDDEN_STATES, "published"])
def test_there_is_a_preview_of_what_is_not_public_yet(client, cast, state):
    item = {**HIDDEN_STATES, "published": published}[state](cast)
    client.force_login(cast.clerk)

    is_over = state in {"published", withdrawn.__name__}
    assert client.get(preview(item)).status_code == (409 if is_over else 200)
