"""`make soak`: a county at work for ten minutes, before the portal as `make run` starts it, in a throw-away place.

    line.py     one connection: what is sent, what comes back, and how long it took
    people.py   what visitors, clerks and the office do, each click a request
    tally.py    what became of the requests, told every minute
    memory.py   what each process of the portal holds, and by how much it grew

Sixteen connections on loopback. It fails on an answer of 500 and above, on an answer that the scenario does not know,
and on a process that grew by 50 MiB since it was warm.
"""
