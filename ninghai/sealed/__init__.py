"""People under seal (加密的个人信息): names, numbers, addresses and what they wrote, encrypted at rest and opened on purpose.

A record with sealed fields (`SealedRecord`, `SealedTextField`, `SealedJSONField` of `ninghai.models`) names its data key. Words
are assigned as to any field, sealed when the record is saved, and read as ●●● from then on, wherever they are shown, listed,
exported or logged; no query can look into them.

1. `services` opens them: `look` for a purpose that the trail keeps, `find_same` by exact match alone (`digest`). It makes
   keys, destroys them when their time is over (已按期限销毁), and wraps them anew under the newest master key (`rotate`).
2. `cipher` is the arithmetic: master keys (SEALING_KEYS) wrap data keys, and data keys seal words and files.
"""
