"""Walks over the SNPs of a scan: read, filter, hand those that pass to a test, keep what it finds."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.association.design import Design
from models.association.scan_filters import PreparedBlock, ScanFilters, prepare_block
from models.association.scan_results import Scan, empty_scan
from models.genotype_blocks import BlockReader, block_size, iterate_blocks

LARGEST_BLOCK = 2048


class Tester(Protocol):
    """Tests the SNPs of a prepared block and writes their statistics into the scan."""

    def __call__(self, prepared: PreparedBlock, rows: NDArray[np.int64], into: Scan) -> int:
        """Test `prepared` SNPs, which are `rows` of the scan; how many were fitted on the whole range."""


def run_scan(read_block: BlockReader, n_snps: int, *, design: Design, tester: Tester, filters: ScanFilters) -> Scan:
    """Read, filter and test all SNPs, block by block."""
    return run_scans(read_block, n_snps, design=design, testers=(tester,), filters=filters)[0]


def run_scans(
    read_block: BlockReader, n_snps: int, *, design: Design, testers: Sequence[Tester], filters: ScanFilters
) -> tuple[Scan, ...]:
    """Test all SNPs for several traits of the same people and covariates; each block is read and filtered once.

    Parameters
    ----------
    read_block, n_snps
        The reader and its SNPs.
    design
        Of any of the traits: people and covariates are alike.
    testers
        One a trait; they leave the prepared block as it is.
    filters
        Which SNPs are tested.
    """
    results, n_refitted = [empty_scan(n_snps) for _ in testers], [0] * len(testers)
    size = block_size(design.n_people, largest=LARGEST_BLOCK)
    for first, block in iterate_blocks(read_block, n_snps, design.n_people, size=size):
        prepared = prepare_block(block, design.basis, filters)
        everyone = slice(first, first + prepared.reason.size)
        for at, (tester, result) in enumerate(zip(testers, results, strict=True)):
            result.frequency[everyone], result.n_missing[everyone] = prepared.frequency, prepared.n_missing
            result.reason[everyone] = prepared.reason
            if prepared.rows.size:
                n_refitted[at] += tester(prepared, first + prepared.rows, result)
    return tuple(
        dataclasses.replace(result, n_refitted=number) for result, number in zip(results, n_refitted, strict=True)
    )
