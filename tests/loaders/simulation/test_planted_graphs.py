import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from loaders.simulation.planted_effects import Edges, Effects, join_edges, observe
from loaders.simulation.planted_files import truth_path
from loaders.simulation.planted_graphs import plant_graph, plant_null, write_planted_graphs
from loaders.simulation.planted_settings import Category, PlantedSettings, PlantedSizeError
from loaders.simulation.shared_graphs import read_shared_graph
from tests.paths import DATA

SMALL = PlantedSettings().scaled(0.1)
WITH_GENES = PlantedSettings(n_genes=4000).scaled(0.1)


def pairs_of(graph):
    pairs = pl.DataFrame({"block": graph.snps.block[graph.snp], "cpg": graph.cpg, "is_test": graph.is_test})
    return pairs.group_by("block", "cpg").agg(pl.len(), pl.col("is_test").n_unique().alias("sides"))


def test_plant_graph__is_the_same_for_a_seed_and_another_for_another():
    one, again, other = (plant_graph(SMALL, "medium", seed).graph for seed in (3, 3, 4))
    assert np.array_equal(one.snp, again.snp)
    assert np.array_equal(one.z, again.z)
    assert not np.array_equal(one.snp, other.snp)


def test_plant_graph__hides_whole_pairs_and_keeps_every_z_above_the_threshold():
    graph = plant_graph(SMALL, "dense", 1).graph
    assert pairs_of(graph)["sides"].to_list() == [1] * pairs_of(graph).height
    assert graph.is_test.mean() == pytest.approx(0.1, abs=0.02)
    assert (graph.z**2 >= 30.0).all()
    assert (graph.z < 0).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("density", "probability"), [("dense", 0.45), ("medium", 0.25), ("sparse", 0.12)])
def test_plant_graph__shows_module_effects_at_the_rate_of_the_density(density, probability):
    planted = plant_graph(PlantedSettings(n_modules=40, false_share=0.0), density, 5)
    present = set(zip(planted.graph.snps.block[planted.graph.snp].tolist(), planted.graph.cpg.tolist(), strict=True))
    asked = [
        (int(planted.graph.snps.block[locus]), int(molecule))
        for loci, molecules in zip(planted.modules.loci, planted.modules.molecules, strict=True)
        for locus in loci
        for molecule in molecules
        if planted.graph.cpg_home_block[molecule] != planted.graph.snps.block[locus]
    ]
    seen = np.mean([pair in present for pair in asked])
    assert seen == pytest.approx(probability * 0.79, abs=0.03), "gamma(2, 30) passes chi2 = 30 in 79 of 100 cases"


def test_plant_graph__gives_genes_the_loci_of_their_cpgs():
    planted = plant_graph(WITH_GENES, "dense", 2)
    graph = planted.graph
    assert graph.cpg_is_gene.sum() == WITH_GENES.n_genes
    loci, molecules = planted.modules.loci[0], planted.modules.molecules[0]
    genes, cpgs = molecules[molecules >= SMALL.n_cpgs], molecules[molecules < SMALL.n_cpgs]
    assert (genes.size, cpgs.size) == (20, 60)
    blocks = set(graph.snps.block[loci].tolist())
    for members in (genes, cpgs):
        acting = graph.snps.block[graph.snp[np.isin(graph.cpg, members)]]
        assert np.isin(acting, list(blocks)).mean() > 0.5


def test_plant_graph__draws_regulators_from_the_enriched_category():
    settings = replace(SMALL, n_modules=200, categories=(Category("enhancer", 0.05, 10.0), Category("other", 0.2)))
    planted = plant_graph(settings, "sparse", 1)
    inside = planted.graph.snps.is_in_category
    share = inside[planted.modules.loci.ravel()].mean(axis=0)
    base = inside.mean(axis=0)
    assert share[0] == pytest.approx(10 * base[0] / (1 + 9 * base[0]), abs=0.05)
    assert share[1] == pytest.approx(base[1], abs=0.04)


