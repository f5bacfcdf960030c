"""Which GWAS can test, and what they say."""

import numpy as np
import polars as pl
import pytest

from services.graph.store import Store
from services.search.gwas import choose_test_study, read_gwas_studies, read_statistics
from services.settings import Settings
from services.summary_statistics import SummaryStatisticsError
from tests.conftest import Cypher
from tests.services.search.tables import snp_table
from tests.services.search.world import World

pytestmark = pytest.mark.store

KEYS = [f"GRCh37:1:{position}:A:G" for position in (10, 20, 30)]


@pytest.fixture
def world(store: Store, settings: Settings, cypher: Cypher) -> World:
    """Two complete GWAS and two truncated ones; one of each knows nothing of the trait."""
    built = World(settings)
    built.rows.trait("EFO:1")
    built.study("a-complete", "gwas", statistics="complete", n_samples=10)
    built.study("b-complete", "gwas", statistics="complete", n_samples=90)
    built.study("c-other", "gwas", statistics="complete")
    built.study("d-truncated", "gwas", statistics="truncated", cohorts=["UKB"])
    built.study("e-truncated", "gwas", statistics="truncated")
    built.hit(built.snp(4, 5.0), 9.0, study="d-truncated")
    built.table("a-complete", {KEYS[0]: 1.0, KEYS[1]: 2.0})
    built.table("b-complete", {KEYS[1]: 4.0, KEYS[2]: 5.0})
    built.table("c-other", {KEYS[0]: 1.0}, trait="EFO:2")
    built.write(cypher)
    return built


def test_read_gwas_studies__are_those_that_know_the_trait(world: World, store: Store, settings: Settings) -> None:
    studies = read_gwas_studies(store, settings, "EFO:1", sorted(world.load_ids))
    found = [(study.study_id, study.is_complete, study.n_associations, study.cohorts) for study in studies]
    assert found == [
        ("a-complete", True, 0, ()),
        ("b-complete", True, 0, ()),
        ("d-truncated", False, 1, ("UKB",)),
    ]


def test_read_gwas_studies__samples_are_the_manifests_or_those_of_the_rows(
    world: World, store: Store, settings: Settings, cypher: Cypher
) -> None:
    """A REGENIE file says N in each row, and its manifest nothing: it is no study of nobody."""
    cypher("MATCH (study:Study {study_id: 'b-complete'}) REMOVE study.n_samples")
    found = {study.study_id: study for study in read_gwas_studies(store, settings, "EFO:1", sorted(world.load_ids))}
    rows = pl.read_parquet(found["b-complete"].table)["n_samples"]
    assert found["a-complete"].n_samples == 10
    assert found["b-complete"].n_samples == rows.max()
    assert found["d-truncated"].n_samples is None


@pytest.mark.parametrize(("candidates", "chosen"), [([0, 1], "a-complete"), ([1], "b-complete"), ([2], "b-complete")])
def test_choose_test_study__holds_most_candidates_then_most_samples(
    world: World, store: Store, settings: Settings, candidates: list[int], chosen: str
) -> None:
    studies = read_gwas_studies(store, settings, "EFO:1", sorted(world.load_ids))
    found = choose_test_study(studies, "EFO:1", snp_table([{"key": key} for key in KEYS]), np.array(candidates))
    assert found is not None
    assert found[0].study_id == chosen


def test_choose_test_study__is_none_where_no_candidate_is_held(world: World, store: Store, settings: Settings) -> None:
    studies = read_gwas_studies(store, settings, "EFO:1", sorted(world.load_ids))
    assert choose_test_study(studies, "EFO:1", snp_table([{"key": "GRCh37:9:1:A:G"}]), np.array([0])) is None


def test_read_statistics__leaves_the_rest_unknown(world: World, store: Store, settings: Settings) -> None:
    study = read_gwas_studies(store, settings, "EFO:1", sorted(world.load_ids))[0]
    found = read_statistics(study, "EFO:1", snp_table([{"key": key} for key in KEYS]), np.array([1]))
    np.testing.assert_array_equal(found.neg_log10_p, [np.nan, 2.0, np.nan])
    np.testing.assert_array_equal(found.z_score, [np.nan, 1.5, np.nan])
    np.testing.assert_array_equal(found.effect_size, [np.nan] * 3)


def test_read_statistics__refuses_a_table_that_changed(world: World, store: Store, settings: Settings) -> None:
    study = read_gwas_studies(store, settings, "EFO:1", sorted(world.load_ids))[0]
    with pytest.raises(SummaryStatisticsError, match=r"study a-complete at .* changed while it was read: 3 SNPs"):
        read_statistics(study, "EFO:1", snp_table([{"key": key} for key in KEYS]), np.arange(3))
