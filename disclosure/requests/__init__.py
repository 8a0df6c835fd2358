"""依申请公开 (disclosure on request): what people ask a unit for, and what it answers them by a day that the law sets.

`rules` is the law without any record; `kind` says to the engine of cases (`ninghai.cases`) what may follow what, and what it
does to the limit; `keeping` seals who asks and for what; `limits` words how an application stands against it. `applying` is
the applicant's side, `desk` the unit's, `office` the county office's look at all units, `inquiries` whom the unit asks in
between, `letters` what goes out between them all.
"""