def test_observe__without_noise_follows_the_ld(monkeypatch):
    class Still:
        def normal(self, size):
            return np.zeros(size)

    settings = PlantedSettings(n_blocks=12, snps_per_block=5, n_cpgs=60, chi2_threshold=30.0)
    effects = Effects(np.array([11], np.int32), np.array([4], np.int32), np.array([-8.0]))
    edges = observe(settings, effects, Still())
    assert edges.snp.tolist() == [10, 11, 12, 13]
    assert edges.z == pytest.approx([-6.8, -8.0, -6.8, -5.78])


def test_join_edges__keeps_the_stronger_of_a_repeated_edge():
    one = Edges(np.array([3, 1], np.int32), np.array([0, 0], np.int32), np.array([6.0, 7.0]))
    two = Edges(np.array([3], np.int32), np.array([0], np.int32), np.array([-9.0]))
    joined = join_edges(one, two)
    assert (joined.snp.tolist(), joined.z.tolist()) == ([1, 3], [7.0, -9.0])


def test_plant_null__keeps_both_degree_sequences_and_loses_the_modules():
    planted = plant_graph(SMALL, "dense", 1)
    null = plant_null(planted.graph, 1)
    assert np.array_equal(np.bincount(null.snp), np.bincount(planted.graph.snp))
    before, after = pairs_of(planted.graph), pairs_of(null)
    assert after["sides"].max() == 1
    for side in ("block", "cpg"):
        assert np.array_equal(np.bincount(before[side]), np.bincount(after[side]))
    assert sorted(before["len"]) == sorted(after["len"]), "no pair was made twice"
    shared = before.join(after, on=["block", "cpg"], how="inner").height / before.height
    assert shared < 0.15
    assert np.array_equal(np.sort(null.z[null.is_test]), np.sort(planted.graph.z[planted.graph.is_test]))


def test_write_planted_graphs__can_be_read_back_with_the_truth_beside(tmp_path):
    (path,) = write_planted_graphs(tmp_path, "sparse", [7], settings=WITH_GENES)
    planted = plant_graph(WITH_GENES, "sparse", 7)
    found = read_shared_graph(path)
    assert np.array_equal(found.snp, planted.graph.snp)
    assert np.array_equal(found.z, planted.graph.z)
    assert np.array_equal(found.is_test, planted.graph.is_test)
    assert np.array_equal(found.snps.is_in_category, planted.graph.snps.is_in_category)
    assert found.snps.category_names == ("enhancer", "promoter", "repressed")
    truth = json.loads(truth_path(path).read_text())
    assert truth["modules"][0]["loci"] == planted.modules.loci[0].tolist()
    assert truth["settings"]["categories"][0]["enrichment"] == 5.0


@pytest.mark.parametrize(
    ("wanted", "message"),
    [({"n_blocks": 5}, "loci_per_module"), ({"n_cpgs": 10}, "cpgs_per_module"), ({"n_modules": 0}, "at least one")],
)
def test_planted_settings__refuse_impossible_sizes(wanted, message):
    with pytest.raises(PlantedSizeError, match=message):
        PlantedSettings(**wanted)


def test_plant_graph__names_an_unknown_density():
    with pytest.raises(PlantedSizeError, match="dense, medium, sparse"):
        plant_graph(SMALL, "thin", 0)


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "pinsage").is_dir(), reason="the shared simulated graphs are not here")
@pytest.mark.parametrize("density", ["sparse", "medium", "dense"])
def test_plant_graph__is_of_the_kind_of_the_shared_graphs(density):
    """Numbers of edges, of pairs, and of SNPs a trans pair: what the unpublished strengths were chosen by."""
    shared = [read_shared_graph(DATA / "pinsage" / f"{density}_{number}.parquet") for number in range(3)]
    ours = [plant_graph(PlantedSettings(), density, seed).graph for seed in (100, 101, 102)]
    for measure, tolerance in ((lambda graph: graph.snp.size, 0.03), (lambda graph: pairs_of(graph).height, 0.03)):
        expected = np.mean([measure(graph) for graph in shared])
        assert np.mean([measure(graph) for graph in ours]) == pytest.approx(expected, rel=tolerance)
    sizes = [
        np.bincount(np.concatenate([pairs_of(graph)["len"] for graph in graphs]), minlength=21)
        for graphs in (shared, ours)
    ]
    distance = np.abs(np.cumsum(sizes[0] / sizes[0].sum()) - np.cumsum(sizes[1] / sizes[1].sum())).max()
    assert distance < 0.01
