"""Named errors of the loaders: each message says the rule, the value seen, the place and the remedy."""

from __future__ import annotations

from pathlib import Path


class RuleError(Exception):
    """Something that cannot be used as it is.

    Parameters
    ----------
    rule
        The rule that was broken, as a clause without a full stop.
    seen
        The value that broke it.
    where
        File, or file and line, or study.
    remedy
        What the user can do about it.
    """

    def __init__(self, rule: str, *, seen: object = None, where: object = None, remedy: str | None = None) -> None:
        self.rule, self.seen, self.where, self.remedy = rule, seen, where, remedy
        parts = [rule]
        if seen is not None:
            parts.append(f"seen: {seen}")
        if where is not None:
            parts.append(f"in {where}")
        if remedy is not None:
            parts.append(remedy)
        super().__init__("; ".join(parts))


class LoadError(RuleError):
    """A file, a manifest or a study that cannot be loaded; nothing of it was written."""


class ManifestError(LoadError):
    """A manifest that cannot be read: wrong key, missing file, impossible value."""


class FormatError(LoadError):
    """A table whose columns fit no format, several formats, or not the one that was named."""


class TruncatedFileError(LoadError):
    """A compressed file that ends before its stream does, or is damaged."""


class RowError(LoadError):
    """A table whose lines cannot be split into rows."""


class BuildError(LoadError):
    """Two statements about the genome build that contradict each other."""


class RefusedRowsError(LoadError):
    """A study of which more rows were refused than its limit allows."""


class LedgerError(LoadError):
    """A load report whose totals do not reconcile: a fault of the loader, never of the data."""


def locate(path: Path, line: int | None = None) -> str:
    """Render a place as `file:line`, or as the file alone.

    Parameters
    ----------
    path
        The file.
    line
        1-based line number, where known.
    """
    return str(path) if line is None else f"{path}:{line}"
