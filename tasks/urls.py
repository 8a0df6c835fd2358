from django.urls import path

from tasks.assignments import views as assignments_views
from tasks.progress import views as progress_views
from tasks.public_progress import views as public_progress_views
from tasks.scoring import views as scoring_views
from tasks.spot_checks import finding_views, inspection_views

app_name = "tasks"

urlpatterns = [
    # What the public sees
    path("progress/", public_progress_views.progress_years, name="progress"),
    path("progress/<int:year>/", public_progress_views.progress_year, name="progress-year"),
    path("progress/<int:year>/units/", public_progress_views.progress_units, name="progress-units"),
    path("progress/<int:year>/units/<str:code>/", public_progress_views.progress_unit, name="progress-unit"),
    path("progress/<int:year>/points/<path:key>/", public_progress_views.progress_point, name="progress-point"),
    # /work/: the unit's assignments and their reports
    path("work/", assignments_views.assignment_list, name="work"),
    path("work/assignments/<int:pk>/", assignments_views.assignment_detail, name="assignment-detail"),
    path("work/assignments/<int:pk>/periods/<int:period_pk>/draft/", progress_views.report_draft, name="report-draft"),
    path(
        "work/assignments/<int:pk>/periods/<int:period_pk>/submit/", progress_views.report_submit, name="report-submit"
    ),
    path(
        "work/assignments/<int:pk>/periods/<int:period_pk>/autosave/",
        progress_views.report_autosave,
        name="report-autosave",
    ),
    path("work/progress/<int:pk>/pass/", progress_views.report_pass, name="report-pass"),
    path("work/progress/<int:pk>/return/", progress_views.report_return, name="report-return"),
    path("work/assignments/<int:pk>/petitions/", progress_views.petition_ask, name="petition-ask"),
    path("work/petitions/<int:pk>/withdraw/", progress_views.petition_withdraw, name="petition-withdraw"),
    path("work/evidence/<uuid:pk>/", progress_views.evidence_file, name="evidence-file"),
    # /work/inspections/: what was drawn for an inspector
    path("work/inspections/", inspection_views.inspection_list, name="inspection-list"),
    path("work/inspections/<int:pk>/", inspection_views.inspection, name="inspection"),
    path("work/inspections/<int:pk>/recheck/", inspection_views.inspection_recheck, name="inspection-recheck"),
    # /work/findings/: what was found of the unit's assignments
    path("work/findings/", finding_views.finding_list, name="finding-list"),
    path("work/findings/<int:pk>/", finding_views.finding, name="finding"),
    path("work/findings/<int:pk>/object/", finding_views.finding_object, name="finding-object"),
    path("work/findings/<int:pk>/objection/", finding_views.objection_proof, name="objection-proof"),
    path("work/findings/<int:pk>/rectify/", finding_views.finding_rectify, name="finding-rectify"),
    *(
        path(f"work/findings/<int:pk>/{remedy}/{act}/", view, {"remedy": remedy}, name=f"{remedy}-{act}")
        for remedy in ("objection", "rectification")
        for act, view in (("pass", finding_views.remedy_pass), ("return", finding_views.remedy_return))
    ),
    # /work/draws/: what a draw was made from, for whom it concerns
    path("work/draws/<int:pk>/", inspection_views.draw_data, name="draw-data"),
    # /work/scores/: what was circulated of the unit
    path("work/scores/", scoring_views.score_list, name="score-list"),
    path("work/scores/<int:pk>/", scoring_views.score_sheet, name="score-sheet"),
]
