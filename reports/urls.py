from django.contrib.auth.decorators import login_not_required
from django.urls import path

from reports.views import verification, work

app_name = "reports"

urlpatterns = [
    # /verify/: public
    path("verify/", login_not_required(verification.verify_form), name="verify-form"),
    path("verify/<str:code>/", login_not_required(verification.verify), name="verify"),
    # /work/reports/: what was circulated to the unit
    path("work/reports/", work.report_list, name="work-report-list"),
    path("work/reports/<int:pk>/", work.report_detail, name="work-report"),
    path("work/reports/<int:pk>/file/", work.report_file, name="work-report-file"),
    path("work/reports/<int:pk>/confirm/", work.confirm, name="work-report-confirm"),
]
