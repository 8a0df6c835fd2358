"""How the points of a notice stand, as the public may know it: from accepted reports only, in released words only.

`counts` counts by point and part (`public_points`, `in_parts`), by unit (`public_units`), and says for one unit or one point how
each assignment stands (`of_unit`, `of_point`). Units count once in completed, in progress (a report was accepted) or not
begun; overdue is said of those besides.
"""
