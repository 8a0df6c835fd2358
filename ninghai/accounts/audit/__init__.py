"""The audit trail kept honest (审计封存): nobody changes it unseen, not even who owns the database.

1. `sealing` writes a row down in one way only, hashes it, and binds every few seconds what is new into the chain of
   seals; business never waits for it.
2. `anchors` notes every hour, in a file outside the database and in the log, how long the chain is and where it ends.
3. `checking` goes by night through the whole chain, says in words what does not fit and of which kind it is, keeps the
   result and raises the alarm; the auditor reads it in the admin.
4. `history` reads the trail: who wrote a record, and what happened to it. `refusals` notes who was refused.

`manage.py export_audit` writes the trail to a file. Nothing is ever deleted: the six months that the law asks for are
exceeded.
"""
