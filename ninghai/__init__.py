"""The county: the ground facts that every other part of the portal stands on.

1. Who: people (`User`) act for a unit (`Unit`) in a role through a `Membership`, one at a time.
2. When: one clock, the State Council's working-day calendar, and what is due by it (`calendar`).
3. How things move: a record's status changes through one state machine (`models.state_machine`), and each move leaves a row
   in the append-only audit trail (`AuditEntry`), which is also the record's history.
4. Files: whatever is uploaded is read in a sandbox, checked, hashed and kept privately (`files`).
5. Where the office works: one admin site (`staff_site`) on which the other apps place their desk panels.
"""
