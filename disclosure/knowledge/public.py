"""`/knowledge/`: the answers that hold today, searched and narrowed; one answer with its source; whether it helped."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.interaction.doors import Door, DoorGroup, Found, register_answers, register_doors
from disclosure.knowledge.search import KnowledgeSearch, best_answers, missed
from disclosure.knowledge.shown import ShownAnswer, shown_answer
from disclosure.models import Knowledge, KnowledgeVotes
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.web.http import client_address, site_of, trail_from_home
from ninghai.web.public_pages.replica import is_read_only
from ninghai.web.rate_limit import RateLimit, limited, searches

NAME = "知识库"
A_DAY = 86_400  # seconds in which one address is counted once for an answer


def _near(words: str, at: datetime) -> list[Found]:
    best = best_answers(words, on=local_day(at), most=3)
    return [Found(each.question, each.get_absolute_url(), each.unit.short_name) for each in best]


def _has_answers(at: datetime) -> bool:
    return Knowledge.objects.held(on=local_day(at)).exists()


WORDS = "常问的问题和各单位的解答，取自现行的办事指南。"
register_answers(NAME, _near, rank=10)
register_doors(Door(DoorGroup.LOOK, 10, "knowledge", NAME, WORDS, "disclosure:knowledge-list", _has_answers))


@login_not_required
@require_safe
@limited("search", counts=searches)
def knowledge_list(request: HttpRequest) -> HttpResponse:
    """Not among the kept pages: what is looked for in vain is counted."""
    today = clock.today()
    search = KnowledgeSearch(request, on=today)
    if search.is_in_vain and request.method == "GET" and not is_read_only(request):
        missed(search.words, on=today)
    context = {
        **search.context(counted="条"),
        "name": NAME,
        "rows": list(search.page or ()),
        "near": best_answers(search.words, on=today) if search.is_in_vain else [],
        "trail": trail_from_home((NAME, "")),
    }
    return render(request, "disclosure/knowledge_list.html", context)


def public_answer(number: int) -> ShownAnswer:
    """The public edition of that number; 404 where there is none."""
    today = clock.today()
    found = Knowledge.objects.published(on=today).for_list().filter(number=number).first()
    if found is None:
        raise Http404("没有这条解答，或者已经撤下。")
    return shown_answer(found, on=today)


@login_not_required
@require_safe
def knowledge_page(request: HttpRequest, number: int) -> HttpResponse:
    """One answer; while its source is gone or its day past only why it is not shown (410)."""
    shown = public_answer(number)
    context = {
        "shown": shown,
        "knowledge": shown.knowledge,
        "address": site_of(request) + shown.knowledge.get_absolute_url(),
        "report": f"{reverse('disclosure:correction-new')}?page={shown.knowledge.get_absolute_url()}",
        "trail": trail_from_home((NAME, reverse("disclosure:knowledge-list")), (shown.knowledge.question, "")),
    }
    return render(request, "disclosure/knowledge.html", context, status=410 if shown.closed else 200)


@csrf_exempt  # a number that rises by one, in nobody's name; so the page needs no cookie
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("helped", counts=lambda request: request.method == "POST")
def knowledge_helped(request: HttpRequest, number: int) -> HttpResponse:
    """有帮助、没有帮助: counted for the edition that was read, once a day for an address; nothing else is kept."""
    shown = public_answer(number)
    knowledge = shown.knowledge
    if request.method == "POST":
        column = {"yes": "helped", "no": "not_helped"}.get(request.POST.get("helped", ""))
        if column is None or shown.closed or request.POST.get("edition", "") != str(knowledge.edition):
            return redirect(knowledge)  # another edition by now, or none, or nothing said
        if RateLimit(f"helped-{knowledge.pk}", 1, A_DAY).count(client_address(request)) <= 1:
            votes, _ = KnowledgeVotes.objects.get_or_create(knowledge=knowledge)
            KnowledgeVotes.objects.filter(pk=votes.pk).update(**{column: F(column) + 1})
        return redirect("disclosure:knowledge-helped", number)
    trail = trail_from_home((NAME, reverse("disclosure:knowledge-list")), ("谢谢", ""))
    return render(request, "disclosure/knowledge_helped.html", {"knowledge": knowledge, "trail": trail})
