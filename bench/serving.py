"""`frontdesk serve` as its user starts it: a process of its own on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_START_SECONDS = 60


@contextmanager
def serving(settings: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Run the server with these settings, without demo businesses; yields its port and its process id."""
    port = _free_port()
    fixed = {
        "FRONTDESK_SERVER__PORT": str(port),
        "FRONTDESK_DEMO__SEED": "false",
        "FRONTDESK_LOG__LEVEL": "warning",
    }
    command = [sys.executable, "-m", "bots", "serve"]
    environment = {**os.environ, **fixed, **settings}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait(port)
            yield port, server.pid
        finally:
            server.terminate()


def cpu_ms(pid: int) -> float:
    """Return the CPU time that all threads of a process have had, in ms; 0 where the system does not say."""
    return sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e6


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait(port: int) -> None:
    """Return when the server answers. Raises TimeoutError."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise TimeoutError("the server did not come up")
