"""People with expression for studies of QTL mapping: strangers or families, genes with and without a cis effect."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from bed_reader import to_bed
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]
SPACING_BP = 3_000_000
"""Between genes, so that no SNP is near two of them."""
WINDOW_BP = 1_000_000
N_CHROMOSOMES = 5
LD = 0.9
"""Correlation of neighbouring SNPs' latent values on a haplotype."""
SHARED = 0.3
"""Variance of the hidden factors, and of the two known covariates together .08, beside a gene's own variance of 1."""


@dataclass(frozen=True)
class QtlDesign:
    """Sizes and effects.

    Attributes
    ----------
    n_people, n_genes, n_snps_each
        People; genes, and SNPs within the window of each.
    shares
        Share of a gene's own variance that its causal SNP explains, in turns; every second gene has none.
    family_size
        1: strangers; else full sibs.
    heritability
        Share that all SNPs explain together, each a little.
    n_factors
        Hidden factors that all genes share.
    """

    n_people: int = 400
    n_genes: int = 200
    n_snps_each: int = 100
    shares: tuple[float, ...] = (0.02, 0.04, 0.08)
    family_size: int = 1
    heritability: float = 0.0
    n_factors: int = 3

    @property
    def share_of(self) -> FloatArray:
        """Share of each gene's causal SNP, ``[genes]``."""
        found = np.zeros(self.n_genes)
        found[::2] = np.resize(self.shares, found[::2].size)
        return found


@dataclass(frozen=True)
class QtlTruth:
    """Files of one draw, and what is true.

    Attributes
    ----------
    bed, traits, covariates
        PLINK genotypes, FastQTL's BED and covariates.
    genes, causal
        Names, and the rsid of each gene's causal SNP, also where its effect is 0.
    effect
        Of a copy of allele 1 on each gene, ``[genes]``.
    """

    bed: Path
    traits: Path
    covariates: Path
    genes: tuple[str, ...]
    causal: tuple[str, ...]
    effect: FloatArray


def draw_qtl(design: QtlDesign, folder: Path, *, seed: int) -> QtlTruth:
    """Draw people and write their files."""
    generator = np.random.default_rng(seed)
    dosages = draw_dosages(design, generator)
    n_snps, n = dosages.shape
    causal = np.arange(design.n_genes) * design.n_snps_each
    causal += generator.integers(design.n_snps_each, size=design.n_genes)
    deviation = dosages.std(axis=1)
    unit = (dosages - dosages.mean(axis=1, keepdims=True)) / deviation[:, None]
    background = unit.T @ (generator.standard_normal((n_snps, design.n_genes)) * np.sqrt(design.heritability / n_snps))
    hidden = generator.standard_normal((n, design.n_factors)) @ generator.standard_normal(
        (design.n_factors, design.n_genes)
    )
    known = generator.standard_normal((n, 2))
    noise = generator.standard_normal((n, design.n_genes)) * np.sqrt(1.0 - design.share_of - design.heritability)
    effect = generator.choice([-1.0, 1.0], design.n_genes) * np.sqrt(design.share_of) / deviation[causal]
    values = dosages[causal].T * effect + background + noise
    values += hidden * np.sqrt(SHARED / design.n_factors) + 0.2 * known @ generator.standard_normal((2, design.n_genes))
    return _write(folder, dosages, values, known, (causal, effect))


def draw_dosages(design: QtlDesign, generator: np.random.Generator) -> FloatArray:
    """Dosages ``[genes x SNPs, people]``: the SNPs of a window in LD; sibs have one haplotype of each parent."""
    n_families = design.n_people // design.family_size
    n_parents = n_families * (1 if design.family_size == 1 else 2)
    shape = (design.n_genes, design.n_snps_each)
    latent = generator.standard_normal((*shape, 2 * n_parents)).astype(np.float32)
    for snp in range(1, design.n_snps_each):
        latent[:, snp] = LD * latent[:, snp - 1] + np.sqrt(1 - LD * LD) * latent[:, snp]
    haplotypes = latent > ndtri(1.0 - generator.uniform(0.1, 0.5, shape))[:, :, None]
    if design.family_size == 1:
        dosages = haplotypes[:, :, ::2].astype(np.float64) + haplotypes[:, :, 1::2]
    else:
        mother = np.repeat(np.arange(n_families) * 4, design.family_size)
        taken = generator.integers(2, size=(2, design.n_genes, mother.size))
        gene = np.arange(design.n_genes)[:, None]
        of_mother, of_father = haplotypes[gene, :, mother + taken[0]], haplotypes[gene, :, mother + 2 + taken[1]]
        dosages = (of_mother.astype(np.float64) + of_father).transpose(0, 2, 1)
    return np.ascontiguousarray(dosages.reshape(-1, dosages.shape[2]))


def _write(
    folder: Path,
    dosages: FloatArray,
    values: FloatArray,
    known: FloatArray,
    effects: tuple[NDArray[np.int64], FloatArray],
) -> QtlTruth:
    n_genes, n = values.shape[1], values.shape[0]
    n_each, on_each = dosages.shape[0] // n_genes, -(-n_genes // N_CHROMOSOMES)
    gene = np.arange(n_genes)
    chromosome, start = 1 + gene // on_each, SPACING_BP * (1 + gene % on_each)
    offsets = np.linspace(-0.9 * WINDOW_BP, 0.9 * WINDOW_BP, n_each).astype(np.int64)
    people, names = [f"p{row}" for row in range(n)], [f"ENSG{number:011d}" for number in gene]
    rsids = [f"rs{row}" for row in range(dosages.shape[0])]
    properties = {
        "fid": people, "iid": people, "sid": rsids, "chromosome": np.repeat(chromosome, n_each).astype(str),
        "bp_position": (start[:, None] + offsets).ravel(), "allele_1": ["A"] * len(rsids),
        "allele_2": ["C"] * len(rsids),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    bed, traits, covariates = (folder / name for name in ("people.bed", "expression.bed", "covariates.txt"))
    to_bed(bed, dosages.T.astype(np.int8), properties=properties, count_A1=True, num_threads=1)
    places = {"#chr": chromosome, "start": start - 1, "end": start, "gene_id": names}
    pl.DataFrame({**places, **dict(zip(people, values, strict=True))}).write_csv(traits, separator="\t")
    pl.DataFrame({"id": ["c1", "c2"], **dict(zip(people, known, strict=True))}).write_csv(covariates, separator="\t")
    causal, effect = effects
    return QtlTruth(bed, traits, covariates, tuple(names), tuple(rsids[row] for row in causal), effect)
