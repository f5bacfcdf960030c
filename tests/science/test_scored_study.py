"""The study of weighting by a model's scores in small: the draw is what it says, and the bars can be missed."""

import numpy as np
import pytest

from services.search.neighbours import EmbeddingModel
from tests.science.scored import render_scored
from tests.science.scored_genome import LOCI, SNPS_PER_BLOCK, Genome, fit_genome, name_model, plant_genome, propose
from tests.science.scored_study import (
    CORRELATION,
    TRAITS,
    Found,
    ScoredDraw,
    Trait,
    check_scored_bars,
    count,
    draw_loci,
    draw_z,
    run_trait,
)
from tests.science.weighting_study import mean_and_error


@pytest.fixture(scope="module")
def genome() -> Genome:
    return plant_genome(3)


@pytest.fixture(scope="module")
def model(genome: Genome) -> EmbeddingModel:
    return name_model(fit_genome(genome, 3))


def test_draw_z__is_linked_within_blocks_and_falls_from_the_causal_snp(genome: Genome) -> None:
    snps, nobody = np.arange(40 * SNPS_PER_BLOCK), np.zeros(0, dtype=np.int64)
    generator = np.random.default_rng(1)
    z = np.stack([draw_z(Trait(), genome, snps, nobody, generator) for _ in range(400)])
    assert z.std() == pytest.approx(1.0, abs=0.02)
    assert np.corrcoef(z[:, 3], z[:, 4])[0, 1] == pytest.approx(CORRELATION, abs=0.06)
    assert abs(np.corrcoef(z[:, SNPS_PER_BLOCK - 1], z[:, SNPS_PER_BLOCK])[0, 1]) < 0.15
    with_effect = np.stack(
        [draw_z(Trait(effect=3.0), genome, snps, np.array([5]), generator) for _ in range(400)]
    ).mean(axis=0)
    causal = genome.causal[5]
    assert with_effect[causal] == pytest.approx(3.0, abs=0.2)
    assert with_effect[causal + 1] == pytest.approx(3.0 * CORRELATION, abs=0.2)
    assert abs(with_effect[: 5 * SNPS_PER_BLOCK]).max() < 0.25


def test_count__hand_worked() -> None:
    block = np.array([1, 1, 2, 3, 4])
    passes = np.array([True, True, True, False, False])
    found = count(passes, np.isin(block, [1, 4]), block)
    assert (found.false_snps, found.false_loci) == (pytest.approx(1 / 3), pytest.approx(1 / 2))
    assert (found.power_snps, found.power_loci) == (pytest.approx(2 / 3), pytest.approx(1 / 2))
    nothing = count(np.zeros(5, dtype=bool), np.zeros(5, dtype=bool), block)
    assert nothing.false_snps == nothing.false_loci == 0.0
    assert np.isnan(nothing.power_snps)


@pytest.mark.slow
def test_propose__scores_hidden_loci_higher_and_no_known_block(genome: Genome, model: EmbeddingModel) -> None:
    candidates = propose(genome, model, np.random.default_rng(5))
    is_hidden = np.isin(candidates.block, candidates.hidden)
    assert candidates.snp.size > 200
    assert candidates.hidden.size <= 2 * (LOCI - 6)
    assert np.median(candidates.score[is_hidden]) > np.quantile(candidates.score[~is_hidden], 0.8)
    anywhere = draw_loci(Trait(n_scattered=9), candidates, np.random.default_rng(1))
    assert anywhere.size == 9
    assert not np.isin(anywhere, candidates.hidden).any()


@pytest.mark.slow
def test_check_scored_bars__are_met_by_a_short_run_and_scores_bring_power(
    genome: Genome, model: EmbeddingModel
) -> None:
    names = ("no effects", "effects where the model looks")
    found = {name: run_trait(name, genome, model, 12, seed=5) for name in names}
    assert [bar for bar in check_scored_bars(found) if not bar.is_met] == []
    gains = [draw.weighted.power_snps - draw.unweighted.power_snps for draw in found[names[1]]]
    gain, error = mean_and_error(gains)
    assert gain > 2 * error > 0.0
    assert all(name in render_scored(found) for name in names)


def test_check_scored_bars__fail_when_errors_are_common_power_is_lost_or_the_score_knows_p() -> None:
    good, bad = Found(0.0, 0.0, 0.5, 0.5), Found(0.2, 0.2, 0.4, 0.4)
    for check_p, unweighted, weighted, verdicts in (
        (0.01, good, bad, [False, False, False]),
        (0.5, good, good, [True, True, True]),
    ):
        draws = (ScoredDraw(unweighted, weighted, 400, 1.0, 0.0, check_p),) * 10
        assert [bar.is_met for bar in check_scored_bars({"no effects": draws})] == verdicts


def test_traits__hold_one_without_effects_and_one_that_no_model_knows() -> None:
    assert TRAITS["no effects"] == Trait(share=0.0, n_scattered=0)
    assert TRAITS["effects anywhere"].share == 0.0
