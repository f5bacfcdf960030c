"""What acts on what: cis effects, trans modules, hubs, and the causal loci of each trait."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.genome import DemoSizeError, Genome
from loaders.simulation.truth import DemoSize, Level

TRANS_PRESENCE = 0.35
"""Probability that a module's locus acts on a member (guide: dense .45, medium .25)."""
_CIS_COUNT_SHARES = (0.25, 0.5, 0.25)  # none, one or two cis effects
_STRONG_CIS_SHARE = 0.01  # so strong that p underflows, as it does in published files
_Z_RANGE = {"above": (7.0, 11.0), "below": (4.2, 5.0)}
_LONE_LOCI = 2
_GWAS_PEOPLE = (150_000, 400_000)


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """The regulator SNPs of a module and its members, as indices."""

    snps: NDArray[np.int64]
    cpgs: NDArray[np.int64]
    genes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CausalSnp:
    """One causal SNP of a trait: index, module (None for none), level, and expected z of its block's carried allele."""

    snp: int
    module: int | None
    level: Level
    z: float


@dataclass(frozen=True, slots=True)
class TraitPlan:
    """The causal SNPs of a trait, its modules and its number of people."""

    modules: tuple[int, ...]
    causal: tuple[CausalSnp, ...]
    n_samples: int


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """Every planted effect.

    Attributes
    ----------
    modules, traits
        The plans of each.
    effect_molecule, effect_snp
        Shape (n_effects,): who acts on whom; molecules are CpGs first, genes after them.
    effect_z
        Shape (n_effects,): sqrt(n)-scaled effect of the block's carried allele.
    """

    modules: tuple[ModulePlan, ...]
    traits: tuple[TraitPlan, ...]
    effect_molecule: NDArray[np.int64]
    effect_snp: NDArray[np.int64]
    effect_z: NDArray[np.float64]


def plan_effects(genome: Genome, size: DemoSize, generator: np.random.Generator) -> EffectPlan:
    """Choose regulators, members and causal loci.

    Parameters
    ----------
    genome
        Where everything lies.
    size
        How many of each.
    generator
        Source of randomness.

    Returns
    -------
    EffectPlan
        Module loci lie on different chromosomes, in every second block, so that no two are neighbours.

    Raises
    ------
    DemoSizeError
        If the size has too few blocks or molecules for its modules.
    """
    free = _regulator_blocks(genome)
    modules = _plan_modules(genome, size, free, generator)
    molecules, snps = _join(
        _trans_effects(modules, size, generator),
        _hub_effects(genome, size, free, generator),
    )
    z = generator.uniform(6.5, 11.0, molecules.size)
    cis_molecules, cis_snps = _cis_effects(genome, size, generator)
    cis_z = generator.uniform(6.5, 16.0, cis_molecules.size)
    is_strong = generator.random(cis_molecules.size) < _STRONG_CIS_SHARE
    cis_z[is_strong] = generator.uniform(39.0, 45.0, int(is_strong.sum()))
    molecules, snps = _join((molecules, snps), (cis_molecules, cis_snps))
    return EffectPlan(
        modules=modules,
        traits=_plan_traits(genome, size, modules, generator),
        effect_molecule=molecules,
        effect_snp=snps,
        effect_z=np.concatenate([z, cis_z]) * generator.choice(np.array([-1.0, 1.0]), molecules.size),
    )


def _regulator_blocks(genome: Genome) -> dict[int, list[int]]:
    """Give every second block of each chromosome: the ones that may regulate in trans."""
    chromosomes = genome.blocks["chromosome"].to_list()
    by_chromosome: dict[int, list[int]] = {}
    for block, chromosome in enumerate(chromosomes):
        by_chromosome.setdefault(chromosome, []).append(block)
    return {chromosome: blocks[::2] for chromosome, blocks in by_chromosome.items()}


def _plan_modules(
    genome: Genome, size: DemoSize, free: dict[int, list[int]], generator: np.random.Generator
) -> tuple[ModulePlan, ...]:
    n_cpgs, n_genes = size.n_modules * size.cpgs_per_module, size.n_modules * size.genes_per_module
    if n_cpgs > size.n_cpgs or n_genes > size.n_genes:
        raise DemoSizeError(
            f"modules share no molecule; {size.n_modules} modules need {n_cpgs} CpGs and {n_genes} genes, the size has "
            f"{size.n_cpgs} and {size.n_genes}: ask for fewer or smaller modules"
        )
    cpgs = generator.permutation(size.n_cpgs)[:n_cpgs].reshape(size.n_modules, -1)
    genes = generator.permutation(size.n_genes)[:n_genes].reshape(size.n_modules, -1)
    return tuple(
        ModulePlan(
            snps=_pick_snps(genome, _take_blocks(free, size.loci_per_module, generator), size, generator),
            cpgs=np.sort(cpgs[module]),
            genes=np.sort(genes[module]),
        )
        for module in range(size.n_modules)
    )


def _take_blocks(free: dict[int, list[int]], n_loci: int, generator: np.random.Generator) -> list[int]:
    """Take blocks of n different chromosomes, the ones with many left more often; they are free no more."""
    left = {chromosome: len(blocks) for chromosome, blocks in free.items() if blocks}
    if len(left) < n_loci:
        raise DemoSizeError(
            f"a module's loci lie on different chromosomes; {n_loci} are wanted and only {len(left)} chromosomes have "
            f"free blocks: ask for more blocks or fewer modules"
        )
    weights = np.array(list(left.values()), dtype=np.float64)
    chosen = generator.choice(list(left), n_loci, replace=False, p=weights / weights.sum())
    return [free[int(c)].pop(int(generator.integers(len(free[int(c)])))) for c in chosen]


