import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from loaders.simulation.effects import CausalSnp, EffectPlan, TraitPlan
from loaders.simulation.genome import make_genome
from loaders.simulation.statistics import draw_qtl_rows, draw_trait_z, neg_log10_p, two_sided_p
from tests.loaders.simulation.conftest import SMALL


@pytest.fixture(scope="module")
def genome():
    return make_genome(SMALL, np.random.default_rng(3))


def test_draw_trait_z__effects_are_smeared_by_ld(genome):
    plan = TraitPlan((), (CausalSnp(23, None, "above", 40.0),), 1000)
    z = draw_trait_z(genome, plan, SMALL, np.random.default_rng(5)) * genome.snps["orientation"].to_numpy()
    expected = 40.0 * 0.85 ** np.abs(np.arange(20, 30) - 23)
    assert np.abs(z[20:30] - expected).max() < 4.0
    assert np.abs(z[:20]).max() < 4.5


def test_draw_trait_z__below_is_below(genome):
    plan = TraitPlan((), tuple(CausalSnp(10 * block, None, "below", 4.6) for block in range(50)), 1000)
    z = draw_trait_z(genome, plan, SMALL, np.random.default_rng(5)).reshape(-1, 10)[:50]
    largest = np.abs(z).max(axis=1)
    assert largest.min() > norm.isf(1e-4 / 2) - 0.01
    assert largest.max() < norm.isf(5e-8 / 2)


def test_draw_qtl_rows__slow_twin_without_noise(genome, monkeypatch):
    monkeypatch.setattr(
        "loaders.simulation.statistics.draw_correlated_noise",
        lambda _generator, n_rows, n_blocks, n_snps: np.zeros((n_rows, n_blocks, n_snps), np.float32),
    )
    molecule, snp, z = np.array([0, 0, 250]), np.array([5, 8, 31]), np.array([10.0, -6.0, 5.0])
    rows = draw_qtl_rows(genome, EffectPlan((), (), molecule, snp, z), SMALL, np.random.default_rng(1))
    orientation = genome.snps["orientation"].to_list()
    expected = {}
    for one_molecule in (0, 250):
        for other in range(SMALL.n_snps):
            total = sum(
                effect * 0.85 ** abs(other - causal)
                for owner, causal, effect in zip(molecule, snp, z, strict=True)
                if owner == one_molecule and other // 10 == causal // 10
            )
            if abs(total) > norm.isf(0.5e-4):
                expected[one_molecule, other] = total * orientation[other]
    seen = {(m, s): value for m, s, value in rows.rows()}
    assert seen == pytest.approx(expected, rel=1e-5)


def test_draw_qtl_rows__false_rows_are_as_rare_as_their_p(genome):
    empty = np.empty(0, np.int64)
    rows = draw_qtl_rows(genome, EffectPlan((), (), empty, empty, np.empty(0)), SMALL, np.random.default_rng(1))
    expected = 1e-4 * SMALL.n_snps * SMALL.n_molecules
    assert rows.height == pytest.approx(expected, rel=0.3)
    assert rows.schema == {"molecule": pl.Int64, "snp": pl.Int64, "z": pl.Float64}


def test_neg_log10_p__also_where_p_underflows():
    z = np.array([0.0, 1.959963984540054, -5.45131, 40.0])
    assert neg_log10_p(z)[:3] == pytest.approx([0.0, 1.30103, 7.30103], abs=1e-4)
    assert neg_log10_p(z)[3] == pytest.approx(349.1360, abs=1e-4)  # Q(40) = 3.6559e-350
    assert two_sided_p(z)[3] == 0.0
