"""Registers of before (原登记簿) taken over with everything that happened: docs/import_cases.md says how a file is written.

1. `register_file` reads a file and holds it against the rules of the kind, without any record.
2. `replaying` lets one event of a file happen through the services of the engine; `services` does it with a whole file, or not at all.
3. `workbook` reads the same from a row of an Excel sheet for each application; `pages` offers that to the unit.
"""
