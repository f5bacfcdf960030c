"""Answers that are made while they are sent."""

import asyncio
from collections.abc import Generator

import pytest
from starlette.types import Message

from api.web.responses import PiecewiseResponse


def pieces(seen: list[str], n: int) -> Generator[bytes, None, None]:
    try:
        for at in range(n):
            seen.append(f"made {at}")
            yield b"%d" % at
    finally:
        seen.append("closed")


async def answer(response: PiecewiseResponse, *, leaves_after: int, version: str) -> list[Message]:
    """What a caller gets who goes away after some pieces."""
    sent: list[Message] = []
    left = asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) > leaves_after:
            left.set()
            await asyncio.sleep(0.05)
            if version != "2.3":
                raise OSError("the connection is closed")

    scope = {"type": "http", "method": "GET", "asgi": {"spec_version": version}}
    await response(scope, receive, send)
    return sent


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_piecewise_response__closes_what_it_reads_when_the_caller_goes_away(version: str) -> None:
    seen: list[str] = []
    made = pieces(seen, 1_000)
    try:
        asyncio.run(answer(PiecewiseResponse(made, {}), leaves_after=2, version=version))
    except Exception as error:  # noqa: BLE001 (starlette's own; which one is not the point)
        assert version == "2.4", error
    assert seen == ["made 0", "made 1", "closed"]


def test_piecewise_response__sends_all_pieces() -> None:
    seen: list[str] = []
    response = PiecewiseResponse(pieces(seen, 3), {"content-type": "text/plain"})
    sent = asyncio.run(answer(response, leaves_after=99, version="2.3"))
    assert [message.get("body") for message in sent] == [None, b"0", b"1", b"2", b""]
    assert (b"content-type", b"text/plain") in sent[0]["headers"]
    assert seen[-1] == "closed"
