"""`/appeals/new/` and `/complaints/new/`: anybody says what is wrong; the receipt and the look-up are those of every case."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from disclosure.appeals.acts import AppealForm
from disclosure.appeals.kind import APPEAL, basis_of, days_on
from disclosure.appeals.services import take_in
from disclosure.interaction.doors import Door, DoorGroup, register_doors, register_lookup
from disclosure.models import AppealMatter, PublicEnterprise
from disclosure.requests.applying.views import standing, to_receipt
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar import clock
from ninghai.web.http import trail_from_home
from ninghai.web.posted import form_page
from ninghai.web.rate_limit import limited

LEADS = {
    AppealMatter.ENTERPRISE: "学校、医院、供水、供电、供气、公交等公共企事业单位该公开的不公开，可以向它的主管部门申诉。",
    AppealMatter.OPENNESS: "政府单位该公开的不公开，或者不按规定公开、答复，可以向县政府办公室投诉举报。",
}
register_lookup(APPEAL, lambda request, case: standing(case))
register_doors(
    Door(
        DoorGroup.SUBMIT,
        50,
        "complaint",
        "投诉举报信息公开工作",
        LEADS[AppealMatter.OPENNESS],
        "disclosure:complaint-new",
    ),
    Door(
        DoorGroup.SUBMIT,
        60,
        "appeal",
        "对公共企事业单位申诉",
        LEADS[AppealMatter.ENTERPRISE],
        "disclosure:appeal-new",
        lambda at: PublicEnterprise.objects.filter(is_active=True).exists(),
    ),
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("request", counts=lambda request: request.method == "POST")
def appeal_new(request: HttpRequest, matter: AppealMatter) -> HttpResponse:
    """The form; sent, it leads to its receipt with number and query code."""
    form, today = AppealForm(request.POST if request.method == "POST" else None, matter=matter), clock.today()
    if form.is_valid():
        with without_address():
            case = take_in(given=form.cleaned_data, channel=RequestChannel.ONLINE, by=None, at=clock.now())
        return to_receipt(case, page=reverse("disclosure:appeal-receipt", args=[case.form_id]))
    context: dict[str, Any] = {
        "form": form,
        "matter": matter,
        "lead": LEADS[matter],
        "days": days_on(matter, on=today),
        "basis": basis_of(matter, on=today),
        "trail": trail_from_home(("互动", reverse("disclosure:interaction")), (matter.label, "")),
    }
    return form_page(request, "disclosure/appeal_form.html", context)
