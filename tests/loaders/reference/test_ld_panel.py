import dataclasses

import numpy as np
import polars as pl
import pytest
from bed_reader import to_bed

from loaders.errors import FormatError, TruncatedFileError
from loaders.genotypes import open_panel
from loaders.manifest import StudySpec, read_manifest
from loaders.reference import ld_panel
from loaders.reference.ld_panel import SCHEMA, prepare, read_genotype_blocks
from tests.loaders.reference.studies import read_rows
from tests.paths import DATA

GENOTYPES = np.array(
    [[0, 2, -127, 1], [1, 2, -127, 0], [1, 2, -127, -127], [2, 2, -127, 0], [-127, 2, -127, 1]], "int8"
)


@pytest.fixture
def panel(tmp_path):
    properties = {
        "sid": ["rs1", "1:200", "RS3;rs33", "rs4"],
        "chromosome": ["1", "1", "X", "HLA"],
        "bp_position": [100, 200, 300, 400],
        "allele_1": ["T", "a", "AT", "A"],
        "allele_2": ["C", "C", "A", "G"],
    }
    to_bed(tmp_path / "panel.bed", GENOTYPES, properties=properties, count_A1=True)
    return StudySpec(id="panel", kind="ld_panel", paths=(tmp_path / "panel.bed",), build="GRCh37")


def test_prepare__frequency_is_of_the_counted_allele(panel, tmp_path):
    table, report = prepare(panel, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *SCHEMA) == [
        ("rs1", "1", 100, "A", "G", "T", 0.5, 0, 5, 0),
        (None, "1", 200, "A", "C", "A", 1.0, 1, 5, 0),
        ("rs3", "X", 300, "A", "AT", "AT", None, 2, 5, 0),
    ]
    assert report.skipped == {"outside_scope": 1}
    assert report.flagged == {"all_missing": 1, "monomorphic": 1}
    assert pl.read_parquet(table).schema == SCHEMA


def test_prepare__blocks_do_not_change_frequencies(panel, tmp_path, monkeypatch):
    whole = pl.read_parquet(prepare(panel, reference_build="GRCh37", folder=tmp_path / "whole")[0])
    monkeypatch.setattr(ld_panel, "_GENOTYPES_AT_A_TIME", 1)
    parts = pl.read_parquet(prepare(panel, reference_build="GRCh37", folder=tmp_path / "parts")[0])
    assert parts.equals(whole)


def test_prepare__several_files(panel, tmp_path):
    both = dataclasses.replace(panel, paths=panel.paths * 2 + (panel.paths[0].with_suffix(".fam"),))
    told = []
    table, report = prepare(
        both, reference_build="GRCh37", folder=tmp_path / "out", on_progress=lambda *t: told.append(t)
    )
    assert read_rows(table, "variant_index", "file_index") == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]
    assert (report.read, report.written) == (8, 6)
    assert told[-1] == (3 + 4 * 2, 3 + 4 * 2, "panel")


def test_prepare__bad_alleles_are_refused(panel, tmp_path):
    bim = panel.paths[0].with_suffix(".bim")
    bim.write_text("1 rs1 0 100 0 C\n1 rs2 0 200 A A\n1 rs3 0 0 A G\n1 rs4 0 5 A G\n")
    _, report = prepare(panel, reference_build="GRCh37", folder=tmp_path / "out")
    assert report.refused == {"bad_allele": 1, "identical_alleles": 1, "bad_position": 1}


def test_prepare__no_bed_named(panel, tmp_path):
    spec = dataclasses.replace(panel, paths=(panel.paths[0].with_suffix(".bim"),))
    with pytest.raises(FormatError, match=r"an LD panel is named by its .bed file; seen: panel.bim"):
        prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")


def test_open_panel__missing_fam(panel):
    panel.paths[0].with_suffix(".fam").unlink()
    with pytest.raises(FormatError, match=r"no panel.fam"):
        open_panel(panel.paths[0], panel)


def test_open_panel__sample_major(panel):
    bed = panel.paths[0]
    bed.write_bytes(b"\x6c\x1b\x00" + bed.read_bytes()[3:])
    with pytest.raises(FormatError, match="first bytes 6c 1b 00, wanted 6c 1b 01"):
        open_panel(bed, panel)


def test_open_panel__cut_file(panel):
    bed = panel.paths[0]
    bed.write_bytes(bed.read_bytes()[:-1])
    with pytest.raises(TruncatedFileError, match=r"10 bytes; 5 people in the \.fam and 4 variants .* need 11"):
        open_panel(bed, panel)


def test_read_genotype_blocks__same_genotypes(panel):
    blocks = dict(read_genotype_blocks(open_panel(panel.paths[0], panel)))
    assert np.array_equal(blocks[0], GENOTYPES)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_panel(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.kind == "ld_panel")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (82_448, 82_448)
    rows = pl.read_parquet(table)
    assert rows["n_samples"].unique().to_list() == [489]
    # the UK Biobank scan of the same places: minor allele frequencies correlate by .993 (SOURCES.md)
    scan = pl.read_parquet(DATA / "open" / "gwas" / "polyfun_bolt_22windows.parquet")
    both = scan.with_columns(pl.col("CHR").cast(pl.String)).join(
        rows, left_on=["CHR", "BP"], right_on=["chromosome", "position_bp"]
    )
    theirs, ours = (pl.min_horizontal(name, 1.0 - pl.col(name)) for name in ("A1FREQ", "counted_allele_frequency"))
    assert both.height == 82_448
    assert both.select(pl.corr(theirs, ours)).item() == pytest.approx(0.993, abs=0.001)
