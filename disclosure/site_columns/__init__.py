"""The four columns of a disclosure site (政府信息公开专栏): 指南, 制度, 法定主动公开内容, 年报.

Sources: 条例 2019 第12条 (what a guide must say), 国办公开办函〔2019〕61号 (the name and the four columns).

1. `services` says which lines of a page's text the public reads (what is still 待填写 stays with the office), and is the
   only way by which the office changes a text.
2. They also find the items that belong to a column, by the site column of their catalogue entry, and tell which columns hold
   something; an empty one is nowhere linked and not there.
3. `guide` makes the guide of each unit of what is true on a day, keeps its versions, and runs the limit for its update;
   `views` shows it, and lets a unit say where its openness office is.
"""
