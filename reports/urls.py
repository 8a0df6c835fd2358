from django.contrib.auth.decorators import login_not_required
from django.urls import path

from reports.views import verification

app_name = "reports"

urlpatterns = [
    # /verify/: public
    path("verify/", login_not_required(verification.verify_form), name="verify-form"),
    path("verify/<str:code>/", login_not_required(verification.verify), name="verify"),
]
