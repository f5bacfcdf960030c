"""Training on a real store: a planted graph is learned, shown, resumed, left alone and refused by name."""

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.pinsage.predictors import METHODS
from services.graph.store import Store
from services.registry import artefact_folder, read_model, runs_folder
from services.releases import current_release, switch_release
from services.runs import list_runs
from services.settings import Settings
from services.training import TrainingState, retrain_if_stale, train
from services.write_back import staging
from tests.conftest import Cypher
from tests.models.pinsage.test_distributed import torchrun
from tests.paths import ROOT
from tests.services.graph_rows import LOADS, GraphRows, planted_modules, write_release

pytestmark = pytest.mark.store

QUICK: dict[str, Any] = {
    "n_views": 3, "n_steps": 20, "n_dimensions": 8, "check_every": 5, "checkpoint_every": 5, "n_warmup_steps": 2,
    "n_threads": 1,
}  # fmt: skip


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Settings of a model that is fitted in a second."""
    return settings.model_copy(update={"pinsage": QUICK, "prediction_top_loci": 3, "training_checkpoint_seconds": 0})


def _predictions(cypher: Cypher, run_id: str | None) -> list[tuple[Any, ...]]:
    found = cypher(
        "MATCH (s:SNP)-[e:PREDICTED_ASSOCIATION {run_id: $run_id}]->(t) RETURN s.key AS s, "
        "coalesce(t.cpg_id, t.gene_id, t.trait_id) AS t, e.rank AS r, e.score AS z, e.query_snps AS q ORDER BY t, r",
        run_id=run_id,
    )
    return [(row["s"], row["t"], row["r"], row["z"], tuple(row["q"])) for row in found]


def _all_edges(cypher: Cypher) -> list[dict[str, Any]]:
    """Every property of every predicted edge."""
    found = cypher(
        "MATCH (s:SNP)-[e:PREDICTED_ASSOCIATION]->(t) RETURN s.key AS snp, properties(e) AS edge ORDER BY e.edge_key"
    )
    return [{"snp": row["snp"], **row["edge"]} for row in found]


@pytest.mark.slow
def test_train__finds_the_planted_loci_and_shows_them(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    outcome = train(store, quick, seed=1)
    assert outcome.state is TrainingState.TRAINED
    runs = {run.method: run for run in list_runs(store)}
    assert set(runs) == set(METHODS)
    release = current_release(store)
    assert release.run_ids == tuple(sorted(run.run_id for run in runs.values()))
    run = next(run for run in runs.values() if run.run_id == outcome.run_id)
    assert release.champion_run_id == run.run_id
    predicted = _predictions(cypher, run.run_id)
    assert len(predicted) == outcome.n_predictions == run.n_predictions > 0
    best = {target: snp for snp, target, rank, _, _ in predicted if rank == 1 and target.startswith("trait-")}
    module_of = {target: _module_of(snp) for target, snp in best.items()}
    assert module_of == {f"trait-{module}": module for module in range(5)}


def _module_of(snp: str) -> int:
    """`planted_modules` puts the loci of module m at 3m + 1 Mb of chromosomes 1 to 8."""
    return (int(snp.split(":")[2]) // 1_000_000 - 1) // 3


@pytest.mark.slow
def test_train__predicts_no_known_locus(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    train(store, quick, seed=1)
    known = cypher(
        "MATCH (s:SNP)-[:PREDICTED_ASSOCIATION]->(t), (s)-[:IN_LD_BLOCK]->(b)<-[:IN_LD_BLOCK]-(other:SNP)"
        "-[:MQTL|EQTL|ASSOCIATED_WITH]->(t) RETURN count(*) AS n"
    )
    assert known == [{"n": 0}]


@pytest.mark.slow
def test_train__keeps_the_artefact_and_the_evaluation(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    outcome = train(store, quick, seed=1)
    model = read_model(quick, str(outcome.run_id))
    assert model.description.run_id == outcome.run_id
    assert model.description.load_ids == LOADS
    assert len(model.snp_keys) == len(model.fitted.snp_vectors) == len(model.snp_block) == len(model.snp_degree)
    assert model.neighbour_table is not None
    nearest, score = model.fitted.nearest_snps(model.neighbour_table.snp, 50, exclude_same_block=True, max_per_block=5)
    assert model.neighbour_table.snp.size
    assert np.array_equal(model.neighbour_table.nearest, nearest)
    assert np.array_equal(model.neighbour_table.score, score)
    methods = {row["method"] for row in list_runs(store)[0].metrics["evaluation"]["rows"]}
    assert {*METHODS, "popularity", "nearest position", "item-kNN", "two-hop walk"} <= methods
    assert {path.name for path in artefact_folder(quick, str(outcome.run_id)).iterdir()} == {
        "card.md", "files.json", "metrics.json", "neighbours.npz", "predictions.parquet", "run.json",
        "snapshot.npz", "weights.bin",
    }  # fmt: skip
    node = cypher("MATCH (r:ModelRun) RETURN r.hit_at_50 AS hit, r.hit_at_50_best_baseline AS base, r.seed AS seed")
    assert node[0]["seed"] == 1
    assert 0 <= node[0]["base"] <= 1
    assert 0 < node[0]["hit"] <= 1


@pytest.mark.slow
def test_train__again_is_unchanged_and_quick(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    first = train(store, quick, seed=1)
    before = (_all_edges(cypher), current_release(store))
    second = train(store, quick, seed=1)
    assert (second.state, second.run_id) == (TrainingState.UNCHANGED, first.run_id)
    assert (_all_edges(cypher), current_release(store)) == before
    third = retrain_if_stale(store, quick, seed=1)
    assert (third.state, third.n_predictions) == (TrainingState.UNCHANGED, first.n_predictions)


@pytest.mark.slow
def test_retrain_if_stale__trains_when_loads_or_settings_differ(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    first = retrain_if_stale(store, quick)
    switch_release(store, "a load", add_load_ids=["positions-load"])
    second = retrain_if_stale(store, quick)
    assert second.state is TrainingState.TRAINED
    assert second.run_id != first.run_id
    fewer = quick.model_copy(update={"prediction_top_loci": 1})
    third = retrain_if_stale(store, fewer)
    assert third.state is TrainingState.TRAINED
    assert third.n_predictions < second.n_predictions
    assert {run.status for run in list_runs(store)} == {"finished", "retired"}


def test_train__says_when_another_process_trains(store: Store, quick: Settings) -> None:
    runs_folder(quick).mkdir(parents=True)
    with (runs_folder(quick) / "training.lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        for call in (train, retrain_if_stale):
            outcome = call(store, quick)
            assert outcome.state is TrainingState.BUSY
            assert "another process is training" in outcome.message


def test_train__of_too_little_shows_no_predictions(store: Store, quick: Settings, cypher: Cypher) -> None:
    rows = GraphRows()
    block = rows.block(0)
    rows.evidence("MQTL", rows.snp(1000, block=block), rows.cpg("cg1", 500), 9.0)
    rows.write(cypher, run_ids=["gone"])
    cypher("CREATE (:ModelRun {run_id: 'gone', model: 'pinsage', status: 'finished'})")
    outcome = train(store, quick)
    assert outcome.state is TrainingState.TOO_LITTLE
    assert "too little evidence" in outcome.message
    assert current_release(store).run_ids == ()
    assert current_release(store).load_ids == LOADS


def test_train__of_an_empty_graph_is_too_little(store: Store, quick: Settings) -> None:
    assert train(store, quick).state is TrainingState.TOO_LITTLE


_CHILD = """
import sys
from services.graph.opening import open_store
from services.settings import read_settings
from services.training import train
settings = read_settings()
with open_store(settings) as store:
    print(train(store, settings, seed=1, on_progress=lambda *at: print(*at, flush=True)).state)
