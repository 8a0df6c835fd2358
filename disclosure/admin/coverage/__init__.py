"""公开覆盖: the office's matrix of duties by units, the cell behind it, the findings, and their panel on the desk."""

from disclosure.admin.coverage import cells, desk, findings

__all__ = ["cells", "desk", "findings"]
