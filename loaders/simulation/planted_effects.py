"""The effects of a planted graph: cis effects of molecules, trans modules, and the z scores that they leave on SNPs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.planted_settings import Density, PlantedSettings, Strength

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Effects:
    """One entry an effect: causal SNP, molecule, expected z at that SNP (signed)."""

    snp: IntArray
    molecule: IntArray
    expected_z: FloatArray


@dataclass(frozen=True, eq=False)
class Modules:
    """The truth behind trans effects.

    Attributes
    ----------
    loci
        Shape (n_modules, loci_per_module): causal SNP of each locus, every locus of a module in a block of its own.
    molecules
        One array a module: its CpGs, then its genes.
    """

    loci: IntArray
    molecules: tuple[IntArray, ...]


@dataclass(frozen=True, eq=False)
class Edges:
    """One entry an edge: SNP, molecule, signed z."""

    snp: IntArray
    molecule: IntArray
    z: FloatArray


def draw_cis(settings: PlantedSettings, home: IntArray, generator: np.random.Generator) -> Effects:
    """Draw none, one or two cis effects a molecule, each at a SNP of its home block."""
    drawn = generator.random(settings.n_molecules)
    n_effects = (drawn < settings.one_cis + settings.two_cis).astype(int) + (drawn < settings.two_cis)
    molecule = np.repeat(np.arange(settings.n_molecules, dtype=np.int32), n_effects)
    place = generator.integers(0, settings.snps_per_block, molecule.size)
    snp = (home[molecule] * settings.snps_per_block + place).astype(np.int32)
    sign = generator.choice([-1.0, 1.0], molecule.size)
    return Effects(snp, molecule, sign * _root_chi2(settings.cis_strength, molecule.size, generator))


def draw_modules(
    settings: PlantedSettings, density: Density, enrichment: FloatArray, generator: np.random.Generator
) -> Modules:
    """Draw each module's loci, in proportion to the SNPs' enrichment, and its molecules.

    Parameters
    ----------
    settings, density
        Sizes.
    enrichment
        Shape (n_snps,): how much likelier than others a SNP is to be a regulator.
    generator
        Source of randomness.
    """
    of_block = enrichment.reshape(settings.n_blocks, settings.snps_per_block)
    weight = of_block.sum(axis=1) / of_block.sum()
    within = of_block / of_block.sum(axis=1, keepdims=True)
    loci, molecules = [], []
    for _ in range(settings.n_modules):
        block = generator.choice(settings.n_blocks, settings.loci_per_module, replace=False, p=weight)
        place = [generator.choice(settings.snps_per_block, p=within[each]) for each in block]
        loci.append(block * settings.snps_per_block + np.array(place))
        cpgs = generator.choice(settings.n_cpgs, density.cpgs_per_module, replace=False)
        n_genes = settings.genes_per_module if settings.n_genes else 0
        genes = settings.n_cpgs + generator.choice(max(settings.n_genes, 1), n_genes, replace=False)
        molecules.append(np.concatenate([np.sort(cpgs), np.sort(genes)]).astype(np.int32))
    return Modules(np.array(loci, dtype=np.int32), tuple(molecules))


def draw_trans(
    settings: PlantedSettings, density: Density, modules: Modules, generator: np.random.Generator
) -> Effects:
    """Draw which locus acts on which molecule of its module, how strongly, and in which direction."""
    snp, molecule, z = [], [], []
    for loci, members in zip(modules.loci, modules.molecules, strict=True):
        acts = generator.random((loci.size, members.size)) < density.effect_probability
        locus, member = np.nonzero(acts)
        direction = np.outer(generator.choice([-1.0, 1.0], loci.size), generator.choice([-1.0, 1.0], members.size))
        is_with = generator.random(locus.size) < settings.sign_concordance
        sign = direction[locus, member] * np.where(is_with, 1.0, -1.0)
        snp.append(loci[locus])
        molecule.append(members[member])
        z.append(sign * _root_chi2(settings.trans_strength, locus.size, generator))
    return Effects(np.concatenate(snp), np.concatenate(molecule), np.concatenate(z))


def observe(settings: PlantedSettings, effects: Effects, generator: np.random.Generator) -> Edges:
    """Give the SNPs of each effect's block whose z, LD times effect plus noise, passes the threshold."""
    place = effects.snp % settings.snps_per_block
    distance = np.abs(np.arange(settings.snps_per_block) - place[:, None])
    z = effects.expected_z[:, None] * settings.ld_decay**distance + generator.normal(size=distance.shape)
    row, seen = np.nonzero(z**2 > settings.chi2_threshold)
    snp = (effects.snp[row] - place[row] + seen).astype(np.int32)
    return Edges(snp, effects.molecule[row], z[row, seen])


def draw_false(settings: PlantedSettings, n_edges: int, generator: np.random.Generator) -> Edges:
    """Draw edges at random; their chi2 is above the threshold by an exponential of mean 2."""
    n_false = round(settings.false_share * n_edges)
    snp = generator.integers(0, settings.n_blocks * settings.snps_per_block, n_false).astype(np.int32)
    molecule = generator.integers(0, settings.n_molecules, n_false).astype(np.int32)
    chi2 = settings.chi2_threshold + generator.exponential(2.0, n_false)
    return Edges(snp, molecule, generator.choice([-1.0, 1.0], n_false) * np.sqrt(chi2))


def join_edges(*parts: Edges) -> Edges:
    """Put edges together, sorted by molecule, then SNP; of a repeated (SNP, molecule) the largest |z| stays."""
    snp, molecule, z = (np.concatenate([getattr(part, name) for part in parts]) for name in ("snp", "molecule", "z"))
    order = np.lexsort((-np.abs(z), snp, molecule))
    snp, molecule, z = snp[order], molecule[order], z[order]
    is_first = np.ones(snp.size, dtype=np.bool_)
    is_first[1:] = (snp[1:] != snp[:-1]) | (molecule[1:] != molecule[:-1])
    return Edges(snp[is_first], molecule[is_first], z[is_first])


def _root_chi2(strength: Strength, n: int, generator: np.random.Generator) -> FloatArray:
    root: FloatArray = np.sqrt(generator.gamma(strength.shape, strength.scale, n))
    return root
