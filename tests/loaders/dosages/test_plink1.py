"""Dosages of a .bed."""

from pathlib import Path

import numpy as np
import pytest

from loaders.dosages import open_bed_dosages
from loaders.errors import TruncatedFileError
from tests.loaders.dosages.files import write_bed


def test_open_bed_dosages__takes_family_0_as_none(tmp_path: Path) -> None:
    bed = write_bed(tmp_path)
    fam = bed.with_suffix(".fam")
    fam.write_text(fam.read_text().replace("f4 e", "0 e"))
    assert open_bed_dosages(bed).people.rows()[-1] == (None, "e")


def test_open_bed_dosages__refuses_a_cut_bed(tmp_path: Path) -> None:
    bed = write_bed(tmp_path)
    bed.write_bytes(bed.read_bytes()[:-1])
    with pytest.raises(TruncatedFileError, match=r"a .bed must have 3 bytes and a quarter byte"):
        open_bed_dosages(bed)


def test_open_bed_dosages__reads_scattered_and_consecutive_variants_alike(tmp_path: Path) -> None:
    file = open_bed_dosages(write_bed(tmp_path))
    scattered = file.block_reader(None, np.array([0, 2, 3]))(0, 3)
    np.testing.assert_array_equal(scattered, file.block_reader()(0, 4)[[0, 2, 3]])
