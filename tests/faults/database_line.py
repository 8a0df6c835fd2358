"""The way to the database, which a test cuts: to whoever goes this way, the server has been killed."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
PIECE = 65536  # bytes


class DatabaseLine:
    """A Unix socket that hands everything on to the real one, until it is cut."""

    def __init__(self, folder: Path, *, to: Path) -> None:
        self.folder, self.real = folder, to / SOCKET
        self._listener: socket.socket | None = None
        self._ends: list[socket.socket] = []

    def url(self, *, role: str, database: str) -> str:
        return f"postgres://{role}@/{database}?host={self.folder}&port=5432"

    def mend(self) -> None:
        (self.folder / SOCKET).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.folder / SOCKET))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._take_in, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Nobody gets in, and whoever is in is thrown out in the midst of what they say."""
        (self.folder / SOCKET).unlink(missing_ok=True)
        ends, self._ends = self._ends, []
        for each in [self._listener, *ends]:
            with suppress(OSError, AttributeError):
                each.shutdown(socket.SHUT_RDWR)
            with suppress(OSError, AttributeError):
                each.close()

    def _take_in(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self.real))
                self._ends += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=carry, args=(source, target), daemon=True).start()


def carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
