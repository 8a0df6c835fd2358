"""进度图: the office's page of points by units, of each year. As a grid; or, of one unit or one point, as a list."""

from tasks.admin.heat_map.page import URLS

__all__ = ["URLS"]
