"""A small cohort with expression as files: genotypes of two chromosomes and X, genes with planted cis effects."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from bed_reader import to_bed
from numpy.typing import NDArray

from services.mixed_models import PeopleRequest, QtlRequest

N_PEOPLE, N_SNPS, N_GENES = 90, 120, 12
SPACING_BP = 100_000
PLANTED = {2: 10, 5: 73}
"""Gene and the SNP that acts on it; gene 9 is constant, gene 10 lies on chromosome 7 where no SNP is, 11 on X."""
CONSTANT, ALONE, ON_X = 9, 10, 11


@dataclass(frozen=True)
class QtlCohort:
    """The files and what is in them; dosages of allele 1 ``[m, n]``, values ``[n, t]``."""

    folder: Path
    dosages: NDArray[np.float32]
    chromosomes: tuple[str, ...]
    positions: NDArray[np.int64]
    gene_chromosomes: tuple[str, ...]
    gene_positions: NDArray[np.int64]
    values: NDArray[np.float64]
    covariates: NDArray[np.float64]

    @property
    def bed(self) -> Path:
        return self.folder / "people.bed"

    @property
    def traits(self) -> Path:
        return self.folder / "expression.bed.gz"

    @property
    def covariate_file(self) -> Path:
        return self.folder / "covariates.txt"

    @property
    def genes(self) -> list[str]:
        return [f"ENSG{number:011d}" for number in range(N_GENES)]

    def people(self, **more: object) -> PeopleRequest:
        files = {"genotypes": self.bed, "phenotypes": self.traits, "traits": (), "covariates": self.covariate_file}
        return PeopleRequest(**{**files, **more})  # type: ignore[arg-type]

    def request(self, *, people: PeopleRequest | None = None, **more: object) -> QtlRequest:
        choices = {"window_bp": 1_500_000, "n_permutations": 0, **more}
        return QtlRequest(people=people or self.people(), **choices)  # type: ignore[arg-type]


def write_qtl_cohort(folder: Path) -> QtlCohort:
    """Write the cohort, its people in another order in each file."""
    generator = np.random.default_rng(8)
    frequency = generator.uniform(0.2, 0.5, N_SNPS)[:, None]
    dosages = generator.binomial(2, frequency, (N_SNPS, N_PEOPLE)).astype(np.float32)
    covariates = generator.standard_normal((N_PEOPLE, 2)).round(4)
    values = generator.standard_normal((N_PEOPLE, N_GENES)) + covariates @ generator.standard_normal((2, N_GENES))
    for gene, snp in PLANTED.items():
        values[:, gene] += 1.5 * dosages[snp]
    values[:, CONSTANT] = 3.0
    dosages[generator.uniform(size=dosages.shape) < 0.004] = np.nan
    chromosomes = tuple("1" if row < 40 else "2" if row < 80 else "X" for row in range(N_SNPS))
    positions = np.tile(1_000_000 + SPACING_BP * np.arange(40), 3)
    gene_chromosomes = tuple(["1"] * 4 + ["2"] * 6 + ["7", "X"])
    gene_positions = 1_000_000 + 7 * np.arange(N_GENES) * SPACING_BP % 4_000_000 + 1
    cohort = QtlCohort(
        folder, dosages, chromosomes, positions, gene_chromosomes, gene_positions, values.round(6), covariates
    )
    write_people(cohort.bed, dosages, chromosomes, positions)
    write_expression(cohort, cohort.values)
    write_covariates(cohort.covariate_file, covariates)
    return cohort


def write_people(
    bed: Path, dosages: NDArray[np.float32], chromosomes: tuple[str, ...], positions: NDArray[np.int64]
) -> None:
    """Write a .bed, .bim and .fam."""
    n_snps, n_people = dosages.shape
    properties = {
        "fid": [f"f{row}" for row in range(n_people)],
        "iid": [f"i{row}" for row in range(n_people)],
        "sid": [f"rs{1000 + row}" for row in range(n_snps)],
        "chromosome": [{"X": "23"}.get(name, name) for name in chromosomes],
        "bp_position": positions.tolist(),
        "allele_1": ["A"] * n_snps,
        "allele_2": ["G"] * n_snps,
    }
    to_bed(bed, dosages.T, properties=properties, count_A1=True, num_threads=1)


def write_expression(cohort: QtlCohort, values: NDArray[np.float64], *, path: Path | None = None) -> Path:
    """Write FastQTL's BED, the people in another order than the genotypes'."""
    order = np.random.default_rng(6).permutation(N_PEOPLE)
    lines = ["\t".join(["#chr", "start", "end", "gene_id", *(f"i{row}" for row in order)])]
    for gene, name in enumerate(cohort.genes):
        place = [f"chr{cohort.gene_chromosomes[gene]}", cohort.gene_positions[gene] - 1, cohort.gene_positions[gene]]
        cells = ["NA" if np.isnan(value) else f"{value:.6f}" for value in values[order, gene]]
        lines.append("\t".join([*map(str, place), name, *cells]))
    path = path or cohort.traits
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return path


def read_lines(path: Path) -> list[str]:
    """Lines of a gzipped text."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def write_lines(path: Path, lines: list[str]) -> None:
    """Write a gzipped text."""
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))


def change_field(path: Path, line: int, field: int, text: str) -> None:
    """Write another word into a field of a line (both counted from 1)."""
    lines = read_lines(path)
    fields = lines[line - 1].split("\t")
    fields[field - 1] = text
    write_lines(path, [*lines[: line - 1], "\t".join(fields), *lines[line:]])


def write_covariates(path: Path, covariates: NDArray[np.float64]) -> None:
    """Write FastQTL's layout: a row a covariate."""
    order = np.random.default_rng(7).permutation(N_PEOPLE)
    columns = {f"i{row}": covariates[row] for row in order}
    names = [f"factor{number}" for number in range(covariates.shape[1])]
    pl.DataFrame({"id": names, **columns}).write_csv(path, separator="\t")
