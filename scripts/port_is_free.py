"""Says before anything else happens that the port is taken, and what to do about it."""

import socket
import sys


def refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


def main(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        return refuse(f"PORT must be a number between 1 and 65535, not '{text}'.")
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", int(text)))
        except PermissionError:
            return refuse(f"Port {text} needs more rights than you have. Choose one above 1023: make run PORT=8001")
        except OSError:
            return refuse(f"Port {text} is taken by another program. Choose another: make run PORT={int(text) + 1}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
