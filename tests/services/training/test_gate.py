"""The gate: what keeps a run out, what it says of it, and what becomes of a run that is kept out."""

import re
from typing import Any

import numpy as np
import pytest

from services.graph.store import Store
from services.releases import current_release
from services.runs import list_runs
from services.settings import Settings
from services.training import TrainingState, find_fresh, promote, prune, retrain_if_stale, train
from services.training.gate import judge, measure_coverage
from services.write_back.prediction import PredictedEdge
from tests.conftest import Cypher
from tests.services.graph_rows import planted_modules
from tests.services.training.test_train import QUICK
from tests.services.write_back.small_snapshot import small_snapshot


def _metrics(**changed: Any) -> dict[str, Any]:
    error = {"estimate": 0.01, "lower": 0.005, "upper": 0.03}
    return {
        "choice": {"reason": "not worse", "is_champion": True, "difference": {"lower": 0.0}},
        "coverage": {"snp_share": 0.8, "molecule_share": 0.4, "n_predictions": 100},
        "calibration": {
            "report": {"written": {"expected_calibration_error": error}, "n_written": 1000, "n_written_hits": 20},
            "reason": None,
        },
        **changed,
    }


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"gate_minimum_snp_share": 0.9}, "share of SNPs with a vector 0.8 is below 0.9"),
        ({"gate_minimum_molecule_share": 0.5}, r"molecules with a prediction 0.4 is below 0.5 \(LOCUSGRAPH_GATE_MIN"),
        ({"gate_minimum_predictions": 101}, "predicted edges 100 is below 101"),
        ({"gate_calibration_error_limit": 0.2}, r"error 0.5 \[0.25, 1.5\] times the share seen .* is surely above 0.2"),
    ],
)
def test_judge__keeps_out_what_is_beyond_one_bound_and_says_which(bounds: dict[str, Any], words: str) -> None:
    gate = judge(Settings(**bounds), _metrics())
    assert not gate.passes
    assert [check.passes for check in gate.checks].count(False) == 1
    assert re.search(f"not worse; kept out: .*{words}", gate.reason)


def test_judge__lets_pass_what_is_within_every_bound() -> None:
    gate = judge(Settings(gate_calibration_error_limit=0.3), _metrics())  # below the estimate, above its lower bound
    assert (gate.passes, gate.reason) == (True, "not worse")


def test_judge__of_a_worse_run_keeps_it_out_whatever_its_coverage() -> None:
    choice = {"reason": "worse", "is_champion": False, "difference": {"lower": -0.2}}
    gate = judge(Settings(), _metrics(choice=choice))
    assert (gate.passes, gate.reason, gate.checks[0].seen, gate.checks[0].bound) == (False, "worse", -0.2, -0.005)


def test_judge__without_probabilities_has_nothing_to_be_wrong_about() -> None:
    gate = judge(Settings(), _metrics(calibration={"report": None, "reason": "19 hidden pairs"}))
    assert gate.passes
    assert "no probability is written: 19 hidden pairs" in gate.checks[-1].text


def test_measure_coverage__counts_snps_outside_and_molecules_once() -> None:
    snapshot = small_snapshot()
    counts = snapshot.counts
    molecules = [str(name) for name in snapshot.molecule_ids[:1]] * 2
    edges = [PredictedEdge("CpG", name, "s", "b", rank, 1.0, ()) for rank, name in enumerate(molecules)]
    found = measure_coverage(
        snapshot, np.arange(counts.n_snps) > 0, [*edges, PredictedEdge("Trait", "t", "s", "b", 1, 1.0, ())]
    )
    assert found == {
        "snp_share": (counts.n_snps - 1) / (counts.n_snps + counts.n_snps_outside),
        "molecule_share": 1 / (counts.n_cpgs + counts.n_genes),
        "n_predictions": 3,
    }


@pytest.mark.store
@pytest.mark.slow
def test_train__kept_out_by_the_gate_is_listed_with_its_reason_and_not_trained_again(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    quick = settings.model_copy(update={"pinsage": QUICK, "prediction_top_loci": 2})
    strict = quick.model_copy(update={"gate_minimum_predictions": 10_000})
    planted_modules().write(cypher)
    first = train(store, strict)
    assert "no predictions are shown" in first.message
    assert first.run_id is None
    assert (current_release(store).champion_run_id, current_release(store).run_ids) == (None, ())
    assert cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() RETURN count(e) AS n") == [{"n": 0}]
    (run,) = [run for run in list_runs(store) if run.run_id == first.trained_run_id]
    assert "is below 10000 (LOCUSGRAPH_GATE_MINIMUM_PREDICTIONS)" in str(run.champion_reason)
    assert run.metrics["gate"]["passes"] is False
    assert retrain_if_stale(store, strict).state is TrainingState.UNCHANGED
    assert promote(store, quick, str(first.trained_run_id)).is_rewritten
    other = strict.model_copy(update={"prediction_top_loci": 3})
    second = train(store, other)
    assert f"predictions of champion {first.trained_run_id} stay" in second.message
    assert current_release(store).champion_run_id == first.trained_run_id
    prune(store, other)  # the edges of what was kept out go, the decision stays
    fresh = find_fresh(store, other)
    assert fresh is not None
    assert fresh.champion_reason == second.metrics["gate"]["reason"]
    assert find_fresh(store, other, seed=1) is None
