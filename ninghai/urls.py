"""The site map: each app brings its public pages and its pages below /work/; the county office works below /admin/."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from ninghai.accounts import views as account_pages
from ninghai.accounts.views import SignIn, sign_in_code
from ninghai.calendar.deadline_page import deadline_page
from ninghai.calendar.feed import calendar_address, calendar_feed
from ninghai.notifications import views as notifications_views
from ninghai.operations import health, metrics
from ninghai.web import template_filters
from ninghai.web import views as web_views
from ninghai.web.display import display

handler400, handler500 = web_views.bad_request, web_views.server_error

urlpatterns = [
    path("", include("disclosure.urls")),  # /  /catalogue/  /feeds/  /work/items/
    path("", include("tasks.urls")),  # /progress/  /work/
    path("", include("reports.urls")),  # /verify/
    path("manifest.webmanifest", web_views.manifest, name="manifest"),
    path("opensearch.xml", web_views.search_description, name="search-description"),
    path(".well-known/security.txt", web_views.security_txt, name="security-txt"),
    path("deadline/", deadline_page, name="deadline"),
    path("leave/", template_filters.leave, name="leave"),
    path("display/", display, name="display"),
    path("login/", SignIn.as_view(), name="login"),
    path("login/code/", sign_in_code, name="login-code"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("start/", web_views.start, name="start"),
    path("act-as/<int:pk>/", web_views.act_as, name="act-as"),
    # /account/: one's own password, second factor and sessions
    path("account/", account_pages.account, name="account"),
    path("account/calendar/", calendar_address, name="account-calendar"),
    path("account/password/", account_pages.password, name="account-password"),
    path("account/authenticator/", account_pages.authenticator, name="account-authenticator"),
    path("account/authenticator/recovery/", account_pages.recovery, name="account-recovery"),
    path("account/authenticator/remove/", account_pages.remove_authenticator, name="account-authenticator-remove"),
    path("account/sessions/end-others/", account_pages.end_other_sessions, name="account-sessions-end"),
    path("account/sessions/<int:pk>/end/", account_pages.end_session, name="account-session-end"),
    path("calendar/<str:token>.ics", login_not_required(calendar_feed), name="calendar-feed"),
    # /work/messages/: what each person is told
    path("work/messages/", notifications_views.message_list, name="message-list"),
    path("work/messages/read/", notifications_views.mark_all_read, name="message-read-all"),
    path("work/messages/settings/", notifications_views.message_settings, name="message-settings"),
    path("work/messages/<int:pk>/", notifications_views.message, name="message"),
    path("work/messages/<int:pk>/go/", notifications_views.go, name="message-go"),
    path("healthz", login_not_required(health.healthz), name="healthz"),
    path("metrics", login_not_required(metrics.metrics), name="metrics"),
    path("admin/", admin.site.urls),
]
