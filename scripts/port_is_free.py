"""Says before anything else happens that the port is taken, and what to do about it."""

import socket
import sys


def main(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        print(f"PORT must be a number between 1 and 65535, not '{text}'.", file=sys.stderr)
        return 1
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", int(text)))
        except PermissionError:
            print(f"Port {text} needs more rights than you have. Choose one above 1023: make run PORT=8001", file=sys.stderr)
            return 1
        except OSError:
            print(f"Port {text} is taken by another program. Choose another: make run PORT={int(text) + 1}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
