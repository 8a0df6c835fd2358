"""Spot checks (抽查): a draw that anybody can recompute, what was found, and what the unit says against it or puts right.

1. `sampling` is the arithmetic, pure; `drawing` draws from a notice's assignments, and deals them to inspectors; on
   `spot_check_page` the office does both, and follows the inspections.
2. `views` is the inspector's page, which the office reads too; `findings` records what was found, by a rubric (`rubrics`)
   that gives the score (`finding_score`).
3. The unit objects in time or puts right (`remedies`), on the finding's page (`finding_page`), whose
   acts stand in `finding_acts`.
"""
