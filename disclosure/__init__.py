"""From a unit's draft to the public catalogue: 公开信息 → 审核 → 公开 → 目录 → 检索、订阅、下载.

1. A unit drafts an item (`items`) with its attachments; the unit's head passes it to the office.
2. Three signed answers (`review`: 保密, 个人信息, 合法性与文字) by people who did not draft it, each bound to the content's hash.
3. Publishing gives it an index number (索引号) under a lock, and puts it into the catalogue.
4. The public browses, searches, downloads, exports (`catalogue`) and subscribes (`open_formats`): every page starts from `Item.objects.published(at)`.
5. What is withdrawn leaves a reason behind.
"""
