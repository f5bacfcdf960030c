"""Writes a simulated cohort with known heritability, enrichment and genetic correlation in the published formats."""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.alleles import report_alleles
from loaders.simulation.cohort_effects import (
    CATEGORIES,
    CELL_TYPES,
    ELEMENTS,
    GENETIC_CORRELATION,
    HERITABILITIES,
    Category,
    CohortStatistics,
    category_intervals,
    covariance_intercept,
    draw_effects,
    draw_memberships,
    draw_statistics,
    expected_variance,
)
from loaders.simulation.cohort_families import GENOTYPES, PHENOTYPES, draw_families, families_fam, trait_table
from loaders.simulation.cohort_genome import CohortGenome, make_cohort_genome
from loaders.simulation.cohort_people import draw_genotypes, draw_mosaics
from loaders.simulation.cohort_size import CohortSize
from loaders.simulation.cohort_truth import PlantedCategory, PlantedCohort, PlantedFamilies, PolygenicTrait
from loaders.simulation.files import table_bytes, write_gzip
from loaders.simulation.genome import DemoSizeError
from loaders.simulation.plink import bed_bytes, fam_bytes
from loaders.simulation.statistics import neg_log10_p
from loaders.targets import canonical_trait

PANEL_STUDY = "demo-reference-people"
ELEMENT_STUDY = "demo-elements"
CELL_TYPE_STUDY = "demo-cell-types"
TRAIT_NAMES = ("Simulated lung capacity", "Simulated grip strength")
P_THRESHOLD = 1e-5
"""A SNP of the cohort becomes a node when it is at least suggestive."""
_STREAM = 1_000  # far from the numbers of the demo's other streams, so that neither changes the other


def write_cohort(folder: Path, *, seed: int, size: CohortSize) -> PlantedCohort:
    """Simulate a cohort and write its LD panel, annotations, two GWAS, and families with genotypes and traits.

    Parameters
    ----------
    folder
        Where to write; it must exist.
    seed
        Seed of every draw; the same seed and size give the same bytes.
    size
        How large the cohort is.

    Returns
    -------
    PlantedCohort
        What was planted.

    Raises
    ------
    DemoSizeError
        If no cohort can be made of the size.

    Notes
    -----
    z = X'y / sqrt(n) of simulated people. The panel's people are others of the same population.
    """
    _check_size(size)
    streams = [np.random.default_rng([seed, _STREAM + number]) for number in range(7)]
    genome = make_cohort_genome(size, streams[0])
    member = draw_memberships(genome, streams[1])
    _write_panel(folder, genome, size, streams[2])
    for name, categories in ((ELEMENT_STUDY, ELEMENTS), (CELL_TYPE_STUDY, CELL_TYPES)):
        write_gzip(folder / _file_of(name), _bed_of_categories(genome, member, categories))
    mosaics = draw_mosaics(genome, size.n_people, streams[3])
    effects = draw_effects(member, streams[4])
    statistics = draw_statistics(genome, mosaics, effects, size, streams[4])
    for trait, found in enumerate(statistics):
        table = _regenie_table(genome, found, streams[5])
        write_gzip(folder / _file_of(gwas_study(trait)), table_bytes(table, separator=" "))
    families = _write_families(folder, genome, effects, size, streams[6]) if size.n_families else None
    return PlantedCohort(
        n_snps=genome.snps.height,
        panel_study_id=PANEL_STUDY,
        element_study_id=ELEMENT_STUDY,
        cell_type_study_id=CELL_TYPE_STUDY,
        traits=(_describe_trait(0, statistics[0]), _describe_trait(1, statistics[1])),
        categories=_describe_categories(member),
        genetic_correlation=GENETIC_CORRELATION,
        covariance_intercept=round(covariance_intercept(size), 6),
        families=families,
    )


def gwas_study(trait: int) -> str:
    """Name the study of a cohort trait's GWAS."""
    return f"demo-{_trait_code(trait).removeprefix('simulated-')}"


def cohort_entries(size: CohortSize) -> list[tuple[str, dict[str, object]]]:
    """Give the manifest's entries for a cohort: study id and keys.

    Parameters
    ----------
    size
        Without SNPs there are none.
    """
    if not size.n_snps:
        return []
    bed = {"kind": "annotation", "build": "GRCh37", "name_from": "name"}
    entries: list[tuple[str, dict[str, object]]] = [
        (PANEL_STUDY, {"kind": "ld_panel", "path": "cohort.bed", "build": "GRCh37", "ancestry": "European"}),
        (ELEMENT_STUDY, {**bed, "path": _file_of(ELEMENT_STUDY)}),
        (CELL_TYPE_STUDY, {**bed, "path": _file_of(CELL_TYPE_STUDY)}),
    ]
    return entries + [(gwas_study(trait), _gwas_entry(trait)) for trait in range(len(TRAIT_NAMES))]


def _gwas_entry(trait: int) -> dict[str, object]:
    return {
        "kind": "gwas",
        "path": _file_of(gwas_study(trait)),
        "format": "regenie",
        "statistics": "complete",
        "trait": _trait_code(trait),
        "trait_name": TRAIT_NAMES[trait],
        "build": "GRCh37",
        "ancestry": "European",
        "cohorts": ["simulated cohort"],
        "p_threshold": P_THRESHOLD,
    }


