"""The study of QTL mapping in small: what is planted is found, what is not is not."""

from pathlib import Path

import numpy as np
import pytest

from tests.science.qtl_design import LD, QtlDesign, draw_dosages
from tests.science.qtl_study import (
    SIBS_OLS,
    SIBS_P3D,
    STRANGERS,
    WITHOUT_COMPONENTS,
    QtlDraw,
    bias_of,
    check_qtl_bars,
    mean_and_half_width,
    run_draw,
    run_scenario,
)

SMALL = {"n_people": 300, "n_genes": 40, "n_snps_each": 30}


def test_draw_dosages__of_strangers_and_of_sibs() -> None:
    generator = np.random.default_rng(1)
    design = QtlDesign(n_people=400, n_genes=30, n_snps_each=4)
    dosages = draw_dosages(design, generator)
    assert dosages.shape == (120, 400)
    assert set(np.unique(dosages)) == {0.0, 1.0, 2.0}
    near = np.mean([np.corrcoef(dosages[4 * gene], dosages[4 * gene + 1])[0, 1] for gene in range(30)])
    assert 0.4 < near < LD
    sibs = draw_dosages(QtlDesign(n_people=400, n_genes=200, n_snps_each=1, family_size=4), generator)
    unit = (sibs - sibs.mean(axis=1, keepdims=True)) / sibs.std(axis=1, keepdims=True)
    kinship = unit.T @ unit / 200
    same = np.kron(np.eye(100), np.ones((4, 4))) - np.eye(400)
    assert kinship[same == 1].mean() == pytest.approx(0.5, abs=0.03)
    assert kinship[(same == 0) & ~np.eye(400, dtype=bool)].mean() == pytest.approx(0.0, abs=0.02)


def test_run_draw__finds_strong_effects_without_bias_and_little_else(tmp_path: Path) -> None:
    draw = run_draw(QtlDesign(**SMALL, shares=(0.15,)), {"n_permutations": 200}, tmp_path, seed=4)  # type: ignore[arg-type]
    assert draw.power(draw.found) > 0.9
    assert draw.false_share(draw.found) <= 0.1
    assert draw.is_null.sum() == 20
    gap, error, slope = bias_of((draw,))
    assert abs(gap) < 3 * error
    assert slope == pytest.approx(1.0, abs=0.15)


@pytest.mark.slow
def test_run_scenario__kinship_takes_the_inflation_of_sibs_away() -> None:
    sizes = {"n_people": 240, "n_genes": 60, "n_snps_each": 20, "heritability": 0.6}
    plain, mixed = (run_scenario(name, 3, seed=9, n_permutations=20, **sizes) for name in (SIBS_OLS, SIBS_P3D))
    inflated, _ = mean_and_half_width([draw.lambda_null for draw in plain])
    corrected, _ = mean_and_half_width([draw.lambda_null for draw in mixed])
    assert inflated > 1.15
    assert corrected == pytest.approx(1.0, abs=0.12)


def made_up(*, false: int, lambda_null: float = 1.0, seed: int = 0) -> QtlDraw:
    """A draw that is as it should be, but for what is asked."""
    generator = np.random.default_rng(seed)
    is_null = np.arange(200) % 2 == 1
    found = ~is_null
    found[np.flatnonzero(is_null)[:false]] = True
    effect = np.full(100, 0.3)
    beta = effect + generator.standard_normal(100) * 0.1
    p_gene = np.where(is_null, (np.arange(200) + 0.5) / 200, 1e-9)
    share = np.where(is_null, 0.0, 0.04)
    return QtlDraw(found, found, is_null, share, p_gene, lambda_null, beta, np.full(100, 0.1), effect)


def test_check_qtl_bars__sees_false_discoveries_and_inflation() -> None:
    sound = tuple(made_up(false=2, seed=seed) for seed in range(20))
    inflated = tuple(made_up(false=30, lambda_null=1.3, seed=seed) for seed in range(20))
    found = {STRANGERS: sound, WITHOUT_COMPONENTS: sound, SIBS_OLS: inflated, SIBS_P3D: sound}
    missed = [bar.what for bar in check_qtl_bars(found) if not bar.is_met]
    assert missed == ["power that components add"]
    missed = [bar.what for bar in check_qtl_bars({**found, STRANGERS: inflated}) if not bar.is_met]
    assert missed[:2] == ["false discoveries, mean less half interval", "lambda of genes without effect"]
