"""The scheduler: looks at the inbox and at the clock, does what is due, once, and ends every thing with a report."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from services.graph.errors import StoreError
from services.graph.store import Store
from services.ingest import IngestBusy, repair
from services.runs import sweep_runs, training_lock
from services.schedule.clock import Clock, SystemClock
from services.schedule.cron import Cron
from services.schedule.errors import LeaseLost, Stopped
from services.schedule.heartbeat import Progress
from services.schedule.inbox import Inbox
from services.schedule.jobs import Job, JobKind, Request, fingerprint_of
from services.schedule.ledger import Answer, Ledger
from services.schedule.retraining import request_training
from services.schedule.working import Worker
from services.settings import Settings
from services.training import inputs_of_training

_log = logging.getLogger(__name__)


def _nobody(_done: int, _total: int, _text: str) -> None:
    """Report progress to nobody."""


@dataclass
class Scheduler:
    """One process that loads and trains by itself; as many may run as one likes.

    Attributes
    ----------
    store, settings
        The graph and every setting.
    ledger
        Who does what.
    cron, inbox
        When to train again, and where manifests are put; either may be None.
    clock
        Times; a test's may jump.
    stop
        Set when it shall end.
    on_progress
        Told of every step of the work.
    """

    store: Store
    settings: Settings
    ledger: Ledger
    cron: Cron | None = None
    inbox: Inbox | None = None
    clock: Clock = field(default_factory=SystemClock)
    stop: Event = field(default_factory=Event)
    on_progress: Progress = _nobody

    def prepare(self) -> None:
        """Make what is needed, and let the cron expression count from now on where it is new.

        Raises
        ------
        InboxError
            When the inbox cannot be written to.
        StoreError
            When the graph does not answer.
        """
        self.ledger.prepare()
        if self.inbox is not None:
            self.inbox.prepare()
        if self.cron is not None:
            self.ledger.start_cron(self.cron.name, self.clock.now())

    def run_forever(self, on_job: Callable[[Job], None]) -> None:
        """Do what is due until `stop` is set; an outage of the graph is waited out.

        Parameters
        ----------
        on_job
            Called with everything that ended.
        """
        is_tidy = False
        while not self.stop.is_set():
            try:
                for job in self.do_what_is_due():
                    on_job(job)
                is_tidy = is_tidy or self.tidy()
            except StoreError as error:
                _log.warning("the graph does not answer, trying again: %s", error)
            except Stopped:
                return
            self.clock.wait(self.settings.schedule_poll_seconds)

    def run_once(self) -> list[Job]:
        """Do what is due now and return: files of the inbox that settle, and a training where something changed.

        Returns
        -------
        list[Job]
            Everything that ended, in that order.
        """
        done: list[Job] = []
        deadline = self.clock.elapsed() + 2 * self.settings.schedule_settle_seconds
        while not self.stop.is_set():
            done += self.do_what_is_due()
            if self.inbox is None or not self.inbox.growing() or self.clock.elapsed() > deadline:
                break
            self.clock.wait(min(1.0, self.settings.schedule_settle_seconds))
        if self.cron is None:
            done += self._train()
        self.tidy()
        return done

    def do_what_is_due(self) -> Iterator[Job]:
        """Everything that can be done at this moment, each as it ends: loads first, then what they lead to.

        Raises
        ------
        StoreError
            When the graph does not answer.
        Stopped
            When `stop` was set on the way.
        """
        yield from self._go_on()
        yield from self._load()
        loads = self.ledger.unanswered_loads()
        if loads:
            yield from self._train()
            if not any(each.job.kind is JobKind.RETRAIN for each in self.ledger.unfinished()):
                self.ledger.answer_loads(loads)
        yield from self._train_by_cron()

    def tidy(self) -> bool:
        """Complete or sweep what killed processes left of loads and trainings; False when others are at work."""
        if self.ledger.unfinished():
            return False
        try:
            repair(self.store, self.settings, on_progress=self.on_progress)
        except IngestBusy:
            return False
        with training_lock(self.settings) as is_ours:
            if is_ours:
                sweep_runs(self.store, self.settings)
            return is_ours

    def _go_on(self) -> Iterator[Job]:
        """Take over what dead processes left; loads whose file lies in the inbox still are seen there."""
        for each in self.ledger.unfinished():
            job = each.job
            if job.kind is JobKind.LOAD and not self._is_left_to_us(job):
                continue
            if each.may_begin:
                request = Request(job.kind, job.source, job.trigger, job.fingerprint)
                yield from self._do(request)

    def _is_left_to_us(self, job: Job) -> bool:
        return self.inbox is not None and (job.is_decided or not self.inbox.is_as_claimed(job))

    def _load(self) -> Iterator[Job]:
        if self.inbox is None:
            return
        for file in self.inbox.ready():
            yield from self._do(file.request(inputs_of_training(self.store, self.settings)))

    def _train(self) -> Iterator[Job]:
        request = request_training(self.store, self.settings)
        if request is not None:
            yield from self._do(request)

    def _train_by_cron(self) -> Iterator[Job]:
        if self.cron is None:
            return
        now = self.clock.now()
        since = self.ledger.last_due(self.cron.name, now)
        if since is None:  # the clock was set back to before the expression began to count
            self.ledger.start_cron(self.cron.name, now)
            return
        due = self.cron.last_due(since, now)
        if due is not None:
            yield from self._do(_request_of_cron(self.cron, due))

    def _do(self, request: Request) -> Iterator[Job]:
        """Claim a thing, do it, and yield it when it ended."""
        claim = self.ledger.claim(request)
        worker = Worker(self.store, self.settings, self.ledger, self.inbox, self.stop, self.on_progress)
        if claim.answer is Answer.ENDED:
            worker.put_away(claim.job)
        if claim.answer is not Answer.OURS:
            return
        try:
            ended = worker.attempt(claim.job)
        except LeaseLost as error:
            _log.warning("%s", error)
            return
        if ended is not None:
            yield ended


def _request_of_cron(cron: Cron, due: datetime) -> Request:
    trigger = f"cron {cron.name} {due.isoformat()}"
    return Request(JobKind.CRON, cron.name, trigger, fingerprint_of([trigger]), {"due_at": due})
