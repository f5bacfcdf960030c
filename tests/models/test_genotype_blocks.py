"""Blocks of dosages: readers, walks, what each SNP's people say."""

import numpy as np
import pytest

from models.genotype_blocks import (
    GenotypeBlockError,
    array_reader,
    block_frequencies,
    block_size,
    iterate_blocks,
    read_checked,
)

DOSAGES = np.array([[0, 1, 2, np.nan], [2, 2, 2, 2], [np.nan] * 4, [0.5, 1.5, 0, 0], [0, 0, 0, 1]], np.float32)


def test_iterate_blocks__every_snp_once() -> None:
    blocks = list(iterate_blocks(array_reader(DOSAGES), 5, 4, size=2))
    assert [first for first, _ in blocks] == [0, 2, 4]
    np.testing.assert_array_equal(np.vstack([block for _, block in blocks]), DOSAGES)


def test_iterate_blocks__blocks_are_copies() -> None:
    for _, block in iterate_blocks(array_reader(DOSAGES), 5, 4):
        block[:] = 0.0
    assert DOSAGES[0, 1] == 1.0


@pytest.mark.parametrize(("n_people", "expected"), [(0, 4096), (1, 4096), (2048, 2048), (1 << 30, 1)])
def test_block_size__by_people(n_people: int, expected: int) -> None:
    assert block_size(n_people) == expected


def test_read_checked__another_shape() -> None:
    with pytest.raises(GenotypeBlockError, match=r"gave shape \(2, 4\) for SNPs 0 to 1, wanted \(2, 3\): hand it"):
        read_checked(array_reader(DOSAGES), 0, 2, n_people=3)


def test_array_reader__not_a_table() -> None:
    with pytest.raises(GenotypeBlockError, match=r"shape \(4,\): give \[SNPs, people\]"):
        array_reader(DOSAGES[0])


def test_block_frequencies__by_hand() -> None:
    found = block_frequencies(DOSAGES)
    np.testing.assert_array_equal(found.n_seen, [3, 4, 0, 4, 4])
    np.testing.assert_allclose(found.frequency, [0.5, 1.0, np.nan, 0.25, 0.125])
    np.testing.assert_allclose(found.variance, [2 / 3, 0.0, np.nan, 0.375, 0.1875])
    np.testing.assert_allclose(found.minor_allele_frequency, [0.5, 0.0, np.nan, 0.25, 0.125])


def test_block_frequencies__impossible_dosage() -> None:
    with pytest.raises(GenotypeBlockError, match=r"SNP 1 of the block has dosages from 0.0 to 3.0: .* between 0 and 2"):
        block_frequencies(np.array([[0, 1], [3, 0]], np.float32))
