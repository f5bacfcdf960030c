"""Annotations that are files: BED intervals and gene sets become columns beside the base, as studies do."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from loaders.errors import BuildError, FormatError
from loaders.ldsc import read_ld_scores
from services.graph.store import Store
from services.settings import Settings
from services.statistics import LdScoreReport, LdScoreRequest, UnknownAnnotation, compute_ld_scores
from services.statistics.annotation_choice import choose_annotations
from services.statistics.panels import Panel
from services.statistics.reference import read_reference_run
from services.statistics.refusals import InputsError
from tests.services.statistics.small_world import (
    CHROMOSOMES,
    N_SNPS,
    load_world,
    position_of,
    write_panel,
)


def _scores(settings: Settings, panel: object, store: Store | None = None, **more: object) -> LdScoreReport:
    options = LdScoreRequest(**{"window_kb": 300, "n_processes": 1, **more})  # type: ignore[arg-type]
    return compute_ld_scores(store, settings, str(panel), options=options)


def _write_bed(path: Path, snps: range) -> Path:
    """Intervals around these SNPs of both chromosomes, 0-based."""
    lines = [f"chr{c}\t{position_of(snp) - 1}\t{position_of(snp)}" for c in CHROMOSOMES for snp in snps]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def _write_genes(folder: Path) -> tuple[Path, Path]:
    """A set of two genes, of which one has a place: SNP 10 of chromosome 1, 5 bp long."""
    (folder / "brain.GeneSet").write_text("ENSG00000000001\nENSG00000000009\n", encoding="utf-8")
    place = position_of(10)
    rows = f"GENE\tCHR\tSTART\tEND\nENSG00000000001\t1\t{place - 2}\t{place + 2}\n"
    (folder / "genes.tsv").write_text(rows, encoding="utf-8")
    return folder / "brain.GeneSet", folder / "genes.tsv"


@pytest.fixture
def alone(tmp_path: Path) -> Settings:
    """Settings with a home of their own, and a panel in files; no graph."""
    write_panel(tmp_path)
    return Settings(home=tmp_path / "home")


@pytest.mark.parametrize("ending", [".bed", ".bed.gz"])
def test_compute_ld_scores__takes_bed_files(alone: Settings, tmp_path: Path, ending: str) -> None:
    bed = _write_bed(tmp_path / f"every.second{ending}", range(0, N_SNPS, 2))
    report = _scores(alone, tmp_path / "panel.bed", annotations=(str(bed),), out=tmp_path / "x")
    assert (report.names, report.flags) == (("base", "every.second"), ())
    assert report.m == (2.0 * N_SNPS, 1.0 * N_SNPS)
    of_file = read_ld_scores(tmp_path / "x").table
    lines = ["every.second", *("10" * N_SNPS)]
    (tmp_path / "same.annot").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _scores(alone, tmp_path / "panel.bed", annotations=(str(tmp_path / "same.annot"),), out=tmp_path / "y")
    assert of_file.equals(read_ld_scores(tmp_path / "y").table)


def test_compute_ld_scores__takes_gene_sets_with_their_window(alone: Settings, tmp_path: Path) -> None:
    genes, coordinates = _write_genes(tmp_path)
    panel = tmp_path / "panel.bed"
    narrow = _scores(alone, panel, annotations=(str(genes),), genes=coordinates, gene_window_bp=0)
    wide = _scores(alone, panel, annotations=(str(genes),), genes=coordinates, gene_window_bp=40_000)
    assert narrow.names == wide.names == ("base", "brain")
    assert (narrow.m[1], wide.m[1]) == (1.0, 5.0)  # a SNP every 20 kb, two on both sides
    assert wide.flags == ("genes_without_place",)


def test_compute_ld_scores__takes_several_kinds_at_once_over_processes(alone: Settings, tmp_path: Path) -> None:
    genes, coordinates = _write_genes(tmp_path)
    annot = tmp_path / "both.annot.gz"
    annot.write_bytes(gzip.compress("\n".join(["one two", *["0.5 1"] * (2 * N_SNPS), ""]).encode()))
    names = (str(_write_bed(tmp_path / "a.bed", range(3))), str(annot), str(genes))
    found = [
        _scores(
            alone, tmp_path / "panel.bed", annotations=names, genes=coordinates, n_processes=n, out=tmp_path / f"{n}"
        )
        for n in (1, 2)
    ]
    assert found[0].names == found[1].names == ("base", "a", "one", "two", "brain")
    assert found[0].m == found[1].m == (320.0, 6.0, 160.0, 320.0, 11.0)


def test_compute_ld_scores__flags_an_annotation_without_snps(alone: Settings, tmp_path: Path) -> None:
    (tmp_path / "far.bed").write_text("chr22\t0\t9\n", encoding="utf-8")
    report = _scores(alone, tmp_path / "panel.bed", annotations=(str(tmp_path / "far.bed"),))
    assert (report.m[1], report.flags) == (0.0, ("empty_annotation",))


def test_compute_ld_scores__refuses_files_that_are_no_annotations(alone: Settings, tmp_path: Path) -> None:
    panel = tmp_path / "panel.bed"
    with pytest.raises(FormatError, match=r"BED file of intervals.*PLINK genotypes.*give the genotypes as the panel"):
        _scores(alone, panel, annotations=(str(panel),))
    with pytest.raises(FormatError, match=r"a gene set must come with the places of its genes.*add --genes FILE"):
        _scores(alone, panel, annotations=(str(_write_genes(tmp_path)[0]),))
    with pytest.raises(UnknownAnnotation, match=r"panel.fam' \(none is loaded\), and a file of annotations ends in"):
        _scores(alone, panel, annotations=(str(tmp_path / "panel.fam"),))
    (tmp_path / "to").mkdir()
    twice = (str(_write_bed(tmp_path / "a.bed", range(3))), str(_write_bed(tmp_path / "to" / "a.bed", range(4))))
    with pytest.raises(InputsError, match=r"a name of its own; seen: a; rename it"):
        _scores(alone, panel, annotations=twice)


def test_choose_annotations__refuses_a_file_of_another_build(alone: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_text("#genome build hg38\nchr1\t9\t20\n", encoding="utf-8")
    request = LdScoreRequest(annotations=(str(tmp_path / "a.bed"),))
    with pytest.raises(BuildError, match=r"one genome build; seen: GRCh38 .* the panel is in GRCh37"):
        choose_annotations(None, alone, None, request, Panel("p", (), build="GRCh37"))


def test_choose_annotations__hashes_files_of_one_name_apart(alone: Settings, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    twice = (str(_write_bed(tmp_path / "a.bed", range(3))), str(_write_bed(tmp_path / "to" / "a.bed", range(4))))
    chosen = choose_annotations(None, alone, None, LdScoreRequest(annotations=twice), Panel("p", ()))
    assert list(chosen.inputs) == ["annotation a.bed", "annotation a.bed#1"]
    assert len({*chosen.inputs.values()}) == 2


@pytest.mark.store
def test_compute_ld_scores__of_a_loaded_panel_takes_files_beside_studies(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    lines = (tmp_path / "marks.bed").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "copy.bed").write_text("".join(line for line in lines if "active" in line), encoding="utf-8")
    report = _scores(settings, "panel", store, annotations=("marks", str(tmp_path / "copy.bed")))
    reference = read_reference_run(settings, str(report.run_id))
    assert report.names == ("base", "marks/active", "marks/quiet", "copy")
    np.testing.assert_array_equal(reference.table["copy"].to_numpy(), reference.table["marks/active"].to_numpy())
