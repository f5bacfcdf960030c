"""Who is proposed as a candidate."""

import numpy as np
import pytest

from services.graph.store import Store
from services.search.neighbours import Proposal, absolute_z, nearest_in_model, nearest_over_molecules
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import HandMadeModel, World

pytestmark = pytest.mark.store


def test_nearest_in_model__is_the_union_with_the_best_score_of_each() -> None:
    model = HandMadeModel({"q1": [("a", 0.5), ("b", 0.4), ("q2", 0.3)], "q2": [("b", 0.4), ("a", 0.9), ("c", 0.1)]})
    found = nearest_in_model(model, ["q2", "q1", "unknown"], 2, 5)
    assert found.n_queries == 2
    assert found.ranked == (
        Proposal("a", pytest.approx(0.9), "q2"),
        Proposal("b", pytest.approx(0.4), "q1"),
    )


def test_nearest_in_model__without_known_queries_proposes_nothing() -> None:
    found = nearest_in_model(HandMadeModel({"q1": [("a", 0.5)]}), ["x"], 5, 5)
    assert (found.n_queries, found.ranked) == (0, ())


def test_nearest_over_molecules__keeps_away_from_the_query_itself(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    world = World(settings)
    query, block_mate, next_block, far = world.snp(1, 9.9), world.snp(1, 6.0), world.snp(1, 10.5), world.snp(1, 11.5)
    world.act_all("cg1", dict.fromkeys((query, block_mate, next_block, far), 5.0))
    world.rows.gene("ENSG1")
    world.rows.evidence("EQTL", query, "ENSG1", 5.0, study_id="eqtl")
    other = world.snp(2, 3.0)
    world.rows.evidence("EQTL", other, "ENSG1", None, study_id="eqtl", neg_log10_p=6.0)
    world.write(cypher)
    loads = sorted(world.load_ids)
    found = nearest_over_molecules(store, [query], 5, load_ids=loads, build="GRCh37", window_bp=1_000_000)
    assert [proposal.key for proposal in found.ranked] == [other, far]
    z = absolute_z([None], [6.0])[0]
    assert found.ranked[0].score == pytest.approx(0.5 * z / (5.0 + z))
    assert found.ranked[1].score == pytest.approx(0.5 * 0.25)
    fewer = nearest_over_molecules(store, [query], 1, load_ids=loads, build="GRCh37", window_bp=1_000_000)
    assert [proposal.key for proposal in fewer.ranked] == [other]


def test_nearest_over_molecules__of_a_snp_without_edges(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    snp = world.snp(1, 3.0)
    world.write(cypher)
    found = nearest_over_molecules(store, [snp], 5, load_ids=["mqtl-load"], build="GRCh37", window_bp=1)
    assert (found.n_queries, found.ranked) == (0, ())


def test_absolute_z__is_that_of_p_where_z_is_unknown() -> None:
    np.testing.assert_allclose(absolute_z([-3.0, None], [1.0, -np.log10(0.05)]), [3.0, 1.959964], rtol=1e-6)
