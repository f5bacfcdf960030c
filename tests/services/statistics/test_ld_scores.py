"""LD scores of panels, on the graph and from files."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from loaders.errors import TruncatedFileError
from loaders.ldsc import read_ld_scores
from models.heritability.errors import WindowError
from services.graph.store import Store
from services.ingest import ingest_manifest
from services.registry import artefact_folder
from services.settings import Settings
from services.statistics import (
    LdScoreReport,
    LdScoreRequest,
    StatisticsError,
    UnknownAnnotation,
    UnknownPanel,
    compute_ld_scores,
)
from services.statistics.reference import read_reference_run
from services.statistics.refusals import InputsError
from tests.conftest import Cypher
from tests.services.ingest.tiny import write_manifest
from tests.services.statistics.small_world import (
    CHROMOSOMES,
    N_PEOPLE,
    N_SNPS,
    STEP_BP,
    draw_genotypes,
    key_of,
    load_world,
    position_of,
    rsid_of,
    statistics_of,
    write_annotations,
    write_gwas,
    write_panel,
)

WINDOW_KB = 300


def _request(**more: object) -> LdScoreRequest:
    return LdScoreRequest(**{"window_kb": WINDOW_KB, "n_processes": 1, **more})  # type: ignore[arg-type]


def _slow_ld_scores(chromosome: int, seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """LD scores and r² of one chromosome of the small world's panel, pair by pair."""
    genotypes = draw_genotypes(N_PEOPLE, 10 * seed + chromosome).astype(float)
    r_squared = np.corrcoef(genotypes.T) ** 2
    adjusted = r_squared - (1 - r_squared) / (N_PEOPLE - 2)
    place = np.arange(N_SNPS) * STEP_BP
    is_near = np.abs(place[:, None] - place[None, :]) <= WINDOW_KB * 1000
    return (adjusted * is_near).sum(axis=1), np.where(is_near, r_squared, 0.0)


@pytest.mark.store
def test_compute_ld_scores__of_a_loaded_panel(store: Store, settings: Settings, cypher: Cypher, tmp_path: Path) -> None:
    load_world(store, settings, tmp_path)
    report = compute_ld_scores(store, settings, "panel", options=_request(is_exact=True, pair_threshold=0.3))
    scores = {
        row["key"]: row["ld_score"] for row in cypher("MATCH (s:SNP) RETURN s.key AS key, s.ld_score AS ld_score")
    }
    pairs = {
        frozenset((row["a"], row["b"])): row["r"]
        for row in cypher("MATCH (a)-[e:IN_LD_WITH]->(b) WHERE a.key < b.key RETURN a.key AS a, b.key AS b, "
                          "e.r_squared AS r")
    }  # fmt: skip
    expected_pairs = {}
    for chromosome in CHROMOSOMES:
        expected, r_squared = _slow_ld_scores(chromosome)
        found = [scores[key_of(chromosome, snp)] for snp in range(N_SNPS)]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        for first, second in np.argwhere(np.triu(r_squared, 1) >= 0.3):
            expected_pairs[frozenset((key_of(chromosome, first), key_of(chromosome, second)))] = r_squared[
                first, second
            ]
    assert pairs.keys() == expected_pairs.keys()
    assert all(pairs[pair] == pytest.approx(value, abs=1e-6) for pair, value in expected_pairs.items())
    assert (report.status, report.n_snps, report.n_matched) == ("computed", 2 * N_SNPS, 2 * N_SNPS)
    assert (report.n_pairs, report.n_people, report.window, report.build) == (len(pairs), N_PEOPLE, "300 kb", "GRCh37")
    assert (report.names, report.m) == (("base",), (2.0 * N_SNPS,))
    assert report.mean_ld_score == pytest.approx(np.mean(list(scores.values())))


