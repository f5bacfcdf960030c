"""The slow, obvious twin of the mixed-model scan: dense inverses, each SNP's likelihood searched along log lambda."""

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import minimize_scalar

from models.association.null_model import HIGHEST_LOG_LAMBDA, LOWEST_LOG_LAMBDA

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class TwinTest:
    """What the twin finds at one SNP."""

    beta: float
    se: float
    neg_log10_p_wald: float
    neg_log10_p_lrt: float
    neg_log10_p_score: float
    log_lambda_reml: float
    log_lambda_ml: float
    logl_h1: float


def centred(kinship: FloatArray) -> FloatArray:
    """Kinship with the mean out of rows and columns, by the projection itself."""
    n = len(kinship)
    projection = np.eye(n) - np.ones((n, n)) / n
    return projection @ kinship @ projection


def log_likelihood(kinship: FloatArray, y: FloatArray, w: FloatArray, log_lambda: float, *, is_reml: bool) -> float:
    """The profiled (restricted) log-likelihood, term by term."""
    n, c = w.shape
    h = math.exp(log_lambda) * kinship + np.eye(n)
    inverse = np.linalg.inv(h)
    inner = w.T @ inverse @ w
    p = inverse - inverse @ w @ np.linalg.inv(inner) @ w.T @ inverse
    y_p_y = float(y @ p @ y)
    log_det_h = np.linalg.slogdet(h)[1]
    if not is_reml:
        return float(n / 2 * math.log(n / (2 * math.pi)) - n / 2 - log_det_h / 2 - n / 2 * math.log(y_p_y))
    d = n - c
    fixed = d / 2 * math.log(d / (2 * math.pi)) - d / 2 + np.linalg.slogdet(w.T @ w)[1] / 2
    return float(fixed - log_det_h / 2 - np.linalg.slogdet(inner)[1] / 2 - d / 2 * math.log(y_p_y))


def maximise(kinship: FloatArray, y: FloatArray, w: FloatArray, *, is_reml: bool) -> tuple[float, float]:
    """Log lambda of the highest (restricted) likelihood in the allowed range, and the likelihood."""

    def objective(log_lambda: float) -> float:
        return -log_likelihood(kinship, y, w, log_lambda, is_reml=is_reml)

    grid = np.linspace(LOWEST_LOG_LAMBDA, HIGHEST_LOG_LAMBDA, 93)
    values = [objective(point) for point in grid]
    best = int(np.argmin(values))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    found = minimize_scalar(objective, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    candidates = [(float(found.x), -float(found.fun)), *((float(point), -objective(point)) for point in bounds)]
    return max(candidates, key=lambda pair: pair[1])


def snp_tests(kinship: FloatArray, y: FloatArray, w: FloatArray, x: FloatArray) -> TwinTest:
    """All three tests of one SNP; `kinship` centred, `w` with its intercept."""
    n, c = w.shape
    wx, degrees = np.column_stack((w, x)), n - c - 1
    reml, _ = maximise(kinship, y, wx, is_reml=True)
    ml, logl = maximise(kinship, y, wx, is_reml=False)
    null_ml, null_logl = maximise(kinship, y, w, is_reml=False)
    beta, se = generalised_least_squares(kinship, y, wx, reml)
    inverse = np.linalg.inv(math.exp(null_ml) * kinship + np.eye(n))
    p = inverse - inverse @ w @ np.linalg.inv(w.T @ inverse @ w) @ w.T @ inverse
    score = n * float(x @ p @ y) ** 2 / float(y @ p @ y) / float(x @ p @ x)
    return TwinTest(
        beta=beta,
        se=se,
        neg_log10_p_wald=-stats.f.logsf((beta / se) ** 2, 1, degrees) / math.log(10),
        neg_log10_p_lrt=-stats.chi2.logsf(max(2 * (logl - null_logl), 0), 1) / math.log(10),
        neg_log10_p_score=-stats.f.logsf(score, 1, degrees) / math.log(10),
        log_lambda_reml=reml,
        log_lambda_ml=ml,
        logl_h1=logl,
    )


def generalised_least_squares(
    kinship: FloatArray, y: FloatArray, columns: FloatArray, log_lambda: float
) -> tuple[float, float]:
    """Effect and standard error of the last column, at a given lambda."""
    n, width = columns.shape
    inverse = np.linalg.inv(math.exp(log_lambda) * kinship + np.eye(n))
    covariance = np.linalg.inv(columns.T @ inverse @ columns)
    effects = covariance @ columns.T @ inverse @ y
    rest = y - columns @ effects
    variance = float(rest @ inverse @ rest) / (n - width)
    return float(effects[-1]), math.sqrt(variance * covariance[-1, -1])
