"""The way to the database over a network that a test silences: nothing is refused, and nothing is ever answered."""

import ctypes
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

from tests.faults.database_line import SOCKET, carry

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27  # of Linux
NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # keep no byte of any packet
FILTER = struct.pack("HL", 1, ctypes.addressof(NOTHING))


class SilentLine:
    """A TCP port that hands everything on to the real socket, until the kernel drops whatever comes."""

    def __init__(self, *, to: Path) -> None:
        self.real = to / SOCKET
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._take_in, daemon=True).start()

    def url(self, *, role: str, database: str) -> str:
        return f"postgres://{role}@127.0.0.1:{self.port}/{database}"

    def fall_silent(self) -> None:
        """As if the server had been switched off, or the cable pulled."""
        for each in [self.listener, *self._ends]:
            each.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, FILTER)

    def speak(self) -> None:
        for each in [self.listener, *self._ends]:
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)

    def end(self) -> None:
        for each in [self.listener, *self._ends]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _take_in(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self._ends.append(client)
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self.real))
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=carry, args=(source, target), daemon=True).start()
