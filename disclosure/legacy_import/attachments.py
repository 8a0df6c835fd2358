"""The files of a row (附件): found in the archive, each looked into as an upload is, and searched for personal data."""

import hashlib
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

from disclosure.legacy_import.archive import OlderArchive
from disclosure.legacy_import.columns import LegacyColumn, LegacyProblem, UnreadableValue
from disclosure.privacy.scans import TOO_COSTLY, ItemHit, hits_in_field
from ninghai.files import Purpose, UnacceptableFile
from ninghai.files.inspection import NotLookedInto, inspect
from ninghai.files.kinds import clean_label
from ninghai.files.public_copy import TOO_COSTLY as NOT_WRITTEN
from ninghai.files.public_copy import rewritten
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.looking import Looked, look_in_sandbox
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.sandbox.limits import BACKGROUND, Interrupted, TooCostly

logger = logging.getLogger(__name__)

MOST_FILES = 50  # of one row
LARGEST_ROW = 200 * 1024 * 1024  # bytes of a row's files together


@dataclass(frozen=True, slots=True)
class OlderFile:
    """A file that may become an attachment; `found` is what the finder of personal data found in it."""

    path: str
    label: str
    media_type: str
    unpacked: IO[bytes] = field(compare=False, repr=False)  # the file itself, in a temporary file
    written: IO[bytes] = field(compare=False, repr=False)  # what the public gets, likewise
    sha256: str  # of that
    found: Sequence[Mapping[str, Any]]
    text: str = ""  # that a reader sees in it

    @property
    def data(self) -> bytes:
        return _all_of(self.unpacked)

    @property
    def copy(self) -> bytes:
        """What the public gets of it."""
        return _all_of(self.written)

    @property
    def hits(self) -> Iterator[ItemHit]:
        """The same as the gate will see them, in the file and in its name."""
        yield from hits_in_field("", self.label)
        for hit in self.found:
            yield ItemHit(
                kind=DataKind(hit["kind"]),
                text=hit["text"],
                place=hit["place"],
                certain=hit["certain"],
                file=f"{self.label}/{hit['file']}" if hit["file"] else self.label,
                file_hash=self.sha256,
            )


@dataclass(frozen=True, slots=True)
class RowFiles:
    files: tuple[OlderFile, ...]
    problems: tuple[LegacyProblem, ...]


def files_of(names: str, archive: OlderArchive | None) -> RowFiles:
    """What the cell of attachments names, in its order, and what is wrong with it. Raises NotLookedInto."""
    if not names:
        return RowFiles((), ())
    if archive is None:
        return RowFiles((), (LegacyProblem(LegacyColumn.FILES, "没有上传附件压缩包，请连同压缩包一起上传。"),))
    try:
        paths = archive.find(names)
    except UnreadableValue as refused:
        return RowFiles((), (LegacyProblem(LegacyColumn.FILES, str(refused)),))
    if len(paths) > MOST_FILES:
        return RowFiles((), (LegacyProblem(LegacyColumn.FILES, f"有{len(paths)}个附件，一条信息最多{MOST_FILES}个。"),))
    looked_into = list(_look_into(archive, paths))
    files = [file for file in looked_into if isinstance(file, OlderFile)]
    problems = [problem for problem in looked_into if isinstance(problem, LegacyProblem)]
    return RowFiles(tuple(files), tuple(problems))


def _look_into(archive: OlderArchive, paths: list[str]) -> Iterator[OlderFile | LegacyProblem]:
    room = LARGEST_ROW
    for path in paths:
        try:
            file, size = _file(archive, path)
        except NotLookedInto:
            raise
        except UnacceptableFile as refused:
            yield LegacyProblem(LegacyColumn.FILES, str(refused.message))
            continue
        except Exception:  # of a broken file no parser promises how it fails; the other rows go on
            logger.exception("a file of an import could not be looked into")
            yield LegacyProblem(
                LegacyColumn.FILES, f"检查“{path}”时发生意外错误。请用办公软件打开后另存一份，重新压缩。"
            )
            continue
        room -= size
        if room < 0:
            yield LegacyProblem(LegacyColumn.FILES, f"附件合计超过{LARGEST_ROW // 1024**2}MB，请减少附件。")
            return
        yield file


def _file(archive: OlderArchive, path: str) -> tuple[OlderFile, int]:
    """With its size."""
    data, label = archive.unpacked(path), clean_label(path)
    if not data:
        raise UnacceptableFile(f"“{path}”是空文件，请换成完整的文件。")
    kind = inspect(io.BytesIO(data), label=label, purpose=Purpose.PUBLICATION)
    copy = _written_anew(label, data)
    looked = _looked_into(label, copy)
    if looked.unreadable:
        raise UnacceptableFile(f"“{path}”不能检查个人信息，因此不能公开。{looked.unreadable[0]}")
    file = OlderFile(
        path=path,
        label=label,
        media_type=kind.media_type,
        unpacked=_laid_aside(data),
        written=_laid_aside(copy),
        sha256=hashlib.sha256(copy).hexdigest(),
        found=looked.hits,
        text=looked.text,
    )
    return file, len(data)


def _laid_aside(data: bytes) -> IO[bytes]:
    """Nothing is unpacked again while rows are locked, and thousands of files do not lie in memory."""
    file = TemporaryFile()  # noqa: SIM115 - closed with the last who knows it
    file.write(data)
    return file


def _all_of(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _written_anew(label: str, data: bytes) -> bytes:
    try:
        return rewritten(name=label, source=data, limits=BACKGROUND)
    except UnreadableFile as refused:
        raise UnacceptableFile(f"“{label}”不能公开。{refused}") from None
    except TooCostly:
        raise UnacceptableFile(f"“{label}”不能公开。{NOT_WRITTEN}") from None
    except Interrupted as interrupted:
        raise NotLookedInto(str(interrupted)) from interrupted


def _looked_into(label: str, data: bytes) -> Looked:
    try:
        return look_in_sandbox(name=label, source=data, limits=BACKGROUND)
    except TooCostly:
        return Looked([], [TOO_COSTLY])
    except Interrupted as interrupted:
        raise NotLookedInto(str(interrupted)) from interrupted
