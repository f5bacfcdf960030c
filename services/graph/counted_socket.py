"""A limit on the bytes and the silence of one answer, below the driver, which itself would read a record of any size.

The driver has no public place for this, so the socket that a connection reads from is wrapped while one answer is
read; `tests/services/graph/test_foreign.py` fails when a newer driver names it differently.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neo4j import Session


class CountedSocket:
    """Reads from a socket until too much came, or nothing for too long.

    Attributes
    ----------
    n_bytes
        Bytes read so far.
    is_over, is_silent
        Whether reading was ended because of too many bytes, or because the server stayed silent past its deadline.
    """

    def __init__(self, socket: Any, *, most_bytes: int, deadline: float, grace_seconds: float) -> None:
        self._socket = socket
        self._most_bytes, self._deadline, self._grace_seconds = most_bytes, deadline, grace_seconds
        self.n_bytes, self.is_over, self.is_silent = 0, False, False

    def recv_into(self, buffer: Any, nbytes: int) -> int:
        """Read as the driver does; its own error handling ends the connection after an `OSError`."""
        begin = time.monotonic()
        patience = max(self._deadline - begin, self._grace_seconds)
        self._socket.set_read_timeout(patience)
        try:
            n_read: int = self._socket.recv_into(buffer, nbytes)
        except Exception:
            self.is_silent = time.monotonic() - begin >= 0.95 * patience
            raise
        self.n_bytes += n_read
        if self.n_bytes > self._most_bytes:
            self.is_over = True
            raise OSError("the answer has too many bytes")
        return n_read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


@contextmanager
def counted(session: Session, **limits: Any) -> Iterator[CountedSocket]:
    """Limit what the open transaction of a session reads.

    Parameters
    ----------
    limits
        As of `CountedSocket`.
    """
    inbox = session._connection.inbox  # type: ignore[union-attr]
    plain = inbox._socket
    wrapped = CountedSocket(plain, **limits)
    inbox._socket = wrapped
    try:
        yield wrapped
    finally:
        inbox._socket = plain
