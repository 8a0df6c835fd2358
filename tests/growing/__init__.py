"""`python -m tests.growing` (as root): the portal on eight machines, which are network namespaces of this one.

hosts.py    the machines: namespaces on one bridge, with no way out of it
servers.py  what runs on them: PostgreSQL and its streaming copy, Redis, web servers, workers, schedulers
load.py     visitors who open public pages, from a machine of their own
__main__.py what is shown and measured: what the copy takes from the primary, that nobody sees an old page,
            and that the portal goes on without the copy, without a web server and without a worker
"""
