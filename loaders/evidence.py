"""Rows of mQTL, eQTL and GWAS files as the normalised evidence table, each kept or given one named reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.alleles import aligned_sign_expression
from loaders.cells import filter_reason_expression, read_fields
from loaders.errors import BuildError
from loaders.evidence_table import EVIDENCE_SCHEMA, list_flags, reported_variant_expression
from loaders.format_choice import ColumnPlan
from loaders.gwas_catalog import CatalogTraits, read_catalog_fields
from loaders.manifest import StudySpec
from loaders.models_in_row import other_models_expression
from loaders.report import Refusal
from loaders.strength import add_strength
from loaders.tables import ROW_NUMBER
from loaders.targets import cpg_expression, curie_expression, gene_expression, trait_expression
from loaders.variant_columns import add_alleles, add_place
from loaders.vcf import expand_sample

_CIS: Final = {"TRUE": "cis", "FALSE": "trans", "CIS": "cis", "TRANS": "trans", "1": "cis", "0": "trans"}


_CATALOG_COLUMNS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "mapped_gene_list": pl.List(pl.String),
    "catalog_odds_ratio": pl.Float64,
    "n_from_text": pl.Boolean,
}


@dataclass(frozen=True)
class EvidenceBatch:
    """A batch after normalisation.

    Attributes
    ----------
    rows
        Kept rows in the columns of `EVIDENCE_SCHEMA`.
    left_out
        `reason` (lower-case name of a `Skip` or `Refusal`) and `row_number` of the others.
    """

    rows: pl.DataFrame
    left_out: pl.DataFrame


def normalise_evidence(
    frame: pl.DataFrame, plan: ColumnPlan, spec: StudySpec, *, catalog: CatalogTraits | None = None
) -> EvidenceBatch:
    """Normalise a batch of evidence rows.

    Parameters
    ----------
    frame
        A batch of the file, with its row numbers.
    plan
        How the file is read.
    spec
        The study.
    catalog
        For the GWAS Catalog: the traits of its studies.

    Raises
    ------
    BuildError
        When a variant id states another build than the study.
    """
    if plan.sample_column is not None:
        frame = expand_sample(
            frame, plan.sample_column, [key for key in plan.sources.values() if key not in frame.columns]
        )
    fields = read_fields(_add_file_columns(frame, plan), plan)
    if catalog is not None:
        fields = read_catalog_fields(fields, catalog)
    rows = add_place(fields, plan)
    rows = add_alleles(rows, plan)
    rows = _add_target(rows, plan, spec)
    rows = _add_counts(add_strength(rows, plan.format.p_floor), plan, spec)
    rows = _add_sign(rows, plan).with_columns(reason=_reason_expression(plan))
    _check_id_builds(rows, plan, spec)
    kept = rows.filter(pl.col("reason").is_null())
    left_out = rows.filter(pl.col("reason").is_not_null()).select("reason", row_number=ROW_NUMBER)
    return EvidenceBatch(_to_table(kept, plan), left_out)


def _add_file_columns(frame: pl.DataFrame, plan: ColumnPlan) -> pl.DataFrame:
    """Add what is worked out from the file's own columns: row filters, other models, the format's flags."""
    flags = {
        f"__flag_{name}": (pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase() == value)
        for name, (column, value) in plan.format.flags.items()
    }
    return frame.with_columns(
        __filter_reason=filter_reason_expression(plan),
        __other_models=other_models_expression(frame, plan),
        **flags,
    )


def _add_target(rows: pl.DataFrame, plan: ColumnPlan, spec: StudySpec) -> pl.DataFrame:
    """Add target, its names, and the model."""
    if spec.kind == "mqtl":
        target = cpg_expression(pl.coalesce("cpg", pl.lit(spec.molecule, dtype=pl.String)))
    elif spec.kind == "eqtl":
        target = gene_expression(pl.coalesce("gene", pl.lit(spec.molecule, dtype=pl.String)))
    else:
        stated = spec.trait or spec.trait_id or plan.facts.trait or plan.facts.trait_name
        raw = pl.coalesce("trait", pl.lit(stated, dtype=pl.String))
        name = spec.trait_name or (None if spec.trait or spec.trait_id else plan.facts.trait_name)
        is_term = curie_expression(pl.col("reported_trait")).is_null()
        target = trait_expression(raw, spec.id) if spec.trait_id is None else pl.lit(spec.trait_id)
        rows = rows.with_columns(
            trait_name=pl.coalesce("trait_name", pl.lit(name, dtype=pl.String), raw),
            reported_trait=pl.coalesce(
                pl.when(is_term).then(pl.col("reported_trait")), "trait_name", pl.lit(name, dtype=pl.String), raw
            ),
        )
    is_other_molecule = pl.col("molecular_trait").is_not_null() & (
        gene_expression(pl.col("molecular_trait")) != pl.col("target")
    )
    model = pl.coalesce("model", pl.when(is_other_molecule).then(pl.col("molecular_trait")), pl.lit(plan.format.model))
    return rows.with_columns(target=target).with_columns(model=model)


def _add_counts(rows: pl.DataFrame, plan: ColumnPlan, spec: StudySpec) -> pl.DataFrame:
    """Add sample sizes, the effect allele's frequency and cis/trans."""

    def count(name: str, fallback: int | None) -> pl.Expr:
        value = pl.col(name).round()
        usable = pl.when(value.is_finite() & (value >= 1)).then(value).cast(pl.Int64, strict=False)
        return pl.coalesce(usable, pl.lit(fallback, dtype=pl.Int64))

    rows = rows.with_columns(n_cases=count("n_cases", spec.n_cases), n_controls=count("n_controls", spec.n_controls),
                             own_n=count("n_samples", None))  # fmt: skip
    rows = rows.with_columns(
        n_samples=pl.coalesce(
            "own_n", pl.col("n_cases") + pl.col("n_controls"), pl.lit(spec.n or plan.facts.n_samples, dtype=pl.Int64)
        )
    )
    n_alleles = pl.coalesce("n_alleles", 2.0 * pl.col("n_samples"))
    frequency = pl.coalesce("effect_allele_frequency", pl.col("effect_allele_count") / n_alleles)
    unit = pl.coalesce("unit", pl.lit(spec.unit, dtype=pl.String))
    return rows.with_columns(
        effect_allele_frequency=pl.when(frequency.is_between(0.0, 1.0)).then(frequency),
        unit=unit,
        cis_trans=pl.col("cis_trans").str.to_uppercase().replace_strict(_CIS, default=None, return_dtype=pl.String),
    )


