"""Sizes and strengths of a simulated SNP-CpG graph with planted trans modules."""

from dataclasses import dataclass, field, replace
from typing import Final

from loaders.errors import LoadError


@dataclass(frozen=True)
class Density:
    """How much of the modules is seen.

    Attributes
    ----------
    cpgs_per_module
        CpGs that a module acts on.
    effect_probability
        That one of its loci acts on one of its molecules.
    """

    cpgs_per_module: int
    effect_probability: float


DENSITIES: Final = {"dense": Density(60, 0.45), "medium": Density(50, 0.25), "sparse": Density(40, 0.12)}
"""Those of the shared graphs."""


@dataclass(frozen=True)
class Strength:
    """Non-centrality of effects: chi2 = z² at the causal SNP, without noise, from a gamma distribution."""

    shape: float
    scale: float


@dataclass(frozen=True)
class Category:
    """A functional category: mean share of SNPs in it, and how much likelier a SNP in it is to be a regulator."""

    name: str
    share: float
    enrichment: float = 1.0


class PlantedSizeError(LoadError):
    """Sizes that no graph can have."""


@dataclass(frozen=True)
class PlantedSettings:
    """What is planted; the defaults give graphs of the kind of the shared ones.

    Attributes
    ----------
    n_blocks, snps_per_block, ld_decay
        LD blocks, SNPs of each, and the correlation of neighbours: |r| = ld_decay ** distance.
    n_cpgs, n_genes
        Molecules; genes are a second layer that takes part in the same modules.
    n_modules, loci_per_module, genes_per_module
        Trans modules; the CpGs of one are in `DENSITIES`.
    one_cis, two_cis
        Probability that a molecule has one or two cis effects in its home block.
    cis_strength, trans_strength
        Of effects. They, `one_cis` and `two_cis` are not published; these values reproduce the numbers of SNPs a pair
        of the shared graphs (see docs/evaluation.md).
    chi2_threshold
        An SNP is an edge when (sqrt(chi2) r + noise)² is larger; noise is standard normal, independent over SNPs.
    false_share, test_share
        Edges at random, as a share of the others; share of (block, molecule) pairs in the test split.
    sign_concordance
        Probability that an effect in a module has the sign of its locus times that of its molecule.
    categories
        Of SNPs. A module's loci are drawn in proportion to their enrichment.
    """

    n_blocks: int = 1500
    snps_per_block: int = 20
    ld_decay: float = 0.85
    n_cpgs: int = 15_000
    n_genes: int = 0
    n_modules: int = 80
    loci_per_module: int = 12
    genes_per_module: int = 20
    one_cis: float = 0.44
    two_cis: float = 0.22
    cis_strength: Strength = Strength(2.4, 53.0)
    trans_strength: Strength = Strength(2.0, 30.0)
    chi2_threshold: float = 30.0
    false_share: float = 0.01
    test_share: float = 0.1
    sign_concordance: float = 0.9
    categories: tuple[Category, ...] = (
        Category("enhancer", 0.05, 5.0),
        Category("promoter", 0.03),
        Category("repressed", 0.30),
    )
    densities: dict[str, Density] = field(default_factory=lambda: dict(DENSITIES))

    def __post_init__(self) -> None:
        """Refuse sizes that no graph can have.

        Raises
        ------
        PlantedSizeError
            Naming the size.
        """
        smallest = min(self.n_blocks, self.snps_per_block, self.n_cpgs, self.n_modules, self.loci_per_module)
        most = max((density.cpgs_per_module for density in self.densities.values()), default=0)
        too_large = {
            "loci_per_module": (self.loci_per_module, self.n_blocks),
            "cpgs_per_module": (most, self.n_cpgs),
            "genes_per_module": (self.genes_per_module if self.n_genes else 0, self.n_genes),
        }
        if smallest < 1:
            raise PlantedSizeError(
                "a planted graph has at least one block, SNP, CpG, module and locus",
                seen=smallest,
                remedy="give positive sizes",
            )
        for name, (wanted, available) in too_large.items():
            if wanted > available:
                raise PlantedSizeError(
                    f"{name} is drawn without repeats from {available}", seen=wanted, remedy=f"lower {name}"
                )

    @property
    def n_molecules(self) -> int:
        """CpGs and genes."""
        return self.n_cpgs + self.n_genes

    def scaled(self, share: float) -> "PlantedSettings":
        """Give a smaller graph of the same kind: blocks, molecules and modules times `share`; modules keep their size.

        Parameters
        ----------
        share
            In (0, 1]; each number is rounded and is at least what a module needs.
        """
        most = max((density.cpgs_per_module for density in self.densities.values()), default=1)
        return replace(
            self,
            n_blocks=max(round(self.n_blocks * share), self.loci_per_module),
            n_cpgs=max(round(self.n_cpgs * share), most),
            n_genes=max(round(self.n_genes * share), self.genes_per_module) if self.n_genes else 0,
            n_modules=max(round(self.n_modules * share), 1),
        )
