"""Pairs in LD that a run left in the graph: the same answers as from the panel's genotypes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest
from services.releases import current_release
from services.search.ld_pairs import PairSource, find_pair_source
from services.search.ld_panel import LdPanel, read_panels
from services.search.linkage import Linkage
from services.search.snp_table import SnpTable, read_snps
from services.settings import Settings
from services.statistics import LdScoreRequest, compute_ld_scores
from tests.conftest import Cypher
from tests.services.ingest.tiny import write_manifest
from tests.services.statistics.small_world import N_SNPS, key_of, write_gwas, write_panel

pytestmark = pytest.mark.store

LIMIT = 0.1


def _load(store: Store, settings: Settings, folder: Path, options: LdScoreRequest) -> tuple[LdPanel, SnpTable]:
    """A panel with some missing genotypes and its LD scores; every SNP of one chromosome and some of the other."""
    entries = [write_panel(folder, missing=12), write_gwas(folder)]
    ingest_manifest(store, settings, write_manifest(folder, *entries))
    compute_ld_scores(store, settings, "panel", options=options)
    release = current_release(store)
    (panel,) = read_panels(store, settings, release.load_ids)
    keys = [key_of(1, snp) for snp in range(N_SNPS)] + [key_of(2, snp) for snp in range(10)]
    return panel, read_snps(store, keys, load_ids=release.load_ids, build="GRCh37")


def _find(store: Store, settings: Settings, panel: LdPanel | None, limit: float = LIMIT) -> PairSource | None:
    return find_pair_source(store, settings, current_release(store), panel, r_squared=limit)


@pytest.mark.parametrize(
    "options",
    [
        LdScoreRequest(window_kb=400, n_processes=1, pair_threshold=LIMIT),
        LdScoreRequest(window_cm=0.3, n_processes=1, pair_threshold=0.05, minimum_maf=0.25),
        LdScoreRequest(window_snps=9, n_processes=1, pair_threshold=LIMIT),
    ],
)
def test_linkage__by_pairs_is_linkage_by_genotypes(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path, options: LdScoreRequest
) -> None:
    panel, snps = _load(store, settings, tmp_path, options)
    source = _find(store, settings, panel)
    assert source is not None
    by_pairs = Linkage(snps, r_squared=LIMIT, window_bp=1_000, panel=panel, pairs=source)
    by_genotypes = Linkage(snps, r_squared=LIMIT, window_bp=1_000, panel=panel)
    rows = np.arange(len(snps.keys))
    linked = np.array([by_pairs.is_linked(int(row), rows) for row in rows])
    expected = np.array([by_genotypes.is_linked(int(row), rows) for row in rows])
    np.testing.assert_array_equal(linked, expected)
    assert 2 * len(rows) < linked.sum() < 0.3 * linked.size
    for others in (rows[:3], rows[::7], rows[-10:]):
        np.testing.assert_array_equal(by_pairs.any_correlated(rows, others), by_genotypes.any_correlated(rows, others))
    cypher("MATCH ()-[e:IN_LD_WITH]->() DELETE e")
    blind = Linkage(snps, r_squared=LIMIT, window_bp=1_000, panel=panel, pairs=source)
    assert not np.array_equal(np.array([blind.is_linked(int(row), rows) for row in rows]), expected), (
        "the edges were asked"
    )


def test_linkage__at_the_limit_asks_the_genotypes(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    panel, snps = _load(store, settings, tmp_path, LdScoreRequest(window_kb=400, n_processes=1, pair_threshold=LIMIT))
    by_genotypes = Linkage(snps, r_squared=LIMIT, window_bp=1_000, panel=panel)
    rows = np.arange(40)
    exact = by_genotypes.r_squared_between(rows, rows)
    lead, other = np.argwhere((exact > LIMIT) & (exact < 0.5))[0]
    limit = float(exact[lead, other])
    source = _find(store, settings, panel, limit)
    by_pairs = Linkage(snps, r_squared=limit, window_bp=1_000, panel=panel, pairs=source)
    at_limit = Linkage(snps, r_squared=limit, window_bp=1_000, panel=panel)
    np.testing.assert_array_equal(by_pairs.is_linked(int(lead), rows), at_limit.is_linked(int(lead), rows))


def test_find_pair_source__only_of_this_panel_and_down_to_the_limit(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    panel, _ = _load(store, settings, tmp_path, LdScoreRequest(window_kb=400, n_processes=1, pair_threshold=0.2))
    assert _find(store, settings, panel, 0.2) is not None
    assert _find(store, settings, panel, 0.1) is None, "the run kept no pairs below 0.2"
    assert _find(store, settings, None) is None
    assert _find(store, settings, replace(panel, study_id="other"), 0.2) is None
    compute_ld_scores(store, settings, "panel", options=LdScoreRequest(window_kb=400, n_processes=1))
    assert _find(store, settings, panel, 0.2) is None, "the current run kept no pairs"
    compute_ld_scores(
        store, settings, "panel", options=LdScoreRequest(window_kb=300, n_processes=1, pair_threshold=0.1)
    )
    assert _find(store, settings, panel, 0.2) is not None
    ingest_manifest(store, settings, write_manifest(tmp_path, write_panel(tmp_path, seed=2)))
    assert _find(store, settings, panel, 0.2) is None, "the panel was loaded anew"
