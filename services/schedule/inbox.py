"""The inbox: a folder whose manifests are taken up once they, and the files they name, stand still.

Files end in ``done/`` or ``rejected/`` beside their reports; data files stay where they are.
"""

import hashlib
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from loaders.errors import ManifestError
from loaders.manifest import read_manifest
from services.ingest.state import write_text
from services.schedule.clock import Clock
from services.schedule.errors import InboxError
from services.schedule.jobs import Job, JobKind, JobStatus, Request, fingerprint_of

DONE, REJECTED = "done", "rejected"
UNFINISHED_SUFFIXES = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")
_MISSING = ("the file must exist", "a folder or pattern must hold at least one file")
"""Rules of a manifest that a file still on its way breaks."""

_log = logging.getLogger(__name__)

Signature = tuple[tuple[str, int, int], ...]
"""Path, size in bytes and time of the last change (ns) of each file."""


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A manifest that stands still.

    Attributes
    ----------
    path, sha256
        The manifest and what it holds.
    signature
        Of it and of the files it names.
    """

    path: Path
    sha256: str
    signature: Signature

    def request(self, inputs: str) -> Request:
        """What the scheduler is asked for; `inputs` says what it would be loaded into and trained with."""
        trigger = f"inbox {self.path.name} {self.sha256}"
        files = [[size, changed] for _, size, changed in self.signature[1:]]
        return Request(
            JobKind.LOAD,
            self.path.name,
            trigger,
            fingerprint_of([trigger, files, inputs]),
            {"source_sha256": self.sha256, "is_answered": False, "inputs": inputs},
        )


@dataclass
class Inbox:
    """A watched folder.

    Attributes
    ----------
    folder
        Where manifests (``*.toml``) are put.
    clock
        Of the process that watches.
    settle_seconds
        How long sizes and times must not change.
    missing_file_seconds
        How long a manifest may wait for a file that it names; then it is taken up, and refused for that.
    """

    folder: Path
    clock: Clock
    settle_seconds: float
    missing_file_seconds: float
    _seen: dict[Path, tuple[Signature, float]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the folder and those where files end.

        Raises
        ------
        InboxError
            When it cannot be written to: files could not be moved away, and would be loaded again and again.
        """
        for folder in (self.folder, self.folder / DONE, self.folder / REJECTED):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InboxError(
                    "an inbox must be a folder that can be made",
                    seen=error,
                    where=folder,
                    remedy="name another one with --inbox or LOCUSGRAPH_SCHEDULE_INBOX",
                ) from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise InboxError(
                    "an inbox must be writable, since files are moved out of it",
                    where=folder,
                    remedy="give this user the right to write there (a read-only volume cannot be an inbox)",
                )

    def ready(self) -> list[InboxFile]:
        """Manifests that have stood still for long enough, by name; looking again later finds more."""
        found = []
        present = sorted(path for path in self.folder.glob("*.toml") if path.is_file() and not _is_unfinished(path))
        self._seen = {path: seen for path, seen in self._seen.items() if path in present}
        for path in present:
            try:
                entry = self._look(path)
            except FileNotFoundError:
                continue  # another scheduler has moved it
            if entry is not None:
                found.append(entry)
        return found

    def growing(self) -> list[Path]:
        """Manifests that were seen and are not ready yet."""
        ready_since = self.clock.elapsed() - self.settle_seconds
        return sorted(path for path, (_, since) in self._seen.items() if since > ready_since)

    def is_as_claimed(self, job: Job) -> bool:
        """Whether the file that a thing is about lies in the inbox, as it was when it was claimed."""
        path = self.folder / job.source
        try:
            return sha256_of(path) == job.source_sha256
        except OSError:
            return False

    def settle(self, job: Job, reports: dict[str, str]) -> Path:
        """Put the reports of a decided thing where its file ends, then move the file there; done again, the same.

        Parameters
        ----------
        reports
            Text of each report by suffix, such as ``.json``.

        Returns
        -------
        Path
            Where the file is now.
        """
        folder = self.folder / (REJECTED if job.verdict == JobStatus.REJECTED else DONE)
        target = folder / f"{Path(job.source).stem}.{job.short_id}.toml"
        for suffix, text in reports.items():
            write_text(target.with_suffix(f".report{suffix}"), text)
        if self.is_as_claimed(job):
            (self.folder / job.source).rename(target)
            _log.info("moved %s to %s", job.source, target)
        return target

    def _look(self, path: Path) -> InboxFile | None:
        named, missing = _named_files(path)
        signature, now = _signature([path, *named]), self.clock.elapsed()
        before = self._seen.get(path)
        if before is None or before[0] != signature:
            self._seen[path] = (signature, now)
            if self.settle_seconds > 0:
                return None
        elif now - before[1] < self.settle_seconds:
            return None
        if any(_is_unfinished(file) for file in named) or (missing and not self._is_overdue(path)):
            return None
        return InboxFile(path, sha256_of(path), signature)

    def _is_overdue(self, path: Path) -> bool:
        """Whether a manifest has waited too long; the time of its arrival is set by the kernel, not by who copied."""
        arrived = path.stat().st_ctime
        return self.clock.now().timestamp() - arrived >= timedelta(seconds=self.missing_file_seconds).total_seconds()


def sha256_of(path: Path) -> str:
    """Sha256 of a small file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _named_files(path: Path) -> tuple[list[Path], bool]:
    """Files that a manifest names and those still being copied beside it; whether one is missing.

    A manifest that cannot be read names none: it is taken up as it is, and refused with the reason.
    """
    try:
        manifest = read_manifest(path)
    except ManifestError as error:
        is_missing = error.rule in _MISSING
        return _copies_beside(error.seen) if is_missing else [], is_missing
    named = [file for study in manifest.studies for file in study.paths]
    return list(dict.fromkeys(named)), False


def _copies_beside(seen: object) -> list[Path]:
    """Files by which a copy under another name can be told to go on: ``x.tsv.part`` for ``x.tsv``."""
    if not isinstance(seen, Path) or not seen.parent.is_dir():
        return []
    return sorted(file for file in seen.parent.iterdir() if seen.name in file.name and _is_unfinished(file))


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") or path.name.lower().endswith(UNFINISHED_SUFFIXES)


def _signature(paths: Iterable[Path]) -> Signature:
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
