from django.urls import path

from tasks.views import draws, evidence, findings, inspections, petitions, progress, reports, scores, work

app_name = "tasks"

urlpatterns = [
    # What the public sees
    path("progress/", progress.progress_years, name="progress"),
    path("progress/<int:year>/", progress.progress_year, name="progress-year"),
    path("progress/<int:year>/units/", progress.progress_units, name="progress-units"),
    path("progress/<int:year>/units/<str:code>/", progress.progress_unit, name="progress-unit"),
    path("progress/<int:year>/points/<path:key>/", progress.progress_point, name="progress-point"),
    # /work/: the unit's assignments and their reports
    path("work/", work.assignment_list, name="work"),
    path("work/assignments/<int:pk>/", work.assignment_detail, name="assignment-detail"),
    path("work/assignments/<int:pk>/periods/<int:period_pk>/draft/", reports.report_draft, name="report-draft"),
    path("work/assignments/<int:pk>/periods/<int:period_pk>/submit/", reports.report_submit, name="report-submit"),
    path(
        "work/assignments/<int:pk>/periods/<int:period_pk>/autosave/", reports.report_autosave, name="report-autosave"
    ),
    path("work/progress/<int:pk>/pass/", reports.report_pass, name="report-pass"),
    path("work/progress/<int:pk>/return/", reports.report_return, name="report-return"),
    path("work/assignments/<int:pk>/petitions/", petitions.petition_ask, name="petition-ask"),
    path("work/petitions/<int:pk>/withdraw/", petitions.petition_withdraw, name="petition-withdraw"),
    path("work/evidence/<uuid:pk>/", evidence.evidence_file, name="evidence-file"),
    # /work/inspections/: what was drawn for an inspector
    path("work/inspections/", inspections.inspection_list, name="inspection-list"),
    path("work/inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("work/inspections/<int:pk>/recheck/", inspections.inspection_recheck, name="inspection-recheck"),
    # /work/findings/: what was found of the unit's assignments
    path("work/findings/", findings.finding_list, name="finding-list"),
    path("work/findings/<int:pk>/", findings.finding, name="finding"),
    path("work/findings/<int:pk>/object/", findings.finding_object, name="finding-object"),
    path("work/findings/<int:pk>/objection/", findings.objection_proof, name="objection-proof"),
    path("work/findings/<int:pk>/rectify/", findings.finding_rectify, name="finding-rectify"),
    *(
        path(f"work/findings/<int:pk>/{remedy}/{act}/", view, {"remedy": remedy}, name=f"{remedy}-{act}")
        for remedy in ("objection", "rectification")
        for act, view in (("pass", findings.remedy_pass), ("return", findings.remedy_return))
    ),
    # /work/draws/: what a draw was made from, for whom it concerns
    path("work/draws/<int:pk>/", draws.draw_data, name="draw-data"),
    # /work/scores/: what was circulated of the unit
    path("work/scores/", scores.score_list, name="score-list"),
    path("work/scores/<int:pk>/", scores.score_sheet, name="score-sheet"),
]
