"""Estimates over replicates, and rg drawn from its model, come back in the right places."""

import numpy as np
import pytest

from tests.paths import DATA
from tests.science.correlation import run_correlation
from tests.science.design import draw_annotations, draw_z
from tests.science.estimates import estimate_all, estimate_reference
from tests.science.genotypes import People


def test_estimate_all__has_a_row_a_replicate():
    generator = np.random.default_rng(1)
    people, annotations = [], []
    for _ in range(4):
        copies = generator.binomial(2, generator.uniform(0.2, 0.8, 300)[:, None], (300, 200)).astype(np.int8)
        people.append(People(np.sort(generator.uniform(0, 5e6, 300)), copies[:, :150], copies[:, 150:]))
        annotations.append(draw_annotations(people[-1].position_bp, generator))
    reference = estimate_reference(people, annotations, "panel")
    columns = np.concatenate(annotations)
    assert reference.n_snps == 1_200
    np.testing.assert_allclose(reference.m, columns.sum(axis=0), atol=1e-3)
    np.testing.assert_allclose(reference.overlap, columns.T @ columns, rtol=1e-4, atol=1e-2)
    assert (reference.weight_ld < reference.ld_scores[:, 0] + 1.0).mean() > 0.5
    z = draw_z(people, annotations, n_replicates=3, seed=2)["enriched"]
    found = estimate_all(z, reference, 150)
    assert found.h2.shape == found.intercept_se.shape == found.single_h2.shape == (3,)
    assert found.tau.shape == found.enrichment_neg_log10_p.shape == (3, 6)
    assert np.isfinite(found.tau).all()


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_run_correlation__gives_the_truth_back():
    study = run_correlation(2, seed=3)
    assert study is not None
    seen = {line.name: line for line in study.lines}
    assert seen["rg"].mean == pytest.approx(0.5, abs=0.1)
    assert seen["cross-trait intercept"].mean == pytest.approx(0.0849, abs=0.03)
