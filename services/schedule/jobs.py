"""What the ledger holds: things to be done once, and how far they are."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    """What is done."""

    LOAD = "load"
    RETRAIN = "retrain"
    CRON = "cron"


class JobStatus(StrEnum):
    """How far it is, or how it ended."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    KEPT_OUT = "kept_out"
    UNCHANGED = "unchanged"
    FAILED = "failed"


UNFINISHED = frozenset({JobStatus.RUNNING, JobStatus.WAITING})
BAD = frozenset({JobStatus.REJECTED, JobStatus.FAILED})
"""Endings that somebody should look at: exit code 1 of ``schedule --once``."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be done, as it is asked for.

    Attributes
    ----------
    kind, source
        What, and the file of the inbox or the cron expression.
    trigger
        What asks for it: no two unfinished things of one trigger exist.
    fingerprint
        sha256 over the trigger and whatever makes doing it again a different thing.
    properties
        More that the ledger keeps of it.
    """

    kind: JobKind
    source: str
    trigger: str
    fingerprint: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """A thing in the ledger; attributes as the properties of ``ScheduledRun`` in the graph's registry.

    Attributes
    ----------
    results
        What its report says, read from JSON; empty before it is decided.
    """

    fingerprint: str
    kind: JobKind
    source: str
    trigger: str
    status: JobStatus
    stage: str = "claimed"
    source_sha256: str | None = None
    due_at: datetime | None = None
    release_before: int = 0
    release_after: int | None = None
    load_ids_before: tuple[str, ...] = ()
    champion_before: str | None = None
    champion_after: str | None = None
    model_run_id: str | None = None
    verdict: str | None = None
    reason: str = ""
    results: Mapping[str, Any] = field(default_factory=dict)
    n_attempts: int = 0
    n_failures: int = 0
    n_deaths: int = 0
    holder: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def short_id(self) -> str:
        """The first digits of the fingerprint: in names of files and in tables."""
        return self.fingerprint[:12]

    @property
    def is_decided(self) -> bool:
        """Whether how it ends is known, so that only reports and moves are left."""
        return self.stage == "decided"

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        times = {name: _iso(getattr(self, name)) for name in ("due_at", "created_at", "finished_at")}
        names = [name for name in self.__slots__ if name not in {*times, "fingerprint"}]
        plain = {name: getattr(self, name) for name in names}
        return {"fingerprint": self.fingerprint, **plain, **times, "load_ids_before": list(self.load_ids_before)}


def to_job(row: Mapping[str, Any]) -> Job:
    """A job from a node's properties."""
    values: dict[str, Any] = {name: row[name] for name in Job.__slots__ if row.get(name) is not None}
    for name in ("due_at", "created_at", "finished_at"):
        if name in values:
            values[name] = values[name].to_native()
    values["kind"], values["status"] = JobKind(row["kind"]), JobStatus(row["status"])
    values["load_ids_before"] = tuple(row.get("load_ids_before") or ())
    values["results"] = json.loads(row.get("results") or "{}")
    return Job(**values)


def fingerprint_of(parts: Sequence[Any]) -> str:
    """Sha256 over plain values."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
