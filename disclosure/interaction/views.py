"""`/interaction/`: look first whether it is answered already; then the right door, found by three plain questions or by its name.

The answers stand in the address: nothing is kept of who asks, and a link to the page says the same to everybody.
"""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.catalogue.search.query_words import LONGEST_QUERY
from disclosure.interaction.doors import DoorGroup, answers_to, doors_called, doors_in
from disclosure.models import Elsewhere
from ninghai.calendar import clock
from ninghai.web.http import trail_from_home
from ninghai.web.rate_limit import limited, searches

NAME = "互动"
WANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "know": ("想知道一件事怎么办、政策怎么规定", ("knowledge", "services", "hotline")),
    "information": ("想要一份政府文件或者数据，网站上没有找到", ("request",)),
    "trouble": ("遇到困难要求解决，或者要投诉、举报、提建议", ("hotline",)),
    "wrong": ("网站上的内容有错，或者打不开", ("correction",)),
    "differs": ("办事指南写的，和实际办理时的要求不一样", ("guide",)),
    "openness": ("政府单位该公开的不公开，或者不按规定公开、答复", ("complaint",)),
    "enterprise": ("学校、医院、供水、供电、供气、公交等公共企事业单位该公开的不公开", ("appeal",)),
    "sent": ("已经提交过，想知道办到了哪一步", ("lookup",)),
}
WHOSE = {
    "county": "本县的单位，或者不清楚",
    Elsewhere.Matter.ABOVE: "国家、省、市的单位",
    Elsewhere.Matter.BESIDE: "别的县（市、区）的单位",
}
COURSE = {
    "none": "没有",
    Elsewhere.Matter.COURT: "已经起诉，或者申请仲裁",
    Elsewhere.Matter.REVIEW: "已经申请行政复议",
    Elsewhere.Matter.PETITION: "已经通过信访反映",
}
ABOUT_US = frozenset({"sent", "wrong", "differs"})  # this site's own, whoever else is meant
ASKS_HELP = frozenset({"trouble"})  # what nobody takes on a second time while a court or another body is at it


def _asked(label: str, choices: dict[str, str]) -> forms.ChoiceField:
    told = {"required": "请选择一项。", "invalid_choice": "没有这一项，请重新选择。"}
    return forms.ChoiceField(label=label, choices=choices.items(), widget=forms.RadioSelect, error_messages=told)


class WhichDoorForm(forms.Form):
    """Which is which, in three questions; without script and without a session."""

    want = _asked("您想做什么", {code: words for code, (words, _) in WANTS.items()})
    whose = _asked("这件事归谁管", WHOSE)
    course = _asked("这件事是不是已经在别处办理", COURSE)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"whose": "county", "course": "none"})

    @property
    def elsewhere(self) -> str:
        """Whose it is instead (不归本县办理): the matter under which the office keeps where to go; empty where it is ours."""
        given = self.cleaned_data
        if given["want"] not in ABOUT_US and given["whose"] != "county":
            return str(given["whose"])
        return str(given["course"]) if given["want"] in ASKS_HELP and given["course"] != "none" else ""


@login_not_required
@require_safe
@limited("search", counts=searches)
def interaction(request: HttpRequest) -> HttpResponse:
    at, words = clock.now(), request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    form = WhichDoorForm(request.GET) if "want" in request.GET or "whose" in request.GET else WhichDoorForm()
    leads = doors_called(WANTS[form.cleaned_data["want"]][1], at=at) if form.is_valid() and not form.elsewhere else []
    matter = (form.elsewhere or ("" if leads else Elsewhere.Matter.HELP)) if form.is_valid() else ""
    places = list(Elsewhere.objects.shown())
    context = {
        "name": NAME,
        "words": words,
        "longest_query": LONGEST_QUERY,
        "answers": answers_to(words, at=at) if words else [],
        "groups": [(group, doors) for group in DoorGroup if (doors := doors_in(group, at=at))],
        "form": form,
        "is_answered": form.is_valid(),
        "leads": leads,
        "matter": Elsewhere.Matter(matter).label if matter else "",
        "there": [place for place in places if place.matter == matter],
        "places": places,
        "trail": trail_from_home((NAME, "")),
    }
    return render(request, "disclosure/interaction.html", context, status=422 if form.errors else 200)
