"""The audit trail kept honest (审计封存): nobody changes it unseen, not even who owns the database.

1. `form` writes a row down in one way only; its SHA-256 is the row's content hash.
2. `sealing` binds every few seconds what is new into the chain of seals; business never waits for it.
3. `anchors` notes every hour, in a file outside the database and in the log, how long the chain is and where it ends.
4. `walking` goes through the whole chain; `tampering` says in words what does not fit, and of which kind it is.
5. `checking` does that by night, keeps the result and raises the alarm; `page` shows it to the auditor.
6. `export` writes the trail to a file. Nothing is ever deleted: the six months that the law asks for are exceeded.
"""
