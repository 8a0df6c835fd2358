"""The private PostgreSQL and Redis for trial, development and tests, and the two commands around them.

1. `make run` and `make test` install what is missing: system_packages.py, fonts.py.
2. A `Place` says where a set of servers keeps its data and its sockets, and as whom it runs.
3. `PrivateServices` starts and stops PostgreSQL (with the two database roles, and what it may take of the machine) and two Redis (queue, cache) in a place.
4. portal.py prepares the database and keeps web, workers and scheduler running.
5. database/ lets a lone `manage.py` command start them when it first asks the database.

Everything but database/ is plain standard library: the first steps run before anything is installed.
Production names its own servers (DATABASE_URL, REDIS_URL) and uses nothing of this.
"""
