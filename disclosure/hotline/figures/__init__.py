"""Figures of the hotline (热线统计): how a period was handled, counted by unit and by topic from what happened, as of a day.

1. `counting` counts one period, in one statement over the events; nothing is kept, so nothing grows stale.
2. `ranking` puts units in order (季度排名); who was handed too few is not ranked, and counts for the year. The score counts alike.
3. `suppression` takes out of a table what is too small to be told, and what that could be reckoned from.
4. `pages` are the office's, the public's, of a month kept as it was published (月度公布), and the unit's.
A matter that is about a unit (反映单位的诉求) is in none of them.
"""
