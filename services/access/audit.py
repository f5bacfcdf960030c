"""The audit log: who changed what, and who asked Cypher; one JSON object a line, on the disk before it counts.

The file ``HOME/audit/audit.jsonl`` (0600) is only ever appended to, by any number of processes, and becomes
``audit-<time>.jsonl`` when it is full. A line that a killed process left half is closed by the next one and skipped
by readers, who are told how many there are.
"""

import json
import logging
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from services.access.errors import AuditError
from services.access.private_files import PRIVATE_FILE, flush_folder, locked, make_private_folder
from services.redaction import redact
from services.settings import Settings

_NAME: Final = "audit.jsonl"
_LONGEST_TEXT: Final = 20_000
_OWN: Final = frozenset({"time", "event", "who"})
_MIB: Final = 1 << 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line.

    Attributes
    ----------
    time
        When it was written, in UTC.
    event
        What was done, such as ``ingest`` or ``cypher``.
    who
        ``os:USER``, ``token:NAME`` or ``loopback``.
    facts
        All else, JSON values.
    """

    time: datetime
    event: str
    who: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines of the audit log, the oldest first, and how many could not be read."""

    entries: tuple[AuditEntry, ...]
    n_broken: int


def record(settings: Settings, event: str, who: str, /, **facts: Any) -> None:
    """Append one line and see that it is on the disk.

    Parameters
    ----------
    settings
        Name the home folder and the size of a file.
    event, who
        What was done, and by whom: ``principal_of(request).who`` in the web server, `operating_user` in a command.
    facts
        Whatever says more: JSON values; others as text, long texts cut, secrets hidden.

    Raises
    ------
    AuditError
        When it cannot be written, or a fact has a name of the log's own. What was to be done should not be done.
    """
    if taken := _OWN & facts.keys():
        raise AuditError(f"{sorted(taken)} are the audit log's own names: call the facts of {event!r} otherwise")
    folder = audit_folder(settings)
    content = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, "who": who, **facts}
    line = redact(json.dumps(_shorten(content), default=str, ensure_ascii=False)) + "\n"
    try:
        make_private_folder(folder)
        with locked(folder / "audit.lock"):
            _rotate(folder, settings)
            _append(folder / _NAME, line.encode())
    except OSError as error:
        raise AuditError(
            f"{event!r} cannot be noted in {folder / _NAME} ({error.strerror}), and what is not noted is not done: "
            "make the folder writable, with room on its disk"
        ) from error


def read_entries(settings: Settings, *, since: datetime | None = None) -> AuditPage:
    """Lines at or after `since` (all when None), the oldest first.

    Raises
    ------
    AuditError
        When a file cannot be read.
    """
    entries, n_broken = [], 0
    for line in _lines(audit_folder(settings)):
        entry = _parse(line)
        if entry is None:
            n_broken += 1
        elif since is None or entry.time >= since:
            entries.append(entry)
    return AuditPage(tuple(entries), n_broken)


def audit_folder(settings: Settings) -> Path:
    """Folder of the audit log."""
    return settings.home / "audit"


def operating_user() -> str:
    """``os:USER`` of the account that runs this process; its number where it has no name, as in a container."""
    number = os.getuid()
    try:
        return f"os:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"os:{number}"


def _append(path: Path, line: bytes) -> None:
    """Write a line at the end; one that was cut short before it is closed first."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
        if size == 0:
            flush_folder(path.parent)
    finally:
        os.close(descriptor)


def _rotate(folder: Path, settings: Settings) -> None:
    """Give a full file a name of its own, and drop the oldest beyond those kept."""
    path = folder / _NAME
    if not path.exists() or path.stat().st_size < settings.audit_file_mib * _MIB:
        return
    path.rename(folder / f"audit-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.jsonl")
    for old in _full_files(folder)[: -settings.audit_files_kept]:
        logger.warning("the audit log's file %s is dropped: %d are kept", old.name, settings.audit_files_kept)
        old.unlink()
    flush_folder(folder)


def _full_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.jsonl"))


def _lines(folder: Path) -> Iterator[str]:
    for path in [*_full_files(folder), folder / _NAME]:
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                yield from (line for line in file if line.strip())
        except FileNotFoundError:
            continue
        except OSError as error:
            raise AuditError(f"the audit log {path} cannot be read ({error.strerror}): ask its owner") from error


def _parse(line: str) -> AuditEntry | None:
    try:
        content = json.loads(line)
        time = datetime.fromisoformat(content.pop("time"))
        return AuditEntry(time, str(content.pop("event")), str(content.pop("who")), content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _shorten(value: Any) -> Any:
    """The value with long texts cut."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT]} … ({len(value):,} signs)"
    if isinstance(value, dict):
        return {str(key): _shorten(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_shorten(entry) for entry in value]
    return value
