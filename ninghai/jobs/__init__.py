"""Background work (后台任务): one table of jobs, claimed with lease and fence; RQ's workers are its only executors.

`ninghai.models.job` has the row and its kinds, `queue` the hints in Redis, `claims` what a worker may do with a job in hand,
`bounds` what one may cost, `worker` the process, `progress` what the page says meanwhile.
"""