@pytest.mark.store
def test_compute_ld_scores__keeps_its_reference_and_what_made_it(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    report = compute_ld_scores(store, settings, "panel", options=_request(annotations=("marks",)))
    reference = read_reference_run(settings, str(report.run_id))
    assert reference.names == report.names == ("base", "marks/active", "marks/quiet")
    folder = artefact_folder(settings, str(report.run_id))
    values = pl.read_parquet(folder / "annotations.parquet").to_numpy().astype(np.float64)
    assert reference.overlap is not None
    assert reference.annotation_sd_5_50 is not None
    np.testing.assert_allclose(reference.overlap, values.T @ values)
    np.testing.assert_allclose(reference.annotation_sd_5_50, values.std(axis=0), atol=1e-9)
    assert reference.settings["is_continuous"] == [False, False, False]
    (run,) = cypher("MATCH (r:ModelRun) RETURN properties(r) AS run")
    assert run["run"]["scope"] == "panel"
    assert {each.split("=")[0] for each in run["run"]["inputs"]} == {
        "panel.bed", "panel.bim", "panel.fam", "annotation marks"
    }  # fmt: skip
    assert json.loads(run["run"]["settings"])["window"] == WINDOW_KB


@pytest.mark.store
def test_compute_ld_scores__over_processes_is_the_same(store: Store, settings: Settings, tmp_path: Path) -> None:
    bed = tmp_path / "panel.bed"
    write_panel(tmp_path)
    one = compute_ld_scores(None, settings, str(bed), options=_request(out=tmp_path / "one"))
    two = compute_ld_scores(None, settings, str(bed), options=_request(out=tmp_path / "two", n_processes=2))
    assert (one.status, one.run_id, one.m, one.mean_ld_score) == ("written", None, two.m, two.mean_ld_score)
    texts = [(tmp_path / f"{name}.l2.ldscore.gz").read_bytes() for name in ("one", "two")]
    assert texts[0] == texts[1]


@pytest.mark.store
def test_compute_ld_scores__writes_files_of_a_run_that_is_there_already(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    first = compute_ld_scores(store, settings, "panel", options=_request(pair_threshold=0.3))
    again = compute_ld_scores(store, settings, "panel", options=_request(pair_threshold=0.3, out=tmp_path / "x"))
    assert (first.files, again.status, again.run_id) == ((), "unchanged", first.run_id)
    names = ["x.l2.ldscore.gz", "x.l2.M", "x.l2.M_5_50", "x.ld_pairs.parquet"]
    assert [Path(path).name for path in again.files] == names
    assert read_ld_scores(tmp_path / "x").table.height == first.n_snps
    assert compute_ld_scores(store, settings, "panel", options=_request(pair_threshold=0.3)).files == ()


@pytest.mark.store
def test_compute_ld_scores__of_two_panels_shows_one_of_them_on_the_nodes(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path, write_panel(tmp_path, name="second", seed=2, ancestry="African"))
    first = compute_ld_scores(store, settings, "panel", options=_request(pair_threshold=0.2))
    second = compute_ld_scores(store, settings, "second", options=_request(pair_threshold=0.2, minimum_maf=0.3))
    assert second.n_matched is not None
    assert 0 < second.n_matched < 2 * N_SNPS
    shown = statistics_of(cypher)
    assert {row["run"] for row in shown["snps"]} == {second.run_id, None}
    assert shown["release"] == [{"run_ids": sorted([str(first.run_id), str(second.run_id)])}]
    assert {edge["properties"]["run_id"] for edge in shown["edges"]} == {first.run_id, second.run_id}
    again = compute_ld_scores(store, settings, "panel", options=_request(pair_threshold=0.2))
    assert (again.status, again.n_matched) == ("unchanged", 0)


def test_compute_ld_scores__writes_files_of_the_original_program(settings_alone: Settings, tmp_path: Path) -> None:
    write_panel(tmp_path)
    report = compute_ld_scores(
        None, settings_alone, str(tmp_path / "panel"), options=_request(out=tmp_path / "to" / "x")
    )
    assert [Path(path).name for path in report.files] == ["x.l2.ldscore.gz", "x.l2.M", "x.l2.M_5_50"]
    found = read_ld_scores(tmp_path / "to" / "x")
    assert found.names == ("L2",)
    assert found.table["SNP"].to_list() == [rsid_of(c, s) for c in CHROMOSOMES for s in range(N_SNPS)]
    expected = np.concatenate([_slow_ld_scores(chromosome)[0] for chromosome in CHROMOSOMES])
    np.testing.assert_allclose(found.table["L2"].to_numpy(), expected, atol=6e-4)
    assert found.m is not None
    assert found.m.tolist() == list(report.m)


@pytest.mark.parametrize("n_processes", [1, 2])
def test_compute_ld_scores__writes_the_pairs_of_files(
    settings_alone: Settings, tmp_path: Path, n_processes: int
) -> None:
    write_panel(tmp_path)
    options = _request(out=tmp_path / "x", pair_threshold=0.3, n_processes=n_processes)
    report = compute_ld_scores(None, settings_alone, str(tmp_path / "panel.bed"), options=options)
    assert Path(report.files[-1]).name == "x.ld_pairs.parquet"
    expected = []
    for chromosome in CHROMOSOMES:
        _, r_squared = _slow_ld_scores(chromosome)
        for first, second in np.argwhere(np.triu(r_squared, 1) >= 0.3):
            places = [(rsid_of(chromosome, snp), position_of(snp)) for snp in (first, second)]
            expected.append(
                (str(chromosome), *places[0], *places[1], pytest.approx(r_squared[first, second], abs=1e-6))
            )
    pairs = pl.read_parquet(report.files[-1])
    assert pairs.columns == ["chromosome", "id_1", "position_bp_1", "id_2", "position_bp_2", "r_squared"]
    assert pairs.rows() == expected
    assert report.n_pairs == len(expected) > 100


def test_compute_ld_scores__writes_no_pairs_that_were_not_asked_for(settings_alone: Settings, tmp_path: Path) -> None:
    write_panel(tmp_path)
    bed = str(tmp_path / "panel.bed")
    without = compute_ld_scores(None, settings_alone, bed, options=_request(out=tmp_path / "x"))
    assert (without.n_pairs, len(without.files)) == (None, 3)
    none = compute_ld_scores(None, settings_alone, bed, options=_request(out=tmp_path / "y", pair_threshold=1.0))
    assert (none.n_pairs, pl.read_parquet(none.files[-1]).height) == (0, 0)


@pytest.mark.parametrize("is_thin", [False, True])
def test_compute_ld_scores__takes_annotation_files(settings_alone: Settings, tmp_path: Path, *, is_thin: bool) -> None:
    write_panel(tmp_path)
    values = np.random.default_rng(0).standard_normal(2 * N_SNPS)
    lines = ["mark" if is_thin else "CHR\tBP\tSNP\tCM\tmark"]
    for at, (chromosome, snp) in enumerate((c, s) for c in CHROMOSOMES for s in range(N_SNPS)):
        place = "" if is_thin else f"{chromosome}\t{1_000_000 + STEP_BP * snp}\t{rsid_of(chromosome, snp)}\t0\t"
        lines.append(f"{place}{values[at]:.6f}")
    (tmp_path / "mark.annot").write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = compute_ld_scores(
        None, settings_alone, str(tmp_path / "panel.bed"), options=_request(annotations=(str(tmp_path / "mark"),))
    )
    assert report.names == ("base", "mark")
    assert report.m[1] == pytest.approx(values.sum(), abs=1e-3)


def _fail(settings: Settings, panel: object, **more: object) -> LdScoreReport:
    return compute_ld_scores(None, settings, str(panel), options=_request(**more))


def test_compute_ld_scores__refuses_what_cannot_be(settings_alone: Settings, tmp_path: Path) -> None:
    write_panel(tmp_path)
    bed = tmp_path / "panel.bed"
    with pytest.raises(InputsError, match=r"a window has one unit; seen: 1 cM and 300 kb"):
        _fail(settings_alone, bed, window_cm=1.0)
    with pytest.raises(UnknownPanel, match=r"the path of a .bed: no file lies at '.*nowhere.bed'"):
        _fail(settings_alone, tmp_path / "nowhere.bed")
    with pytest.raises(UnknownAnnotation, match=r"no loaded annotation study is called 'nothing'.*none is loaded"):
        _fail(settings_alone, bed, annotations=("nothing",))
    message = r"10000 kb on each side spans all variants of chromosome 1; seen: 160 SNPs within 3,180 kb; in .*.bim; "
    with pytest.raises(WindowError, match=message):
        _fail(settings_alone, bed, window_kb=10_000)
    with pytest.raises(WindowError, match=r"an LD window must be a positive number, got -1.0"):
        _fail(settings_alone, bed, window_kb=-1.0)
    (tmp_path / "short.annot").write_text("mark\n1\n0\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"one row for each SNP of the panel; seen: 2 rows"):
        _fail(settings_alone, bed, annotations=(str(tmp_path / "short"),))
    bim = tmp_path / "panel.bim"
    original = bim.read_text()
    bim.write_text(
        "".join("\t".join([*line.split()[:2], "0", *line.split()[3:]]) + "\n" for line in original.splitlines())
    )
    with pytest.raises(InputsError, match=r"a window in cM needs a genetic map; seen: 0 cM"):
        compute_ld_scores(None, settings_alone, str(bed), options=LdScoreRequest(n_processes=1))
    bim.write_text("".join("X" + line[1:] + "\n" for line in original.splitlines()))
    with pytest.raises(StatisticsError, match=r"LD scores are of autosomes, and panel .* has only chromosome X"):
        _fail(settings_alone, bed)
    bim.write_text(original)
    bed.write_bytes(bed.read_bytes()[:-5])
    with pytest.raises(TruncatedFileError, match=r"a .bed must have 3 bytes"):
        _fail(settings_alone, bed)


@pytest.mark.store
def test_compute_ld_scores__refuses_panels_that_are_not_what_was_loaded(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    entries = [write_panel(tmp_path), write_annotations(tmp_path), write_gwas(tmp_path)]
    ingest_manifest(store, settings, write_manifest(tmp_path, *entries))
    with pytest.raises(UnknownPanel, match=r"no loaded LD panel is called 'panle'.* loaded are panel"):
        compute_ld_scores(store, settings, "panle", options=_request())
    with pytest.raises(UnknownAnnotation, match=r"'mark'.*loaded are marks"):
        compute_ld_scores(store, settings, "panel", options=_request(annotations=("mark",)))
    write_panel(tmp_path, seed=7)
    with pytest.raises(StatisticsError, match=r"panel panel must be the files that were loaded: panel.bed changed"):
        compute_ld_scores(store, settings, "panel", options=_request())
    (tmp_path / "panel.bed").unlink()
    with pytest.raises(StatisticsError, match=r"must be a triple .*panel.bed is not there"):
        compute_ld_scores(store, settings, "panel", options=_request())


@pytest.fixture
def settings_alone(tmp_path: Path) -> Settings:
    """Settings with a home of their own; no graph."""
    return Settings(home=tmp_path / "home")
