"""Progress reports (进展填报): written by the clerk with evidence (佐证材料), passed on by the unit's head, decided by the office."""
