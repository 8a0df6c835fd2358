"""Progress reports (进展填报): written by the clerk with evidence (佐证材料), passed on by the unit's head, decided by the office.

`views` are the unit's, `report_page` has the form and the acts on a report, of unit and office; `services` does them, and
`evidence` keeps what proves them.
"""
