"""`make bench`: the portal's speed beside bare means, measured in turns within one run, and the time of every page.

    portal.py   a throw-away portal with the demo year, as `make run` makes it
    pages.py    every page of the public, the units and the office, with records of the demo
    year.py     a year of work of any size: every point asked of every unit
    bare.py     the bare views that the catalogue is compared with
    catalogue.py, searching.py  the catalogue and its search against their floors, at one or two sizes
    reports.py  reports through their workers: CPU of a job, a batch, memory over BENCH_SOAK jobs, waits
    report_workers.py, report_waits.py  the workers of these figures, and the clerk who waits before the page
    figures.py  what is compared with what
    limits.py   what has to be done within a time
    table.py    how the figures are told

Figures depend on the machine and on what else it does; ratios of one run do so far less.
"""
