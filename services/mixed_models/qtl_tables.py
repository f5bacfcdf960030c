"""The two tables of a map: a row a pair that is kept, and a row a trait."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.association.qtl_gene_tests import GeneTests, bonferroni_within, false_discovery_rates
from models.association.qtl_pairs import PairMap, Pairs
from models.association.qtl_thresholds import pair_thresholds, trait_cut
from services.mixed_models.qtl_inputs import QtlInputs
from services.mixed_models.qtl_variants import SnpFacts
from services.mixed_models.variants import ChosenVariants

SNP: Final = ("chromosome", "rsid", "position_bp", "effect_allele", "other_allele")

Columns = dict[str, NDArray[Any]]


@dataclasses.dataclass(frozen=True, slots=True)
class Mapped:
    """What was tested.

    Attributes
    ----------
    inputs
        People and traits.
    variants, facts
        The SNPs, and what is known of them.
    n_people
        People with each trait, ``[t]``.
    main
        The map that traits are judged by: cis where there is one.
    cis, trans
        The maps; None for one that was not asked for.
    tests
        What permutations say of each trait; None without.
    """

    inputs: QtlInputs
    variants: ChosenVariants
    facts: SnpFacts
    n_people: NDArray[np.int64]
    main: PairMap
    cis: PairMap | None
    trans: PairMap | None
    tests: GeneTests | None


def make_pair_table(pairs: Pairs, n: NDArray[np.int32], cis_trans: str, mapped: Mapped) -> pl.DataFrame:
    """Trait, SNP, effect and p of each pair; the effect is that of a copy of the effect allele.

    Parameters
    ----------
    pairs
        By their numbers.
    n
        People of each.
    cis_trans
        What they are.
    mapped
        The map.
    """
    names = pl.Series("trait", mapped.inputs.traits.names, dtype=pl.String)
    columns: Columns = {
        "frequency": mapped.facts.frequency[pairs.snp],
        "n": n,
        "beta": pairs.beta,
        "se": pairs.se,
        "z": pairs.beta / pairs.se,
        "neg_log10_p": pairs.neg_log10_p,
    }
    snps = _snp_columns(mapped.variants, pairs.snp)
    table = snps.insert_column(0, names[pairs.trait])
    numbers = [pl.Series(name, values) for name, values in columns.items()]
    return table.with_columns(*numbers, cis_trans=pl.lit(cis_trans))


def make_gene_table(mapped: Mapped, *, fdr: float) -> pl.DataFrame:
    """Each trait with its tests, strongest SNP and p-values, in the order of their places.

    `neg_log10_p_gene` is what q-values are made from: of the permutations' beta distribution, where there is none by
    their number, without permutations Bonferroni's within the trait. All of it is of cis pairs where these were mapped.
    `neg_log10_p_threshold` is what a pair of the trait must reach to be significant at the rate; null where none can.
    """
    traits, found = mapped.inputs.traits, mapped.main
    lead = found.lead_neg_log10_p
    bonferroni, n_tested = bonferroni_within(lead, found.n_tested), int((found.n_tested > 0).sum())
    columns: Columns = {
        "n": mapped.n_people,
        "n_rows_summed": traits.n_parts,
        "n_tests": found.n_tested,
        "neg_log10_p": lead,
        "neg_log10_p_bonferroni": bonferroni,
        "q_bonferroni": false_discovery_rates(bonferroni, n_tests=n_tested),
    }
    p_gene = bonferroni
    if mapped.tests is not None:
        tests = mapped.tests
        p_gene = np.where(np.isnan(tests.neg_log10_p_beta), tests.neg_log10_p_empirical, tests.neg_log10_p_beta)
        columns |= {
            "neg_log10_p_permutation": tests.neg_log10_p_empirical,
            "neg_log10_p_beta": tests.neg_log10_p_beta,
            "beta_shape_1": tests.shape_1,
            "beta_shape_2": tests.shape_2,
            "effective_degrees": tests.effective_degrees,
        }
    rates = false_discovery_rates(p_gene, n_tests=n_tested)
    thresholds = _thresholds(mapped, trait_cut(p_gene, rates, fdr))
    columns |= {"neg_log10_p_gene": p_gene, "q": rates, "neg_log10_p_threshold": thresholds}
    if mapped.trans is not None and mapped.cis is not None:
        columns["n_trans_tests"] = mapped.trans.n_tested
    table = _named(mapped).with_columns(pl.Series(name, values) for name, values in columns.items())
    return table.with_columns(pl.selectors.float().fill_nan(None)).sort("place", "position_bp", "trait").drop("place")


def mark_significant(pairs: pl.DataFrame, genes: pl.DataFrame) -> pl.DataFrame:
    """The pairs with `is_significant`: whether they reach their trait's threshold, false where it has none."""
    bars = pairs.join(genes.select("trait", "neg_log10_p_threshold"), on="trait", how="left", maintain_order="left")
    reaches = bars["neg_log10_p"] >= bars["neg_log10_p_threshold"]
    return pairs.with_columns(reaches.fill_null(value=False).alias("is_significant"))


def _thresholds(mapped: Mapped, cut: float) -> NDArray[np.float64]:
    """What a pair of each trait must reach; NaN for a trait that cannot be judged so."""
    if mapped.tests is not None:
        return pair_thresholds(mapped.tests, cut)
    n_tests = mapped.main.n_tested
    return np.where(n_tests > 0, cut + np.log10(np.maximum(n_tests, 1)), np.nan)


def _named(mapped: Mapped) -> pl.DataFrame:
    """Names and places of the traits, and the SNP of the smallest p with its effect; null where none was tested."""
    traits, found = mapped.inputs.traits, mapped.main
    order = {name: at for at, name in enumerate(dict.fromkeys(mapped.variants.chromosomes))}
    named = pl.DataFrame(
        {
            "trait": traits.names,
            "chromosome": traits.chromosomes,
            "position_bp": traits.positions,
            "place": [order.get(str(name), len(order)) for name in traits.chromosomes],
        },
        schema_overrides={"chromosome": pl.String, "trait": pl.String},
    )
    snps = _snp_columns(mapped.variants, np.maximum(found.lead_snp, 0)) if mapped.variants.n_snps else None
    if snps is None:
        return named
    is_known = pl.Series(found.lead_snp >= 0)
    effects = _lead_effects(found)
    shown = snps.with_columns(
        pl.Series("frequency", mapped.facts.frequency[np.maximum(found.lead_snp, 0)]),
        *(pl.Series(name, values) for name, values in effects.items()),
    )
    return named.hstack(
        shown.select(pl.when(is_known).then(pl.col(name)).alias(f"lead_{name}") for name in shown.columns)
    )


def _lead_effects(found: PairMap) -> Columns:
    """Effect and error of each trait's strongest pair; NaN where it is not among those kept."""
    pairs, n = found.pairs, found.lead_snp.size
    effects = {name: np.full(n, np.nan) for name in ("beta", "se")}
    at = np.flatnonzero(found.lead_snp[pairs.trait] == pairs.snp)
    effects["beta"][pairs.trait[at]], effects["se"][pairs.trait[at]] = pairs.beta[at], pairs.se[at]
    return dict(effects)


def _snp_columns(variants: ChosenVariants, snps: NDArray[np.int64]) -> pl.DataFrame:
    return variants.table[snps].rename({"allele_1": "effect_allele", "allele_2": "other_allele"}).select(SNP)
