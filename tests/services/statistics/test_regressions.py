"""Regressions on the graph and from files: the numbers of the models, on the nodes, edges and in the reports."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from loaders.ldsc import LdScoreFile, read_sumstats, write_ld_scores, write_sumstats
from models import heritability as maths
from services.graph.store import Store
from services.ingest import ingest_manifest
from services.registry import artefact_folder
from services.search.errors import TraitNotResolved
from services.settings import Settings
from services.statistics import (
    LdScoreRequest,
    NoLdScores,
    NoStatistics,
    RegressionRequest,
    UnknownAnnotation,
    compute_ld_scores,
    estimate_cell_type_enrichment,
    estimate_trait_correlation,
    estimate_trait_heritability,
    partition_heritability,
)
from services.statistics.inputs import RegressionInputs, assemble_inputs
from services.statistics.ld_choice import choose_ld_scores, first_column
from services.statistics.munging import sumstats_of_trait
from services.statistics.reference import read_reference_run
from services.statistics.refusals import InputsError
from tests.conftest import Cypher
from tests.services.ingest.tiny import write_manifest
from tests.services.statistics.small_world import N_SNPS, load_world, write_gwas, write_panel

store_only = pytest.mark.store

_LD = LdScoreRequest(window_kb=500, n_processes=1, annotations=("marks",))
_FIXED = RegressionRequest(n_blocks=20, intercept=1.0, covariance_intercept=0.0)
_BLOCKS = RegressionRequest(n_blocks=20)


def _inputs(store: Store, settings: Settings, run_id: str, *traits: str) -> RegressionInputs:
    """The arrays, put together beside the program."""
    tables = [sumstats_of_trait(store, settings, f"gwas/{trait}")[0] for trait in traits]
    return assemble_inputs(tables, read_reference_run(settings, run_id))


def _load(store: Store, settings: Settings, folder: Path) -> str:
    load_world(store, settings, folder)
    return str(compute_ld_scores(store, settings, "panel", options=_LD).run_id)


@store_only
def test_estimate_trait_heritability__becomes_properties_of_the_trait(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    run_id = _load(store, settings, tmp_path)
    request = replace(_BLOCKS, sample_prevalence=0.4, population_prevalence=0.01)
    report = estimate_trait_heritability(store, settings, "T:1", request=request)
    inputs = _inputs(store, settings, run_id, "T:1")
    expected = maths.estimate_heritability(
        inputs.z, inputs.n_samples, inputs.ld_scores[:, 0], weight_ld=inputs.weight_ld, m=float(inputs.m[0]),
        options=maths.RegressionOptions(n_blocks=20),
    )  # fmt: skip
    (node,) = cypher("MATCH (t:Trait {trait_id: 'gwas/T:1'}) RETURN properties(t) AS p")
    found = node["p"]
    for name in ("h2", "h2_se", "intercept", "intercept_se", "ratio", "ratio_se", "lambda_gc", "mean_chi2", "n_snps"):
        assert getattr(report, name) == getattr(expected, name) == found[name], name
    assert found["h2_liability"] == pytest.approx(maths.to_liability(expected.h2, 0.4, 0.01))
    assert found["heritability_run_id"] == report.run_id
    assert found["heritability_study_id"] == "gwas"
    assert tuple(found["heritability_flags"]) == expected.flags == report.flags
    assert report.source.counts["kept"] == 2 * N_SNPS
    plain = estimate_trait_heritability(store, settings, "T:1", request=_BLOCKS)
    (node,) = cypher("MATCH (t:Trait {trait_id: 'gwas/T:1'}) RETURN properties(t) AS p")
    assert "h2_liability" not in node["p"], "what the newer run does not say is gone"
    assert plain.h2_liability is None


@store_only
def test_partition_heritability__becomes_edges_and_expected_heritability(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    run_id = _load(store, settings, tmp_path)
    kept = tmp_path / "deleted.tsv"
    report = partition_heritability(
        store, settings, "T:1", request=replace(_FIXED, save_delete_values=kept, quantiles_of=())
    )
    reference, inputs = read_reference_run(settings, run_id), _inputs(store, settings, run_id, "T:1")
    fit = maths.estimate_partitioned(
        inputs.z, inputs.n_samples, inputs.ld_scores, weight_ld=inputs.weight_ld, m=inputs.m,
        options=maths.RegressionOptions(n_blocks=20, intercept=1.0, two_step_cutoff=None),
    )  # fmt: skip
    assert reference.overlap_5_50 is not None
    table = maths.summarise_enrichment(
        fit, overlap=reference.overlap_5_50, m=inputs.m, n_reference_snps=float(reference.n_reference_snps_5_50 or 0)
    )
    edges = {
        row["id"]: row["p"]
        for row in cypher("MATCH (:Trait {trait_id: 'gwas/T:1'})-[e:ENRICHED_IN]->(a) RETURN a.annotation_id AS id, "
                          "properties(e) AS p")
    }  # fmt: skip
    assert set(edges) == {"marks/active", "marks/quiet"}
    for at, category in enumerate(report.categories):
        assert category.tau == fit.coefficient[at]
        assert category.enrichment == pytest.approx(table.enrichment[at])
        if category.annotation_id is not None:
            edge = edges[category.annotation_id]
            assert (edge["model"], edge["run_id"], edge["study_id"]) == ("s-ldsc", report.run_id, "gwas")
            for name in ("tau", "tau_se", "tau_z", "enrichment", "enrichment_neg_log10_p", "tau_star", "tau_star_se"):
                assert edge[name] == getattr(category, name), name
    values = pl.read_parquet(artefact_folder(settings, run_id) / "annotations.parquet").to_numpy().astype(float)
    rows = cypher("MATCH (s:SNP) RETURN s.expected_heritability AS h, s.expected_heritability_run_ids AS r, "
                  "toInteger(s.chromosome) AS c ORDER BY c, s.position_bp")  # fmt: skip
    np.testing.assert_allclose([row["h"][0] for row in rows], values @ fit.coefficient, rtol=1e-9)
    assert {tuple(row["r"]) for row in rows} == {(report.run_id,)}
    assert report.n_snps_expected == 2 * N_SNPS
    deleted = pl.read_csv(kept, separator="\t")
    np.testing.assert_allclose(deleted.to_numpy(), fit.coefficient_delete_values)
    second = partition_heritability(store, settings, "T:2", request=_FIXED)
    (row,) = cypher(
        "MATCH (s:SNP) RETURN DISTINCT size(s.expected_heritability) AS n, size(s.expected_heritability_run_ids) AS r"
    )
    assert (row["n"], row["r"]) == (2, 2)
    assert second.run_id != report.run_id


@store_only
def test_partition_heritability__over_quantiles(store: Store, settings: Settings, tmp_path: Path) -> None:
    _load(store, settings, tmp_path)
    lines = ["gradient", *(f"{(at * 37 % 101) / 100:.2f}" for at in range(2 * N_SNPS))]
    (tmp_path / "gradient.annot").write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = replace(_LD, annotations=("marks", str(tmp_path / "gradient")))
    compute_ld_scores(store, settings, "panel", options=options)
    request = replace(_FIXED, quantiles_of=("gradient",), n_quantiles=4)
    report = partition_heritability(store, settings, "T:1", request=request)
    of_gradient = next(each for each in report.categories if each.name == "gradient")
    assert (of_gradient.is_continuous, of_gradient.enrichment, of_gradient.annotation_id) == (True, None, None)
    assert of_gradient.tau_star is not None
    assert [each.quantile for each in report.quantiles] == [1, 2, 3, 4]
    assert sum(each.proportion_of_h2 for each in report.quantiles) == pytest.approx(1.0)
    assert sum(each.proportion_of_snps for each in report.quantiles) == pytest.approx(1.0)
    with pytest.raises(UnknownAnnotation, match="'slope' is no column of the LD scores, which are base"):
        partition_heritability(store, settings, "T:1", request=replace(request, quantiles_of=("slope",)))


@store_only
def test_estimate_cell_type_enrichment__of_columns_of_the_ld_scores(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    _load(store, settings, tmp_path)
    report = estimate_cell_type_enrichment(store, settings, "T:1", cell_types=("marks/quiet",), request=_FIXED)
    whole = partition_heritability(store, settings, "T:1", request=_FIXED)
    (found,) = report.cell_types
    beside = next(each for each in whole.categories if each.name == "marks/quiet")
    assert found.tau == pytest.approx(beside.tau)
    assert found.tau_se == pytest.approx(beside.tau_se)
    edges = cypher(
        "MATCH ()-[e:ENRICHED_IN {model: 'cell-types'}]->(a) RETURN a.annotation_id AS a, properties(e) AS p"
    )
    assert [(row["a"], row["p"]["tau"], row["p"]["tau_neg_log10_p"]) for row in edges] == [
        ("marks/quiet", found.tau, found.neg_log10_p)
    ]
    assert found.p_value == pytest.approx(10**-found.neg_log10_p)
    both = estimate_cell_type_enrichment(store, settings, "T:1", cell_types=("marks",), request=_FIXED)
    assert {each.annotation_id for each in both.cell_types} == {"marks/active", "marks/quiet"}
    assert cypher("MATCH ()-[e:ENRICHED_IN {model: 'cell-types'}]->() RETURN count(e) AS n") == [{"n": 2}]
    with pytest.raises(UnknownAnnotation, match="'liver' is no column"):
        estimate_cell_type_enrichment(store, settings, "T:1", cell_types=("liver",), request=_FIXED)
    with pytest.raises(InputsError, match="a base model must stay beside the cell types"):
        estimate_cell_type_enrichment(store, settings, "T:1", cell_types=("base", "marks"), request=_FIXED)


@store_only
def test_estimate_trait_correlation__becomes_an_edge_whatever_the_order(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    run_id = _load(store, settings, tmp_path)
    report = estimate_trait_correlation(store, settings, "T:2", "T:1", request=_FIXED)
    inputs = _inputs(store, settings, run_id, "T:2", "T:1")
    first, second = (maths.TraitZ(each.z, each.n_samples) for each in inputs.traits)
    expected = maths.estimate_genetic_correlation(
        first, second, inputs.ld_scores[:, 0], weight_ld=inputs.weight_ld, m=float(inputs.m[0]),
        options=maths.RegressionOptions(n_blocks=20, intercept=1.0, covariance_intercept=0.0),
    )  # fmt: skip
    assert (report.rg, report.rg_se) == (expected.rg, expected.rg_se)
    (edge,) = cypher(
        "MATCH (a)-[e:GENETIC_CORRELATION]->(b) RETURN a.trait_id AS a, b.trait_id AS b, properties(e) AS p"
    )
    assert (edge["a"], edge["b"], edge["p"]["rg"]) == ("gwas/T:1", "gwas/T:2", report.rg)
    assert edge["p"]["edge_key"] == f"{report.run_id}|gwas/T:1|gwas/T:2"
    assert report.first.source.target == "gwas/T:2"
    turned = estimate_trait_correlation(store, settings, "T:1", "T:2", request=_FIXED)
    assert turned.rg == pytest.approx(report.rg)
    (edge,) = cypher("MATCH ()-[e:GENETIC_CORRELATION]->() RETURN e.run_id AS run")
    assert edge["run"] == turned.run_id, "one edge a pair of traits"
    with pytest.raises(InputsError, match="a genetic correlation is of two traits; seen: gwas/T:1 twice"):
        estimate_trait_correlation(store, settings, "T:1", "T:1", request=_FIXED)


@store_only
def test_choose_ld_scores__of_the_traits_ancestry(store: Store, settings: Settings, tmp_path: Path) -> None:
    african = write_panel(tmp_path, name="african", seed=2, ancestry="African")
    load_world(store, settings, tmp_path, african)
    plain = LdScoreRequest(window_kb=500, n_processes=1)
    runs = {name: compute_ld_scores(store, settings, name, options=plain).run_id for name in ("panel", "african")}
    assert choose_ld_scores(store, settings, _BLOCKS, ancestry="European").run_id == runs["panel"]
    assert choose_ld_scores(store, settings, _BLOCKS, ancestry="African").run_id == runs["african"]
    assert choose_ld_scores(store, settings, _BLOCKS).run_id == runs["african"], "the newest"
    named = replace(_BLOCKS, ld_scores=str(runs["panel"]))
    assert choose_ld_scores(store, settings, named, ancestry="African").run_id == runs["panel"]
    report = estimate_trait_heritability(store, settings, "T:1", request=_BLOCKS)
    assert report.source.ld_scores == f"run {runs['panel']}"


@store_only
def test_estimate_trait_heritability__refuses_what_cannot_be(store: Store, settings: Settings, tmp_path: Path) -> None:
    hits = write_gwas(tmp_path, ("T:9",), name="hits", seed=8, statistics="truncated")
    ingest_manifest(store, settings, write_manifest(tmp_path, hits))
    with pytest.raises(TraitNotResolved, match="no trait is called 'nothing like it'"):
        estimate_trait_heritability(store, settings, "nothing like it", request=_BLOCKS)
    with pytest.raises(NoStatistics):
        estimate_trait_heritability(store, settings, "T:9", request=_BLOCKS)
    load_world(store, settings, tmp_path)
    with pytest.raises(NoLdScores, match="no LD scores to regress on: run `locusgraph ldscore PANEL` first"):
        estimate_trait_heritability(store, settings, "T:1", request=_BLOCKS)
    with pytest.raises(NoStatistics):
        estimate_trait_heritability(store, settings, "T:1", request=replace(_BLOCKS, study="hits"))


def _write_files(folder: Path, names: tuple[str, ...] = ("L2",)) -> tuple[Path, str]:
    """Munged statistics and LD scores of 400 SNPs."""
    generator = np.random.default_rng(2)
    n = 400
    ld = generator.uniform(1, 60, (n, len(names)))
    rsids = [f"rs{number}" for number in range(n)]
    place = pl.DataFrame({"CHR": ["1"] * n, "SNP": rsids, "BP": np.arange(1, n + 1) * 1000})
    columns = [pl.Series(name, ld[:, at]) for at, name in enumerate(names)]
    m = np.full(len(names), 5000.0)
    write_ld_scores(folder / "ld", LdScoreFile(place.with_columns(columns), names, m, m))
    z = generator.standard_normal(n) * np.sqrt(1 + 20000 * 0.4 * ld[:, 0] / 5000)
    table = pl.DataFrame({"SNP": rsids, "A1": ["A"] * n, "A2": ["G"] * n, "Z": z, "N": np.full(n, 20000.0)})
    path = folder / "trait.sumstats.gz"
    write_sumstats(table, path)
    return path, str(folder / "ld")


def _read_z(path: Path) -> NDArray[np.float64]:
    return read_sumstats(path)["Z"].to_numpy()


@pytest.fixture
def alone(tmp_path: Path) -> Settings:
    """Settings with a home of their own; no graph."""
    return Settings(home=tmp_path / "home")


def test_estimate_trait_heritability__from_files(alone: Settings, tmp_path: Path) -> None:
    path, prefix = _write_files(tmp_path)
    request = RegressionRequest(ld_scores=prefix, n_blocks=20, save_delete_values=tmp_path / "deleted.tsv")
    report = estimate_trait_heritability(None, alone, str(path), request=request)
    assert (report.status, report.run_id, report.source.study_id, report.n_snps) == ("written", None, None, 400)
    assert report.h2 == pytest.approx(0.4, abs=0.2)
    assert pl.read_csv(tmp_path / "deleted.tsv", separator="\t").columns == ["h2", "intercept"]
    rg = estimate_trait_correlation(None, alone, str(path), str(path), request=request)
    assert rg.rg == pytest.approx(1.0, abs=1e-3)  # the rg takes no two steps
    assert report.to_dict()["source"]["target"] == str(path)


def test_partition_heritability__from_files_without_overlaps(alone: Settings, tmp_path: Path) -> None:
    path, prefix = _write_files(tmp_path, ("base", "mark"))
    report = partition_heritability(None, alone, str(path), request=RegressionRequest(ld_scores=prefix, n_blocks=20))
    assert [(each.name, each.enrichment, each.tau_star) for each in report.categories] == [
        ("base", None, None), ("mark", None, None)
    ]  # fmt: skip
    assert all(each.tau_neg_log10_p is not None for each in report.categories)
    with pytest.raises(InputsError, match="quantiles of an annotation need its values"):
        request = RegressionRequest(ld_scores=prefix, n_blocks=20, quantiles_of=("mark",))
        partition_heritability(None, alone, str(path), request=request)


def test_partition_heritability__without_a_category(alone: Settings, tmp_path: Path) -> None:
    path, prefix = _write_files(tmp_path, ("base", "mark", "again"))
    whole = RegressionRequest(ld_scores=prefix, n_blocks=20)
    fewer = partition_heritability(None, alone, str(path), request=replace(whole, without=("mark",)))
    assert [each.name for each in fewer.categories] == ["base", "again"]
    assert fewer.h2 != partition_heritability(None, alone, str(path), request=whole).h2
    with pytest.raises(UnknownAnnotation, match=r"'marks' is no column of the LD scores; they have base, mark, again"):
        partition_heritability(None, alone, str(path), request=replace(whole, without=("marks",)))
    with pytest.raises(UnknownAnnotation, match="no annotation would stay"):
        everything = replace(whole, without=("base", "mark", "again"))
        partition_heritability(None, alone, str(path), request=everything)


def test_estimate_cell_type_enrichment__of_a_list(alone: Settings, tmp_path: Path) -> None:
    path, prefix = _write_files(tmp_path)
    (tmp_path / "cells").mkdir()
    generator = np.random.default_rng(5)
    place = pl.read_csv(f"{prefix}.l2.ldscore.gz", separator="\t").select(
        pl.col("CHR").cast(pl.String), "SNP", pl.col("BP")
    )
    for name, height in (("liver", 400), ("short", 100)):
        scores = place.head(height).with_columns(L2=pl.Series(generator.uniform(0, 5, height)))
        m = np.array([300.0])
        write_ld_scores(tmp_path / "cells" / name, LdScoreFile(scores, ("L2",), m, m))
    listed = tmp_path / "cells.cts"
    listed.write_text(f"Liver\t{tmp_path / 'cells' / 'liver'}\n", encoding="utf-8")
    request = RegressionRequest(ld_scores=prefix, n_blocks=20)
    report = estimate_cell_type_enrichment(None, alone, str(path), cell_types=listed, request=request)
    assert [(each.name, each.annotation_id) for each in report.cell_types] == [("Liver", None)]
    assert (report.n_snps, report.n_base) == (int((_read_z(path) ** 2 < 80).sum()), 1)
    listed.write_text(f"Short\t{tmp_path / 'cells' / 'short'}\n", encoding="utf-8")
    with pytest.raises(InputsError, match=r"a cell type must have LD scores of every SNP .* seen: 300 are missing"):
        estimate_cell_type_enrichment(None, alone, str(path), cell_types=listed, request=request)


def test_first_column__refuses_columns_of_which_none_is_the_base(alone: Settings, tmp_path: Path) -> None:
    path, prefix = _write_files(tmp_path, ("liver", "heart"))
    with pytest.raises(NoLdScores, match=r"has 2 columns whose first is 'liver': give LD scores without annotations"):
        estimate_trait_heritability(None, alone, str(path), request=RegressionRequest(ld_scores=prefix, n_blocks=20))
    path, prefix = (
        _write_files(tmp_path / "based", ("base", "heart")) if (tmp_path / "based").mkdir() is None else ("", "")
    )
    choice = choose_ld_scores(None, alone, RegressionRequest(ld_scores=prefix))
    assert first_column(choice).names == ("base",)


def test_read_target__without_a_graph_is_a_file(alone: Settings) -> None:
    with pytest.raises(NoStatistics, match="'height' is no file, and without a graph nothing else can be meant"):
        estimate_trait_heritability(None, alone, "height")


@pytest.mark.parametrize(
    ("sample", "population", "message"),
    [(0.3, None, "the liability scale needs both prevalences"), (0.3, 1.0, "a prevalence must lie between 0 and 1")],
)
def test_check_prevalences__refuses(alone: Settings, sample: float, population: float | None, message: str) -> None:
    request = RegressionRequest(sample_prevalence=sample, population_prevalence=population)
    with pytest.raises(InputsError, match=message):
        estimate_trait_heritability(None, alone, "x.sumstats.gz", request=request)
