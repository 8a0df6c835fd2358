"""What is looked at first and then confirmed (先预览、后确认): the person sees what would be done, and nothing else is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect

from ninghai.models.state_machine import TransitionError
from ninghai.staff_site.pages import Trail, office_page, was_done
from ninghai.web.http import AuthenticatedRequest

GOOD_FOR = 3600  # seconds in which what was shown may be confirmed


def preview_page(
    request: AuthenticatedRequest,
    form: BaseForm,
    template: str,
    *,
    title: str,
    trail: Trail,
    preview: Callable[[], object],
    act: Callable[[], object],
    done: Callable[[], HttpResponse],
) -> HttpResponse:
    """The form; filled in, what it would do (`shown`) with the button that confirms it; confirmed, it is done.

    What `preview` or `act` refuses stands beside the fields, and nothing typed is lost.
    """
    if "confirmed" in request.POST and was_done(form, act):
        return done()
    found: list[object] = []
    is_shown = form.is_bound and was_done(form, lambda: found.append(preview()))
    return office_page(request, template, title=title, trail=trail, form=form, shown=found[0] if is_shown else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPreview:
    """A preview that goes to the person signed: what comes back in `field` is what was shown, and is what will be done."""

    salt: str
    field: str
    page: str  # the name of the address where it begins
    in_vain: str = "没有导入："
    expired: str = "预览已过期，请重新上传文件。"

    def seal(self, shown: Any) -> str:
        return signing.dumps(shown, salt=self.salt, compress=True)

    def confirm(self, request: AuthenticatedRequest, act: Callable[[Any], HttpResponse], **page: Any) -> HttpResponse:
        """Do what was shown; why not, where it is out of date or refused by now, is said on the page where it begins."""
        try:
            shown = signing.loads(request.POST.get(self.field, ""), salt=self.salt, max_age=GOOD_FOR)
            return act(shown)
        except signing.BadSignature:
            messages.error(request, self.expired)
        except (TransitionError, ValidationError) as refused:
            words = "；".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            messages.error(request, f"{self.in_vain}{words}")
        began: HttpResponse = redirect(self.page, **page)
        return began
