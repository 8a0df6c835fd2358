"""How an import stands (进度): rows by what has become of them, and files of the archive that no row names."""

import logging
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count

from disclosure.models import ImportRow, ItemImport
from disclosure.older_items.archive import OlderArchive
from disclosure.states import ImportStatus
from ninghai.files import UnacceptableFile

Status = ImportRow.Status
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers of rows of an import."""

    status: str
    unchecked: int
    ready: int
    refused: int
    done: int

    def count(self, status: Status) -> int:
        return int(getattr(self, status.value))

    @property
    def total(self) -> int:
        return self.unchecked + self.ready + self.refused + self.done

    @property
    def settled(self) -> int:
        """Of `to_settle`: rows that are checked, or taken over."""
        return self.total - self.unchecked if self.status == ImportStatus.CHECKING else self.done

    @property
    def to_settle(self) -> int:
        return self.total if self.status == ImportStatus.CHECKING else self.done + self.ready

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.to_settle if self.to_settle else 0

    @property
    def words(self) -> str:
        if self.status == ImportStatus.CHECKING:
            return f"正在检查：第 {self.settled} 行，共 {self.to_settle} 行"
        return f"正在导入：第 {self.settled} 条，共 {self.to_settle} 条"


def standing_of(item_import: ItemImport) -> Standing:
    found = dict(item_import.rows.order_by().values_list("status").annotate(Count("pk")))
    return Standing(status=item_import.status, **{each.value: found.get(each.value, 0) for each in Status})


def unused_files(item_import: ItemImport) -> list[str]:
    """What the archive holds for no row: a name that was typed wrongly, or a file too many."""
    if item_import.archive is None:
        return []
    named = {path for paths in item_import.rows.values_list("fields__paths", flat=True) for path in paths or ()}
    try:
        names = OlderArchive.open(Path(item_import.archive.file.path)).names
    except UnacceptableFile as reason:  # lost, or the server is busy: the page says the rest
        logger.warning("the files of import %s cannot be listed: %s", item_import.pk, reason)
        return []
    return [name for name in names if name not in named]
