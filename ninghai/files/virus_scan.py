"""Looking for viruses: in what comes in, and once more before it goes to the public if nobody looked then.

It fails closed: while a scanner is named in CLAMD, nothing becomes public that it has not found clean; an upload that it
cannot look into at the moment is kept and waits. Without a scanner nothing is looked for, and /healthz says so.
"""

import logging
import socket
import struct
from collections.abc import Iterable
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

from ninghai.files.kinds import UnacceptableFile
from ninghai.models import StoredFile, VirusScan

# The virus scanner ClamAV, spoken to as its manual says (clamd(8), INSTREAM and PING): a few lines of protocol.

CHUNK = 64 * 1024
PATIENCE = 30  # seconds that the scanner may be silent
FOUND = " FOUND"


class ScannerAway(Exception):
    """The scanner does not answer, or could not look into the file."""


def is_on() -> bool:
    return bool(settings.CLAMD)


def virus_in(stream: IO[bytes]) -> str:
    """The name of the virus that the scanner finds, "" when it finds none. Raises ScannerAway."""
    stream.seek(0)
    try:
        with _line(seconds=PATIENCE) as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as gone:
        raise ScannerAway(str(gone)) from gone
    finally:
        stream.seek(0)
    return _virus(answer)


def answers() -> bool:
    """Whether the scanner is there."""
    try:
        with _line(seconds=1) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except OSError:
        return False


def _virus(answer: str) -> str:
    reply = answer.removeprefix("stream: ")
    if reply == "OK":
        return ""
    if reply.endswith(FOUND):
        return reply.removesuffix(FOUND)
    raise ScannerAway(answer or "no answer")


def _line(*, seconds: float) -> socket.socket:
    """A connection to tcp://host:port or unix:///path."""
    where = urlsplit(settings.CLAMD)
    if where.scheme != "unix":
        return socket.create_connection((where.hostname or "127.0.0.1", where.port or 3310), timeout=seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(where.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and (more := line.recv(4096)):
        reply += more
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")


logger = logging.getLogger(__name__)


def look_into_upload(stream: IO[bytes], *, label: str) -> bool:
    """Whether it was found clean; False where nobody could look. Raises UnacceptableFile for a virus."""
    if not is_on():
        return False
    try:
        virus = virus_in(stream)
    except ScannerAway as away:
        logger.warning("the virus scanner is away, an upload waits: %s", away)
        return False
    if virus:
        logger.warning("a virus was refused: %s", virus)
        raise UnacceptableFile(f"“{label}”中发现病毒（{virus}），没有保存。请先杀毒，再重新上传。")
    return True


def note_clean(sha256: str) -> None:
    VirusScan.objects.get_or_create(sha256=sha256)


def virus_obstacle(files: Iterable[StoredFile]) -> str:
    """What keeps these files from the public, in a sentence; looked into now where nobody has looked yet."""
    return next((sentence for each in unscanned(files) if (sentence := _looked_into(each))), "")


def unscanned(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Those that the scanner, where there is one, has not found clean yet."""
    files = list(files) if is_on() else []
    known = VirusScan.objects.filter(sha256__in=[each.sha256 for each in files]).values_list("sha256", flat=True)
    clean = set(known)
    return [each for each in files if each.sha256 not in clean]


def waits_for_scanner(stored: StoredFile) -> str:
    """What to say of a file into which the scanner could not look."""
    return f"附件“{stored}”还没有通过病毒扫描（扫描服务暂时不可用），不能公开。请稍后再试，或者联系系统管理员。"


def _looked_into(stored: StoredFile) -> str:
    try:
        with stored.file.storage.open(str(stored.file.name), "rb") as content:
            virus = virus_in(content)
    except (ScannerAway, OSError) as away:
        logger.warning("the virus scanner could not look into %s: %s", stored.pk, away)
        return waits_for_scanner(stored)
    if virus:
        logger.error("a virus in a stored file: %s in %s", virus, stored.pk)
        return f"附件“{stored}”中发现病毒（{virus}），不能公开。请删除这个附件，杀毒后重新上传。"
    note_clean(stored.sha256)
    return ""