def _pick_snps(genome: Genome, blocks: list[int], size: DemoSize, generator: np.random.Generator) -> NDArray[np.int64]:
    """Pick one SNP of each block; never an indel, which GoDMC writes as D/I and no other file can be joined to."""
    is_indel = genome.snps["is_indel"].to_numpy()
    picked = []
    for block in blocks:
        members = block * size.snps_per_block + np.arange(size.snps_per_block)
        lettered = members[~is_indel[members]]
        picked.append(generator.choice(lettered if lettered.size else members))
    return np.array(picked, dtype=np.int64)


Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def _join(first: Pairs, second: Pairs) -> Pairs:
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])


def _trans_effects(modules: tuple[ModulePlan, ...], size: DemoSize, generator: np.random.Generator) -> Pairs:
    molecules: list[NDArray[np.int64]] = []
    snps: list[NDArray[np.int64]] = []
    for module in modules:
        members = np.concatenate([module.cpgs, size.n_cpgs + module.genes])
        is_present = generator.random((members.size, module.snps.size)) < TRANS_PRESENCE
        member, locus = np.nonzero(is_present)
        molecules.append(members[member])
        snps.append(module.snps[locus])
    if not modules:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(molecules), np.concatenate(snps)


def _hub_effects(genome: Genome, size: DemoSize, free: dict[int, list[int]], generator: np.random.Generator) -> Pairs:
    blocks = np.array([block for chromosome in sorted(free) for block in free[chromosome]], dtype=np.int64)
    if blocks.size < size.n_hubs:
        raise DemoSizeError(
            f"hubs lie outside every module; {size.n_hubs} are wanted and {blocks.size} blocks are free: "
            f"ask for more blocks or fewer hubs"
        )
    chosen = generator.choice(blocks, size.n_hubs, replace=False)
    snps = _pick_snps(genome, chosen.tolist(), size, generator)
    molecules = [generator.choice(size.n_molecules, size.molecules_per_hub, replace=False) for _ in range(size.n_hubs)]
    flat = np.concatenate(molecules) if molecules else np.empty(0)
    return flat.astype(np.int64), np.repeat(snps, size.molecules_per_hub)


def _cis_effects(genome: Genome, size: DemoSize, generator: np.random.Generator) -> Pairs:
    home = np.concatenate([genome.cpgs["block"].to_numpy(), genome.genes["block"].to_numpy()])
    count = generator.choice(3, home.size, p=_CIS_COUNT_SHARES)
    molecules = np.repeat(np.arange(home.size), count)
    snps = home[molecules] * size.snps_per_block + generator.integers(0, size.snps_per_block, molecules.size)
    return molecules, snps


def _plan_traits(
    genome: Genome, size: DemoSize, modules: tuple[ModulePlan, ...], generator: np.random.Generator
) -> tuple[TraitPlan, ...]:
    taken = {int(snp) // size.snps_per_block for module in modules for snp in module.snps}
    lone_blocks = [block for block in range(size.n_blocks) if block not in taken]
    plans = []
    for trait_modules in trait_modules_of(size):
        n_each = 5 if len(trait_modules) == 1 else 4
        causal = [
            locus for module in trait_modules for locus in _causal_snps(modules[module], module, n_each, generator)
        ]
        if trait_modules:
            blocks = generator.choice(lone_blocks, _LONE_LOCI, replace=False).tolist()
            snps = _pick_snps(genome, blocks, size, generator).tolist()
            causal += [CausalSnp(snp, None, "above", _draw_z("above", generator)) for snp in snps]
        plans.append(TraitPlan(trait_modules, tuple(causal), int(generator.integers(*_GWAS_PEOPLE))))
    return tuple(plans)


def trait_modules_of(size: DemoSize) -> tuple[tuple[int, ...], ...]:
    """Say which modules each trait uses.

    Every trait but the last has one module; from the fifth on it has a second one, and the last two of these share
    one. The last trait is null and has none.

    Parameters
    ----------
    size
        Numbers of traits and modules.

    Returns
    -------
    tuple[tuple[int, ...], ...]
        Module indices, one tuple a trait.
    """
    chosen: list[tuple[int, ...]] = []
    next_module = 0
    for trait in range(size.n_traits - 1):
        n_modules = 1 if trait < 4 else 2
        first = next_module - 1 if trait == 6 else next_module  # the seventh shares a module with the sixth
        chosen.append(tuple(sorted({(first + step) % size.n_modules for step in range(n_modules)})))
        next_module = first + n_modules
    return (*chosen, ())


def _causal_snps(plan: ModulePlan, module: int, n_each: int, generator: np.random.Generator) -> list[CausalSnp]:
    """Make n loci of a module significant and as many sub-threshold; the rest does not act on the trait."""
    snps = generator.permutation(plan.snps).tolist()
    n_each = min(n_each, len(snps) // 2)
    above = [CausalSnp(snp, module, "above", _draw_z("above", generator)) for snp in snps[:n_each]]
    below = [CausalSnp(snp, module, "below", _draw_z("below", generator)) for snp in snps[n_each : 2 * n_each]]
    return above + below


def _draw_z(level: Level, generator: np.random.Generator) -> float:
    return float(generator.uniform(*_Z_RANGE[level]) * generator.choice([-1.0, 1.0]))
