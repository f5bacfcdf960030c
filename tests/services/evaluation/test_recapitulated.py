"""S3 on a real store: genes whose loci are those of CpGs, seen by a model of mQTL alone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loaders.errors import RuleError
from loaders.simulation.planted_graphs import write_planted_graphs
from loaders.simulation.planted_settings import PlantedSettings
from models.pinsage import PinSageSettings
from services.evaluation.eqtl_associations import all_eqtl
from services.evaluation.recapitulated import (
    OTHER_BLOCK,
    RecapitulationMaterial,
    RecapitulationOptions,
    evaluate_recapitulation,
    ld_scores,
    recapitulate_file,
    recapitulate_graph,
)
from services.export import export_bipartite
from services.graph.store import Store
from services.settings import Settings
from services.training.fitting import pinsage_settings
from tests.conftest import Cypher
from tests.services.graph_rows import GraphRows, planted_modules

pytestmark = pytest.mark.store

QUICK: dict[str, Any] = {
    "n_views": 3, "n_steps": 20, "n_dimensions": 8, "check_every": 5, "checkpoint_every": 5, "n_warmup_steps": 2,
    "n_threads": 1,
}  # fmt: skip
OPTIONS = RecapitulationOptions(k=(5, 15), seeds=(0, 1), n_bootstrap=200)
STUDIES = (
    "UNWIND ['eqtl', 'other'] AS id "
    "CREATE (:Study {study_id: id, kind: 'eqtl', "
    "active_load_id: CASE id WHEN 'eqtl' THEN 'eqtl-load' ELSE 'mqtl-load' END})"
)


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"pinsage": QUICK})


def modules() -> GraphRows:
    """More CpGs than genes, so that the mQTL alone tell the modules apart."""
    return planted_modules(n_cpgs=20, n_genes=3, share=0.7)


@pytest.mark.slow
def test_evaluate_recapitulation__sees_planted_genes_beyond_matched_snps(
    store: Store, quick: Settings, cypher: Cypher
) -> None:
    modules().write(cypher)
    report = evaluate_recapitulation(store, quick, OPTIONS)
    rows = {(group.method, group.query_block): group.rows for group in report.groups}
    elsewhere = rows["PinSage", OTHER_BLOCK][1]
    assert (elsewhere.k, elsewhere.n_rnas) == (15, 15)
    assert elsewhere.share.estimate > 0.8
    assert elsewhere.excess.lower > 0.3
    assert elsewhere.precision.estimate > 0.4
    assert rows["nearest position", OTHER_BLOCK][1].share.estimate < 0.2, "the modules' loci lie on other chromosomes"
    assert rows["PinSage", OTHER_BLOCK][0].share.estimate <= elsewhere.share.estimate
    assert json.loads(json.dumps(report.to_json()))["n_mqtl_edges"] == report.n_mqtl_edges
    assert len(report.tables()[0].rows) == 12


@pytest.mark.slow
def test_recapitulate_graph__never_shows_the_model_an_eqtl(store: Store, quick: Settings, cypher: Cypher) -> None:
    """Without half of the genes' edges, the model of the others is the same: it saw none of them."""
    modules().write(cypher)
    snapshot = export_bipartite(store, quick)
    graph = snapshot.graph
    asked = {"some": tuple(ids[:10] for ids in all_eqtl(graph))}
    is_eqtl = graph.molecule_is_gene[graph.edge_molecule]
    fewer = graph.without_edges(is_eqtl & (np.arange(is_eqtl.size) % 2 == 0))
    score = np.full(graph.n_snps, np.nan)
    one, other = (
        recapitulate_graph(RecapitulationMaterial(given, score, asked, ""), pinsage_settings(quick), OPTIONS).groups
        for given in (graph, fewer)
    )
    assert one == other


@pytest.mark.slow
def test_evaluate_recapitulation__leaves_out_studies_of_trait_snps(
    store: Store, quick: Settings, cypher: Cypher
) -> None:
    modules().write(cypher)
    cypher(STUDIES)
    options = replace(OPTIONS, trait_snps_only=("eqtl",))
    report = evaluate_recapitulation(store, quick, options)
    counts = {group.associations: group.rows[0].n_possible for group in report.groups}
    assert counts["all associations"] > 0
    assert counts["without eqtl"] == 0
    none = evaluate_recapitulation(store, quick, replace(OPTIONS, trait_snps_only=("other",)))
    assert len({group.rows[0].n_possible for group in none.groups if group.query_block == OTHER_BLOCK}) == 1


def test_evaluate_recapitulation__names_an_unknown_study(store: Store, quick: Settings, cypher: Cypher) -> None:
    modules().write(cypher)
    cypher(STUDIES)
    with pytest.raises(RuleError, match="seen: nobody; name some of eqtl, other"):
        evaluate_recapitulation(store, quick, replace(OPTIONS, trait_snps_only=("nobody",)))


def test_ld_scores__are_unknown_where_the_release_has_none(store: Store, quick: Settings, cypher: Cypher) -> None:
    modules().write(cypher)
    snapshot = export_bipartite(store, quick)
    assert np.isnan(ld_scores(snapshot)).all()
    features = np.array([[1.5, 0.0], [0.0, 1.0]], dtype=np.float32)
    graph = replace(
        snapshot.graph,
        snp_features=np.resize(features, (snapshot.graph.n_snps, 2)),
    )
    named = replace(snapshot, graph=graph, feature_names=("log_ld_score", "log_ld_score_is_missing"))
    assert ld_scores(named)[0] == 1.5
    assert np.isnan(ld_scores(named)[1])


@pytest.mark.slow
def test_recapitulate_file__finds_genes_of_planted_modules_on_other_blocks(tmp_path: Path) -> None:
    settings = PlantedSettings(n_genes=4000).scaled(0.1)
    (path,) = write_planted_graphs(tmp_path, "dense", [1], settings=settings)
    report = recapitulate_file(path, PinSageSettings(**QUICK), replace(OPTIONS, seeds=(0,)))
    found = {group.method: group.rows[1] for group in report.groups if group.query_block == OTHER_BLOCK}
    assert found["PinSage"].excess.lower > 0.02
    assert found["PinSage"].share.estimate > 2 * found["PinSage"].matched.estimate
    assert found["most CpGs"].share.estimate < found["PinSage"].share.estimate
