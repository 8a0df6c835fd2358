"""Writing a file anew from what was understood of it (公开副本): what the public gets holds nothing else.

1. `pictures`, `pdf`, `office`, `ofd` and `plain` each rewrite one family of formats; `rewriting` knows which.
2. `apart` runs that in a process of its own, within bounds of time, memory and output.

Nothing here needs Django: the process apart starts at once and knows no secret.
"""

MADE_BY = "rewriting 1"  # rises when what is written changes
