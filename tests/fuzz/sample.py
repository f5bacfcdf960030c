"""What a fuzzed format is: sound files, which of them is mutated, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Loaded:
    """What a reader made of files.

    Attributes
    ----------
    n_read
        Rows that the reader says it read.
    n_kept, n_left_out
        Rows that came out, and those that were counted under a reason.
    problem
        What is wrong with the values that came out; None where nothing is.
    """

    n_read: int
    n_kept: int
    n_left_out: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Sample:
    """A format.

    Attributes
    ----------
    name
        For the table of outcomes.
    files
        Name to bytes of a sound set of files (before compression, which the ending .gz asks for).
    targets
        Files that may be mutated.
    read
        Reads the files of a folder.
    binary
        Those of the targets that hold no text.
    count
        Rows that a mutated text holds, counted in the dullest way; None where they cannot be told so.
    """

    name: str
    files: Mapping[str, bytes]
    targets: tuple[str, ...]
    read: Callable[[Path], Loaded]
    binary: frozenset[str] = field(default_factory=frozenset)
    count: Callable[[bytes], int | None] | None = None


def count_after_header(text: bytes) -> int | None:
    """Lines that hold anything after the header line; lines with ## before it are none.

    Where blanks separate, a line of blanks is an empty one, as a run of blanks is one separator.
    """
    text = text.removeprefix(b"\xef\xbb\xbf")
    lines = [line for line in text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n") if line]
    while lines and (lines[0].startswith(b"##") or not lines[0].strip()):
        lines.pop(0)
    if lines and not any(mark in lines[0] for mark in b"\t,;"):
        lines = [line for line in lines if line.strip(b" \t")]
    return max(len(lines) - 1, 0)
