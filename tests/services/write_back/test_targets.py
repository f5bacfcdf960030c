"""Predictions for molecules and traits from known scores."""

import numpy as np
import pytest

from services.graph.store import Store
from services.settings import Settings
from services.write_back.loci import LociOfSnapshot
from services.write_back.prediction import PredictedEdge
from services.write_back.targets import (
    TraitQuery,
    chromosome_code,
    molecules_to_predict,
    predict_molecules,
    predict_traits,
    read_trait_queries,
)
from tests.conftest import Cypher
from tests.services.graph_rows import LOADS, GraphRows
from tests.services.write_back.small_snapshot import BLOCKS, SNPS, KnownScores, small_snapshot

SETTINGS = Settings()


def _loci() -> LociOfSnapshot:
    return LociOfSnapshot(small_snapshot(), 5, KnownScores().is_embedded)


def test_molecules_to_predict__have_enough_known_loci() -> None:
    assert molecules_to_predict(_loci(), SETTINGS).tolist() == [0, 1, 2]
    stricter = SETTINGS.model_copy(update={"prediction_minimum_known_loci": 3})
    assert molecules_to_predict(_loci(), stricter).tolist() == []


def test_predict_molecules__names_new_loci_by_their_lead_snp_with_the_queries_that_led_there() -> None:
    found = list(predict_molecules(KnownScores(), _loci(), SETTINGS, k=2))  # type: ignore[arg-type]
    assert found[:2] == [
        PredictedEdge("CpG", "cg1", SNPS[4], BLOCKS[3], 1, 3.0, (SNPS[2], SNPS[1])),
        PredictedEdge("CpG", "cg1", SNPS[3], BLOCKS[2], 2, 2.0, (SNPS[2], SNPS[1])),
    ]
    assert [(edge.target_label, edge.target, edge.block_id) for edge in found[2:]] == [
        ("CpG", "cg2", BLOCKS[3]), ("CpG", "cg2", BLOCKS[1]),
        ("Gene", "ENSG1", BLOCKS[2]), ("Gene", "ENSG1", BLOCKS[0]),
    ]  # fmt: skip


def test_predict_molecules__names_at_most_the_queries_wanted() -> None:
    one = SETTINGS.model_copy(update={"prediction_query_snps": 1})
    found = predict_molecules(KnownScores(), _loci(), one, k=1)  # type: ignore[arg-type]
    assert {len(edge.query_snps) for edge in found} == {1}


def test_predict_traits__leaves_out_what_is_not_new() -> None:
    query = TraitQuery("T", np.array([0, 3]), np.array([True, False, True, False, False]))
    found = list(predict_traits(KnownScores(), _loci(), [query], SETTINGS, k=5))  # type: ignore[arg-type]
    assert found == [
        PredictedEdge("Trait", "T", SNPS[2], BLOCKS[1], 1, -1.0, (SNPS[0], SNPS[3])),
        PredictedEdge("Trait", "T", SNPS[4], BLOCKS[3], 2, -3.0, (SNPS[0], SNPS[3])),
    ]


@pytest.mark.store
def test_read_trait_queries__takes_the_best_snp_of_each_block_and_excludes_what_is_near(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    rows = GraphRows()
    trait, single = rows.trait("T"), rows.trait("single")
    for position, z_score in ((1000, 6.0), (2000, 7.0)):  # the second has no vector
        rows.evidence("ASSOCIATED_WITH", rows.snp(position), trait, z_score)
    rows.evidence("ASSOCIATED_WITH", rows.snp(5_000_000, chromosome="2"), trait, -8.0)
    rows.evidence("ASSOCIATED_WITH", rows.snp(900_000, chromosome="3"), trait, 6.0)
    rows.evidence("ASSOCIATED_WITH", rows.snp(1000, chromosome="2"), trait, 3.0)
    rows.evidence("ASSOCIATED_WITH", SNPS[0], single, 9.0)
    rows.evidence("ASSOCIATED_WITH", SNPS[0], trait, 20.0, load_id="retired")
    rows.write(cypher)
    (query,) = read_trait_queries(store, _loci(), settings, LOADS)
    assert query.trait_id == "T"
    assert query.query_snp.tolist() == [0, 3]
    assert query.is_excluded.tolist() == [True, False, True, True, False]


@pytest.mark.store
def test_read_trait_queries__excludes_the_block_of_a_significant_snp_outside_the_snapshot(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    rows = GraphRows()
    trait = rows.trait("T")
    rows.nodes["LDBlock"].append({"block_id": BLOCKS[1], "build": "GRCh37", "chromosome": "2", "is_pseudo": False})
    outside = rows.snp(3_900_000, chromosome="2", block=BLOCKS[1])
    for snp in (rows.snp(1000), rows.snp(1000, chromosome="3"), outside):
        rows.evidence("ASSOCIATED_WITH", snp, trait, 8.0)
    rows.write(cypher)
    (query,) = read_trait_queries(store, _loci(), settings, LOADS)
    assert query.query_snp.tolist() == [0, 4]
    assert query.is_excluded.tolist() == [True, True, False, True, False]


def test_chromosome_code__numbers_every_canonical_name() -> None:
    assert [chromosome_code(name) for name in ("1", "22", "X", "Y", "MT", "weird")] == [1, 22, 23, 24, 25, 0]
