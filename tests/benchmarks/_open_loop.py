"""Sends requests at a fixed rate whether or not the answers keep up: ``python -m tests.benchmarks._open_loop FILE``.

FILE is JSON: host, port, rate (requests a second), seconds, connections, seed, and kinds: a share and a list of
bodies each.
The latency of a request counts from the moment it was due, not from when a connection was free for it, so a stall of
the server is in the figures of every request that it kept waiting (no coordinated omission). Prints one JSON object.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

MOST_WAITING = 5_000
"""Requests that wait or run at once; more than that is a failure of the server, and the load stops."""


class Connections:
    """Kept-alive connections; as many as were asked for."""

    def __init__(self, host: str, port: int, count: int) -> None:
        self._place, self._free = (host, port), asyncio.Queue[tuple[Any, Any] | None]()
        for _ in range(count):
            self._free.put_nowait(None)

    async def send(self, body: bytes) -> bytes:
        """Send one request when a connection is free; the answer's body."""
        connection = await self._free.get()
        try:
            reader, writer = connection or await asyncio.open_connection(*self._place)
            head = (
                f"POST /graphql HTTP/1.1\r\nhost: {self._place[0]}\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await _read_answer(reader)
        except BaseException:
            self._free.put_nowait(None)
            raise
        self._free.put_nowait((reader, writer))
        return answer


async def _read_answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    length = int(head.partition("content-length:")[2].split("\r\n")[0])
    body = await reader.readexactly(length)
    if status != 200:
        raise RuntimeError(f"status {status}: {body[:200]!r}")
    return body


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Send what the plan says; percentiles and errors by kind, in milliseconds."""
    rng = np.random.default_rng(plan["seed"])
    kinds, count = list(plan["kinds"]), int(plan["rate"] * plan["seconds"])
    chosen = rng.choice(len(kinds), count, p=[plan["kinds"][kind]["share"] for kind in kinds])
    bodies = [[body.encode() for body in plan["kinds"][kind]["bodies"]] for kind in kinds]
    picks = rng.integers(0, 1 << 30, count)
    latencies: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    connections, waiting = Connections(plan["host"], plan["port"], plan["connections"]), set[asyncio.Task[None]]()

    async def one(kind: int, pick: int, due: float) -> None:
        own = bodies[kind]
        try:
            answer = await connections.send(own[pick % len(own)])
            if b'"errors"' in answer:
                errors.append(f"{kinds[kind]}: {answer[:300]!r}")
        except Exception as error:  # noqa: BLE001  (a failed request is a figure here)
            errors.append(f"{kinds[kind]}: {error!r}")
        latencies[kinds[kind]].append(1000 * (time.perf_counter() - due))

    begin = time.perf_counter() + 0.5
    for number in range(count):
        due = begin + number / plan["rate"]
        if (left := due - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        if len(waiting) > MOST_WAITING:
            errors.append(f"stopped after {number} requests: {MOST_WAITING} wait")
            break
        task = asyncio.create_task(one(int(chosen[number]), int(picks[number]), due))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    await asyncio.gather(*waiting)
    total = time.perf_counter() - begin
    every = [latency for each in latencies.values() for latency in each]
    return {
        "n_requests": len(every),
        "per_second": len(every) / total,
        "n_errors": len(errors),
        "errors": errors[:5],
        "milliseconds": {name: percentiles(each) for name, each in {**latencies, "all": every}.items()},
    }


def percentiles(latencies: list[float]) -> dict[str, float]:
    """50th, 95th, 99th percentile and the longest."""
    values = np.percentile(latencies, [50, 95, 99, 100]).round(2).tolist() if latencies else [0.0] * 4
    return dict(zip(("p50", "p95", "p99", "max"), values, strict=True))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(Path(sys.argv[1]).read_text())))))
