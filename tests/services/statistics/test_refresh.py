"""Statistics after studies came or went: attached again, retired, or kept as stale."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study, repair
from services.registry import artefact_folder
from services.releases import current_release
from services.runs import list_runs
from services.settings import Settings
from services.statistics import (
    LdScoreRequest,
    RegressionRequest,
    compute_ld_scores,
    estimate_cell_type_enrichment,
    estimate_trait_correlation,
    estimate_trait_heritability,
    partition_heritability,
    refresh_statistics,
)
from services.statistics.locking import is_refresh_asked, statistics_lock
from tests.conftest import Cypher
from tests.services.ingest.tiny import evidence, site, write_manifest, write_study
from tests.services.statistics.small_world import (
    N_SNPS,
    counts_of,
    key_of,
    load_world,
    position_of,
    rsid_of,
    seen_by_readers,
    statistics_of,
    write_annotations,
    write_gwas,
    write_panel,
)

pytestmark = pytest.mark.store

_LD = LdScoreRequest(window_kb=500, n_processes=1, pair_threshold=0.2, annotations=("marks",))
_REQUEST = RegressionRequest(n_blocks=20)
_FIXED = RegressionRequest(n_blocks=20, intercept=1.0, covariance_intercept=0.0)


def _analyse(store: Store, settings: Settings) -> dict[str, Any]:
    """One run of each model; the id of each."""
    reports = {
        "ld": compute_ld_scores(store, settings, "panel", options=_LD),
        "h2": estimate_trait_heritability(store, settings, "T:1", request=_REQUEST),
        "partition": partition_heritability(store, settings, "T:1", request=_REQUEST),
        "cells": estimate_cell_type_enrichment(store, settings, "T:1", cell_types=("marks/active",), request=_REQUEST),
        "rg": estimate_trait_correlation(store, settings, "T:1", "T:2", request=_FIXED),
    }
    return {name: report.run_id for name, report in reports.items()}


def test_refresh_statistics__of_a_graph_as_it_should_be_changes_nothing(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    assert refresh_statistics(store, settings).attached == ()
    runs = _analyse(store, settings)
    before, number = statistics_of(cypher), current_release(store).number
    report = refresh_statistics(store, settings)
    assert sorted(report.attached) == sorted(runs.values())
    assert (report.retired, report.stale) == ((), ())
    assert (statistics_of(cypher), current_release(store).number) == (before, number)


def test_refresh_statistics__puts_back_what_was_lost_and_removes_what_is_wrong(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    _analyse(store, settings)
    before = statistics_of(cypher)
    one, two, three = (key_of(1, snp) for snp in (3, 4, 90))
    cypher("MATCH (s:SNP {key: $k}) REMOVE s.ld_score, s.ld_score_run_id, s.expected_heritability, "
           "s.expected_heritability_run_ids", k=one)  # fmt: skip
    cypher("MATCH (s:SNP {key: $k}) SET s.ld_score = 99.0, s.expected_heritability = [9.0]", k=two)
    cypher("MATCH (:SNP {key: $k})-[e:IN_LD_WITH]-() DELETE e", k=one)
    cypher("MATCH (a:SNP {key: $a}), (b:SNP {key: $b}) CREATE (a)-[:IN_LD_WITH {edge_key: 'x', run_id: 'gone', "
           "r_squared: 1.0}]->(b)", a=two, b=three)  # fmt: skip
    cypher("MATCH (:Trait)-[e:ENRICHED_IN|GENETIC_CORRELATION]->() DELETE e")
    cypher("MATCH (t:Trait {trait_id: 'gwas/T:1'}) REMOVE t.h2, t.heritability_run_id")
    cypher("MATCH (t:Trait {trait_id: 'gwas/T:2'}) SET t.h2 = 0.1, t.heritability_run_id = 'gone'")
    assert statistics_of(cypher) != before
    refresh_statistics(store, settings)
    assert statistics_of(cypher) == before


def test_ingest_manifest__attaches_statistics_to_new_nodes(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    half = [evidence(rsid_of(1, s), f"1:{position_of(s)}", "A/G", "cg00000001") for s in range(0, N_SNPS, 2)]
    few = write_study(tmp_path / "mqtl", "mqtl", "mqtl", half)
    ingest_manifest(store, settings, write_manifest(tmp_path / "mqtl", few))
    world = [write_panel(tmp_path), write_annotations(tmp_path)]
    ingest_manifest(store, settings, write_manifest(tmp_path, *world))
    report = compute_ld_scores(store, settings, "panel", options=_LD)
    assert report.n_matched == N_SNPS // 2
    n_pairs = counts_of(cypher).get("IN_LD_WITH", 0)
    gwas = write_gwas(tmp_path)
    ingest_manifest(store, settings, write_manifest(tmp_path, gwas))
    assert cypher("MATCH (s:SNP) WHERE s.ld_score_run_id = $r RETURN count(s) AS n", r=report.run_id) == [
        {"n": 2 * N_SNPS}
    ]
    assert counts_of(cypher)["IN_LD_WITH"] == report.n_pairs
    assert n_pairs < counts_of(cypher)["IN_LD_WITH"]
    remove_study(store, settings, "gwas")
    assert counts_of(cypher).get("IN_LD_WITH", 0) == n_pairs
    assert current_release(store).run_ids == (report.run_id,)


def test_ingest_manifest__renamed_snps_keep_their_statistics(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    """A SNP known by its rsid alone gets a place when a positions source comes, and loses it when that goes."""
    rows = [evidence(rsid_of(1, s), "", "A/G", "cg00000001") for s in range(6)]
    mqtl = write_study(tmp_path / "mqtl", "mqtl", "mqtl", rows)
    ingest_manifest(store, settings, write_manifest(tmp_path / "mqtl", mqtl))
    ingest_manifest(store, settings, write_manifest(tmp_path, write_panel(tmp_path), write_annotations(tmp_path)))
    report = compute_ld_scores(store, settings, "panel", options=_LD)
    assert report.n_matched == 0
    places = write_study(
        tmp_path / "places",
        "places",
        "positions",
        [site(rsid_of(1, s), f"1:{position_of(s)}", "A/G") for s in range(6)],
    )
    ingest_manifest(store, settings, write_manifest(tmp_path / "places", places))
    assert cypher("MATCH (s:SNP) WHERE s.ld_score IS NOT NULL RETURN count(s) AS n") == [{"n": 6}]
    assert counts_of(cypher)["IN_LD_WITH"] >= 5
    remove_study(store, settings, "places")
    assert cypher("MATCH (s:SNP) WHERE s.ld_score IS NOT NULL RETURN count(s) AS n") == [{"n": 0}]
    assert counts_of(cypher) == {}


def test_remove_study__of_the_trait_retires_its_runs(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    runs = _analyse(store, settings)
    remove_study(store, settings, "gwas")
    assert current_release(store).run_ids == (runs["ld"],)
    assert counts_of(cypher) == {}
    assert cypher("MATCH (s:SNP) WHERE s.expected_heritability IS NOT NULL RETURN count(s) AS n") == [{"n": 0}]
    statuses = {run.run_id: run.status for run in list_runs(store)}
    assert statuses == {run_id: "finished" if run_id == runs["ld"] else "retired" for run_id in runs.values()}


def test_remove_study__of_the_panel_retires_every_run_made_from_it(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    before = statistics_of(cypher)
    _analyse(store, settings)
    remove_study(store, settings, "panel")
    assert {**statistics_of(cypher), "runs": []} == before


def test_remove_study__of_the_annotations_keeps_nothing_made_from_them(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    plain = LdScoreRequest(window_kb=500, n_processes=1)
    kept = compute_ld_scores(store, settings, "panel", options=plain).run_id
    heritability = estimate_trait_heritability(store, settings, "T:2", request=_REQUEST).run_id
    annotated = compute_ld_scores(store, settings, "panel", options=_LD).run_id
    partition_heritability(store, settings, "T:1", request=_REQUEST)
    remove_study(store, settings, "marks")
    assert current_release(store).run_ids == (heritability,)
    assert kept != annotated
    assert cypher("MATCH (s:SNP) WHERE s.ld_score IS NOT NULL RETURN count(s) AS n") == [{"n": 0}]


def test_ingest_manifest__of_another_version_leaves_runs_stale(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    runs = _analyse(store, settings)
    shown = seen_by_readers(cypher)
    ingest_manifest(store, settings, write_manifest(tmp_path, write_gwas(tmp_path, seed=4)))
    assert seen_by_readers(cypher) == shown
    report = refresh_statistics(store, settings)
    assert sorted(report.stale) == sorted(run_id for name, run_id in runs.items() if name != "ld")
    assert estimate_trait_heritability(store, settings, "T:1", request=_REQUEST).status == "computed"


def test_refresh_statistics__retires_a_run_whose_files_are_damaged(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    report = compute_ld_scores(store, settings, "panel", options=_LD)
    shutil.rmtree(artefact_folder(settings, str(report.run_id)))
    assert refresh_statistics(store, settings).retired == (report.run_id,)
    assert counts_of(cypher) == {}


def test_refresh_statistics__is_left_to_the_process_that_computes(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    _analyse(store, settings)
    before = statistics_of(cypher)
    cypher("MATCH (t:Trait {trait_id: 'gwas/T:1'}) REMOVE t.h2")
    with statistics_lock(settings, "something long"):
        assert refresh_statistics(store, settings).is_deferred
    assert is_refresh_asked(settings)
    assert estimate_trait_heritability(store, settings, "T:1", request=_REQUEST).status == "unchanged"
    assert not is_refresh_asked(settings)
    assert statistics_of(cypher) == before


def test_ingest_manifest__killed_before_the_refresh_makes_up_for_it(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_world(store, settings, tmp_path)
    _analyse(store, settings)
    manifest = write_manifest(tmp_path, write_panel(tmp_path, seed=2))

    def die(*_: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr("services.ingest.loading.refresh_if_asked", die)
        with pytest.raises(InterruptedError):
            ingest_manifest(store, settings, manifest)
    cypher("MATCH (t:Trait {trait_id: 'gwas/T:1'}) REMOVE t.h2")
    ingest_manifest(store, settings, manifest)
    assert not is_refresh_asked(settings)
    assert cypher("MATCH (t:Trait {trait_id: 'gwas/T:1'}) RETURN t.h2 IS NOT NULL AS there") == [{"there": True}]


def test_repair__attaches_statistics_again(store: Store, settings: Settings, cypher: Cypher, tmp_path: Path) -> None:
    load_world(store, settings, tmp_path)
    _analyse(store, settings)
    before = statistics_of(cypher)
    cypher("MATCH ()-[e:IN_LD_WITH|ENRICHED_IN]->() DELETE e")
    repair(store, settings)
    assert statistics_of(cypher) == before
