"""Papers that the office can sign: 数据 → 快照 → PDF → 核稿 → 签发 → 公开、印发 → 核验、签收.

1. `kinds` say what each report is asked about; `facts` turn the records into plain numbers as of a date, `snapshots` freeze them.
2. A request stores the report with its snapshot; the row is the truth, the queue only a hint.
3. A worker claims the row (`jobs`); `letters` put the snapshot into words, `pdf` sets them, kept if the claim still holds.
4. Another person of the office checks it, its head signs it off (`circulation`); then it goes to the public and to units.
5. Anybody can verify an issued report by its short code and the file's SHA-256.
"""
