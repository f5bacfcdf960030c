"""Shared molecules of one trait's SNPs: an area that sees planted modules, and .5 where nothing is shared."""

import numpy as np
import pytest

from services.export import export_bipartite
from services.graph.store import Store
from services.pipeline.shared_genes import area_under_curve, measure_shared_genes
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.graph_rows import GraphRows, planted_modules


def test_area_under_curve__counts_ties_half() -> None:
    score = np.array([2.0, 1.0, 1.0, 0.0])
    is_positive = np.array([True, True, False, False])
    assert area_under_curve(score, is_positive) == (1 + 1 + 0.5 + 1) / 4


def test_area_under_curve__of_one_value_is_one_half() -> None:
    assert area_under_curve(np.zeros(5), np.array([True, False, False, True, False])) == 0.5


def test_area_under_curve__needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="needs positives and negatives, got 2 and 0"):
        area_under_curve(np.zeros(2), np.array([True, True]))


@pytest.mark.store
def test_measure_shared_genes__sees_planted_modules(store: Store, settings: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    found = measure_shared_genes(store, settings, export_bipartite(store, settings))
    assert found.across is not None
    assert found.across.auc == 1.0
    assert (found.across.n_same_trait, found.n_traits, found.n_snps) == (15, 5, 15)
    assert found.within is None


@pytest.mark.store
def test_measure_shared_genes__is_one_half_where_nothing_is_shared(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    rows = GraphRows()
    for number in range(6):
        chromosome = str(number + 1)
        snp = rows.snp(1000, chromosome=chromosome, block=rows.block(0, chromosome=chromosome))
        rows.evidence("EQTL", snp, rows.gene(f"ENSG{number}", 2000, chromosome=chromosome), 9.0)
        rows.evidence("ASSOCIATED_WITH", snp, rows.trait(f"T{number % 2}") if number < 2 else f"T{number % 2}", 8.0)
    rows.write(cypher)
    found = measure_shared_genes(store, settings, export_bipartite(store, settings))
    assert found.across is not None
    assert (found.across.auc, found.across.share_sharing) == (0.5, 0.0)


@pytest.mark.store
def test_measure_shared_genes__of_nothing_is_nothing(store: Store, settings: Settings) -> None:
    found = measure_shared_genes(store, settings, export_bipartite(store, settings))
    assert (found.across, found.within, found.n_snps) == (None, None, 0)
