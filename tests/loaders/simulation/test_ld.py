import numpy as np
import pytest

from loaders.simulation.ld import LD_DECAY, block_correlation, draw_correlated_noise, draw_haplotypes


def test_block_correlation__written_out():
    expected = [[1.0, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 1.0]]
    assert block_correlation(3, 0.5).tolist() == expected


def test_draw_correlated_noise__follows_its_law():
    noise = draw_correlated_noise(np.random.default_rng(1), 4000, 3, 6)
    seen = np.corrcoef(noise.reshape(4000, -1), rowvar=False)
    expected = np.kron(np.eye(3), block_correlation(6))
    assert noise.std() == pytest.approx(1.0, abs=0.02)
    assert np.abs(seen - expected).max() < 0.07  # 4 standard errors of a correlation from 4,000 rows


def test_draw_haplotypes__follows_its_law():
    frequency = np.array([0.2, 0.5, 0.8])
    haplotypes = draw_haplotypes(np.random.default_rng(2), 8000, frequency, 5)
    seen = np.corrcoef(haplotypes.reshape(8000, -1), rowvar=False)
    expected = np.kron(np.eye(3), block_correlation(5))
    assert haplotypes.mean(axis=(0, 2)) == pytest.approx(frequency, abs=0.02)
    assert np.abs(seen - expected).max() < 0.06


def test_ld_decay__is_the_guide_s():
    assert LD_DECAY == 0.85
