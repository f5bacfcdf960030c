"""Becomes another program that the kernel ends with its parent: ``python bound_child.py PARENT COMMAND…``.

A dump that outlives a killed backup would hold the store's lock, and the next start of the server would fail on it.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def bound_command(command: Sequence[str]) -> tuple[str, ...]:
    """The command that runs `command` bound to this process; where there is no Linux kernel, `command` itself."""
    if not sys.platform.startswith("linux"):
        return tuple(command)
    return (sys.executable, "-I", str(Path(__file__).resolve()), str(os.getpid()), *command)


def become(parent: int, command: Sequence[str]) -> None:
    """Ask to be killed with the parent, then become the command; ends at once where the parent is gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(command[0], list(command))  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
