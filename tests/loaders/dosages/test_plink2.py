"""Dosages of a .pgen."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.dosages import open_pgen_dosages
from loaders.errors import FormatError, RowError, TruncatedFileError
from tests.loaders.dosages.files import write_pgen
from tests.paths import DATA

SNPNET = DATA / "lmm" / "snpnet_sample"


def test_open_pgen_dosages__reads_broken_numbers(tmp_path: Path) -> None:
    dosages = np.array([[0.25, 1.5, 2.0, np.nan, 0.0], [1.125, 0.0, 0.0, 0.0, 1.75]], np.float32)
    np.testing.assert_allclose(
        open_pgen_dosages(write_pgen(tmp_path, dosages)).block_reader()(0, 2), dosages, atol=1e-4
    )


def test_open_pgen_dosages__reads_a_pvar_without_families(tmp_path: Path) -> None:
    pgen = write_pgen(tmp_path)
    pgen.with_suffix(".psam").write_text("#IID\tSEX\n" + "".join(f"p{at}\t1\n" for at in range(5)))
    assert open_pgen_dosages(pgen).people.row(0) == (None, "p0")


@pytest.mark.skipif(not SNPNET.is_dir(), reason="the shared snpnet sample is not here")
def test_open_pgen_dosages__reads_a_packed_pvar_and_people_out_of_order() -> None:
    file = open_pgen_dosages(SNPNET / "sample.pgen")
    assert (file.n_people, file.n_variants) == (2000, 8000)
    people = np.array([1500, 3, 700])
    block = file.block_reader(people)(100, 200)
    np.testing.assert_array_equal(block, file.block_reader()(100, 200)[:, people])
    assert 0.0 < np.isnan(file.block_reader()(0, 50)).mean() < 0.1


def test_open_pgen_dosages__refuses_parts_that_do_not_fit(tmp_path: Path) -> None:
    pgen = write_pgen(tmp_path)
    psam, pvar = pgen.with_suffix(".psam"), pgen.with_suffix(".pvar")
    text = psam.read_text()
    psam.write_text(text + "f9\tz\tNA\n")
    with pytest.raises(
        FormatError, match=r"a .pgen must hold the 6 people of the .psam and the 4 variants of the .pvar"
    ):
        open_pgen_dosages(pgen)
    psam.unlink()
    with pytest.raises(FormatError, match=r"PLINK 2 genotypes are a .pgen, .pvar .* seen: no small.psam"):
        open_pgen_dosages(pgen)
    psam.write_text(text)
    lines = pvar.read_text()
    pvar.write_text(lines.replace("rs2\tT\tC", "rs2\tT\tC,G"))
    with pytest.raises(
        FormatError, match=r"each variant must have two alleles; seen: 1 with more, the first rs2 \(T, C,G\)"
    ):
        open_pgen_dosages(pgen)
    pvar.write_text(lines.replace("\t200\t", "\t2e2x\t"))
    with pytest.raises(RowError, match="POS must be a number; seen: 2e2x"):
        open_pgen_dosages(pgen)
    pvar.write_text(lines.replace("REF\tALT", "REF\tOTHER"))
    with pytest.raises(FormatError, match=r"a .pvar must have #CHROM, POS, ID, REF and ALT; seen: no ALT"):
        open_pgen_dosages(pgen)
    pvar.write_text(lines.replace("#CHROM\tPOS\tID", "#CHROM\tID\tID"))
    with pytest.raises(FormatError, match=r"a .pvar must have #CHROM, POS, ID, REF and ALT; seen: no POS, ID twice"):
        open_pgen_dosages(pgen)
    for broken in ("rs2", "rs2\tT", "\tT\tC"):
        pvar.write_text(lines.replace("rs2\tT\tC", broken))
        with pytest.raises(RowError, match=r"each line of a .pvar must have the fields .*in .*small.pvar:4"):
            open_pgen_dosages(pgen)
    pvar.write_text(lines.split("\n", 2)[2])
    with pytest.raises(FormatError, match=r"a .pvar must have a header that starts with #CHROM"):
        open_pgen_dosages(pgen)


def test_block_reader__says_that_a_pgen_was_cut(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pgen = tmp_path / "small.pgen"
    write_pgen(tmp_path, rng.integers(0, 3, (4, 5)).astype(np.float32))
    pgen.write_bytes(pgen.read_bytes()[:-3])
    with pytest.raises((TruncatedFileError, FormatError), match=r"a .pgen must hold"):
        open_pgen_dosages(pgen).block_reader()(0, 4)


def test_variants__keep_chromosomes_that_are_none_as_null(tmp_path: Path) -> None:
    pgen = write_pgen(tmp_path)
    pvar = pgen.with_suffix(".pvar")
    pvar.write_text(pvar.read_text().replace("X\t70", "contig7\t70"))
    variants = open_pgen_dosages(pgen).variants
    assert variants.filter(pl.col("chromosome").is_null())["rsid"].to_list() == ["rs4"]
