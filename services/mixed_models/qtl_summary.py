"""The report of a map: counts of every loss, and the strongest traits."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl

from models.association.qtl_pairs import PairMap
from models.association.qtl_traits import TRAIT_TESTED, Traits
from models.association.scan_filters import TESTED, count_reasons
from services.mixed_models.qtl_reports import QtlGene, QtlReport
from services.mixed_models.qtl_requests import QtlRequest
from services.mixed_models.qtl_tables import Mapped
from services.mixed_models.reports import KinshipFacts

MEDIAN_CHI_SQUARED: Final = 0.4549364231195724
"""Of one degree of freedom without effect."""
FEW_PEOPLE: Final = 100
_GENE: Final = (
    "trait", "chromosome", "position_bp", "n", "n_tests", "lead_rsid", "lead_position_bp", "lead_effect_allele",
    "lead_other_allele", "lead_frequency", "lead_beta", "lead_se", "neg_log10_p", "neg_log10_p_gene", "q",
)  # fmt: skip


def make_report(
    request: QtlRequest,
    mapped: Mapped,
    tables: tuple[pl.DataFrame, pl.DataFrame],
    *,
    traits: Traits,
    kinship: KinshipFacts | None,
    n_unplaced: int,
) -> QtlReport:
    """What the map found, without files and time.

    Parameters
    ----------
    request, mapped, tables
        What was asked, tested, and the tables of pairs and of traits.
    traits
        As they were prepared, for those that could not be tested.
    kinship
        How it was made; None without.
    n_unplaced
        SNPs left out for want of a place.
    """
    pairs, genes = tables
    people, reason = mapped.inputs.people, mapped.facts.reason
    lost = {f"n_{name}": number for name, number in traits.n_dropped.items()}
    judged_by = _judged_by(mapped)
    kept_cis = _n_kept(mapped.cis, -math.log10(request.cis_p))
    is_cut = any(found is not None and found.is_cut for found in (mapped.cis, mapped.trans))
    return QtlReport(
        **people.facts(request.people),
        n_people=people.n_people,
        n_chromosomes=mapped.variants.n_chromosomes,
        notes=_notes(request, mapped, is_cut=is_cut),
        files=(),
        seconds=0.0,
        mode=request.mode,
        method=request.method,
        window_bp=request.window_bp,
        trait_counts={**mapped.inputs.counts, **lost},
        n_traits=int((traits.reason == TRAIT_TESTED).sum()),
        n_traits_with_snps=int((mapped.main.n_tested > 0).sum()),
        n_snps=people.dosages.n_variants,
        n_snps_passing=int((reason == TESTED).sum()),
        n_dropped={"without_place": n_unplaced, **count_reasons(reason)},
        n_cis_tests=None if mapped.cis is None else mapped.cis.n_pairs_tested,
        n_cis_kept=kept_cis,
        n_trans_tests=None if mapped.trans is None else mapped.trans.n_pairs_tested,
        n_trans_kept=_n_kept(mapped.trans, 0.0),
        is_complete=request.mode == "cis" and kept_cis == mapped.main.n_pairs_tested,
        n_permutations=0 if mapped.tests is None else request.n_permutations,
        judged_by=judged_by,
        fdr=request.fdr,
        n_significant=int((genes["q"] <= request.fdr).sum()),
        n_significant_pairs=int(pairs["is_significant"].sum()),
        n_significant_bonferroni=int((genes["q_bonferroni"] <= request.fdr).sum()),
        lambda_gc_cis=_lambda_gc(mapped.cis),
        kinship=kinship,
        genes=_strongest(genes, request.n_top),
    )


def _judged_by(mapped: Mapped) -> str:
    if mapped.tests is None:
        return "bonferroni"
    return "permutations" if np.isnan(mapped.tests.neg_log10_p_beta).all() else "beta"


def _n_kept(found: PairMap | None, least: float) -> int | None:
    return None if found is None else int((found.pairs.neg_log10_p >= least).sum())


def _lambda_gc(found: PairMap | None) -> float | None:
    if found is None or not found.pairs.snp.size or found.is_cut:
        return None
    return float(np.median(np.square(found.pairs.beta / found.pairs.se)) / MEDIAN_CHI_SQUARED)


def _strongest(genes: pl.DataFrame, n_top: int) -> tuple[QtlGene, ...]:
    tested = genes.filter(pl.col("q").is_not_null() & pl.col("lead_rsid").is_not_null())
    ordered = tested.sort("q", "neg_log10_p_gene", "neg_log10_p", "trait", descending=[False, True, True, False])
    return tuple(QtlGene(*row) for row in ordered.head(n_top).select(_GENE).iter_rows())


def _notes(request: QtlRequest, mapped: Mapped, *, is_cut: bool) -> tuple[str, ...]:
    notes, people = [], mapped.inputs.people
    if people.n_people < FEW_PEOPLE:
        notes.append(f"{people.n_people} people: only strong effects can be seen, and those seen are overestimated.")
    if is_cut:
        notes.append("More pairs passed than are kept: the strongest 20,000,000 were. Ask for smaller p.")
    if mapped.cis is not None and not mapped.cis.n_pairs_tested:
        notes.append("No SNP lies within the window of a trait: are traits and genotypes of the same build?")
    if "X" in set(mapped.variants.chromosomes):
        notes.append(
            "Dosages on X are tested as they are in the file, men and women together: give sex as a covariate."
        )
    if request.method == "p3d" and request.kinship is None:
        notes.append("The kinship holds the SNPs that are tested too, which costs some power near each trait.")
    return tuple(notes)