"""


def _start(settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    return _start_command([sys.executable, "-c", _CHILD], settings, log)


def _start_command(command: list[str], settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    import json

    environment = {
        **os.environ,
        "LOCUSGRAPH_HOME": str(settings.home),
        "LOCUSGRAPH_PINSAGE": json.dumps(QUICK),
        "LOCUSGRAPH_PREDICTION_TOP_LOCI": "3",
        "LOCUSGRAPH_TRAINING_CHECKPOINT_SECONDS": "0",
        "LOCUSGRAPH_EDGE_BATCH_ROWS": "20",
        "LOCUSGRAPH_LOG_LEVEL": "INFO",
        "GLOO_SOCKET_IFNAME": "lo",
        "OMP_NUM_THREADS": "1",
        "NEO4J_URI": str(settings.neo4j_uri),
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": settings.read_password().get_secret_value(),
        "NEO4J_DATABASE": settings.neo4j_database,
    }
    with log.open("wb") as stream:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)


@pytest.mark.slow
def test_train__killed_at_several_moments_gives_the_undisturbed_result(
    store: Store, quick: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    planted_modules().write(cypher)
    elsewhere = quick.model_copy(update={"home": tmp_path / "undisturbed"})
    undisturbed = train(store, elsewhere, seed=1)
    expected, release = _all_edges(cypher), current_release(store)
    cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() DELETE e")
    cypher("MATCH (r:ModelRun) DELETE r")
    write_release(cypher, LOADS)
    moments = (b"evaluating: steps", b"fitting a null: steps", b"fitting: steps", b"writing predicted edges")
    for number, moment in enumerate(moments):
        _kill_at(quick, tmp_path / f"log{number}", moment)
    process = _start(quick, tmp_path / "last")
    assert process.wait(timeout=120) == 0, (tmp_path / "last").read_text()
    assert _all_edges(cypher) == expected
    again = current_release(store)
    assert (again.run_ids, again.champion_run_id) == (release.run_ids, undisturbed.run_id)
    assert sorted(path.name for path in runs_folder(quick).iterdir() if path.is_dir()) == list(release.run_ids)
    for run_id in release.run_ids:
        one, other = (artefact_folder(s, run_id) for s in (quick, elsewhere))
        for name in ("weights.bin", "predictions.parquet"):
            assert (one / name).read_bytes() == (other / name).read_bytes()


@pytest.mark.slow
def test_train__killed_between_edges_and_switch_leaves_the_champion_and_loses_nothing(
    store: Store, quick: Settings, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_modules().write(cypher)
    first = train(store, quick, seed=1)
    before = _all_edges(cypher)
    fewer = quick.model_copy(update={"prediction_top_loci": 1})
    with monkeypatch.context() as patched:
        patched.setattr(staging, "show_runs", _die)
        with pytest.raises(KilledError):
            train(store, fewer, seed=1)
    assert current_release(store).champion_run_id == first.run_id
    assert len(_all_edges(cypher)) > len(before)
    second = train(store, fewer, seed=1)
    assert current_release(store).champion_run_id == second.run_id != first.run_id
    keys = [edge["edge_key"] for edge in _all_edges(cypher)]
    assert len(keys) == len(set(keys))
    counted = cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() RETURN e.run_id AS run, count(e) AS n")
    named = {run.run_id: run.n_predictions for run in list_runs(store)}
    assert {row["run"]: row["n"] for row in counted} == {run: named[run] for run in current_release(store).run_ids}


class KilledError(Exception):
    """Stands for the end of the process."""


def _die(*_: Any, **__: Any) -> None:
    raise KilledError


@pytest.mark.slow
def test_train__two_homes_with_one_seed_write_identical_edges(
    store: Store, quick: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    planted_modules().write(cypher)
    train(store, quick, seed=4)
    first = _all_edges(cypher)
    cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() DELETE e")
    cypher("MATCH (r:ModelRun) DELETE r")
    write_release(cypher, LOADS)
    train(store, quick.model_copy(update={"home": tmp_path / "other"}), seed=4)
    assert _all_edges(cypher) == first
    molecules = [edge for edge in first if "|Trait|" not in edge["edge_key"]]
    assert molecules
    assert all(0 < edge["probability"] < 1 and 0 <= edge["null_percentile"] <= 100 for edge in molecules)
    assert all("probability" not in edge for edge in first if "|Trait|" in edge["edge_key"])


def _kill_at(settings: Settings, log: Path, moment: bytes) -> None:
    """Kill -9 the training once its log says that it has reached a moment (or let it end)."""
    process = _start(settings, log)
    while process.poll() is None and moment not in log.read_bytes():
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


@pytest.mark.slow
def test_train__by_two_processes_makes_the_run_of_one(
    store: Store, quick: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    planted_modules().write(cypher)
    command = torchrun(2, "-m", "api", "train", "--seed", "1", "--json")
    process = _start_command(command, quick, tmp_path / "log")
    assert process.wait(timeout=240) == 0, (tmp_path / "log").read_text()
    log = (tmp_path / "log").read_text()
    assert log.count('"state": "trained"') == 1  # the other process says nothing
    digests = re.findall(r"rank (\d) of 2: 20 steps, sha256 of the parameters (\w+)", log)
    of_rank = [[digest for rank, digest in digests if rank == number] for number in "01"]
    assert of_rank[0] == of_rank[1]
    assert len(of_rank[0]) >= 2  # fits of the evaluation, and the last one
    champion = current_release(store).champion_run_id
    by_two = {row[:3] for row in _predictions(cypher, champion)}
    alone = train(store, quick.model_copy(update={"home": tmp_path / "alone"}), seed=1)
    assert alone.run_id == champion
    assert len(by_two & {row[:3] for row in _predictions(cypher, champion)}) >= 0.95 * len(by_two)
