"""A small cohort as files: PLINK genotypes of families, traits with a planted SNP, covariates."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from bed_reader import to_bed
from numpy.typing import NDArray

from services.mixed_models import PeopleRequest, RemlRequest, ScanRequest

N_PEOPLE, N_SNPS = 120, 150
PLANTED, FLAT, GAPPY = 70, 3, 5
"""SNPs that acts on the trait, has one genotype, and lacks 10 % of the people."""


@dataclass(frozen=True)
class Cohort:
    """The files and what is in them; dosages of allele 1 ``[m, n]``, NaN where missing."""

    folder: Path
    dosages: NDArray[np.float32]
    chromosomes: tuple[str, ...]
    trait: NDArray[np.float64]
    second: NDArray[np.float64]
    cases: NDArray[np.float64]
    age: NDArray[np.float64]

    @property
    def bed(self) -> Path:
        return self.folder / "cohort.bed"

    @property
    def traits(self) -> Path:
        return self.folder / "traits.txt"

    @property
    def covariates(self) -> Path:
        return self.folder / "covariates.txt"

    def people(self, *traits: str, **more: object) -> PeopleRequest:
        return PeopleRequest(genotypes=self.bed, phenotypes=self.traits, traits=traits or ("height",), **more)  # type: ignore[arg-type]

    def scan(self, *, people: PeopleRequest | None = None, **more: object) -> ScanRequest:
        return ScanRequest(people=people or self.people(), **more)  # type: ignore[arg-type]

    def reml(self, *traits: str, people: PeopleRequest | None = None, **more: object) -> RemlRequest:
        return RemlRequest(people=people or self.people(*traits), **more)  # type: ignore[arg-type]


def write_cohort(folder: Path) -> Cohort:
    """Write the cohort: three chromosomes of 50 SNPs, thirty families of four."""
    generator = np.random.default_rng(5)
    frequency = generator.uniform(0.15, 0.5, N_SNPS)[:, None]
    of_family = generator.binomial(1, frequency, (N_SNPS, N_PEOPLE // 4)).repeat(4, axis=1)
    dosages = (of_family + generator.binomial(1, frequency, (N_SNPS, N_PEOPLE))).astype(np.float32)
    dosages[FLAT] = 1.0
    effects = generator.standard_normal(N_SNPS) * 0.12
    age = generator.uniform(20.0, 70.0, N_PEOPLE).round(1)
    scores = effects @ dosages
    trait = scores + 1.2 * dosages[PLANTED] + 0.02 * age + generator.standard_normal(N_PEOPLE)
    second = 0.7 * scores + generator.standard_normal(N_PEOPLE)
    dosages[generator.uniform(size=dosages.shape) < 0.005] = np.nan
    dosages[GAPPY, : N_PEOPLE // 10] = np.nan
    cases = (trait > np.quantile(trait, 0.6)).astype(np.float64)
    chromosomes = tuple(str(1 + row // 50) for row in range(N_SNPS))
    cohort = Cohort(folder, dosages, chromosomes, trait.round(6), second.round(6), cases, age)
    write_genotypes(cohort.bed, dosages, chromosomes)
    write_tables(cohort)
    return cohort


def write_genotypes(bed: Path, dosages: NDArray[np.float32], chromosomes: tuple[str, ...]) -> None:
    """Write a .bed, .bim and .fam."""
    n_snps, n_people = dosages.shape
    properties = {
        "fid": [f"f{row // 4}" for row in range(n_people)],
        "iid": [f"i{row}" for row in range(n_people)],
        "sid": [f"rs{row}" for row in range(n_snps)],
        "chromosome": list(chromosomes),
        "bp_position": [1_000_000 * (1 + row % 50) for row in range(n_snps)],
        "allele_1": ["A"] * n_snps,
        "allele_2": ["G"] * n_snps,
    }
    to_bed(bed, dosages.T, properties=properties, count_A1=True, num_threads=1)


def write_tables(cohort: Cohort) -> None:
    """Write traits and covariates, in another order of the people than the genotypes'."""
    order = np.random.default_rng(6).permutation(N_PEOPLE)
    ids = {"FID": [f"f{row // 4}" for row in order], "IID": [f"i{row}" for row in order]}
    traits = {"height": cohort.trait[order], "weight": cohort.second[order], "asthma": cohort.cases[order]}
    pl.DataFrame({**ids, **traits}).write_csv(cohort.traits, separator="\t")
    sex = ["m" if row % 2 else "w" for row in order]
    pl.DataFrame({**ids, "age": cohort.age[order], "sex": sex}).write_csv(cohort.covariates, separator="\t")


def change_cells(path: Path, column: str, changes: dict[str, str]) -> None:
    """Write other words for some people, by IID, into a table."""
    table = pl.read_csv(path, separator="\t", infer_schema=False)
    changed = pl.col("IID").replace_strict(changes, default=pl.col(column), return_dtype=pl.String)
    table.with_columns(changed.alias(column)).write_csv(path, separator="\t")


def drop_people(path: Path, *people: str) -> None:
    """Take people out of a table, by IID."""
    table = pl.read_csv(path, separator="\t", infer_schema=False)
    table.filter(~pl.col("IID").is_in(people)).write_csv(path, separator="\t")