def _trait_code(trait: int) -> str:
    return TRAIT_NAMES[trait].lower().replace(" ", "-")


def _file_of(study: str) -> str:
    name = study.removeprefix("demo-").replace("-", "_")
    return f"{name}.bed.gz" if study in (ELEMENT_STUDY, CELL_TYPE_STUDY) else f"{name}.regenie.gz"


def _check_size(size: CohortSize) -> None:
    smallest = min(size.n_first, size.n_second, size.n_panel_people)
    if smallest < 20 or max(size.n_first, size.n_second) > size.n_people:
        raise DemoSizeError(
            "each trait and the panel of a cohort need at least 20 people, and no trait more than there are; the size "
            f"has {size.n_people} people, {size.n_first} and {size.n_second} with a trait, {size.n_panel_people} in "
            "the panel: change these numbers"
        )


def _write_panel(folder: Path, genome: CohortGenome, size: CohortSize, generator: np.random.Generator) -> None:
    people = draw_mosaics(genome, size.n_panel_people, generator)
    table = genome.snps.select("chromosome", "rsid", "centimorgan", "position_bp", "allele_1", "allele_2")
    (folder / "cohort.bim").write_bytes(table_bytes(table).split(b"\n", 1)[1])
    (folder / "cohort.fam").write_bytes(fam_bytes(size.n_panel_people, prefix="COHORT"))
    (folder / "cohort.bed").write_bytes(bed_bytes(draw_genotypes(genome, people)))


def _write_families(
    folder: Path,
    genome: CohortGenome,
    effects: NDArray[np.float64],
    size: CohortSize,
    generator: np.random.Generator,
) -> PlantedFamilies:
    families = draw_families(genome, effects, size.n_families, generator)
    bed = folder / GENOTYPES
    bed.with_suffix(".bim").write_bytes((folder / "cohort.bim").read_bytes())
    bed.with_suffix(".fam").write_bytes(families_fam(size.n_families))
    bed.write_bytes(bed_bytes(draw_genotypes(genome, families.mosaics)))
    (folder / PHENOTYPES).write_bytes(table_bytes(trait_table(families)))
    return families.planted


def _bed_of_categories(genome: CohortGenome, member: NDArray[np.bool_], categories: tuple[Category, ...]) -> bytes:
    """Render intervals as BED 4, by category and place."""
    lines = []
    for category in categories:
        rows = category_intervals(genome, member[:, CATEGORIES.index(category)]).iter_rows()
        lines += [f"chr{chromosome}\t{start}\t{end}\t{category.name}" for chromosome, start, end in rows]
    return ("\n".join(lines) + "\n").encode()


def _regenie_table(genome: CohortGenome, found: CohortStatistics, generator: np.random.Generator) -> pl.DataFrame:
    """Lay out one trait's statistics as REGENIE's step 2 does, in units of one phenotypic standard deviation."""
    snps = genome.snps.with_columns(frequency_1=pl.Series(found.frequency_1), is_indel=pl.lit(value=False))
    table = pl.concat([snps, report_alleles(snps, generator)], how="horizontal").with_columns(
        z=pl.Series(found.z) * pl.col("effect_sign")
    )
    frequency = pl.col("effect_allele_frequency")
    error = (1.0 / (2.0 * frequency * (1.0 - frequency) * found.n_samples).sqrt()).round_sig_figs(6)
    table = table.with_columns(error=error)
    return table.select(
        pl.col("chromosome").alias("CHROM"),
        pl.col("position_bp").alias("GENPOS"),
        pl.col("rsid").alias("ID"),
        pl.col("other_allele").alias("ALLELE0"),
        pl.col("effect_allele").alias("ALLELE1"),
        frequency.round(6).alias("A1FREQ"),
        pl.lit(found.n_samples).alias("N"),
        pl.lit("ADD").alias("TEST"),
        (pl.col("z") * pl.col("error")).round_sig_figs(7).alias("BETA"),
        pl.col("error").alias("SE"),
        (pl.col("z") ** 2).round_sig_figs(6).alias("CHISQ"),
        pl.Series(neg_log10_p(table["z"].to_numpy())).round_sig_figs(6).alias("LOG10P"),
        pl.lit("NA").alias("EXTRA"),
    )


def _describe_trait(trait: int, found: CohortStatistics) -> PolygenicTrait:
    return PolygenicTrait(
        trait_id=canonical_trait(_trait_code(trait), gwas_study(trait)),
        name=TRAIT_NAMES[trait],
        study_id=gwas_study(trait),
        n_samples=found.n_samples,
        h2=HERITABILITIES[trait],
        realised_h2=round(found.realised_h2, 6),
    )


def _describe_categories(member: NDArray[np.bool_]) -> tuple[PlantedCategory, ...]:
    share = expected_variance(member)
    return tuple(
        PlantedCategory(
            annotation_id=f"{ELEMENT_STUDY if category in ELEMENTS else CELL_TYPE_STUDY}/{category.name}",
            excess=category.excess,
            proportion_of_snps=round(float(member[:, column].mean()), 6),
            proportion_of_h2=round(float(share[member[:, column]].sum()), 6),
        )
        for column, category in enumerate(CATEGORIES)
    )
