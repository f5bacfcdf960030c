"""Blocks of float32 dosages straight from a .bed, for the mixed-model benchmarks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from bed_reader import open_bed
from numpy.typing import NDArray

from models.genotype_blocks import BlockReader


@contextmanager
def bed_reader(path: Path) -> Iterator[tuple[BlockReader, int, NDArray[np.str_]]]:
    """A reader of allele 1's dosages of all people, how many SNPs there are, and the chromosome of each."""
    with open_bed(path, count_A1=True) as bed:

        def read(first: int, last: int) -> NDArray[np.float32]:
            block: NDArray[np.float32] = bed.read(np.s_[:, first:last], dtype="float32", order="F", num_threads=1)
            return block.T

        yield read, bed.sid_count, bed.chromosome
