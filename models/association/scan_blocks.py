"""Walks over the SNPs of a scan: read, filter, hand those that pass to a test, keep what it finds."""

from __future__ import annotations

import dataclasses
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
    result, n_refitted = empty_scan(n_snps), 0
    size = block_size(design.n_people, largest=LARGEST_BLOCK)
    for first, block in iterate_blocks(read_block, n_snps, design.n_people, size=size):
        prepared = prepare_block(block, design.basis, filters)
        everyone = slice(first, first + prepared.reason.size)
        result.frequency[everyone], result.n_missing[everyone] = prepared.frequency, prepared.n_missing
        result.reason[everyone] = prepared.reason
        if prepared.rows.size:
            n_refitted += tester(prepared, first + prepared.rows, result)
    return dataclasses.replace(result, n_refitted=n_refitted)
