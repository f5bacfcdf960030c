"""The heartbeat: a thread that keeps a lease alive while its thing is being done, and says when it is lost."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from services.graph.errors import StoreError
from services.schedule.errors import LeaseLost, Stopped
from services.schedule.jobs import Job
from services.schedule.ledger import Ledger

Progress = Callable[[int, int, str], None]
_BEATS_A_LEASE = 3

_log = logging.getLogger(__name__)


@contextmanager
def kept_alive(ledger: Ledger, job: Job, stop: Event, on_progress: Progress) -> Iterator[Progress]:
    """Renew the lease of a thing while the block runs.

    Parameters
    ----------
    stop
        Set when the scheduler shall end.
    on_progress
        Told of every step, too.

    Yields
    ------
    Progress
        To be called at every step of the work: it raises ``LeaseLost`` when another process has the thing now, and
        ``Stopped`` when the scheduler shall end. What was begun is then left as a kill would leave it.
    """
    is_lost, is_over = Event(), Event()
    thread = Thread(target=_beat, args=(ledger, job, is_lost, is_over), name=f"heartbeat {job.short_id}", daemon=True)
    thread.start()

    def step(done: int, total: int, text: str) -> None:
        if is_lost.is_set():
            raise LeaseLost(f"{job.kind} {job.short_id} of {job.source} was taken over by another process")
        if stop.is_set():
            raise Stopped(f"stopped while {text}")
        on_progress(done, total, text)

    try:
        yield step
    finally:
        is_over.set()
        thread.join()


def _beat(ledger: Ledger, job: Job, is_lost: Event, is_over: Event) -> None:
    """Renew until the work is over; an outage of the store is waited out, the lease may run out meanwhile."""
    while not is_over.wait(ledger.lease_seconds / _BEATS_A_LEASE):
        try:
            if not ledger.renew(job):
                is_lost.set()
                return
        except StoreError as error:
            _log.warning("the lease of %s %s could not be renewed: %s", job.kind, job.short_id, error)
