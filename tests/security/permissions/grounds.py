"""The records on which the cells of the matrix are tried, as fixtures that several files share."""

from tests.security.permissions import disclosure, own, reports, tasks
from tests.worlds import world

disclosure_ground = world("disclosure_ground", disclosure.make_ground, on=("cast",))
own_ground = world("own_ground", own.make_ground, on=("cast",))
reports_ground = world("reports_ground", reports.make_ground, on=("cast",))
tasks_ground = world("tasks_ground", tasks.make_ground, on=("cast",))
