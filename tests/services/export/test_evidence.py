"""The training edges: thresholds, loads, superseded rows, the strongest |z| a pair."""

import numpy as np
import pytest

from services.export.evidence import abs_z_of, read_training_edges
from services.graph.store import Store
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.graph_rows import LOADS, GraphRows


def test_abs_z_of__keeps_the_studys_z() -> None:
    assert abs_z_of(np.array([6.0, 7.5, 0.0])).tolist() == [6.0, 7.5, 0.0]


def test_abs_z_of__follows_from_p_where_there_is_no_z() -> None:
    assert abs_z_of(np.array([np.log10(0.05)]))[0] == pytest.approx(1.959964, abs=1e-6)


def test_abs_z_of__does_not_underflow() -> None:
    assert abs_z_of(np.array([-5000.0]))[0] == pytest.approx(np.sqrt(2 * 5000 * np.log(10)), rel=2e-3)


@pytest.mark.store
def test_read_training_edges__keeps_active_edges_below_the_thresholds(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    rows = GraphRows()
    snp, cpg, gene = rows.snp(1000), rows.cpg("cg1"), rows.gene("ENSG1")
    rows.evidence("MQTL", snp, cpg, -9.0)
    rows.evidence("MQTL", snp, cpg, 12.0, load_id="retired-load")
    rows.evidence("MQTL", snp, cpg, 11.0, is_superseded=True)
    rows.evidence("MQTL", snp, rows.cpg("cg2"), 5.0, neg_log10_p=8.0)
    rows.evidence("EQTL", snp, gene, 6.0, neg_log10_p=7.5)
    rows.evidence("EQTL", snp, rows.gene("ENSG2"), 6.0, neg_log10_p=7.2)
    rows.write(cypher)
    found = read_training_edges(store, settings, LOADS)
    expected = {("cg1", False, 9.0), ("ENSG1", True, 6.0)}
    assert set(found.table.select("molecule", "is_gene", "abs_z").rows()) == expected
    assert found.n_read == 2


@pytest.mark.store
def test_read_training_edges__combines_studies_by_the_largest_abs_z(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    rows = GraphRows()
    snp, cpg = rows.snp(1000), rows.cpg("cg1")
    rows.evidence("MQTL", snp, cpg, 9.0)
    rows.evidence("MQTL", snp, cpg, -10.0, load_id="eqtl-load")
    rows.evidence("MQTL", snp, cpg, None, neg_log10_p=20.0)
    rows.write(cypher)
    found = read_training_edges(store, settings, LOADS)
    assert found.table["abs_z"].to_list() == [10.0]
    assert found.n_read == 3
