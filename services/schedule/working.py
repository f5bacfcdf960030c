"""Doing one claimed thing: the attempt, what ends it, what puts it off, what gives it up, and its report."""

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from services.champion import ChampionError
from services.graph.errors import StoreError
from services.graph.store import Store
from services.ingest import ForeignStore, IngestBusy, StateDamaged
from services.schedule.errors import LeaseLost, Stopped
from services.schedule.heartbeat import Progress, kept_alive
from services.schedule.inbox import Inbox
from services.schedule.jobs import Job, JobKind, JobStatus
from services.schedule.ledger import Ledger
from services.schedule.loading import load_file
from services.schedule.reports import keep_reports, render_reports
from services.schedule.retraining import retrain
from services.settings import Settings
from services.training import prune

_log = logging.getLogger(__name__)

_BUSY_SECONDS: Final = 5.0
"""How long a thing is put off when another process loads or trains."""
_FAILED_SECONDS: Final = 30.0
"""How long it is put off after the first error; twice as long after each further one."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Does things that a scheduler has claimed; attributes as the scheduler's."""

    store: Store
    settings: Settings
    ledger: Ledger
    inbox: Inbox | None
    stop: Event
    on_progress: Progress

    def attempt(self, job: Job) -> Job | None:
        """Do a thing that is ours; what is no fault of its own ends the attempt, and it is tried again later.

        Returns
        -------
        Job | None
            The thing when it ended; None when it is put off or was claimed for nothing.

        Raises
        ------
        LeaseLost
            When another process has it now.
        Stopped
            When `stop` was set on the way.
        StoreError
            When the graph does not answer.
        """
        try:
            with kept_alive(self.ledger, job, self.stop, self.on_progress) as step:
                return self._work(job, step)
        except LeaseLost:
            raise
        except (Stopped, ForeignStore, StateDamaged) as error:
            self.ledger.put_off(job, str(error))
            raise
        except IngestBusy as error:
            self.ledger.put_off(job, str(error), seconds=_BUSY_SECONDS)
            return None
        except Exception as error:  # one bad file or one failed training must not end the scheduler
            if isinstance(error, StoreError) and not self._answers():
                raise
            _log.exception("%s %s of %s ended with an error", job.kind, job.short_id, job.source)
            return self._fail(job, error)

    def _work(self, job: Job, step: Progress) -> Job | None:
        """Do a thing from where it is; None when it is put off or was claimed for nothing."""
        if job.kind is JobKind.LOAD:
            return self._work_on_load(job, step)
        decided: Job | None = job
        if self._has_killed_too_often(job):
            return self._give_up(job, _deaths(job))
        if not job.is_decided:
            decided = retrain(self.store, self.settings, self.ledger, job, step)
        if decided is None:
            self.ledger.put_off(job, "another process trains", seconds=_BUSY_SECONDS)
            return None
        if decided.verdict in {JobStatus.PUBLISHED, JobStatus.KEPT_OUT}:
            self._keep_report(decided)
            self._prune()
        return self.ledger.end(decided, JobStatus(str(decided.verdict)))

    def _work_on_load(self, job: Job, step: Progress) -> Job | None:
        inbox = self.inbox
        if inbox is None:  # another scheduler's inbox: nothing that this one could do
            return None
        decided = job
        if not job.is_decided:
            if not inbox.is_as_claimed(job):
                return self._withdraw(job)
            if self._has_killed_too_often(job):
                return self._give_up(job, _deaths(job))
            decided = load_file(self.store, self.settings, self.ledger, inbox, job, step)
        self._keep_report(decided)
        inbox.settle(decided, render_reports(decided))
        return self.ledger.end(decided, JobStatus(str(decided.verdict)))

    def _withdraw(self, job: Job) -> Job | None:
        """The file is gone or another one: it was moved by who did it, or taken out by a person."""
        if job.n_attempts == 1:
            self.ledger.forget(job)
            return None
        return self.ledger.end(job, JobStatus.WITHDRAWN, reason="the file was taken out of the inbox or changed")

    def _fail(self, job: Job, error: Exception) -> Job | None:
        """Put a thing off, or give it up after too many errors."""
        if job.n_failures + 1 >= self.settings.schedule_attempts:
            return self._give_up(job, f"{job.n_failures + 1} errors, the last: {_first_line(error)}")
        seconds = _FAILED_SECONDS * 2**job.n_failures
        self.ledger.put_off(job, _first_line(error), seconds=seconds, is_failure=True)
        return None

    def _has_killed_too_often(self, job: Job) -> bool:
        """Whether process after process died at this thing, as one does whom a file takes more memory than there is."""
        return not job.is_decided and job.n_deaths >= self.settings.schedule_deaths

    def _give_up(self, job: Job, what: str) -> Job:
        reason = f"given up after {what}"
        if job.kind is JobKind.LOAD and self.inbox is not None:
            decided = self.ledger.decide(job, JobStatus.REJECTED, reason)
            self._keep_report(decided)
            self.inbox.settle(decided, render_reports(decided))
            return self.ledger.end(decided, JobStatus.REJECTED)
        failed = self.ledger.end(job, JobStatus.FAILED, reason=reason)
        self._keep_report(failed)
        return failed

    def put_away(self, job: Job) -> None:
        """Move a file that was done already, with the report of that time."""
        if job.kind is JobKind.LOAD and self.inbox is not None and self.inbox.is_as_claimed(job):
            self.inbox.settle(job, render_reports(job))

    def _keep_report(self, job: Job) -> None:
        page = keep_reports(reports_folder(self.settings), job)
        _log.info("%s %s: %s (%s)", job.kind, job.source, job.verdict or job.status, page)

    def _prune(self) -> None:
        kept = self.settings.schedule_runs_kept
        if not kept:
            return
        try:
            prune(self.store, self.settings, with_files=True, keep_newest=kept)
        except ChampionError as error:
            _log.info("old runs are pruned another time: %s", error)

    def _answers(self) -> bool:
        try:
            self.store.check()
        except StoreError:
            return False
        return True


def reports_folder(settings: Settings) -> Path:
    """Where reports are kept."""
    return settings.schedule_reports or settings.home / "reports"


def _deaths(job: Job) -> str:
    return (
        f"{job.n_deaths} deaths of the process that did it (LOCUSGRAPH_SCHEDULE_DEATHS): the system's log says who "
        "killed it; where memory ran out, give it more, or smaller files"
    )


def _first_line(error: Exception) -> str:
    """An error in one line; the log has all of it."""
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:500]}"
