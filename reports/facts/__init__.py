"""The numbers and names of a report as of the end of a day, each read so that the same day gives the same ever after.

`request` is what was asked; `duties` reads every assignment, `totals` counts them, `inspections`, `scores`,
`applications`, `opinions` and `hotline` read the rest.
"""
