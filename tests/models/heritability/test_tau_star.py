"""tau*, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from models.heritability import RegressionOptions, estimate_partitioned, estimate_tau_star
from tests.models.heritability.twins import simulate

STUDY = simulate()
PARTITIONED = estimate_partitioned(
    STUDY.z,
    STUDY.n_samples,
    STUDY.ld_scores,
    weight_ld=STUDY.weight_ld,
    m=STUDY.m,
    options=RegressionOptions(n_blocks=20),
)


def test_estimate_tau_star__by_hand() -> None:
    sd = np.array([0.0, 0.4, 0.5, 1.2])
    found = estimate_tau_star(PARTITIONED, annotation_sd=sd, m_common=50_000.0)
    for column in range(4):
        factor = sd[column] * 50_000.0 / PARTITIONED.h2
        assert found.tau_star[column] == pytest.approx(PARTITIONED.coefficient[column] * factor)
        assert found.tau_star_se[column] == pytest.approx(PARTITIONED.coefficient_se[column] * factor)


def test_estimate_tau_star__does_not_depend_on_units() -> None:
    scale = np.array([1.0, 2.0, 3.0, 4.0])
    other = replace(
        PARTITIONED, coefficient=PARTITIONED.coefficient / scale, coefficient_se=PARTITIONED.coefficient_se / scale
    )
    sd = np.array([0.0, 0.4, 0.5, 1.2])
    found = estimate_tau_star(other, annotation_sd=sd * scale, m_common=5e4).tau_star
    assert found == pytest.approx(estimate_tau_star(PARTITIONED, annotation_sd=sd, m_common=5e4).tau_star)


def test_estimate_tau_star__negative_h2_keeps_positive_errors() -> None:
    found = estimate_tau_star(replace(PARTITIONED, h2=-0.1), annotation_sd=np.ones(4), m_common=5e4)
    assert (found.tau_star_se > 0.0).all()


def test_estimate_tau_star__no_heritability_is_nan() -> None:
    found = estimate_tau_star(replace(PARTITIONED, h2=0.0), annotation_sd=np.zeros(4), m_common=5e4)
    assert np.isnan(found.tau_star).all()