def _add_sign(rows: pl.DataFrame, plan: ColumnPlan) -> pl.DataFrame:
    """Keep effect and z only where effect allele, other allele and build are known; align them to the pair."""
    has_effect = pl.col("effect_size").is_not_null() | pl.col("signed_z").is_not_null()
    is_known = (
        pl.col("effect_allele").is_not_null() & pl.col("other_allele").is_not_null() & pl.col("build").is_not_null()
    )
    rows = rows.with_columns(has_effect=has_effect & pl.lit(plan.format.is_signed), is_known=is_known)
    keeps = pl.col("has_effect") & is_known & ~pl.col("is_p_lower_bound")
    sign = aligned_sign_expression(pl.col("effect_allele"), pl.col("other_allele"))
    return rows.with_columns(
        effect_size=pl.when(keeps).then(pl.col("effect_size")),
        z_score=pl.when(keeps).then(pl.col("signed_z")),
        is_sign_dropped=pl.col("has_effect") & ~keeps,
    ).with_columns(
        aligned_effect_size=pl.col("effect_size") * sign,
        aligned_z_score=pl.col("z_score") * sign,
    )


def _reason_expression(plan: ColumnPlan) -> pl.Expr:
    """Name the one reason for which a row is left out; null for rows that stay. The order decides."""
    no_variant = pl.col("rsid").is_null() & ~pl.col("is_placed")
    cases = [
        (pl.col("is_multi_snp"), Refusal.MULTI_SNP_CELL),
        (no_variant & pl.col("has_unplaced_position"), Refusal.UNKNOWN_BUILD),
        (pl.col("raw_chromosome").is_not_null() & pl.col("column_chromosome").is_null(), Refusal.UNKNOWN_CHROMOSOME),
        (pl.col("is_bad_position"), Refusal.BAD_POSITION),
        (no_variant & pl.col("is_unreadable"), Refusal.UNREADABLE_VARIANT),
        (no_variant, Refusal.MISSING_VARIANT),
        (pl.col("target").is_null(), Refusal.MISSING_TARGET),
        (pl.col("is_multi_allelic"), Refusal.MULTI_ALLELIC),
        (pl.col("is_bad_allele"), Refusal.BAD_ALLELE),
        (pl.col("has_identical_alleles"), Refusal.IDENTICAL_ALLELES),
        (pl.col("has_effect") & pl.col("effect_allele").is_null(), Refusal.MISSING_ALLELE),
        (pl.col("is_bad_p"), Refusal.BAD_P),
        (pl.col("is_non_finite") & pl.lit(plan.format.is_signed), Refusal.NON_FINITE_Z),
        (pl.col("neg_log10_p").is_null(), Refusal.MISSING_P),
    ]
    named = [pl.when(condition).then(pl.lit(reason.name.lower())) for condition, reason in cases]
    return pl.coalesce("__filter_reason", *named)


