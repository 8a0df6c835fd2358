"""Evidence files: served to whoever sees what they prove, a report, a finding or what followed it."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from ninghai import clock
from ninghai.files import private_file_response
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role, User
from ninghai.roles import acts_as
from tasks.models import (
    Evidence,
    Finding,
    FindingProof,
    ObjectionProof,
    ProgressReport,
    RectificationProof,
    SheetProof,
)
from tasks.models.proof import Proof
from tasks.states import ObjectionStatus, RectificationStatus


@require_safe
def evidence_file(request: AuthenticatedRequest, pk: UUID) -> HttpResponseBase:
    """The file, if it proves something on a page that this person may read."""
    for proofs in proofs_for(request.user):
        proof = proofs.select_related("file").filter(file=pk).first()
        if proof and proof.file:
            return private_file_response(proof.file, of=proof, by=request.user, at=clock.now())
    raise Http404


def proofs_for(user: User) -> Iterator[QuerySet[Proof]]:
    """What this person may open, by what it proves; drafts stay with whom they belong to."""
    findings = Finding.objects.visible_to(user)
    yield Evidence.objects.filter(report__in=ProgressReport.objects.visible_to(user))
    yield FindingProof.objects.filter(finding__in=findings)
    objected = ObjectionProof.objects.filter(objection__finding__in=findings)
    rectified = RectificationProof.objects.filter(rectification__finding__in=findings)
    is_of_the_unit = acts_as(user, Role.EDITOR, Role.REVIEWER)
    yield objected if is_of_the_unit else objected.exclude(objection__status__in=ObjectionStatus.within_unit)
    yield rectified if is_of_the_unit else rectified.exclude(rectification__status__in=RectificationStatus.owed)
    if acts_as(user, Role.INSPECTOR):
        yield SheetProof.objects.filter(sheet__drawn__inspector=user)
