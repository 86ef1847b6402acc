"""Listeners on loopback that must see nobody, with addresses of every kind that a process could reach."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from pathlib import Path


class Listeners:
    """TCP and UDP on 127.0.0.1 at one port, and two Unix sockets: by path and, on Linux, by an abstract name.

    seen  what arrived since the last `take`: the kind of listener each time
    """

    def __init__(self, token: str, folder: Path):
        self.token, self.path = token, folder / "socket"
        self.port = 0
        self.seen: list[str] = []
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._selector.register(self._stopped, selectors.EVENT_READ, "stop")

    def start(self) -> None:
        """Bind them all and listen."""
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        self._add("TCP", tcp)
        self._add("UDP", udp)
        if hasattr(socket, "AF_UNIX"):
            for kind, address in (("Unix", str(self.path)), ("abstract Unix", f"\0{self.token}")):
                with contextlib.suppress(OSError):  # abstract names are Linux's own
                    unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                    unix.bind(address)
                    unix.listen(8)
                    self._add(kind, unix)
        self._thread.start()

    def take(self) -> list[str]:
        """What was seen, and forget it."""
        with self._lock:
            seen, self.seen = self.seen, []
        return seen

    def close(self) -> None:
        """Stop listening."""
        self._stop.close()
        if self._thread.ident:
            self._thread.join(5)
        for key in list((self._selector.get_map() or {}).values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def _add(self, kind: str, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ, kind)

    def _listen(self) -> None:
        while True:
            for key, _ in self._selector.select():
                sock = key.fileobj
                if key.data == "stop" or not isinstance(sock, socket.socket):
                    return
                with contextlib.suppress(OSError):
                    if key.data == "UDP":
                        sock.recv(64)
                    else:
                        sock.accept()[0].close()
                    with self._lock:
                        self.seen.append(key.data)
