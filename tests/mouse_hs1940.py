"""The heterogeneous-stock mice of the shared inputs: dosages, phenotypes, and the matrices that the goldens used."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from bed_reader import open_bed
from numpy.typing import NDArray

from models.genotype_blocks import array_reader, block_frequencies
from models.kinship import Kinship, KinshipOptions, combine, estimate_kinship, estimate_kinships, split_by
from tests.paths import DATA

LMM = DATA / "lmm"
MOUSE = LMM / "mouse_hs1940"
REF = MOUSE / "ref"
CD8, MCH = 0, 5
needs_lmm = pytest.mark.skipif(not LMM.is_dir(), reason="the shared mixed-model inputs are not here")


@functools.cache
def dosages() -> NDArray[np.float32]:
    """Copies of allele 1 of the .bim, ``[12226, 1940]``."""
    with open_bed(MOUSE / "mouse_hs1940.bed", count_A1=True) as bed:
        return np.ascontiguousarray(bed.read(dtype="float32", num_threads=1).T)


@functools.cache
def chromosomes() -> tuple[str, ...]:
    """Of each SNP."""
    with open_bed(MOUSE / "mouse_hs1940.bed", count_A1=True) as bed:
        return tuple(bed.chromosome.tolist())


@functools.cache
def phenotypes() -> NDArray[np.float64]:
    """``[1940, 6]``, NaN where missing."""
    return np.genfromtxt(MOUSE / "mouse_hs1940.pheno.txt", missing_values="NA")


def cd8_filter() -> NDArray[np.bool_]:
    """SNPs with MAF of at least 1% among the mice with CD8, as GEMMA chose them: 10,768."""
    frequencies = block_frequencies(dosages()[:, ~np.isnan(phenotypes()[:, CD8])])
    return frequencies.minor_allele_frequency >= 0.01


@functools.cache
def gemma_kinship() -> Kinship:
    """GEMMA's -gk 1 of CD8, over all mice."""
    return estimate_kinship(array_reader(dosages()), *dosages().shape, is_used=cd8_filter())


@functools.cache
def gemma_kinships() -> tuple[tuple[str, ...], tuple[Kinship, ...]]:
    """GEMMA's -gk 1 of each chromosome, with their names."""
    return _by_chromosome(KinshipOptions("centred", stored="float32"), cd8_filter())


@functools.cache
def gcta_kinships() -> tuple[tuple[str, ...], tuple[Kinship, ...]]:
    """GCTA's --make-grm --maf 0.01 of each chromosome, over all mice, with their names."""
    return _by_chromosome(KinshipOptions("gcta", 0.01, stored="float32"), np.ones(dosages().shape[0], np.bool_))


@functools.cache
def gcta_kinship() -> Kinship:
    """GCTA's --make-grm --maf 0.01, over all mice."""
    return combine(gcta_kinships()[1])


def read_hsq(name: str) -> dict[str, list[float]]:
    """A GCTA result: the numbers after each name of its first column."""
    path = LMM / name
    lines = [line.split("\t") for line in path.read_text().splitlines()[1:] if line.strip()]
    return {line[0]: [float(value) for value in line[1:]] for line in lines}


def _by_chromosome(options: KinshipOptions, is_used: NDArray[np.bool_]) -> tuple[tuple[str, ...], tuple[Kinship, ...]]:
    names, membership = split_by(chromosomes())
    reader = array_reader(dosages())
    made = estimate_kinships(reader, *dosages().shape, membership=membership & is_used[:, None], options=options)
    return names, made
