"""Two virus scanners for tests: a fake that speaks clamd's protocol, and Debian's real clamd with one signature of ours.

The same tests run against both, so that the fake cannot promise what the real one does not keep.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# The test file that every scanner knows (eicar.org), in two halves so that no scanner takes this source for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test-Signature"
MOST = 1_000_000
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


class Conversation(socketserver.BaseRequestHandler):
    """One connection: `zINSTREAM` with its chunks, or `zVERSION`; anything else is answered as clamd answers it."""

    def handle(self) -> None:
        command = self.until_nul()
        if command == b"zVERSION":
            self.request.sendall(b"ClamAV 0.0.0/fake\0")
            return
        if command != b"zINSTREAM":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        content = bytearray()
        while size := struct.unpack("!L", self.exactly(4))[0]:
            if len(content) + size > MOST:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self.exactly(size)
        self.request.sendall(b"stream: " + (f"{SIGNATURE} FOUND".encode() if EICAR in content else b"OK") + b"\0")

    def until_nul(self) -> bytes:
        said = b""
        while (letter := self.request.recv(1)) not in {b"", b"\0"}:
            said += letter
        return said

    def exactly(self, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            more = self.request.recv(size - len(got))
            if not more:
                raise ConnectionError("the client hung up in the middle of a chunk")
            got += more
        return bytes(got)


class OnTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class OnUnixSocket(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextlib.contextmanager
def fake(folder: Path | None = None, handler: type[socketserver.BaseRequestHandler] = Conversation) -> Iterator[str]:
    """The address of a fake clamd: on a unix socket in the folder, else on a port of this machine."""
    server: socketserver.BaseServer
    if folder is None:
        server = OnTcp(("127.0.0.1", 0), handler)
        address = f"127.0.0.1:{server.server_address[1]}"  # type: ignore[index]
    else:
        address = str(folder / "clamd.ctl")
        server = OnUnixSocket(address, handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def real(folder: Path) -> Iterator[str]:
    """The address of a real clamd that knows one virus: the test file."""
    assert CLAMD
    (folder / "signatures").mkdir()
    (folder / "signatures" / "own.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n", encoding="ascii")
    address = folder / "clamd.ctl"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}/signatures\nLocalSocket {address}\nForeground yes\nStreamMaxLength {MOST}\n",
        encoding="utf-8",
    )
    log = (folder / "log").open("wb")
    with log, subprocess.Popen([CLAMD, "-c", str(folder / "clamd.conf")], stdout=log, stderr=log) as daemon:
        try:
            until = time.monotonic() + 60
            while not answers(address):
                assert daemon.poll() is None and time.monotonic() < until, (folder / "log").read_text("utf-8")
                time.sleep(0.05)
            yield str(address)
        finally:
            daemon.terminate()


def answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(address))
        except OSError:
            return False
        line.sendall(b"zPING\0")
        return line.recv(16) == b"PONG\0"
