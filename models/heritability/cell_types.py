"""Cell types one at a time beside a base model: where does a trait's heritability lie."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.heritability.checks import check_ld_scores, check_statistics
from models.heritability.options import RegressionOptions
from models.heritability.stratified import PartitionInputs, fit_partition
from models.significance import neg_log10_upper
from models.thousandths import ScoreMatrix


@dataclass(frozen=True, slots=True)
class AnnotationScores:
    """LD scores of one or more annotations that enter a regression together.

    Attributes
    ----------
    name
        What messages and results call them.
    ld_scores
        ``[n, k]``; read where they lie.
    m
        Sum of each annotation over the reference SNPs, ``[k]``.
    """

    name: str
    ld_scores: ScoreMatrix
    m: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellTypeResult:
    """The coefficient of a cell type's first column, given its other columns and the base.

    Attributes
    ----------
    name
        The cell type.
    tau, tau_se, tau_z
        Heritability a SNP gains by the annotation, its error, their ratio.
    neg_log10_p
        Minus log10 of the one-sided normal p that tau is above 0.
    all_tau, all_tau_se
        The same for each of the cell type's columns (a second one is often a control), ``[k]``.
    h2, h2_se, n_snps, condition_number, flags
        Of the joint model, as in `PartitionedHeritability`.
    """

    name: str
    tau: float
    tau_se: float
    tau_z: float
    neg_log10_p: float
    all_tau: NDArray[np.float64]
    all_tau_se: NDArray[np.float64]
    h2: float
    h2_se: float
    n_snps: int
    condition_number: float
    flags: tuple[str, ...]


def estimate_cell_types(
    z: NDArray[np.float64],
    n_samples: NDArray[np.float64],
    cell_types: Iterable[AnnotationScores],
    *,
    base: AnnotationScores,
    weight_ld: NDArray[np.float64],
    options: RegressionOptions | None = None,
) -> tuple[CellTypeResult, ...]:
    """Regress chi² on each cell type's LD scores beside those of the base model.

    Parameters
    ----------
    z, n_samples, weight_ld
        As in `estimate_partitioned`, ``[n]``.
    cell_types
        LD scores of each, asked for one at a time, so that a generator holds only one in memory.
    base
        LD scores that enter every regression.
    options
        As in `estimate_partitioned`; ``column_names`` are those of the base.

    Returns
    -------
    tuple[CellTypeResult, ...]
        Sorted by p, the smallest first.

    Raises
    ------
    HeritabilityError
        As `estimate_partitioned`; a column of the cell type is named ``NAME`` or ``NAME.2``, ...

    References
    ----------
    Finucane et al. 2018, Nat Genet 50:621, doi:10.1038/s41588-018-0081-4.
    """
    options = options or RegressionOptions()
    z, n_samples = np.asarray(z, np.float64), np.asarray(n_samples, np.float64)
    weight_ld = np.asarray(weight_ld, np.float64)
    check_statistics(z, n_samples, weight_ld)
    base_ld = check_ld_scores(base.ld_scores, z.size, base.m)
    beside = PartitionInputs(z, n_samples, weight_ld, (base.ld_scores,), base_ld, np.asarray(base.m, np.float64))
    results = [_estimate_one(beside, cell_type, base.name, options) for cell_type in cell_types]
    return tuple(sorted(results, key=lambda result: -result.neg_log10_p))


def _estimate_one(
    beside: PartitionInputs, cell_type: AnnotationScores, base_name: str, options: RegressionOptions
) -> CellTypeResult:
    m = np.asarray(cell_type.m, np.float64)
    inputs = replace(
        beside,
        parts=(cell_type.ld_scores, *beside.parts),
        total_ld=check_ld_scores(cell_type.ld_scores, beside.z.size, m) + beside.total_ld,
        m=np.concatenate((m, beside.m)),
    )
    named = replace(options, column_names=_names(cell_type.name, m.size, base_name, beside.m.size, options))
    fit = fit_partition(inputs, named)
    tau, tau_se = float(fit.coefficient[0]), float(fit.coefficient_se[0])
    tau_z = tau / tau_se if tau_se > 0.0 else float("nan")
    return CellTypeResult(
        name=cell_type.name,
        tau=tau,
        tau_se=tau_se,
        tau_z=tau_z,
        neg_log10_p=float(neg_log10_upper(tau_z)),
        all_tau=fit.coefficient[: m.size],
        all_tau_se=fit.coefficient_se[: m.size],
        h2=fit.h2,
        h2_se=fit.h2_se,
        n_snps=fit.n_snps,
        condition_number=fit.condition_number,
        flags=fit.flags,
    )


def _names(cell_type: str, n_own: int, base_name: str, n_base: int, options: RegressionOptions) -> tuple[str, ...]:
    """Names of the joint model's columns, for messages."""
    own = (cell_type, *(f"{cell_type}.{number}" for number in range(2, n_own + 1)))
    if len(options.column_names) == n_base:
        return own + options.column_names
    return own + tuple(f"{base_name}.{number}" for number in range(1, n_base + 1))
