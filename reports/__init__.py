"""Papers that the office can sign: 数据 → 快照 → PDF → 签发 → 核验.

1. `statistics` turns the records into plain numbers as of a date; `snapshot` freezes them with every name that is printed.
2. A request stores the report with its snapshot; the row is the truth, the queue only a hint.
3. A worker claims the row, renders the snapshot to PDF (`typesetting`) and stores it if the claim is still its own.
4. The head of the office signs it off (number, date); the signed report goes through review into the catalogue.
5. Anybody can verify an issued report by its short code and the file's SHA-256.
"""
