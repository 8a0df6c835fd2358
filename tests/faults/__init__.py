"""What is killed, stopped, cut off or full while reports are made: real workers, a real scheduler, PostgreSQL and Redis.

make faults              the long form, alone on the machine: each fault printed as "N of N"
python -m tests.faults   the same; words after it go to pytest (-k redis)
make test-all            a short form of all but the heaviest two, where time is let pass by moving leases, not by waiting

counts.py      how often each fault strikes, in the long and in the short form
processes.py   workers and scheduler as a supervisor would run them, and how they are killed
books.py       the reckoning afterwards, from the database and the files: nothing lost, nothing twice, nothing stuck
"""

LONG_FORM = "FAULTS_LONG"  # in the environment before counts.py is read
