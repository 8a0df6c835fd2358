"""Safe keeping (备份与恢复): the whole portal, database and files, as it was at one moment, and back again.

1. `backing_up` dumps the database from one exported snapshot and copies the files that this snapshot knows; `file_lock`
   keeps files from being discarded meanwhile.
2. `server` says what a database holds: rows and digest of each table, sequences, schema, triggers, grants.
3. `manifest` keeps that beside the copy; it is written last, so a folder with a manifest is a whole backup. It also
   recomputes every hash of a backup, without a database.
4. `restoring` fills an empty database and folder, and compares all of it with the manifest.
5. `retention` names the folders of nightly backups, discards old ones, and tells how old the newest is.
"""
