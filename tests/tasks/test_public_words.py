"""公开表述 passes the finder of personal data before it leaves the unit, and once more before the public reads it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tasks.models import ProgressReport
from tasks.progress.services import IncompleteReport, release_words, submit_report
from tests.tasks.factories import NOW, accepted, drafted, signed_in

MOBILE, NAME = "咨询电话13812341234。", "补助已发放到位，户主：张建国。"


def test_words_with_a_telephone_number_do_not_leave_the_clerk(cast, notice):
    report = drafted(cast, public_summary=MOBILE)

    with pytest.raises(IncompleteReport) as refused:
        submit_report(report=report, by=cast.clerk, at=NOW)

    [sentence] = refused.value.message_dict["public_summary"]
    assert "手机号码“138****1234”" in sentence


def test_words_that_got_through_are_not_released(cast, notice):
    report = accepted(cast, public_summary="部门预算已公开")
    ProgressReport.objects.filter(pk=report.pk).update(public_summary=MOBILE)
    report.refresh_from_db()

    with pytest.raises(ValidationError, match="补充填报"):
        release_words(report=report, judged=True, by=cast.office, at=NOW)


def test_a_name_is_released_only_after_somebody_has_judged_it(cast, notice):
    report = accepted(cast, public_summary=NAME)

    with pytest.raises(ValidationError, match="姓名“张某某”"):
        release_words(report=report, by=cast.office, at=NOW)
    release_words(report=report, judged=True, by=cast.office, at=NOW)

    assert report.public_summary_released_at == NOW


def test_the_office_sees_what_the_finder_saw_and_says_that_it_has_looked(cast, notice):
    report = accepted(cast, public_summary=NAME)
    office, address = signed_in(cast.office), reverse("admin:tasks_progress_release", args=[report.pk])
    page = office.get(reverse("admin:tasks_progressreport_change", args=[report.pk])).content.decode()
    unjudged = office.post(address, {"version": report.version}, follow=True).content.decode()
    office.post(address, {"version": report.version, "judged": "1"})

    assert "姓名“张某某”" in page
    assert "可能有个人信息" in unjudged
    report.refresh_from_db()
    assert report.public_summary_released_at is not None