def _check_id_builds(rows: pl.DataFrame, plan: ColumnPlan, spec: StudySpec) -> None:
    """Refuse a file whose ids state another build than the manifest, such as _b38 under GRCh37."""
    if plan.build is None or not plan.format.id_effect_is_second:
        return
    other = rows.filter((pl.col("id_build") != plan.build).fill_null(value=False))
    if other.height:
        row, build = other.row(0, named=True)[ROW_NUMBER], other["id_build"][0]
        raise BuildError(
            "everybody must agree on a file's genome build",
            seen=f"the study says {plan.build}, the variant id of data row {row} says {build}",
            where=spec.where,
            remedy=f'set build = "{build}"',
        )


def _to_table(rows: pl.DataFrame, plan: ColumnPlan) -> pl.DataFrame:
    """Select the columns of the evidence table."""
    is_lettered_without_other = pl.col("effect_allele").is_null() | pl.col("other_allele").is_null()
    flags = {
        "p_from_z": pl.col("is_p_from_z"),
        "p_lower_bound": pl.col("is_p_lower_bound"),
        "z_from_p": pl.col("is_z_from_p"),
        "palindromic": pl.col("is_strand_ambiguous"),
        "pseudo_autosomal": pl.col("is_pseudo_autosomal"),
        "indel": pl.col("is_indel"),
        "one_allele": is_lettered_without_other & pl.col("effect_allele").is_not_null(),
        "no_alleles": pl.col("effect_allele").is_null() & pl.col("other_allele").is_null(),
        "sign_dropped": pl.col("is_sign_dropped"),
        "unknown_build": pl.col("build").is_null(),
        "position_from_id": pl.col("is_place_from_id"),
        "id_repaired": pl.col("is_repaired"),
        "id_not_rs": pl.col("is_named"),
        "id_unreadable": pl.col("is_unreadable"),
        **{name: pl.col(f"__flag_{name}").fill_null(value=False) for name in plan.format.flags},
    }
    for name, dtype in _CATALOG_COLUMNS.items():
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=dtype).alias(name))
    flags["n_from_text"] = pl.col("n_from_text").fill_null(value=False)
    rows = rows.with_columns(
        row_number=ROW_NUMBER,
        reported_variant=reported_variant_expression(),
        flags=list_flags(rows, flags),
        other_models="__other_models",
        mapped_genes="mapped_gene_list",
        odds_ratio=pl.coalesce("odds_ratio", "catalog_odds_ratio"),
    )
    return rows.select(pl.col(name).cast(dtype) for name, dtype in EVIDENCE_SCHEMA.items())
