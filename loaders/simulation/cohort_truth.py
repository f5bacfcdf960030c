"""What was planted in the simulated cohort, as records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENHANCER, TRANSCRIBED, REPRESSED = "Simulated_enhancers", "Simulated_transcribed", "Simulated_repressed"
MUSCLE, BRAIN, LIVER = "Simulated_muscle", "Simulated_brain", "Simulated_liver"


@dataclass(frozen=True, slots=True)
class PlantedCategory:
    """A functional category and the heritability in it.

    Attributes
    ----------
    annotation_id
        Id of its node.
    excess
        Heritability that a SNP gains by lying in it, in units of that of a SNP outside all categories.
    proportion_of_snps, proportion_of_h2
        Share of the SNPs in it, and share of the heritability expected there.
    """

    annotation_id: str
    excess: float
    proportion_of_snps: float
    proportion_of_h2: float

    @property
    def enrichment(self) -> float:
        """Share of the heritability over share of the SNPs."""
        return self.proportion_of_h2 / self.proportion_of_snps


@dataclass(frozen=True, slots=True)
class PolygenicTrait:
    """A trait on which every SNP of the cohort acts a little.

    Attributes
    ----------
    trait_id, name, study_id, n_samples
        The trait and its GWAS.
    h2
        Heritability that the effects were drawn for.
    realised_h2
        Variance of the genetic values over that of the phenotype, in the people of the GWAS.
    """

    trait_id: str
    name: str
    study_id: str
    n_samples: int
    h2: float
    realised_h2: float


@dataclass(frozen=True, slots=True)
class PlantedFamilies:
    """Siblings with genotypes and traits, and what was planted in them.

    Attributes
    ----------
    genotypes, phenotypes, columns
        Names of the .bed and of the table, and its columns of the cohort's two traits.
    n_people
        Siblings in all.
    h2
        Heritability that the effects of each trait were drawn for.
    realised_h2
        Variance of their genetic values over that of the trait.
    chromosome_h2
        The same of each chromosome's part, 1 to 22, trait by trait; the parts need not sum to the whole.
    """

    genotypes: str
    phenotypes: str
    columns: tuple[str, ...]
    n_people: int
    h2: tuple[float, ...]
    realised_h2: tuple[float, ...]
    chromosome_h2: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class PlantedCohort:
    """Everything planted in the simulated cohort.

    Attributes
    ----------
    n_snps
        SNPs, all of them causal.
    panel_study_id
        Study of the LD panel.
    element_study_id, cell_type_study_id
        Studies of the annotations.
    traits
        The two traits.
    categories
        The annotations of both studies; they act on both traits alike.
    genetic_correlation
        Correlation of the two traits' effects.
    covariance_intercept
        Expected intercept of the cross-trait regression, which shared people cause.
    families
        Siblings of the same population; None where the size has none.
    """

    n_snps: int
    panel_study_id: str
    element_study_id: str
    cell_type_study_id: str
    traits: tuple[PolygenicTrait, PolygenicTrait]
    categories: tuple[PlantedCategory, ...]
    genetic_correlation: float
    covariance_intercept: float
    families: PlantedFamilies | None

    def tau(self, category: PlantedCategory, trait: PolygenicTrait) -> float:
        """Heritability of a trait that a SNP gains by lying in a category."""
        mean_weight = 1.0 + sum(other.excess * other.proportion_of_snps for other in self.categories)
        return trait.h2 * category.excess / (mean_weight * self.n_snps)


def cohort_from_record(record: Mapping[str, Any]) -> PlantedCohort:
    """Read a cohort's truth from its JSON."""
    first, second = (PolygenicTrait(**trait) for trait in record["traits"])
    categories = tuple(PlantedCategory(**category) for category in record["categories"])
    families = _families_from_record(record["families"]) if record["families"] else None
    changed = {"traits": (first, second), "categories": categories, "families": families}
    return PlantedCohort(**{**record, **changed})


def _families_from_record(record: Mapping[str, Any]) -> PlantedFamilies:
    lists = {name: tuple(record[name]) for name in ("columns", "h2", "realised_h2")}
    by_chromosome = tuple(tuple(shares) for shares in record["chromosome_h2"])
    return PlantedFamilies(**{**record, **lists, "chromosome_h2": by_chromosome})
