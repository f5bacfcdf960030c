"""Runs the web application: patient with its callers' work when it is told to stop, impatient with slow headers."""

import asyncio
import logging
import signal
import socket
from types import FrameType
from typing import Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.settings import Settings

HEADER_LIMIT_BYTES: Final = 16_384
KEEP_ALIVE_SECONDS: Final = 15

logger = logging.getLogger(__name__)


class DrainingServer(uvicorn.Server):
    """A server that on SIGTERM first says at ``/health/ready`` that it goes, and a little later stops listening.

    A second signal, or Ctrl-C, skips the wait. Running requests end in either case; then the store is closed.

    Parameters
    ----------
    config
        uvicorn's.
    app
        Its ``state.is_draining`` is set.
    drain_seconds
        How long it still listens.
    """

    def __init__(self, config: uvicorn.Config, *, app: Starlette, drain_seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take note of a signal."""
        is_first = not self._app.state.is_draining
        self._app.state.is_draining = True
        if sig != signal.SIGTERM or not is_first or self._loop is None or self._drain_seconds == 0:
            super().handle_exit(sig, frame)
            return
        leave = super().handle_exit
        self._loop.call_soon_threadsafe(
            lambda: asyncio.get_running_loop().call_later(self._drain_seconds, leave, sig, frame)
        )


class ImpatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose connections are closed when a request's headers do not come in time, or are too long."""

    header_seconds: float = 10.0
    _header_timer: asyncio.TimerHandle | None = None
    _n_header_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request's headers."""
        super().connection_made(transport)
        self._start_waiting()

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a request's headers."""
        super().on_message_begin()
        self._start_waiting()

    def on_headers_complete(self) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take what came; headers that have not all come yet must not grow without end."""
        super().data_received(data)
        if self._header_timer is not None:
            self._n_header_bytes += len(data)
            if self._n_header_bytes > HEADER_LIMIT_BYTES and not self.transport.is_closing():
                self.send_400_response("The headers are too long.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _start_waiting(self) -> None:
        if self._header_timer is None:
            self._header_timer = self.loop.call_later(self.header_seconds, self.transport.close)
        self._n_header_bytes = 0

    def _stop_waiting(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None


def run_server(app: Starlette, settings: Settings) -> None:
    """Serve `app` at the settings' address until a signal ends it; returns when the store is closed."""

    class Protocol(ImpatientProtocol):
        header_seconds = settings.api_header_seconds

    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        http=Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who says to come from elsewhere is not believed
        limit_concurrency=settings.api_connection_limit,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.api_shutdown_seconds,
    )
    server = DrainingServer(config, app=app, drain_seconds=settings.api_drain_seconds)
    try:
        server.run()
    except KeyboardInterrupt:
        logger.info("stopped by Ctrl-C")
