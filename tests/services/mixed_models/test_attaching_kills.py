"""A scan or REML interrupted or killed (-9) on its way into the graph: the same call brings about the same graph."""

import random
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from services.graph.opening import open_store
from services.graph.store import Store
from services.mixed_models import ScanAttachment, attach_reml, attach_scan, estimate_reml, scan_genotypes
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.tiny import dump
from tests.services.mixed_models.cohort import Cohort
from tests.services.statistics.small_world import before_each_write

pytestmark = [pytest.mark.store, pytest.mark.slow]

N_KILLS = 12
SCAN = ScanAttachment(trait="height", build="GRCh37", p_threshold=0.5)
MINE = ScanAttachment(trait="height", build="GRCh37", p_threshold=0.5, study="mine")

Job = tuple[Path, ScanAttachment | None]
"""A description, and what a scan is; None for REML."""


def attach(store: Store, settings: Settings, job: Job) -> Any:
    file, request = job
    if request is None:
        return attach_reml(store, settings, file, traits=["height"])
    return attach_scan(store, settings, file, request)


def attach_alone(settings: Settings, job: Job) -> None:
    """The same in a process of its own."""
    with open_store(settings) as store:
        attach(store, settings, job)


@pytest.fixture
def jobs(cohort: Cohort) -> dict[str, Path]:
    """Descriptions of two scans and two estimates of the same trait."""
    folder = cohort.folder
    scans = {name: scan_genotypes(cohort.scan(method=name, out=folder / name)).files[1] for name in ("exact", "p3d")}
    estimates = {
        kind: estimate_reml(cohort.reml(grm_kind=kind, out=folder / kind)).files[0] for kind in ("gcta", "centred")
    }
    return {name: Path(file) for name, file in {**scans, **estimates}.items()}


def graph_of(cypher: Cypher) -> dict[str, Any]:
    """Everything but times and the numbers of releases."""
    found = dump(cypher)
    for node in found["nodes"]:
        node["properties"].pop("release_number", None)
    runs = cypher("MATCH (r:Release) WHERE r.is_current RETURN r.run_ids AS run_ids")
    return {**found, "runs": runs}


def seen_by_readers(cypher: Cypher) -> Any:
    """Edges, trait properties and lists of the current release alone."""
    return cypher(
        "MATCH (r:Release) WHERE r.is_current WITH r.load_ids AS loads, r.run_ids AS runs "
        "MATCH (s:SNP) OPTIONAL MATCH (s)-[e:ASSOCIATED_WITH]->(t:Trait) WHERE e.load_id IN loads "
        "RETURN s.key AS key, [i IN range(0, size(coalesce(s.lmm_run_ids, [])) - 1) WHERE s.lmm_run_ids[i] IN runs | "
        "[s.lmm_effect_sizes[i], s.lmm_standard_errors[i], s.lmm_neg_log10_ps[i]]] AS lists, "
        "collect([e.edge_key, t.lmm_h2, t.lmm_run_id IN runs, t.reml_h2, t.reml_run_id IN runs]) AS edges ORDER BY key"
    )


@pytest.mark.parametrize(("names", "request_"), [(("exact", "p3d"), SCAN), (("gcta", "centred"), None)])
def test_attach__interrupted_before_any_write(
    store: Store, settings: Settings, cypher: Cypher, jobs: dict[str, Path], names: tuple[str, str], request_: Any
) -> None:
    attach_scan(store, settings, jobs["exact"], SCAN)
    first, second = ((jobs[name], request_) for name in names)
    for job in (first, second, first):
        attach(store, settings, job)
    before, shown_before = graph_of(cypher), seen_by_readers(cypher)
    attach(store, settings, second)
    after, shown_after = graph_of(cypher), seen_by_readers(cypher)
    assert before != after
    assert shown_before != shown_after
    n_writes, is_through = 0, False
    while not is_through:
        attach(store, settings, first)
        assert graph_of(cypher) == before
        with pytest.MonkeyPatch.context() as patch:
            before_each_write(patch, _interrupt_at(n_writes))
            try:
                attach(store, settings, second)
                is_through = True
            except InterruptedError:
                assert seen_by_readers(cypher) in (shown_before, shown_after)
        assert attach(store, settings, second).status in {"computed", "unchanged"}
        assert graph_of(cypher) == after, f"interrupted before write {n_writes}"
        n_writes += 1
    assert n_writes >= 4


def test_attach__killed_at_any_moment(store: Store, settings: Settings, cypher: Cypher, jobs: dict[str, Path]) -> None:
    turns: list[Job] = [(jobs["exact"], MINE), (jobs["gcta"], None), (jobs["p3d"], MINE), (jobs["centred"], None)]
    for job in turns:
        attach(store, settings, job)
    expected = []
    seconds = []
    for job in turns:
        seconds.append(_run(settings, job, None)[1])
        expected.append(graph_of(cypher))
    chance, n_kills, turn = random.Random(5), 0, 0
    while n_kills < N_KILLS:
        number = turn % len(turns)
        was_killed, _ = _run(settings, turns[number], chance.uniform(0.0, seconds[number]))
        n_kills += was_killed
        attach(store, settings, turns[number])
        assert graph_of(cypher) == expected[number], f"turn {turn}, after {n_kills} kills"
        turn += 1


def _interrupt_at(wanted: int) -> Callable[[int], None]:
    def interrupt(number: int) -> None:
        if number == wanted:
            raise InterruptedError(str(number))

    return interrupt


def _run(settings: Settings, job: Job, limit: float | None) -> tuple[bool, float]:
    """Attach in a fresh process and kill it after so long; whether the kill ended it, and how long it took."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=attach_alone, args=(settings, job))
    start = time.monotonic()
    process.start()
    process.join(limit)
    process.kill()
    process.join()
    code = process.exitcode
    process.close()
    assert code in {0, -signal.SIGKILL}
    return code != 0, time.monotonic() - start
