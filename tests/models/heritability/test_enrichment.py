"""The enrichment table, beside loops over SNPs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from models.heritability import PartitionedHeritability, RegressionOptions, estimate_partitioned, summarise_enrichment
from models.heritability.errors import BadStatisticsError
from tests.models.heritability.twins import pseudovalue_error, simulate

STUDY = simulate()
RNG = np.random.default_rng(7)
N_REFERENCE = 4_000
ANNOTATIONS = np.column_stack(
    (
        np.ones(N_REFERENCE),
        RNG.random(N_REFERENCE) < 0.2,
        RNG.random(N_REFERENCE) < 0.3,
        RNG.uniform(-1.0, 1.0, N_REFERENCE) + 0.2,
    )
).astype(float)
M = ANNOTATIONS.sum(axis=0)


def _partitioned() -> PartitionedHeritability:
    return estimate_partitioned(
        STUDY.z,
        STUDY.n_samples,
        STUDY.ld_scores,
        weight_ld=STUDY.weight_ld,
        m=M,
        options=RegressionOptions(n_blocks=20),
    )


def test_summarise_enrichment__twin() -> None:
    """Of a binary annotation: add up tau over its SNPs, once for every block left out."""
    partitioned = _partitioned()
    found = summarise_enrichment(partitioned, overlap=ANNOTATIONS.T @ ANNOTATIONS, m=M, n_reference_snps=N_REFERENCE)
    for column in (1, 2):
        inside = ANNOTATIONS[:, column] == 1.0

        def share(tau: np.ndarray, inside: np.ndarray = inside) -> float:
            return float((ANNOTATIONS[inside] @ tau).sum() / (ANNOTATIONS @ tau).sum())

        def difference(tau: np.ndarray, inside: np.ndarray = inside) -> float:
            return float((ANNOTATIONS[inside] @ tau).mean() - (ANNOTATIONS[~inside] @ tau).mean())

        deleted = partitioned.coefficient_delete_values
        estimate = np.array([share(partitioned.coefficient), difference(partitioned.coefficient)])
        errors = pseudovalue_error(estimate, np.array([[share(tau), difference(tau)] for tau in deleted]))
        assert found.proportion_of_snps[column] == pytest.approx(inside.mean())
        assert found.proportion_of_h2[column] == pytest.approx(estimate[0])
        assert found.proportion_of_h2_se[column] == pytest.approx(errors[0])
        assert found.enrichment[column] == pytest.approx(estimate[0] / inside.mean())
        assert found.enrichment_se[column] == pytest.approx(errors[0] / inside.mean())
        p = 2.0 * stats.t.sf(abs(estimate[1] / errors[1]), 20)
        assert 10.0 ** -found.neg_log10_p[column] == pytest.approx(p)


def test_summarise_enrichment__annotation_of_all_snps() -> None:
    found = summarise_enrichment(_partitioned(), overlap=ANNOTATIONS.T @ ANNOTATIONS, m=M, n_reference_snps=N_REFERENCE)
    assert (found.proportion_of_snps[0], found.enrichment[0]) == pytest.approx((1.0, 1.0))
    assert found.enrichment_se[0] < 1e-12
    assert np.isnan(found.neg_log10_p[0])


def test_summarise_enrichment__no_negative_error_of_a_continuous_annotation() -> None:
    """The reference can print a negative standard error where the annotation's sum is negative."""
    turned = ANNOTATIONS * np.array([1.0, 1.0, 1.0, -1.0])
    found = summarise_enrichment(
        _partitioned(), overlap=turned.T @ turned, m=turned.sum(axis=0), n_reference_snps=N_REFERENCE
    )
    assert found.proportion_of_snps[3] < 0.0
    assert found.enrichment_se[3] > 0.0


def test_summarise_enrichment__tau() -> None:
    partitioned = _partitioned()
    found = summarise_enrichment(partitioned, overlap=ANNOTATIONS.T @ ANNOTATIONS, m=M, n_reference_snps=N_REFERENCE)
    z = partitioned.coefficient / partitioned.coefficient_se
    assert found.tau_z == pytest.approx(z)
    assert 10.0**-found.tau_neg_log10_p == pytest.approx(2.0 * stats.norm.sf(np.abs(z)))


def test_summarise_enrichment__signs_of_z_do_not_matter() -> None:
    overlap = ANNOTATIONS.T @ ANNOTATIONS
    found = summarise_enrichment(_partitioned(), overlap=overlap, m=M, n_reference_snps=N_REFERENCE)
    study = replace(STUDY, z=-STUDY.z)
    other = estimate_partitioned(
        study.z,
        study.n_samples,
        study.ld_scores,
        weight_ld=study.weight_ld,
        m=M,
        options=RegressionOptions(n_blocks=20),
    )
    again = summarise_enrichment(other, overlap=overlap, m=M, n_reference_snps=N_REFERENCE)
    assert np.array_equal(found.neg_log10_p, again.neg_log10_p, equal_nan=True)


@pytest.mark.parametrize(("overlap", "m", "n"), [((3, 3), 4, 10.0), ((4, 4), 3, 10.0), ((4, 4), 4, 0.0)])
def test_summarise_enrichment__shapes_do_not_fit(overlap: tuple[int, int], m: int, n: float) -> None:
    with pytest.raises(BadStatisticsError, match=r"overlap has shape .* for 4 annotations: compute them from the ann"):
        summarise_enrichment(_partitioned(), overlap=np.ones(overlap), m=np.ones(m), n_reference_snps=n)
