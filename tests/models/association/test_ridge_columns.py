"""What level 0 hands to level 1."""

import numpy as np
import pytest

from models.association.chromosome_ranges import ChromosomeRange
from models.association.covariate_basis import covariate_basis
from models.association.errors import AssociationError, ScanOptionError
from models.association.ridge_columns import RidgeColumns, RidgeTask, make_columns
from models.association.ridge_options import RidgeOptions, fold_people
from models.genotype_blocks import array_reader

N = 40
OPTIONS = RidgeOptions(block_snps=4, level0_heritability=(0.2, 0.6))


def _make(*ranges: ChromosomeRange) -> RidgeColumns:
    rng = np.random.default_rng(22)
    dosages = rng.integers(0, 3, (12, N)).astype(np.float32)
    task = RidgeTask(rng.normal(size=(N, 3)), covariate_basis(None, N), fold_people(N, OPTIONS))
    return make_columns(array_reader(dosages), ranges, task, options=OPTIONS)


def test_make_columns__cuts_no_block_over_two_chromosomes() -> None:
    columns = _make(ChromosomeRange("1", 0, 6), ChromosomeRange("2", 6, 12))
    assert columns.groups.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [block.shape for block in columns.blocks] == [(2, 3, N)] * 4
    found = columns.of(1)
    np.testing.assert_allclose(found.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(found.std(axis=0, ddof=1), 1.0)


def test_make_columns__refuses_no_snps_and_gaps() -> None:
    with pytest.raises(ScanOptionError, match="there are no SNPs: give at least one chromosome"):
        _make()
    with pytest.raises(AssociationError, match="wanted from SNP 0 on: give the ranges in order"):
        _make(ChromosomeRange("1", 2, 6))
