"""The same genotypes from every format."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from loaders.dosages import DosageFile, open_dosages
from loaders.errors import FormatError
from tests.loaders.dosages.files import COPIES, PEOPLE, VARIANTS, WRITERS

KINDS = pytest.mark.parametrize("kind", sorted(WRITERS))


def _open(kind: str, folder: Path) -> DosageFile:
    return open_dosages(WRITERS[kind](folder))


@KINDS
def test_open_dosages__gives_people_variants_and_copies_of_allele_1(kind: str, tmp_path: Path) -> None:
    file = _open(kind, tmp_path)
    assert file.variants.select("chromosome", "rsid", "position_bp", "allele_1", "allele_2").rows() == VARIANTS
    assert file.people.rows() == (PEOPLE if kind != "bimbam" else [(None, str(number)) for number in range(1, 6)])
    block = file.block_reader()(0, 4)
    np.testing.assert_allclose(block, COPIES, atol=1e-6)
    assert block.dtype == np.float32
    assert block.flags.c_contiguous


@KINDS
def test_block_reader__gives_chosen_people_and_variants_in_the_order_asked_for(kind: str, tmp_path: Path) -> None:
    people, variants = np.array([4, 0, 3]), np.array([3, 0, 1])
    read = _open(kind, tmp_path).block_reader(people, variants)
    expected = COPIES[np.ix_(variants, people)]
    np.testing.assert_allclose(read(0, 3), expected, atol=1e-6)
    np.testing.assert_allclose(read(1, 2), expected[1:2], atol=1e-6)
    assert read(2, 2).shape == (0, 3)


@KINDS
def test_block_reader__may_be_written_over(kind: str, tmp_path: Path) -> None:
    read = _open(kind, tmp_path).block_reader()
    read(0, 4)[:] = 7.0
    np.testing.assert_allclose(read(0, 4), COPIES, atol=1e-6)


def test_open_dosages__reads_gzipped_mean_genotypes(tmp_path: Path) -> None:
    plain = WRITERS["bimbam"](tmp_path)
    packed = tmp_path / "packed.geno.txt.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    np.testing.assert_allclose(open_dosages(packed).block_reader()(0, 4), COPIES)


def test_open_dosages__refuses_what_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="genotypes must exist; seen: no such file"):
        open_dosages(tmp_path / "a.bed")
    (tmp_path / "a.vcf").write_text("x")
    with pytest.raises(FormatError, match=r"genotypes are read from .bed, .pgen, .bgen or .geno .*seen: a\.vcf"):
        open_dosages(tmp_path / "a.vcf")
