"""The simulated GWAS as GWAS-SSF files with their metadata, one pair a trait, with every SNP in it."""

import hashlib

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.alleles import report_alleles
from loaders.simulation.effects import TraitPlan
from loaders.simulation.files import table_bytes
from loaders.simulation.genome import Genome
from loaders.simulation.statistics import two_sided_p

TRAIT_NAMES = (
    "Simulated blood cell count",
    "Simulated body height",
    "Simulated inflammatory disease",
    "Simulated serum lipid level",
    "Simulated psychiatric disorder",
    "Simulated blood pressure",
    "Simulated bone density",
)
NULL_TRAIT_NAME = "Simulated trait without any genetic effect"
_CASE_CONTROL = {2: 0.2, 4: 0.15}  # trait index -> share of cases
_STRAND_FLIPPED_SHARE = 0.1


def trait_name(trait: int, n_traits: int) -> str:
    """Name a trait by its index; the last one is the null trait."""
    if trait == n_traits - 1:
        return NULL_TRAIT_NAME
    round_number, place = divmod(trait, len(TRAIT_NAMES))
    return TRAIT_NAMES[place] + ("" if round_number == 0 else f" {round_number + 1}")


def trait_code(trait: int, n_traits: int) -> str:
    """Give the id of a trait inside its study: its name in lower case, joined by hyphens."""
    return trait_name(trait, n_traits).lower().replace(" ", "-")


def accession(trait: int) -> str:
    """Give the accession that names a trait's files, outside the published range."""
    return f"GCST99{trait + 1:06d}"


def case_share(trait: int) -> float | None:
    """Give the share of cases of a disease, None for a quantitative trait."""
    return _CASE_CONTROL.get(trait)


def gwas_ssf_table(
    genome: Genome, z: NDArray[np.float64], trait: int, n_samples: int, generator: np.random.Generator
) -> pl.DataFrame:
    """Lay out one trait's statistics as GWAS-SSF.

    Parameters
    ----------
    genome
        The study.
    z
        Shape (n_snps,): z-scores wrt allele_1.
    trait
        Index of the trait; diseases get odds_ratio in the place of beta.
    n_samples
        People in the GWAS.
    generator
        Source of randomness (order and strand of the alleles).

    Returns
    -------
    pl.DataFrame
        The columns of the standard in its order: the eight mandatory ones, then variant_id, rsid and n.
    """
    table = pl.concat(
        [genome.snps, report_alleles(genome.snps, generator, _STRAND_FLIPPED_SHARE)], how="horizontal"
    ).with_columns(z=pl.Series(z) * pl.col("effect_sign"))
    frequency = pl.col("effect_allele_frequency")
    share = case_share(trait)
    scale = n_samples if share is None else n_samples * share * (1.0 - share)
    error = (1.0 / (2.0 * frequency * (1.0 - frequency) * scale).sqrt()).round_sig_figs(6)
    table = table.with_columns(standard_error=error)
    beta = pl.col("z") * pl.col("standard_error")
    effect = beta.round_sig_figs(7).alias("beta") if share is None else beta.exp().round_sig_figs(8).alias("odds_ratio")
    return table.select(
        "chromosome",
        pl.col("position_bp").alias("base_pair_location"),
        "effect_allele",
        "other_allele",
        effect,
        "standard_error",
        frequency.round(4),
        pl.Series(two_sided_p(table["z"].to_numpy())).round_sig_figs(5).alias("p_value"),
        pl.format("{}_{}_{}_{}", "chromosome", "position_bp", "allele_2", "allele_1").alias("variant_id"),
        "rsid",
        pl.lit(n_samples).alias("n"),
    )


def gwas_ssf_bytes(table: pl.DataFrame) -> bytes:
    """Render a GWAS-SSF table; missing values are `#NA` there."""
    return table_bytes(table, null_value="#NA")


def gwas_metadata(trait: int, plan: TraitPlan, n_traits: int, file_name: str, compressed: bytes) -> str:
    """Render the metadata that stands beside a GWAS-SSF file.

    Parameters
    ----------
    trait, plan, n_traits
        The trait.
    file_name, compressed
        The data file's name and its bytes, whose MD5 the standard asks for.

    Returns
    -------
    str
        YAML with the standard's keys.
    """
    share = case_share(trait)
    lines = [
        "# Study meta-data of a simulated study",
        f"gwas_id: {accession(trait)}",
        "date_metadata_last_modified: 2025-01-01",
        "genotyping_technology:",
        "  - Genome-wide genotyping array",
        f"trait_description:\n  - {trait_name(trait, n_traits)}",
        "samples:",
        f"  - sample_size: {plan.n_samples}",
        "    sample_ancestry_category:\n      - European",
    ]
    if share is not None:
        n_cases = round(plan.n_samples * share)
        lines += [
            "    case_control_study: true",
            f"    case_count: {n_cases}",
            f"    control_count: {plan.n_samples - n_cases}",
        ]
    lines += [
        f"data_file_name: {file_name}",
        "file_type: GWAS-SSF v1.0",
        f"data_file_md5sum: {hashlib.md5(compressed, usedforsecurity=False).hexdigest()}",
        "is_harmonised: false",
        "is_sorted: true",
        "genome_assembly: GRCh37",
        "coordinate_system: 1-based",
        "minor_allele_freq_lower_limit: 0.1",
        "sex: combined",
    ]
    return "\n".join(lines) + "\n"
