import dataclasses

import numpy as np
import polars as pl
import pytest
from bed_reader import to_bed

from loaders.errors import FormatError, RowError, TruncatedFileError
from loaders.genotypes import VARIANT_SCHEMA, open_panel, read_people, read_variants, split_chromosomes

# people by variants
GENOTYPES = np.array([[0, 2, -127, 1, 1], [1, 2, 0, 0, 2], [1, 0, 2, -127, 0]], "int8")


def write_panel(folder, name="panel", chromosomes=("2", "1", "1", "1", "HLA")):
    properties = {
        "iid": ["ann", "bob", "eva"],
        "fid": ["f1", "f2", "f2"],
        "sid": ["rs5", "rs3", "rs1", "rs2", "rs9"],
        "chromosome": list(chromosomes),
        "cm_position": [0.5, 3.25, 1.0, 2.0, 9.0],
        "bp_position": [500, 300, 100, 200, 900],
        "allele_1": ["T", "a", "AT", "A", "C"],
        "allele_2": ["C", "C", "A", "G", "G"],
    }
    to_bed(folder / f"{name}.bed", GENOTYPES, properties=properties, count_A1=True)
    return folder / f"{name}.bed"


@pytest.fixture
def bed(tmp_path):
    return write_panel(tmp_path)


def test_read_variants__as_written(bed):
    variants = read_variants(open_panel(bed))
    assert dict(variants.schema) == VARIANT_SCHEMA
    assert variants.rows()[:2] == [("2", "rs5", 0.5, 500, "T", "C", 0), ("1", "rs3", 3.25, 300, "a", "C", 1)]
    assert variants["chromosome"].to_list() == ["2", "1", "1", "1", None]


def test_read_variants__blanks_or_tabs(bed):
    tabbed = read_variants(open_panel(bed))
    bim = bed.with_suffix(".bim")
    bim.write_text("\n" + bim.read_text().replace("\t", "  "))
    assert read_variants(open_panel(bed)).equals(tabbed)


def test_read_variants__a_bim_that_starts_as_zstd_does(bed):
    panel, bim = open_panel(bed), bed.with_suffix(".bim")
    bim.write_bytes(b"\x28\xb5\x2f\xfd" + b'"1"' + bim.read_bytes()[1:])
    with pytest.raises(TruncatedFileError, match=r"panel\.bim"):
        read_variants(panel)


def test_read_variants__too_few_fields(bed):
    bim = bed.with_suffix(".bim")
    lines = bim.read_text().splitlines()
    bim.write_text("\n".join([*lines[:3], "", "1 rs2 2.0 200 A", lines[4]]) + "\n")
    with pytest.raises(RowError, match=r"line of a \.bim must have 6 fields; seen: 1 rs2 2.0 200 A; in .*panel\.bim:5"):
        read_variants(open_panel(bed))


@pytest.mark.parametrize(
    ("old", "name", "remedy"),
    [("3.25", "cm", "write 0 for an unknown genetic position"), ("300", "position_bp", "make the .bim again")],
)
def test_read_variants__no_number(bed, old, name, remedy):
    bim = bed.with_suffix(".bim")
    bim.write_text(bim.read_text().replace(old, "?"))
    with pytest.raises(
        RowError, match=rf"{name} of a \.bim must be a number; seen: 1\trs3.*; in .*panel\.bim:2; {remedy}"
    ):
        read_variants(open_panel(bed))


def test_read_people__as_written(bed):
    assert read_people(open_panel(bed)).rows() == [
        ("f1", "ann", "0", "0"),
        ("f2", "bob", "0", "0"),
        ("f2", "eva", "0", "0"),
    ]


def test_split_chromosomes__one_file(bed):
    second, first = split_chromosomes([open_panel(bed)])
    assert (first.chromosome, second.chromosome, first.n_people) == ("1", "2", 3)
    assert first.variants["rsid"].to_list() == ["rs1", "rs2", "rs3"]
    assert second.variants["rsid"].to_list() == ["rs5"]


def test_split_chromosomes__a_file_a_chromosome(tmp_path):
    beds = [write_panel(tmp_path, f"chr{number}", [number] * 5) for number in ("3", "X")]
    found = split_chromosomes([open_panel(bed) for bed in beds])
    assert [(part.chromosome, part.panel.bed.name, part.variants.height) for part in found] == [
        ("3", "chr3.bed", 5),
        ("X", "chrX.bed", 5),
    ]


def test_split_chromosomes__chromosome_in_two_files(bed, tmp_path):
    other = write_panel(tmp_path, "other")
    with pytest.raises(FormatError, match=r"must stand in one file; seen: chromosome 2 also in .*panel\.bim"):
        split_chromosomes([open_panel(bed), open_panel(other)])


def test_split_chromosomes__no_chromosome(tmp_path):
    bed = write_panel(tmp_path, chromosomes=["HLA"] * 5)
    with pytest.raises(FormatError, match="must have a variant on chromosome 1 to 22, X, Y or MT"):
        split_chromosomes([open_panel(bed)])


def test_read_block__in_order_of_positions(bed):
    _, first = split_chromosomes([open_panel(bed)])
    assert first.read_block(0, 3).tolist() == GENOTYPES.T[[2, 3, 1]].tolist()
    assert first.read_block(1, 3).tolist() == GENOTYPES.T[[3, 1]].tolist()
    assert first.read_block(2, 2).shape == (0, 3)


def test_read_block__variants_in_a_run(bed):
    _, first = split_chromosomes([open_panel(bed)])
    run = dataclasses.replace(first, variants=first.variants.sort("variant_index"))
    block = run.read_block(0, 3)
    assert block.tolist() == GENOTYPES.T[1:4].tolist()
    assert block.dtype == np.int8
    assert block.flags.c_contiguous


def test_open_panel__one_fam_of_all_files(bed):
    bed.with_suffix(".fam").rename(bed.with_name("all.fam"))
    assert open_panel(bed, fam=bed.with_name("all.fam")).n_samples == 3
    with pytest.raises(FormatError, match=r"seen: no panel\.fam"):
        open_panel(bed)


def test_open_panel__cut_bed(bed):
    bed.write_bytes(bed.read_bytes()[:-2])
    with pytest.raises(TruncatedFileError, match=r"6 bytes; 3 people in the \.fam and 5 variants in the \.bim need 8"):
        open_panel(bed)


@pytest.mark.parametrize("suffix", [".bim", ".fam"])
def test_open_panel__bim_or_fam_of_another_panel(bed, suffix):
    path = bed.with_suffix(suffix)
    path.write_text(path.read_text() * 2)
    with pytest.raises(TruncatedFileError, match="the files do not belong together"):
        open_panel(bed)


def test_open_panel__sample_major(bed):
    bed.write_bytes(b"\x6c\x1b\x00" + bed.read_bytes()[3:])
    with pytest.raises(FormatError, match="first bytes 6c 1b 00, wanted 6c 1b 01"):
        open_panel(bed)


def test_read_variants__empty_field_between_tabs_is_refused(bed):
    bim = bed.with_suffix(".bim")
    bim.write_text(bim.read_text().replace("\ta\tC", "\t\tC"))
    with pytest.raises(RowError, match=r"must have 6 fields; seen: 1\trs3.*panel\.bim:2"):
        read_variants(open_panel(bed))


def test_read_variants__same_columns_for_both_readers(bed, monkeypatch):
    fast = read_variants(open_panel(bed))
    monkeypatch.setattr("loaders.genotypes._read_tabbed", lambda *_: None)
    assert read_variants(open_panel(bed)).equals(fast)
    assert isinstance(fast, pl.DataFrame)
