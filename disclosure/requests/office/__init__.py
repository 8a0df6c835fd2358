"""The county office's look at the applications of all units: counts and numbers, never what people say or who they are.

`standing` counts, today and as of any day, and tells the scoring what was answered in time; `admin` is the office's list of
units, and below it their register (`disclosure.requests.desk`); `reminders` reminds units and tells the office once a week, `urging` urges by hand.
"""
