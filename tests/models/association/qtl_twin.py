"""The slow, obvious twin of QTL mapping: least squares of one pair at a time, people with missing values left out."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FloatArray = NDArray[np.float64]


def pair_test(snp: NDArray[np.floating], trait: FloatArray, covariates: FloatArray | None) -> tuple[float, ...]:
    """Effect, error and -log10 p of a pair; missing dosages become the mean of those who have the trait."""
    has = ~np.isnan(trait)
    x = snp[has].astype(np.float64)
    x = np.where(np.isnan(x), np.nanmean(x), x)
    columns = np.column_stack((np.ones(int(has.sum())), x))
    if covariates is not None:
        columns = np.column_stack((columns, covariates[has]))
    effects, _, rank, _ = np.linalg.lstsq(columns, trait[has], rcond=None)
    assert rank == columns.shape[1]
    rest = trait[has] - columns @ effects
    degrees = columns.shape[0] - columns.shape[1]
    variance = float(rest @ rest) / degrees * np.linalg.inv(columns.T @ columns)[1, 1]
    p = float(stats.t.logsf(abs(effects[1]) / math.sqrt(variance), degrees)) + math.log(2.0)
    return float(effects[1]), math.sqrt(variance), -p / math.log(10.0)


def table_tests(dosages: NDArray[np.floating], table: FloatArray, covariates: FloatArray | None) -> FloatArray:
    """All pairs, ``[3, m, t]``."""
    found = [[pair_test(snp, trait, covariates) for trait in table.T] for snp in dosages]
    return np.array(found).transpose(2, 0, 1)
