"""GWAS Catalog associations: one row per association x mapped gene x mapped trait (formats.md, decisions 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.targets import ONTOLOGY_PREFIXES, curie_expression

_KEY: Final = ("pubmed_id", "reported_trait")
_MONTHS: Final = {
    name: f"{number:02d}"
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), start=1
    )
}
_TERM: Final = rf"(?:{'|'.join(ONTOLOGY_PREFIXES)})_[A-Za-z0-9]+"
_COUNT: Final = r"(?:^|[^\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(?:\s|$)"


@dataclass(frozen=True)
class CatalogTraits:
    """Traits of the catalog's studies.

    Attributes
    ----------
    terms
        `pubmed_id`, `reported_trait`, `trait` (CURIE) and `trait_name`, for the pairs that have one URI.
    """

    terms: pl.DataFrame


def collect_catalog_traits(batches: Iterable[pl.DataFrame]) -> CatalogTraits:
    """Find, per publication and reported trait, the one ontology term that it is mapped to.

    Parameters
    ----------
    batches
        The whole file as fields `pubmed_id`, `reported_trait`, `mapped_trait_uri`, `mapped_trait`.

    Notes
    -----
    A reported trait with several terms ("Obesity-related traits" is crossed with 56) gets none of them: it stays a
    trait of the study under its reported name.
    """
    pairs = [
        batch.select(
            *_KEY,
            uri=pl.col("mapped_trait_uri").str.extract_all(_TERM),
            trait_name="mapped_trait",
        )
        .explode("uri", empty_as_null=True, keep_nulls=True)
        .unique()
        for batch in batches
    ]
    if not pairs:
        return CatalogTraits(pl.DataFrame(schema=dict.fromkeys((*_KEY, "trait", "trait_name"), pl.String)))
    terms = (
        pl.concat(pairs)
        .unique()
        .group_by(*_KEY)
        .agg(n_terms=pl.col("uri").drop_nulls().n_unique(), uri=pl.col("uri").drop_nulls().min(),
             trait_name=pl.col("trait_name").min())
        .filter(pl.col("n_terms") == 1)
        .select(*_KEY, trait=curie_expression(pl.col("uri")), trait_name="trait_name")
    )  # fmt: skip
    return CatalogTraits(terms)


def read_catalog_fields(fields: pl.DataFrame, traits: CatalogTraits) -> pl.DataFrame:
    """Fill in our fields from the catalog's own: trait, risk allele, sample size, date, genes, odds ratio.

    Parameters
    ----------
    fields
        Rows with the fields of `loaders.cells`.
    traits
        From `collect_catalog_traits` of the whole file.

    Notes
    -----
    The model names the association inside the study (publication, reported trait, P-VALUE (TEXT)), so that two
    publications, or two subgroups of one, are two edges. "OR or BETA" counts as odds ratio where its interval has
    no unit. The position of a row is the one of the catalog; a multi-SNP cell is refused by its id.
    """
    rows = fields.drop("trait", "trait_name").join(traits.terms, on=_KEY, how="left", maintain_order="left")
    subgroup = pl.col("p_value_text").str.strip_chars("() ").fill_null("")
    model = pl.concat_str([pl.lit("PMID:"), pl.col("pubmed_id"), pl.lit("/"), pl.col("reported_trait")])
    has_unit = pl.col("ci_text").str.contains(r"(?i)increase|decrease|unit|beta")
    value = pl.col("or_or_beta").cast(pl.Float64, strict=False)
    is_ratio = ~has_unit.fill_null(value=False) & pl.col("ci_text").is_not_null() & (value > 0)
    rows = rows.with_columns(
        trait=pl.coalesce("trait", "reported_trait"),
        trait_name=pl.coalesce("trait_name", "reported_trait"),
        effect_allele=pl.col("risk_allele").str.extract(r"(?i)-\s*([ACGT]+|D|I)$", 1),
        catalog_odds_ratio=pl.when(is_ratio).then(value),
        mapped_gene_list=pl.col("mapped_genes").str.split(" - ").list.eval(_gene_names(), parallel=False),
        publication_date=iso_date_expression(pl.col("publication_date")),
        model=pl.when(subgroup == "").then(model).otherwise(pl.concat_str([model, pl.lit("/"), subgroup])),
        n_cases=_people(pl.col("sample_text"), r"(?i)\bcases?\b"),
        n_controls=_people(pl.col("sample_text"), r"(?i)\bcontrols?\b"),
        n_samples=_sum_of_counts(pl.col("sample_text")),
    )
    return rows.with_columns(n_from_text=pl.col("n_samples").is_not_null())


def iso_date_expression(column: pl.Expr) -> pl.Expr:
    """ISO date of `23-Jul-2014` or `2014-07-23`; null for anything else."""
    day, month, year = (column.str.extract(r"^(\d{1,2})-([A-Za-z]{3})-(\d{4})$", index) for index in (1, 2, 3))
    number = month.str.to_uppercase().replace_strict(_MONTHS, default=None, return_dtype=pl.String)
    written = pl.concat_str([year, number, day.str.zfill(2)], separator="-")
    return pl.coalesce(written, column.str.extract(r"^(\d{4}-\d{2}-\d{2})$", 1))


def _gene_names() -> pl.Expr:
    element = pl.element().str.replace_all(r"[;,]", " ").str.split(" ").explode(empty_as_null=True, keep_nulls=True)
    name = element.str.strip_chars()
    return name.filter((name != "") & (name != "NR") & (name != "-")).unique().sort()


def _sum_of_counts(text: pl.Expr) -> pl.Expr:
    """Sum of the numbers of people in a sample description."""
    counts = text.str.extract_all(_COUNT).list.eval(
        pl.element().str.replace_all(r"[^\d]", "").cast(pl.Float64, strict=False)
    )
    total = counts.list.sum()
    return pl.when(total > 0).then(total)


def _people(text: pl.Expr, word: str) -> pl.Expr:
    """Sum over the comma-separated parts of a sample description that name cases (or controls)."""
    parts = (
        text.str.replace_all(r"(\d),(\d{3})", "${1}${2}").str.replace_all(r"(\d),(\d{3})", "${1}${2}").str.split(",")
    )
    named = parts.list.eval(pl.element().filter(pl.element().str.contains(word)).str.extract(r"(\d+)", 1))
    total = named.list.eval(pl.element().cast(pl.Float64, strict=False)).list.sum()
    return pl.when(total > 0).then(total)
