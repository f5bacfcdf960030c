"""The ledger on a real store: one thing is one process's, a lease runs out, what is done stays done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.pool import ThreadPool
from threading import Event

import pytest

from services.graph.store import Store
from services.schedule import Job, JobKind, JobStatus, LeaseLost, Ledger, Stopped
from services.schedule.heartbeat import kept_alive
from services.schedule.jobs import Request
from services.schedule.ledger import Answer
from tests.conftest import Cypher

pytestmark = pytest.mark.store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _request(name: str = "a", version: str = "1") -> Request:
    return Request(JobKind.LOAD, f"{name}.toml", f"inbox {name}", f"{name}-{version}", {"source_sha256": "s"})


@pytest.fixture
def open_ledger(store: Store) -> Callable[..., Ledger]:
    def open_one(lease_seconds: float = 60.0) -> Ledger:
        ledger = Ledger(store, lease_seconds)
        ledger.prepare()
        return ledger

    return open_one


def _expire(cypher: Cypher) -> None:
    cypher("MATCH (job:ScheduledRun) SET job.expires_at = datetime.realtime() - duration({seconds: 1})")


def test_claim__at_once_by_many_gives_the_thing_to_one(open_ledger: Callable[..., Ledger], cypher: Cypher) -> None:
    ledgers = [open_ledger() for _ in range(6)]
    with ThreadPool(6) as pool:
        claims = pool.map(lambda ledger: ledger.claim(_request()), ledgers)
    assert sorted(claim.answer for claim in claims) == [Answer.OURS, *[Answer.TAKEN] * 5]
    assert cypher("MATCH (job:ScheduledRun) RETURN count(job) AS n") == [{"n": 1}]


def test_claim__of_a_dead_ones_thing_waits_for_its_lease(open_ledger: Callable[..., Ledger], cypher: Cypher) -> None:
    dead, other = open_ledger(), open_ledger()
    job = dead.claim(_request()).job
    assert other.claim(_request()).answer is Answer.TAKEN
    assert not other.unfinished()[0].may_begin
    _expire(cypher)
    assert other.unfinished()[0].may_begin
    taken = other.claim(_request(version="2"))  # the graph has changed since: it is the same thing nevertheless
    assert (taken.answer, taken.job.fingerprint, taken.job.n_attempts) == (Answer.OURS, job.fingerprint, 2)
    assert not dead.renew(job)
    for late in (lambda: dead.end(job, JobStatus.DONE), lambda: dead.decide(job, JobStatus.DONE, "x")):
        with pytest.raises(LeaseLost, match=r"load a-1 of a\.toml was taken over"):
            late()
    assert other.renew(taken.job)


def test_claim__of_what_ended_is_not_ours_again(open_ledger: Callable[..., Ledger]) -> None:
    ledger = open_ledger()
    job = ledger.decide(ledger.claim(_request()).job, JobStatus.DONE, "3 rows", loads=[1])
    assert (job.is_decided, job.verdict, job.results) == (True, "done", {"loads": [1]})
    ended = ledger.end(job, JobStatus.DONE)
    assert ended.finished_at is not None
    again = open_ledger().claim(_request())
    assert (again.answer, again.job.reason) == (Answer.ENDED, "3 rows")
    assert open_ledger().claim(_request(version="2")).answer is Answer.OURS
    assert [entry.fingerprint for entry in ledger.history()] == ["a-2", "a-1"]


def test_put_off__lets_nobody_begin_before_its_time(open_ledger: Callable[..., Ledger]) -> None:
    ledger = open_ledger()
    job = ledger.put_off(ledger.claim(_request()).job, "outage", seconds=60.0, is_failure=True)
    assert (job.status, job.n_failures, job.holder) == (JobStatus.WAITING, 1, None)
    assert ledger.claim(_request()).answer is Answer.TAKEN
    other = ledger.put_off(ledger.claim(_request("b")).job, "stopped")
    assert open_ledger().claim(_request("b")).job.n_attempts == other.n_attempts + 1


def test_fingerprint__is_unique_in_the_store(open_ledger: Callable[..., Ledger], cypher: Cypher) -> None:
    open_ledger().claim(_request())
    with pytest.raises(Exception, match="already exists"):
        cypher("CREATE (:ScheduledRun {fingerprint: 'a-1'})")


def test_last_due__forgets_what_a_wrong_clock_put_into_the_future(open_ledger: Callable[..., Ledger]) -> None:
    ledger = open_ledger()
    ledger.start_cron("0 * * * * (UTC)", NOON)
    ledger.start_cron("0 * * * * (UTC)", NOON + timedelta(days=1))
    assert ledger.last_due("0 * * * * (UTC)", NOON) == NOON  # the first start counts
    assert ledger.last_due("0 * * * * (UTC)", NOON - timedelta(days=1)) is None
    ledger.start_cron("0 * * * * (UTC)", NOON - timedelta(days=1))
    assert ledger.last_due("0 * * * * (UTC)", NOON) == NOON - timedelta(days=1)


def test_kept_alive__outlives_its_lease_and_says_when_it_is_lost(
    open_ledger: Callable[..., Ledger], cypher: Cypher
) -> None:
    ledger, other, said = open_ledger(0.6), open_ledger(), Event()
    job = ledger.claim(_request()).job
    with kept_alive(ledger, job, said, lambda *_: None) as step:
        said.wait(2.0)
        assert other.claim(_request()).answer is Answer.TAKEN
        cypher("MATCH (job:ScheduledRun) SET job.holder = 'somebody else'")
        said.wait(2.0)
        with pytest.raises(LeaseLost):
            step(0, 1, "loading")
    mine = _other_job(ledger)
    with kept_alive(ledger, mine, said, lambda *_: None) as step:
        step(0, 1, "loading")
        said.set()
        with pytest.raises(Stopped, match="stopped while loading"):
            step(0, 1, "loading")


def _other_job(ledger: Ledger) -> Job:
    return ledger.claim(_request("c")).job
