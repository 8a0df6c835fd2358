"""Assignments (任务分工): what each unit owes, how it stands, what a person has to do now, and the map of all of them (进度图).

1. `views` lists them for a unit; `page` shows one and takes it back, with all that was typed, when an act on it fails;
   `dossier` reads what it shows of reports and petitions.
2. `lights` counts how they stand, `heat_map` shows every point by every unit.
3. `reminders` tells people what is due, and what has just happened; `waiting` is what waits for each person in `tasks`.
"""
