"""The ledger: what is done once, who does it now, and since when; nodes of the graph, with leases by its clock."""

import json
import os
import secrets
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from graph_schema.constraints import key_constraint
from graph_schema.nodes import SCHEDULED_RUN
from services.graph.store import Store, Transaction
from services.releases import current_release
from services.schedule.errors import LeaseLost
from services.schedule.jobs import UNFINISHED, Job, JobKind, JobStatus, Request, fingerprint_of, to_job


class Answer(StrEnum):
    """What came of a claim."""

    OURS = "ours"
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: whether the thing is ours to do, another's, or done already.

    Attributes
    ----------
    answer, job
        What came of it, and the thing as the ledger has it.
    """

    answer: Answer
    job: Job


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A thing that was begun and not ended.

    Attributes
    ----------
    job
        The thing.
    may_begin
        Nobody holds it (or its lease has run out), and it is not put off.
    """

    job: Job
    may_begin: bool


def new_holder() -> str:
    """A name for this process that no other has: host, process id, a random word."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as one process uses it.

    Attributes
    ----------
    store
        The graph.
    lease_seconds
        How long a thing stays ours after the last sign of life.
    holder
        Who we are.
    """

    store: Store
    lease_seconds: float = 120.0
    holder: str = field(default_factory=new_holder)

    def prepare(self) -> None:
        """Make the uniqueness constraint where a store of an earlier version does not have it."""
        self.store.apply_schema([key_constraint(SCHEDULED_RUN).cypher])

    def claim(self, request: Request) -> Claim:
        """Begin something, or go on with what another began whose lease has run out.

        A failed training may be asked for again an hour after it failed.
        """
        with self.store.transaction() as transaction:
            transaction.run("schedule/lock")
            found = next((each for each in self._unfinished(transaction) if each.job.trigger == request.trigger), None)
            if found is not None and not found.may_begin:
                return Claim(Answer.TAKEN, found.job)
            if found is not None:
                return Claim(Answer.OURS, self._take(transaction, found.job.fingerprint, {}))
            known = transaction.run("schedule/read_one", fingerprint=request.fingerprint)
            if known and not _may_be_done_again(known[0]):
                return Claim(Answer.ENDED, to_job(known[0]["job"]))
            return Claim(Answer.OURS, self._take(transaction, request.fingerprint, _described(transaction, request)))

    def renew(self, job: Job) -> bool:
        """Make the lease longer; False when another process has the thing now."""
        with self.store.transaction() as transaction:
            return bool(
                transaction.run(
                    "schedule/renew",
                    fingerprint=job.fingerprint,
                    holder=self.holder,
                    lease_milliseconds=self._lease_milliseconds,
                )
            )

    def decide(self, job: Job, verdict: JobStatus, reason: str, **facts: Any) -> Job:
        """Keep how a thing will end; from then on only its reports and moves are left to do.

        Raises
        ------
        LeaseLost
            When another process has the thing now.
        """
        release = current_release(self.store)
        properties = {
            "stage": "decided",
            "verdict": verdict.value,
            "reason": reason,
            "release_after": release.number,
            "champion_after": release.champion_run_id,
            "model_run_id": facts.pop("model_run_id", None),
            "results": json.dumps(facts, sort_keys=True, default=str),
        }
        return self._mine("schedule/note", job, properties=properties)

    def end(self, job: Job, status: JobStatus, **more: Any) -> Job:
        """End a thing.

        Raises
        ------
        LeaseLost
            When another process has the thing now.
        """
        return self._mine("schedule/end", job, properties={"status": status.value, **more})

    def put_off(self, job: Job, reason: str, *, seconds: float = 0.0, is_failure: bool = False) -> Job:
        """Let go of a thing that is to be tried again after so long.

        Raises
        ------
        LeaseLost
            When another process has the thing now.
        """
        milliseconds = round(1000 * seconds)
        failures = int(is_failure)
        return self._mine("schedule/put_off", job, reason=reason, failures=failures, milliseconds=milliseconds)

    def forget(self, job: Job) -> None:
        """Remove a thing that was claimed for nothing, because what it was about is gone."""
        self.store.write("schedule/forget", fingerprint=job.fingerprint, holder=self.holder)

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Things begun and not ended, the oldest first."""
        return tuple(self._to_unfinished(row) for row in self.store.read("schedule/read_unfinished"))

    def history(self, limit: int = 50) -> tuple[Job, ...]:
        """What was done, the newest first."""
        return tuple(to_job(row["job"]) for row in self.store.read("schedule/history", limit=limit))

    def start_cron(self, source: str, now: datetime) -> None:
        """From now on an expression counts; one that was started before goes on counting from there.

        A beginning that lies in the future, written while a clock was wrong, is set back.
        """
        fingerprint = fingerprint_of(["start", source])
        self.store.write(
            "schedule/start_cron", fingerprint=fingerprint, trigger=f"start {source}", source=source, now=now
        )

    def last_due(self, source: str, now: datetime) -> datetime | None:
        """The last time of an expression, not after `now`, that was taken up, or the time it began to count."""
        found = self.store.read("schedule/last_due", source=source, now=now)[0]["due_at"]
        return None if found is None else found.to_native().astimezone(UTC)

    def unanswered_loads(self) -> tuple[str, ...]:
        """Fingerprints of loads that no training has come after."""
        return tuple(row["fingerprint"] for row in self.store.read("schedule/unanswered_loads"))

    def answer_loads(self, fingerprints: Collection[str]) -> None:
        """Note that a training has come after these loads."""
        if fingerprints:
            self.store.write("schedule/answer_loads", fingerprints=sorted(fingerprints))

    @property
    def _lease_milliseconds(self) -> int:
        return round(1000 * self.lease_seconds)

    def _unfinished(self, transaction: Transaction) -> list[Unfinished]:
        return [self._to_unfinished(row) for row in transaction.run("schedule/read_unfinished")]

    def _to_unfinished(self, row: Mapping[str, Any]) -> Unfinished:
        """What this very process holds it may begin again: it does one thing at a time."""
        job = to_job(row["job"])
        return Unfinished(job, bool((row["is_free"] or job.holder == self.holder) and row["is_due"]))

    def _take(self, transaction: Transaction, fingerprint: str, properties: Mapping[str, Any]) -> Job:
        rows = transaction.run(
            "schedule/take",
            fingerprint=fingerprint,
            properties=dict(properties),
            holder=self.holder,
            lease_milliseconds=self._lease_milliseconds,
        )
        return to_job(rows[0]["job"])

    def _mine(self, name: str, job: Job, **parameters: Any) -> Job:
        with self.store.transaction() as transaction:
            rows = transaction.run(name, fingerprint=job.fingerprint, holder=self.holder, **parameters)
        if not rows:
            raise LeaseLost(f"{job.kind} {job.short_id} of {job.source} was taken over by another process")
        return to_job(rows[0]["job"])


def _may_be_done_again(row: Mapping[str, Any]) -> bool:
    job = to_job(row["job"])
    return job.status in UNFINISHED or (
        job.status is JobStatus.FAILED and job.kind is not JobKind.CRON and bool(row["is_old"])
    )


def _described(transaction: Transaction, request: Request) -> dict[str, Any]:
    """What a new thing is, and how the graph is before it."""
    release = current_release(transaction)
    return {
        "kind": request.kind.value,
        "source": request.source,
        "trigger": request.trigger,
        "status": JobStatus.RUNNING.value,
        "release_before": release.number,
        "load_ids_before": list(release.load_ids),
        "champion_before": release.champion_run_id,
        **request.properties,
    }
