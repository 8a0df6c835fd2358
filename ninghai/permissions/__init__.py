"""Who may do what (权限矩阵): one table as data, from which the page for the security administrator is written and
every cell of which is tested through HTTP.

Each app brings its rows in `permissions.py`; `matrix` joins them; what no row names is refused.
"""

from ninghai.permissions.own import ROWS, SUBJECTS

__all__ = ["ROWS", "SUBJECTS"]
