"""What one look at one thing found."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import psutil

from services.graph.errors import StoreError
from services.registry import ArtefactError
from services.settings import SettingsError


class State(StrEnum):
    """How a thing is."""

    FINE = "fine"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes
    ----------
    subject
        What was looked at.
    state
        ``fine``; ``note``: it works, or was not looked at, and somebody should know; ``broken``.
    seen
        What was seen.
    remedy
        What to do; empty where nothing is to be done.
    """

    subject: str
    state: State
    seen: str
    remedy: str = ""


Look = Callable[[], Iterator[Finding]]
_EXPECTED = (
    OSError,
    ValueError,
    KeyError,
    ImportError,
    StoreError,
    SettingsError,
    ArtefactError,
    subprocess.SubprocessError,
    psutil.Error,
)


def fine(subject: str, seen: str) -> Finding:
    """A thing that is as it should be."""
    return Finding(subject, State.FINE, seen)


def note(subject: str, seen: str, remedy: str = "") -> Finding:
    """A thing that works but that somebody should know of."""
    return Finding(subject, State.NOTE, seen, remedy)


def broken(subject: str, seen: str, remedy: str) -> Finding:
    """A thing that does not work."""
    return Finding(subject, State.BROKEN, seen, remedy)


def looked(subject: str, look: Look) -> list[Finding]:
    """What a look found; what it stumbled over is a finding too, so that a broken set-up is told as a whole."""
    found: list[Finding] = []
    try:
        found.extend(look())
    except _EXPECTED as error:
        found.append(_stumble(subject, error))
    return found


def _stumble(subject: str, error: Exception) -> Finding:
    """Our own errors end with their remedy, after the last colon."""
    said = " ".join(str(error).split()) or type(error).__name__
    seen, _, remedy = (
        said.rpartition(": ") if isinstance(error, StoreError | SettingsError | ArtefactError) else ("",) * 3
    )
    if not seen:
        return broken(subject, f"{type(error).__name__}: {said}", "mend what the message names, then look again")
    return broken(subject, seen, remedy)
