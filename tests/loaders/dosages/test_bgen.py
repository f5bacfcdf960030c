"""Dosages of a .bgen."""

from pathlib import Path

import numpy as np
import pytest
from bgen import BgenWriter

from loaders.dosages import open_bgen_dosages
from loaders.errors import FormatError, RowError, TruncatedFileError
from tests.loaders.dosages.files import COPIES, PEOPLE, VARIANTS, write_bgen


def test_open_bgen_dosages__expects_copies_from_probabilities(tmp_path: Path) -> None:
    copies = np.array([[0.25, 1.5, 2.0, np.nan, 0.0], *COPIES[1:]], np.float32)
    path = write_bgen(tmp_path, copies)
    np.testing.assert_allclose(open_bgen_dosages(path).block_reader()(0, 1), copies[:1], atol=5e-3)


def test_open_bgen_dosages__counts_the_allele_asked_for(tmp_path: Path) -> None:
    file = open_bgen_dosages(write_bgen(tmp_path), effect_allele="second")
    np.testing.assert_allclose(file.block_reader()(0, 4), 2.0 - COPIES)
    assert file.variants.select("allele_2", "allele_1").rows() == [row[3:] for row in VARIANTS]


def test_open_bgen_dosages__takes_people_from_the_sample_or_the_file(tmp_path: Path) -> None:
    path = write_bgen(tmp_path)
    assert open_bgen_dosages(path, sample=path.with_suffix(".sample")).people.rows() == PEOPLE
    assert open_bgen_dosages(path).people.row(1) == (None, "b")


def test_open_bgen_dosages__refuses_what_does_not_fit(tmp_path: Path) -> None:
    path = write_bgen(tmp_path)
    sample = path.with_suffix(".sample")
    sample.write_text("ID_1 ID_2\n0 0\nf1 a\n")
    with pytest.raises(FormatError, match=r"a .sample must name the 5 people of the .bgen; seen: 1"):
        open_bgen_dosages(path, sample=sample)
    sample.write_text("ID_1 ID_2\n0 0\nf1\n")
    with pytest.raises(RowError, match=r"a line of a .sample must have ID_1 and ID_2; seen: f1; in .*small.sample:3"):
        open_bgen_dosages(path, sample=sample)
    with pytest.raises(FormatError, match="the effect allele is the first or the second; seen: minor"):
        open_bgen_dosages(path, effect_allele="minor")  # type: ignore[arg-type]
    no_bgen = tmp_path / "no.bgen"
    no_bgen.write_text("some text that is no genotypes at all")
    with pytest.raises(FormatError, match=r"a .bgen must be readable"):
        open_bgen_dosages(no_bgen)


def test_open_bgen_dosages__refuses_three_alleles_and_people_without_names(tmp_path: Path) -> None:
    path = tmp_path / "three.bgen"
    with BgenWriter(str(path), n_samples=1, samples=["a"]) as out:
        out.add_variant("v", "rs9", "1", 5, ["A", "C", "G"], np.array([[1.0, 0, 0, 0, 0, 0]]))
    with pytest.raises(FormatError, match="each variant must have two alleles; seen: rs9 with A, C, G"):
        open_bgen_dosages(path)
    nameless = tmp_path / "nameless.bgen"
    with BgenWriter(str(nameless), n_samples=1) as out:
        out.add_variant("v", "rs9", "1", 5, ["A", "C"], np.array([[1.0, 0, 0]]))
    with pytest.raises(FormatError, match=r"people must be named; seen: no ids in the .bgen; .*give its .sample"):
        open_bgen_dosages(nameless)


@pytest.mark.parametrize("n_bytes", [20, 150])
def test_open_bgen_dosages__says_that_the_file_was_cut(tmp_path: Path, n_bytes: int) -> None:
    path = write_bgen(tmp_path)
    path.write_bytes(path.read_bytes()[:-n_bytes])
    with pytest.raises(TruncatedFileError, match=r"a .bgen must hold as many variants as its header says"):
        open_bgen_dosages(path).block_reader()(0, 4)


def test_open_bgen_dosages__one_copy_counts_as_two(tmp_path: Path) -> None:
    path = tmp_path / "x.bgen"
    probabilities = np.array([[1, 0, np.nan], [0.25, 0.75, np.nan], [0, 0, 1], [0, 1, 0]])
    with BgenWriter(str(path), n_samples=4, samples=list("abcd")) as out:
        out.add_variant("v", "rs9", "X", 5, ["A", "G"], probabilities, ploidy=np.array([1, 1, 2, 2], np.uint8))
    for allele, expected in (("second", [0.0, 1.5, 2.0, 1.0]), ("first", [2.0, 0.5, 0.0, 1.0])):
        block = open_bgen_dosages(path, effect_allele=allele).block_reader()(0, 1)  # type: ignore[arg-type]
        np.testing.assert_allclose(block[0], expected, atol=5e-3)
