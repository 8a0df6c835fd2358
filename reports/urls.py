from django.contrib.auth.decorators import login_not_required
from django.urls import path

from reports.circulation import views as circulation_views
from reports.verification import views as verification_views

app_name = "reports"

urlpatterns = [
    # /verify/: public
    path("verify/", login_not_required(verification_views.verify_form), name="verify-form"),
    path("verify/<str:code>/", login_not_required(verification_views.verify), name="verify"),
    # /work/reports/: what was circulated to the unit
    path("work/reports/", circulation_views.report_list, name="work-report-list"),
    *circulation_views.pages.urls("work/reports/"),
]
