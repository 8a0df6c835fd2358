from django.urls import path

from tasks.assignments import page as assignments_page
from tasks.assignments import views as assignments_views
from tasks.progress import views as progress_views
from tasks.public_progress import views as public_progress_views
from tasks.scoring import views as scoring_views
from tasks.spot_checks import finding_page
from tasks.spot_checks import views as spot_checks_views

app_name = "tasks"

urlpatterns = [
    # What the public sees
    path("progress/", public_progress_views.progress_this_year, name="progress"),
    path("progress/<int:year>/", public_progress_views.progress_year, name="progress-year"),
    path("progress/<int:year>/units/", public_progress_views.progress_units, name="progress-units"),
    path("progress/<int:year>/units/<str:code>/", public_progress_views.progress_unit, name="progress-unit"),
    path("progress/<int:year>/points/<path:key>/", public_progress_views.progress_point, name="progress-point"),
    # /work/: the unit's assignments and their reports
    path("work/", assignments_views.assignment_list, name="work"),
    *assignments_page.pages.urls("work/assignments/"),
    path("work/assignments/<int:pk>/periods/<int:period_pk>/draft/", progress_views.report_draft, name="report-draft"),
    path(
        "work/assignments/<int:pk>/periods/<int:period_pk>/submit/", progress_views.report_submit, name="report-submit"
    ),
    path(
        "work/assignments/<int:pk>/periods/<int:period_pk>/autosave/",
        progress_views.report_autosave,
        name="report-autosave",
    ),
    *assignments_page.report_pages.urls("work/progress/"),
    path("work/assignments/<int:pk>/petitions/", assignments_views.petition_ask, name="petition-ask"),
    *assignments_page.petition_pages.urls("work/petitions/"),
    path("work/evidence/titles/", progress_views.evidence_titles, name="evidence-titles"),
    path("work/evidence/<uuid:pk>/", progress_views.evidence_file, name="evidence-file"),
    path("work/evidence/<uuid:pk>/preview/", progress_views.evidence_preview, name="evidence-preview"),
    path("work/evidence/<uuid:pk>/preview/<int:number>/", progress_views.evidence_picture, name="evidence-picture"),
    # /work/inspections/: what was drawn for an inspector
    path("work/inspections/", spot_checks_views.inspection_list, name="inspection-list"),
    *spot_checks_views.pages.urls("work/inspections/"),
    # /work/findings/: what was found of the unit's assignments
    path("work/findings/", spot_checks_views.finding_list, name="finding-list"),
    *finding_page.pages.urls("work/findings/"),
    # /work/draws/: what a draw was made from, for whom it concerns
    path("work/draws/<int:pk>/", spot_checks_views.draw_data, name="draw-data"),
    # /work/scores/: what was circulated of the unit
    path("work/scores/", scoring_views.score_list, name="score-list"),
    path("work/scores/<int:pk>/", scoring_views.score_sheet, name="score-sheet"),
]
