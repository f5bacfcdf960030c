"""Rows of the enrichment table: what a stratified regression says of each annotation and of quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.ldsc import read_annot, read_frq
from services.statistics.errors import UnknownAnnotation
from services.statistics.inputs import RegressionInputs
from services.statistics.reference import ANNOTATIONS_NAME, SCORES_NAME, LdReference, LdReferenceFiles
from services.statistics.refusals import InputsError
from services.statistics.reports import CategoryResult, QuantileResult
from services.statistics.requests import RegressionRequest
from services.statistics.values import known

if TYPE_CHECKING:
    from models.heritability import Enrichment, PartitionedHeritability

_COMMON_MAF = 0.05


@dataclass(frozen=True)
class ReferenceFacts:
    """What is known of the annotations over the reference SNPs that M counts.

    Attributes
    ----------
    names, m
        Columns and their sums.
    overlap, n_reference_snps
        A'A over these SNPs, and their number; None where nobody says.
    annotation_sd, n_common
        sd of each annotation over the SNPs with MAF > 5 %, and their number; None where nobody says.
    is_continuous
        Whether each annotation has values other than 0 and 1.
    columns
        Place of each among the columns of the reference, some of which may be left out.
    """

    names: tuple[str, ...]
    m: NDArray[np.float64]
    overlap: NDArray[np.float64] | None
    n_reference_snps: int | None
    annotation_sd: NDArray[np.float64] | None
    n_common: int | None
    is_continuous: NDArray[np.bool_]
    columns: tuple[int, ...]

    @classmethod
    def of(cls, reference: LdReference | LdReferenceFiles, inputs: RegressionInputs) -> ReferenceFacts:
        """Facts of the reference that a regression was made on."""
        is_common = reference.m_5_50 is not None
        overlap = reference.overlap_5_50 if is_common else reference.overlap
        settings: Mapping[str, Any] = getattr(reference, "settings", {})
        told = settings.get("is_continuous")
        columns = [reference.names.index(name) for name in inputs.names]
        overlap = None if overlap is None else overlap[np.ix_(columns, columns)]
        sd = reference.annotation_sd_5_50
        return cls(
            names=inputs.names,
            m=inputs.m,
            overlap=overlap,
            n_reference_snps=reference.n_reference_snps_5_50 if is_common else reference.n_reference_snps,
            annotation_sd=None if sd is None else sd[columns],
            n_common=reference.n_reference_snps_5_50,
            is_continuous=_guess_continuous(overlap, inputs.m) if told is None else np.array(told, np.bool_)[columns],
            columns=tuple(columns),
        )


def category_results(
    fit: PartitionedHeritability, facts: ReferenceFacts, annotation_ids: Mapping[str, str]
) -> tuple[CategoryResult, ...]:
    """One row an annotation, in the order of the columns.

    Parameters
    ----------
    annotation_ids
        Annotation node of each column that is one.
    """
    from models.heritability import estimate_tau_star, neg_log10_two_sided, summarise_enrichment

    enrichment: Enrichment | None = None
    if facts.overlap is not None and facts.n_reference_snps is not None:
        enrichment = summarise_enrichment(
            fit, overlap=facts.overlap, m=facts.m, n_reference_snps=facts.n_reference_snps
        )
    star = None
    if facts.annotation_sd is not None and facts.n_common is not None and fit.h2 != 0.0:
        star = estimate_tau_star(fit, annotation_sd=facts.annotation_sd, m_common=float(facts.n_common))
    with np.errstate(divide="ignore", invalid="ignore"):
        tau_z = fit.coefficient / fit.coefficient_se
    tau_p = neg_log10_two_sided(tau_z)
    rows = []
    for at, name in enumerate(facts.names):
        of_table = _enrichment_of(enrichment, at, is_continuous=bool(facts.is_continuous[at]))
        rows.append(
            CategoryResult(
                name=name,
                annotation_id=annotation_ids.get(name),
                is_continuous=bool(facts.is_continuous[at]),
                **of_table,
                tau=float(fit.coefficient[at]),
                tau_se=float(fit.coefficient_se[at]),
                tau_z=known(tau_z[at]),
                tau_neg_log10_p=known(tau_p[at]),
                tau_star=None if star is None else known(star.tau_star[at]),
                tau_star_se=None if star is None else known(star.tau_star_se[at]),
                flags=tuple(flag for flag in fit.flags if flag in _OF_CATEGORIES),
            )
        )
    return tuple(rows)


_OF_CATEGORIES = ("negative_h2", "ratio_unstable", "ill_conditioned", "few_snps", "low_mean_chi2")


def quantile_results(
    fit: PartitionedHeritability, facts: ReferenceFacts, request: RegressionRequest, *, ld_folder: Path | None
) -> tuple[QuantileResult, ...]:
    """Heritability over quantiles of the annotations that a request names.

    Parameters
    ----------
    ld_folder
        Folder of the run of LD scores; None where they are files, whose annotations the request names.

    Raises
    ------
    UnknownAnnotation
        When an annotation is not a column of the LD scores.
    InputsError
        When the values of the annotations are not known.
    """
    if not request.quantiles_of:
        return ()
    from models.heritability import quantile_enrichment

    values = _values_of_common(facts, request, ld_folder)
    rows = []
    for name in request.quantiles_of:
        if name not in facts.names:
            raise UnknownAnnotation(f"{name!r} is no column of the LD scores, which are {', '.join(facts.names[:12])}")
        found = quantile_enrichment(fit, values, column=facts.names.index(name), n_quantiles=request.n_quantiles)
        total = float(found.n_snps.sum())
        rows += [
            QuantileResult(
                name=name,
                quantile=at + 1,
                proportion_of_snps=float(found.n_snps[at]) / total,
                proportion_of_h2=float(found.proportion_of_h2[at]),
                proportion_of_h2_se=float(found.proportion_of_h2_se[at]),
                enrichment=float(found.enrichment[at]),
                enrichment_se=float(found.enrichment_se[at]),
                enrichment_neg_log10_p=known(found.neg_log10_p[at]),
            )
            for at in range(len(found.n_snps))
        ]
    return tuple(rows)


def _enrichment_of(enrichment: Enrichment | None, at: int, *, is_continuous: bool) -> dict[str, Any]:
    """Enrichment of one annotation; the table means nothing for a continuous one."""
    names = {
        "proportion_of_snps": "proportion_of_snps",
        "proportion_of_h2": "proportion_of_h2",
        "proportion_of_h2_se": "proportion_of_h2_se",
        "enrichment": "enrichment",
        "enrichment_se": "enrichment_se",
        "enrichment_neg_log10_p": "neg_log10_p",
    }
    if enrichment is None or is_continuous:
        return dict.fromkeys(names)
    return {name: known(getattr(enrichment, attribute)[at]) for name, attribute in names.items()}


def _guess_continuous(overlap: NDArray[np.float64] | None, m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """A binary annotation's sum of squares is its sum."""
    if overlap is None:
        return np.zeros(m.size, dtype=np.bool_)
    return np.asarray(~np.isclose(np.diag(overlap), m, rtol=1e-9, atol=1e-9), dtype=np.bool_)


def _values_of_common(facts: ReferenceFacts, request: RegressionRequest, ld_folder: Path | None) -> NDArray[np.float64]:
    if ld_folder is not None:
        frequency = pl.read_parquet(ld_folder / SCORES_NAME, columns=["minor_allele_frequency"]).to_series()
        values = pl.read_parquet(ld_folder / ANNOTATIONS_NAME).filter(frequency > _COMMON_MAF)
        return values.select(facts.names).to_numpy().astype(np.float64)
    if request.annotation_files is None or request.frequencies is None:
        raise InputsError(
            "quantiles of an annotation need its values",
            seen="LD scores from files",
            remedy="name the .annot and .frq files that they were computed with",
        )
    found = read_annot(request.annotation_files)
    frequencies = read_frq(request.frequencies)
    is_common = frequencies["MAF"].fill_null(0.0) > _COMMON_MAF
    if found.table.height != frequencies.height:
        raise InputsError(
            "annotations and frequencies must be of the same SNPs",
            seen=f"{found.table.height:,} and {frequencies.height:,} rows",
            where=f"{request.annotation_files}, {request.frequencies}",
        )
    values = found.table.filter(is_common).select(found.names[at] for at in facts.columns)
    return values.to_numpy().astype(np.float64)
