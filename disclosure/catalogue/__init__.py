"""The public catalogue (信息公开目录): browsed, searched, read, taken along as a file.

`home` is the front page. `views` has the list and one item: `query` reads the address and asks (`search`), `rows` and
`facets` are what the list shows, `item_page` what an item's own address shows, `versions` what it said before.
`downloads` sends attachments, and the list as CSV, Excel or JSON; `archives` is what comes in one file.
"""
