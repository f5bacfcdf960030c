"""What was planted in a simulated study, as records and as truth.json."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from loaders.simulation.cohort_size import CohortSize
from loaders.simulation.cohort_truth import PlantedCohort, cohort_from_record

Level = Literal["above", "below"]
DEFAULT_COHORT = CohortSize()


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How large a simulated study is.

    Attributes
    ----------
    n_blocks, snps_per_block
        LD blocks over 22 autosomes, and SNPs in each.
    n_cpgs, n_genes
        Molecular traits.
    n_modules, loci_per_module
        Trans modules, and the regulator loci (on different chromosomes) of each.
    cpgs_per_module, genes_per_module
        Members of a module; no molecule is in two modules.
    n_hubs, molecules_per_hub
        Blocks outside every module that act on molecules picked at random: what a degree-matched control may hit.
    n_traits
        Traits with a GWAS; the last is null.
    n_panel_people
        People of the LD panel; 0 for no panel.
    cohort
        The polygenic cohort beside it.
    """

    n_blocks: int = 1000
    snps_per_block: int = 10
    n_cpgs: int = 3000
    n_genes: int = 600
    n_modules: int = 30
    loci_per_module: int = 12
    cpgs_per_module: int = 40
    genes_per_module: int = 8
    n_hubs: int = 120
    molecules_per_hub: int = 12
    n_traits: int = 8
    n_panel_people: int = 400
    cohort: CohortSize = DEFAULT_COHORT

    @property
    def n_snps(self) -> int:
        """Number of SNPs."""
        return self.n_blocks * self.snps_per_block

    @property
    def n_molecules(self) -> int:
        """Number of CpGs and genes together."""
        return self.n_cpgs + self.n_genes


@dataclass(frozen=True, slots=True)
class RegulatorLocus:
    """A SNP that acts on members of a module, and its LD block.

    Attributes
    ----------
    block_id, chromosome, start_bp, end_bp
        The LD block; 1-based, both ends inside.
    rsid, position_bp
        The causal SNP.
    """

    block_id: str
    chromosome: str
    start_bp: int
    end_bp: int
    rsid: str
    position_bp: int


@dataclass(frozen=True, slots=True)
class PlantedModule:
    """A set of molecules and the loci on different chromosomes that act on them."""

    module: int
    loci: tuple[RegulatorLocus, ...]
    cpgs: tuple[str, ...]
    genes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlantedLocus:
    """A causal locus of a trait.

    Attributes
    ----------
    locus
        The causal SNP and its block.
    module
        The module the SNP regulates; None for a locus of the trait alone.
    level
        Where its expected z lies: above or below genome-wide significance (p = 5e-8).
    expected_z
        sqrt(n)-scaled effect of the SNP's first allele in demo.bim, without noise.
    seen_neg_log10_p
        The largest -log10 p of the block's SNPs in the written file.
    """

    locus: RegulatorLocus
    module: int | None
    level: Level
    expected_z: float
    seen_neg_log10_p: float

    @property
    def is_hidden(self) -> bool:
        """True for a regulator locus that is below genome-wide significance both by plan and in the file."""
        return self.module is not None and self.level == "below" and self.seen_neg_log10_p < GENOME_WIDE_NEG_LOG10_P


GENOME_WIDE_NEG_LOG10_P = 7.301029995663981
"""-log10 of 5e-8."""


@dataclass(frozen=True, slots=True)
class PlantedTrait:
    """A simulated trait: its study, its modules and its causal loci (none for the null trait)."""

    trait_id: str
    name: str
    study_id: str
    n_samples: int
    is_null: bool
    modules: tuple[int, ...]
    loci: tuple[PlantedLocus, ...]


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """Everything planted in a simulated study.

    Attributes
    ----------
    seed, size
        What it was made from.
    manifest
        Name of the manifest inside the study's folder.
    traits, modules
        What was planted.
    cohort
        The polygenic cohort; None where the size has none.
    """

    seed: int
    size: DemoSize
    manifest: str
    traits: tuple[PlantedTrait, ...]
    modules: tuple[PlantedModule, ...]
    cohort: PlantedCohort | None = None

    def trait(self, trait_id: str) -> PlantedTrait:
        """Give the planted trait of an id.

        Raises
        ------
        UnknownPlantedTraitError
            If the study has no such trait.
        """
        for trait in self.traits:
            if trait.trait_id == trait_id:
                return trait
        raise UnknownPlantedTraitError(trait_id, tuple(trait.trait_id for trait in self.traits))


class UnknownPlantedTraitError(KeyError):
    """A trait id that the simulated study does not have."""

    def __init__(self, trait_id: str, known: tuple[str, ...]) -> None:
        self.message = f"the simulated study has no trait {trait_id!r}; it has {', '.join(known)}: ask for one of these"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


def write_truth(truth: DemoTruth, path: Path) -> None:
    """Write a truth as JSON, the same bytes for the same truth."""
    path.write_text(json.dumps(asdict(truth), indent=1, sort_keys=True) + "\n", encoding="utf-8")


class OutdatedTruthError(ValueError):
    """A truth.json that another version of the simulator wrote."""


def read_truth(path: Path) -> DemoTruth:
    """Read what `write_truth` wrote.

    Raises
    ------
    OutdatedTruthError
        If the file lacks what this version of the simulator writes, or holds more.
    """
    record = json.loads(path.read_text(encoding="utf-8"))
    try:
        return _truth(record)
    except (KeyError, TypeError) as error:
        raise OutdatedTruthError(
            f"the truth must be of this version of the simulator; {path} does not fit ({error}): write the study again"
        ) from error


def _truth(record: dict[str, Any]) -> DemoTruth:
    return DemoTruth(
        seed=record["seed"],
        size=DemoSize(**{**record["size"], "cohort": CohortSize(**record["size"]["cohort"])}),
        manifest=record["manifest"],
        traits=tuple(_trait(entry) for entry in record["traits"]),
        modules=tuple(_module(entry) for entry in record["modules"]),
        cohort=cohort_from_record(record["cohort"]) if record["cohort"] else None,
    )


def _trait(entry: dict[str, Any]) -> PlantedTrait:
    loci = tuple(
        PlantedLocus(**{**locus, "locus": RegulatorLocus(**locus["locus"])})  # the rest are plain values
        for locus in entry["loci"]
    )
    return PlantedTrait(**{**entry, "modules": tuple(entry["modules"]), "loci": loci})


def _module(entry: dict[str, Any]) -> PlantedModule:
    return PlantedModule(
        module=entry["module"],
        loci=tuple(RegulatorLocus(**locus) for locus in entry["loci"]),
        cpgs=tuple(entry["cpgs"]),
        genes=tuple(entry["genes"]),
    )
