"""Heritability over quantiles of an annotation."""

import numpy as np
import pytest
from scipy import stats

from models.heritability import QuantileEnrichment, quantile_enrichment
from models.heritability import quantiles as module
from models.heritability.errors import BadStatisticsError
from tests.models.heritability.test_enrichment import ANNOTATIONS, _partitioned
from tests.models.heritability.twins import pseudovalue_error

PARTITIONED = _partitioned()


def _find(annotations: np.ndarray = ANNOTATIONS, *, column: int = 3, n_quantiles: int = 5) -> QuantileEnrichment:
    return quantile_enrichment(PARTITIONED, annotations, column=column, n_quantiles=n_quantiles)


def test_quantile_enrichment__twin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 999)
    found = _find()
    order = np.argsort(ANNOTATIONS[:, 3])
    deleted = PARTITIONED.coefficient_delete_values
    for number, members in enumerate(np.split(order, 5)):
        others = np.setdiff1d(order, members)

        def numbers(tau: np.ndarray, members: np.ndarray = members, others: np.ndarray = others) -> list[float]:
            per_snp = ANNOTATIONS @ tau
            h2 = per_snp[members].sum()
            return [h2, h2 / per_snp.sum(), per_snp[members].mean() - per_snp[others].mean()]

        estimate = np.array(numbers(PARTITIONED.coefficient))
        errors = pseudovalue_error(estimate, np.array([numbers(tau) for tau in deleted]))
        assert found.n_snps[number] == 800
        assert found.upper_edge[number] == ANNOTATIONS[members[-1], 3]
        assert (found.h2[number], found.h2_se[number]) == pytest.approx((estimate[0], errors[0]))
        assert found.proportion_of_h2[number] == pytest.approx(estimate[1])
        assert found.proportion_of_h2_se[number] == pytest.approx(errors[1])
        assert found.enrichment[number] == pytest.approx(5.0 * estimate[1])
        assert found.enrichment_se[number] == pytest.approx(5.0 * errors[1])
        assert 10.0 ** -found.neg_log10_p[number] == pytest.approx(2.0 * stats.norm.sf(abs(estimate[2] / errors[2])))


def test_quantile_enrichment__shares_add_up() -> None:
    found = _find(n_quantiles=7)
    assert found.proportion_of_h2.sum() == pytest.approx(1.0)
    assert found.h2.sum() == pytest.approx(float(ANNOTATIONS.sum(axis=0) @ PARTITIONED.coefficient))


def test_quantile_enrichment__equal_values_stay_together() -> None:
    """A binary annotation has two quantiles: outside and inside."""
    found = _find(column=1)
    assert found.upper_edge.tolist() == [0.0, 1.0]
    assert found.n_snps.tolist() == [int((ANNOTATIONS[:, 1] == 0).sum()), int(ANNOTATIONS[:, 1].sum())]


def test_quantile_enrichment__small_integers_and_booleans() -> None:
    whole = np.round(ANNOTATIONS * 10.0)
    found = _find(whole.astype(np.int8))
    assert found.h2 == pytest.approx(_find(whole).h2)


def test_quantile_enrichment__constant_annotation() -> None:
    with pytest.raises(BadStatisticsError, match=r"no quantiles: 100.0% of its values are 1.0; use the enrichment"):
        _find(column=0)


def test_quantile_enrichment__value_missing() -> None:
    holed = ANNOTATIONS.copy()
    holed[5, 3] = np.nan
    with pytest.raises(BadStatisticsError, match=r"no SNP or a value that is not finite: drop SNPs without a value"):
        _find(holed)


@pytest.mark.parametrize(("annotations", "column"), [(ANNOTATIONS[:, :3], 1), (ANNOTATIONS, 4), (ANNOTATIONS, -1)])
def test_quantile_enrichment__shapes_do_not_fit(annotations: np.ndarray, column: int) -> None:
    with pytest.raises(BadStatisticsError, match=r"and column -?\d do not fit 4 coefficients: give the annotations"):
        _find(annotations, column=column)


def test_quantile_enrichment__one_quantile() -> None:
    with pytest.raises(BadStatisticsError, match=r"at least 2 quantiles are needed, not 1: 5 are customary"):
        _find(n_quantiles=1)
