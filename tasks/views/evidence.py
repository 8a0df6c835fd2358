"""Evidence files: served to whoever sees the report that they belong to."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from ninghai.files import file_response
from ninghai.http import AuthenticatedRequest
from tasks.models import Evidence, ProgressReport


@require_safe
def evidence_file(request: AuthenticatedRequest, pk: UUID) -> HttpResponseBase:
    """The file, if it proves a report on a page that this person may read."""
    of_visible_reports = Evidence.objects.filter(report__in=ProgressReport.objects.visible_to(request.user))
    evidence = of_visible_reports.select_related("file").filter(file=pk).first()
    if evidence is None or evidence.file is None:
        raise Http404
    return file_response(evidence.file)
