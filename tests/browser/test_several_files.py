"""Files dropped on a field: two at once, of which one is refused by name, and the other is kept and looked at."""

import base64

from playwright.sync_api import Page, expect

from tasks.models import ProgressReport
from tests.browser import papers
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, Opening
from tests.cast import Cast
from tests.tasks import factories

DROP = """([field, files]) => {
  const carried = new DataTransfer();
  for (const [name, data] of files) {
    carried.items.add(new File([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], name));
  }
  const how = { dataTransfer: carried, bubbles: true, cancelable: true };
  field.dispatchEvent(new DragEvent("drop", how));
}"""


def drop(page: Page, label: str, *files: tuple[str, bytes]) -> None:
    field = page.get_by_label(label).element_handle()
    page.evaluate(DROP, [field, [(name, base64.b64encode(data).decode()) for name, data in files]])


def test_of_two_dropped_files_the_refused_one_is_named_and_the_other_is_kept(cast: Cast, opening: Opening):
    factories.issued_notice(cast)
    duty = factories.assignment_of(cast)
    page = opening(cast.clerk, viewport=DESKTOP)
    page.goto(f"{duty.get_absolute_url()}?period={factories.period().pk}")
    page.get_by_label("进展情况").fill("已完成核对。")

    drop(page, "上传佐证文件", ("台账.pdf", papers.pdf("台账.pdf")["buffer"]), ("残缺.pdf", b"%PDF-1.7 cut off"))
    drop(page, "上传佐证文件", ("多余.txt", b"x"))
    expect(page.get_by_text("台账.pdf（")).to_be_visible()
    page.get_by_role("button", name="不传“多余.txt”").click()
    page.get_by_role("button", name="添加材料").click()

    expect(page.get_by_text("“残缺.pdf”没有添加：PDF文件不完整。").first).to_be_visible()
    expect(page.get_by_text("其余1个文件已经添加，不用再选。").first).to_be_visible()
    expect(page.get_by_text("多余.txt")).to_have_count(0)
    assert [str(proof) for proof in ProgressReport.objects.get().evidence.all()] == ["台账.pdf"]

    page.get_by_role("link", name="台账.pdf", exact=True).first.click()
    expect(page.get_by_role("heading", name="台账.pdf")).to_be_visible()
    assert page.get_by_role("img", name="第 1 页").evaluate(
        "picture => picture.decode().then(() => picture.naturalWidth)"
    )
    assert look(page) == []
