"""A TCP proxy between driver and server that delays, narrows and cuts the connection at random bytes."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class BadNetwork:
    """How bad.

    Attributes
    ----------
    latency_seconds
        Before each piece of data is passed on.
    bytes_per_second
        Bandwidth of one direction of one connection.
    cut_after
        Bytes (least, most) after which a connection is reset; None never cuts.
    n_cuts
        Connections that are reset at most.
    """

    latency_seconds: float = 0.0
    bytes_per_second: float = 1e9
    cut_after: tuple[int, int] | None = None
    n_cuts: int = 10_000


class Proxy:
    """Listens on the loopback and passes on to a port of it."""

    def __init__(self, port: int, network: BadNetwork, seed: int) -> None:
        self.target, self.network, self.chance = port, network, random.Random(seed)
        self.n_cut = self.n_connections = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_up.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.n_connections += 1
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        budget = [self.chance.randint(*self.network.cut_after) if self.network.cut_after else -1]
        both = [
            asyncio.ensure_future(self._pass_on(reader, back, budget)),
            asyncio.ensure_future(self._pass_on(there, writer, budget)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            for end in (writer, back):
                end.transport.abort()

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, budget: list[int]) -> None:
        try:
            while data := await source.read(4096):
                await asyncio.sleep(self.network.latency_seconds + len(data) / self.network.bytes_per_second)
                if budget[0] >= 0 and self.n_cut < self.network.n_cuts:
                    budget[0] -= len(data)
                    if budget[0] < 0:
                        self.n_cut += 1
                        sink.write(data[: len(data) // 2])
                        return
                sink.write(data)
                await sink.drain()
        except OSError:
            return
