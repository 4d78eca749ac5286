"""The HTTP server: uvicorn, set so that whoever starts it also ends it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from starlette.types import ASGIApp

GRACE_SECONDS = 5
"""How long open event streams may delay the end of the program."""


class Server(uvicorn.Server):
    """Serves until `should_exit` is set. Signals are the caller's, who has turns to finish and stores to close."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what is served."""
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # paths of web chat carry what opens a conversation
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End event streams and waiting callers first, then wait for the other answers."""
        close = getattr(self._app, "close", None)
        if close is not None:
            close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again before the stores are closed."""
        yield
