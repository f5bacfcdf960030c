"""z-scores of the simulated study: true effects smeared by LD plus noise with the same LD."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from loaders.simulation.effects import EffectPlan, TraitPlan
from loaders.simulation.genome import Genome
from loaders.simulation.ld import block_correlation, draw_correlated_noise
from loaders.simulation.truth import DemoSize

REPORTED_P = 1e-4
"""QTL rows with a larger p are not written, as in published QTL files."""
_CHUNK = 200  # molecules at a time: 200 × 10,000 float32 = 8 MB
_BELOW_Z = (3.89, 5.4)  # |z| of p = 1e-4 and just above p = 5e-8
_LN_10 = float(np.log(10.0))


def draw_qtl_rows(genome: Genome, plan: EffectPlan, size: DemoSize, generator: np.random.Generator) -> pl.DataFrame:
    """Draw every SNP–molecule z-score and keep the ones that a published file would hold.

    Parameters
    ----------
    genome, plan, size
        The study.
    generator
        Source of randomness.

    Returns
    -------
    pl.DataFrame
        molecule, snp (indices) and z, wrt allele_1 of the SNP; rows with p < 1e-4, sorted by molecule, then SNP.
    """
    reported_z = float(norm.isf(REPORTED_P / 2.0))
    correlation = block_correlation(size.snps_per_block)
    orientation = genome.snps["orientation"].to_numpy().astype(np.float32)
    order = np.argsort(plan.effect_molecule, kind="stable")
    parts = []
    for first in range(0, size.n_molecules, _CHUNK):
        n_rows = min(_CHUNK, size.n_molecules - first)
        z = draw_correlated_noise(generator, n_rows, size.n_blocks, size.snps_per_block)
        chosen = order[slice(*np.searchsorted(plan.effect_molecule[order], [first, first + n_rows]))]
        rows = plan.effect_molecule[chosen] - first
        _add_effects(z, rows, plan.effect_snp[chosen], plan.effect_z[chosen], correlation)
        flat = z.reshape(n_rows, -1) * orientation
        row, snp = np.nonzero(np.abs(flat) > reported_z)
        parts.append(pl.DataFrame({"molecule": row + first, "snp": snp, "z": flat[row, snp].astype(np.float64)}))
    return pl.concat(parts)


def draw_trait_z(
    genome: Genome, plan: TraitPlan, size: DemoSize, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the z-score of every SNP for one trait.

    Parameters
    ----------
    genome, plan, size
        The study and the trait.
    generator
        Source of randomness.

    Returns
    -------
    NDArray[np.float64]
        Shape (n_snps,), wrt allele_1 of each SNP.

    Notes
    -----
    A locus planted below genome-wide significance is drawn given that it is so in the file (the block's smallest p
    between 5e-8 and 1e-4): else a third of them would cross a threshold by chance and the truth would not say where.
    """
    per_block, correlation = size.snps_per_block, block_correlation(size.snps_per_block)
    z = draw_correlated_noise(generator, 1, size.n_blocks, per_block)[0].astype(np.float64)
    for causal in plan.causal:
        block, place = divmod(causal.snp, per_block)
        effect = causal.z * correlation[place]
        z[block] = effect + z[block] if causal.level == "above" else _draw_below(effect, generator)
    return np.asarray(z.reshape(-1) * genome.snps["orientation"].to_numpy(), dtype=np.float64)


def _draw_below(effect: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw a block's z-scores until its lead SNP has 5e-8 < p < 1e-4."""
    while True:
        z = effect + draw_correlated_noise(generator, 1, 1, effect.size)[0, 0]
        if _BELOW_Z[0] < np.abs(z).max() < _BELOW_Z[1]:
            return np.asarray(z, dtype=np.float64)


def neg_log10_p(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the two-sided -log10 p of z-scores, in log space so that none underflows."""
    return np.asarray(-(np.log(2.0) + norm.logsf(np.abs(z))) / _LN_10, dtype=np.float64)


def two_sided_p(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the two-sided p of z-scores; 0 where it underflows, as published files have it."""
    return np.asarray(2.0 * norm.sf(np.abs(z)), dtype=np.float64)


def _add_effects(
    z: NDArray[np.float32],
    rows: NDArray[np.int64],
    snps: NDArray[np.int64],
    effects: NDArray[np.float64],
    correlation: NDArray[np.float64],
) -> None:
    """Add each effect to all SNPs of its block, times their correlation with the causal one (z is changed in place)."""
    block, place = np.divmod(snps, z.shape[2])
    np.add.at(z, (rows, block), (effects[:, None] * correlation[place]).astype(np.float32))
