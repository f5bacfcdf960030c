"""A process that outlives a pid: pid and start time together say whether it is still the same one."""

import os
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class ProcessIdentity:
    """A process of this machine.

    Attributes
    ----------
    pid
        Its number, which the system may give to another process once it has ended.
    started_at
        Its start, in seconds since the epoch; tells it from such another process.
    """

    pid: int
    started_at: float

    def is_running(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        return self._find() is not None

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; whether it has within `seconds`."""
        found = self._find()
        if found is None:
            return True
        try:
            found.wait(seconds)
        except psutil.TimeoutExpired:
            return not self.is_running()
        return True

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        if found := self._find():
            found.terminate()

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if found := self._find():
            found.kill()

    def _find(self) -> psutil.Process | None:
        try:
            found = psutil.Process(self.pid)
            is_same = abs(found.create_time() - self.started_at) < 1.0
            return found if is_same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def identify_process(pid: int | None = None) -> ProcessIdentity:
    """Identity of a running process; of this one when no pid is given.

    Raises
    ------
    psutil.NoSuchProcess
        When there is none.
    """
    number = os.getpid() if pid is None else pid
    return ProcessIdentity(number, psutil.Process(number).create_time())
