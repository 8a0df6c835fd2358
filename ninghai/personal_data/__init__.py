"""Finding and masking personal data (个人信息) before anything is published.

1. `detectors`, by what they look for, read a text and name what they found, where, and whether it is certain.
2. `finder` asks them all and lets the surer and longer hit win where two overlap; `table` adds what heads of columns tell.
3. `masking` writes each hit as the office prints it: 3302**********123X.

Nothing here asks a database, so that a file can be checked anywhere. What stands in the open by law is never reported:
统一社会信用代码, 文号, 索引号, project codes, office telephones, mail of *.gov.cn.
"""
