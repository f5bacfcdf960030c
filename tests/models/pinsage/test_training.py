from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import CheckpointError, PinSageSettings, TooFewPairsError, fit_pinsage
from models.pinsage.training import untrained_pinsage
from tests.models.pinsage.planted import SMALL, make_graph, planted_graph, shuffled_edges

QUICK = replace(SMALL, n_steps=25, checkpoint_every=10)


def test_fit_pinsage__same_seed_same_bytes(planted, fitted):
    assert fit_pinsage(planted.graph, SMALL, seed=3).to_bytes() == fitted.to_bytes()


def test_fit_pinsage__another_seed_another_fit(planted):
    one, other = (fit_pinsage(planted.graph, QUICK, seed=seed) for seed in (1, 2))
    assert not np.array_equal(one.block_vectors, other.block_vectors)


def test_fit_pinsage__does_not_depend_on_the_order_of_edges(planted):
    one, other = (fit_pinsage(graph, QUICK, seed=1) for graph in (planted.graph, shuffled_edges(planted.graph, 4)))
    np.testing.assert_array_equal(one.block_vectors, other.block_vectors)
    np.testing.assert_array_equal(one.snp_vectors, other.snp_vectors)


def test_fit_pinsage__finds_the_planted_loci_that_are_not_known(fitted, planted):
    molecules = np.flatnonzero(planted.molecule_module >= 0)
    scores = fitted.score_molecule_blocks(molecules)
    scores[fitted.known_blocks(molecules)] = -np.inf
    hits, wanted = 0, 0
    for row, molecule in enumerate(molecules):
        missing = set(planted.module_blocks[planted.molecule_module[molecule]].tolist())
        missing -= set(np.flatnonzero(np.isneginf(scores[row])).tolist())
        hits += len(missing & set(np.argsort(-scores[row], kind="stable")[: len(missing)].tolist()))
        wanted += len(missing)
    assert hits / wanted > 0.75  # chance is below .05


def test_fit_pinsage__training_loss_falls_far_below_chance(fitted):
    assert fitted.record.history[-1].training_loss < 0.85 * np.log(80)
    assert fitted.record.best_validation_loss < 0.85 * np.log(80)


def test_fit_pinsage__resumed_after_a_kill_gives_the_same_bytes(planted):
    checkpoints = []

    class KilledError(Exception):
        pass

    def keep_and_die(data):
        checkpoints.append(data)
        if len(checkpoints) == 2:
            raise KilledError

    with pytest.raises(KilledError):
        fit_pinsage(planted.graph, QUICK, seed=1, on_checkpoint=keep_and_die)
    resumed = fit_pinsage(planted.graph, QUICK, seed=1, checkpoint=checkpoints[-1])
    assert resumed.to_bytes() == fit_pinsage(planted.graph, QUICK, seed=1).to_bytes()


def test_fit_pinsage__refuses_the_checkpoint_of_another_graph(planted):
    checkpoints = []
    fit_pinsage(planted.graph, QUICK, seed=1, on_checkpoint=checkpoints.append)
    with pytest.raises(CheckpointError, match="resumes only its own run: its graph"):
        fit_pinsage(planted_graph(1).graph, QUICK, seed=1, checkpoint=checkpoints[0])


def test_fit_pinsage__reports_its_phases(planted):
    seen = []
    fit_pinsage(planted.graph, QUICK, seed=1, on_progress=lambda *call: seen.append(call))
    assert list(dict.fromkeys(phase for phase, _, _ in seen)) == ["views", "steps", "snps"]
    assert all(done <= total for _, done, total in seen)


def test_fit_pinsage__stops_early_when_validation_no_longer_improves(planted):
    settings = replace(SMALL, n_steps=400, learning_rate=0.5, check_every=2, patience=2)
    fitted = fit_pinsage(planted.graph, settings, seed=1)
    assert fitted.record.n_steps < 400


def test_fit_pinsage__works_with_sampled_walks(planted):
    fitted = fit_pinsage(planted.graph, replace(QUICK, visits="sampled", n_walks=100), seed=1)
    assert fitted.is_embedded.any()


def test_fit_pinsage__works_on_a_handful_of_blocks():
    edges = [(block, molecule, 6.0) for molecule in range(40) for block in ((molecule % 3), 3 + molecule % 2)]
    graph = make_graph(edges, [0, 1, 2, 3, 4, -1], 40)
    fitted = fit_pinsage(graph, PinSageSettings(n_steps=20), seed=0)
    assert np.isfinite(fitted.score_molecule_blocks(np.arange(40))).all()
    assert not fitted.snp_vectors[5].any()


@pytest.mark.parametrize("edges", [[], [(0, 0, 6.0)], [(0, 0, 6.0), (1, 0, 6.0)]])
def test_fit_pinsage__refuses_too_little_evidence(edges):
    with pytest.raises(TooFewPairsError, match=r"needs at least 20 .* this graph has"):
        fit_pinsage(make_graph(edges, [0, 1], 1), PinSageSettings(), seed=0)


def test_untrained_pinsage__is_the_model_before_its_first_step(planted):
    untrained = untrained_pinsage(planted.graph, SMALL, seed=3)
    assert untrained.record.n_steps == 0
    assert not untrained.block_bias.any()
    assert set(untrained.snp_weight.tolist()) == {0.0, 1.0}
