"""关联解读: the page on which a drafter, or the office afterwards, says which policy an item explains."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from disclosure import rules
from disclosure.interpretation_links import LinkForm, page_address
from disclosure.models import Item
from disclosure.services import link_interpretation
from disclosure.views.acts import item_of
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import TransitionError, require
from ninghai.office.pages import office_page

TITLE, SUBMIT = "关联所解读的文件", "保存关联"


@require_http_methods(["GET", "HEAD", "POST"])
def at_work(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """`/work/items/<pk>/explains/`."""
    item = _item(request, pk)
    form = _form(request, item)
    if _is_linked(request, item, form):
        return redirect("disclosure:work-item-detail", item.pk)
    context = {"item": item, "form": form, "title": TITLE, "submit": SUBMIT}
    return render(request, "disclosure/work_item_explains.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def in_the_office(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The same in the admin."""
    item = _item(request, pk)
    form = _form(request, item)
    page = page_address(item, request.user)
    if _is_linked(request, item, form):
        return redirect(page)
    trail = [("公开信息", reverse("admin:disclosure_item_changelist")), (item.title, page)]
    shown = office_page(request, "admin/office/form.html", title=TITLE, trail=trail, form=form, submit=SUBMIT)
    shown.status_code = _status(form)
    return shown


def _item(request: AuthenticatedRequest, pk: int) -> Item:
    """The item, if this person may link it now."""
    item = item_of(request.user, pk)
    require(rules.can_link_interpretation(request.user, item), rules.WHEN_LINKED)
    return item


def _form(request: AuthenticatedRequest, item: Item) -> LinkForm:
    return LinkForm(request.POST or None, item=item, user=request.user, at=clock.now())


def _is_linked(request: AuthenticatedRequest, item: Item, form: LinkForm) -> bool:
    """Link what a valid form names; what the service refuses stands above the fields, and nothing typed is lost."""
    if not form.is_valid():
        return False
    document = form.cleaned_data["chosen"]
    version = form.cleaned_data["version"]
    try:
        link_interpretation(item=item, document=document, version=version, by=request.user, at=clock.now())
    except TransitionError as refused:
        form.add_error(None, str(refused))
        return False
    done = f"已关联为《{document.title}》的解读材料" if document else "已取消关联"
    messages.success(request, f"《{item.title}》{done}。")
    return True


def _status(form: LinkForm) -> int:
    return 422 if form.errors else 200
