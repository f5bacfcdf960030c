"""The mixed model without a SNP: its likelihood along log lambda, and the variance shares at its maximum."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.chebyshev import Window, find_maxima, make_window, series_slopes, series_value
from models.association.design import Design, build_design
from models.association.errors import TraitError
from models.association.spectral import Spectrum

LOWEST_LOG_LAMBDA: Final = math.log(1e-5)
HIGHEST_LOG_LAMBDA: Final = math.log(1e5)
N_WIDE_WINDOWS: Final = 4
N_WIDE_NODES: Final = 40


@dataclasses.dataclass(frozen=True, slots=True)
class NullModel:
    """Estimates without a SNP; ``y = W beta + u + e``, ``u ~ N(0, vg K)``, ``e ~ N(0, ve I)``, lambda = vg / ve.

    Attributes
    ----------
    log_lambda_reml, log_lambda_ml
        Natural logs of lambda at the maxima, within those of 1e-5 and 1e5.
    logl_reml, logl_ml
        Log-likelihoods there.
    pve, pve_se
        Share of variance ``t lambda / (t lambda + 1)`` (REML) with t the mean diagonal of the centred kinship, and
        its error by the delta method; the error is NaN where the likelihood has no curvature.
    vg, ve
        Variance components, REML.
    beta, beta_se
        Covariate effects and errors at the REML lambda, the intercept first, ``[c]``.
    trace
        t, as `Spectrum.mean_diagonal`.
    is_at_bound
        Whether the REML lambda stands at an end of its range, so that there is no maximum inside.
    """

    log_lambda_reml: float
    log_lambda_ml: float
    logl_reml: float
    logl_ml: float
    pve: float
    pve_se: float
    vg: float
    ve: float
    beta: NDArray[np.float64]
    beta_se: NDArray[np.float64]
    trace: float
    is_at_bound: bool

    @property
    def lambda_reml(self) -> float:
        """Vg / ve at the maximum of the restricted likelihood."""
        return math.exp(self.log_lambda_reml)

    @property
    def lambda_ml(self) -> float:
        """Vg / ve at the maximum of the likelihood."""
        return math.exp(self.log_lambda_ml)


@dataclasses.dataclass(frozen=True, slots=True)
class Rotated:
    """A design in the eigenvectors' coordinates.

    Attributes
    ----------
    values
        Eigenvalues, ``[n]``.
    y
        Trait without its covariates, ``[n]``.
    covariates
        W, ``[n, c]``.
    log_det_covariates
        ``log |W'W|``.
    """

    values: NDArray[np.float64]
    y: NDArray[np.float64]
    covariates: NDArray[np.float64]
    log_det_covariates: float


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """The model at given values of lambda, ``H = lambda D + I``, P the projection that takes out W under H.

    Attributes
    ----------
    weights
        Diagonals of ``H^-1``, ``[K, n]``.
    projected_y
        ``P y``, ``[K, n]``.
    y_p_y
        ``y'Py``, ``[K]``.
    whitened
        ``L^-1 W'H^-1`` with ``L L' = W'H^-1 W``, so that ``x'Px = x'H^-1 x - |whitened x|²``, ``[K, c, n]``.
    log_det_h, log_det_w
        ``log |H|`` and ``log |W'H^-1 W|``, ``[K]``.
    """

    weights: NDArray[np.float64]
    projected_y: NDArray[np.float64]
    y_p_y: NDArray[np.float64]
    whitened: NDArray[np.float64]
    log_det_h: NDArray[np.float64]
    log_det_w: NDArray[np.float64]

    def logl_ml(self) -> NDArray[np.float64]:
        """Log-likelihood, ``[K]`` (Zhou and Stephens 2012, equation 4 of the methods)."""
        n = self.weights.shape[1]
        return np.asarray(gaussian_constant(n) - 0.5 * self.log_det_h - 0.5 * n * np.log(self.y_p_y))

    def logl_reml(self, log_det_covariates: float, degrees: int) -> NDArray[np.float64]:
        """Restricted log-likelihood with `degrees` for n - c (or n - c - 1, a SNP's part to be added), ``[K]``."""
        fixed = gaussian_constant(degrees) + 0.5 * log_det_covariates
        return np.asarray(fixed - 0.5 * (self.log_det_h + self.log_det_w + degrees * np.log(self.y_p_y)))


def gaussian_constant(degrees: int) -> float:
    """``d/2 (log(d / 2 pi) - 1)``, the part of a profiled log-likelihood without data."""
    return 0.5 * degrees * (math.log(degrees / (2.0 * math.pi)) - 1.0)


def fit_null(spectrum: Spectrum, y: NDArray[np.floating], covariates: NDArray[np.floating] | None = None) -> NullModel:
    """Fit the mixed model without a SNP by maximum and by restricted maximum likelihood.

    Parameters
    ----------
    spectrum
        Of the kinship of the same people, from `decompose`.
    y, covariates
        As for `build_design`: ``[n]`` and ``[n, q]`` without an intercept.

    Raises
    ------
    AssociationError
        As `build_design`; or where people of trait and kinship differ in number.

    Notes
    -----
    Both likelihoods are interpolated over the whole range of lambda, 1e-5 to 1e5, in four Chebyshev windows.

    References
    ----------
    Zhou and Stephens 2012, Nat Genet 44:821, doi:10.1038/ng.2310.
    """
    design = build_design(y, covariates)
    return fit_null_design(spectrum, design, rotate(spectrum, design))


def rotate(spectrum: Spectrum, design: Design) -> Rotated:
    """Turn trait and covariates into the coordinates of the eigenvectors.

    Raises
    ------
    TraitError
        If trait and kinship have different people.
    """
    if spectrum.n_people != design.n_people:
        raise TraitError(
            f"the trait has {design.n_people} people, the kinship {spectrum.n_people}: "
            "cut both to the same people in the same order"
        )
    covariates = spectrum.vectors.T @ design.covariates
    log_det = float(np.linalg.slogdet(design.covariates.T @ design.covariates)[1])
    return Rotated(spectrum.values, spectrum.vectors.T @ design.residual, covariates, log_det)


def profile(rotated: Rotated, log_lambda: NDArray[np.float64]) -> Profile:
    """The model at the given values of log lambda, ``[K]``."""
    h = 1.0 + np.exp(log_lambda)[:, None] * rotated.values
    weights = 1.0 / h
    weighted = rotated.covariates.T * weights[:, None, :]
    lower = np.linalg.cholesky(weighted @ rotated.covariates)
    whitened = np.linalg.solve(lower, weighted)
    fitted = whitened @ rotated.y
    projected = weights * rotated.y - np.einsum("kc,kcn->kn", fitted, whitened)
    log_det_w = 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    return Profile(weights, projected, projected @ rotated.y, whitened, np.log(h).sum(axis=1), log_det_w)


def wide_windows() -> list[Window]:
    """Windows that cover the whole range of log lambda, ascending."""
    ends = np.linspace(LOWEST_LOG_LAMBDA, HIGHEST_LOG_LAMBDA, N_WIDE_WINDOWS + 1)
    return [make_window(float(low), float(high), N_WIDE_NODES) for low, high in pairwise(ends)]


def fit_null_design(spectrum: Spectrum, design: Design, rotated: Rotated) -> NullModel:
    """`fit_null` of what is checked and rotated."""
    degrees = design.n_people - design.n_covariates
    best_reml = best_ml = _Maximum()
    for window in wide_windows():
        at = profile(rotated, window.nodes)
        best_reml = max(best_reml, _maximum(window, at.logl_reml(rotated.log_det_covariates, degrees)))
        best_ml = max(best_ml, _maximum(window, at.logl_ml()))
    at = profile(rotated, np.array([best_reml.log_lambda]))
    share = spectrum.mean_diagonal * math.exp(best_reml.log_lambda)
    # d2/dlambda2 = (d2/dt2 - d/dt) / lambda² with t = log lambda; the error of lambda over lambda is 1/sqrt of it
    curvature = best_reml.first - best_reml.second
    ve = float(at.y_p_y[0]) / degrees
    inverse = np.linalg.inv(at.whitened[0] @ rotated.covariates)
    shift = inverse @ (at.whitened[0] @ rotated.y)
    return NullModel(
        log_lambda_reml=best_reml.log_lambda,
        log_lambda_ml=best_ml.log_lambda,
        logl_reml=best_reml.logl,
        logl_ml=best_ml.logl,
        pve=share / (share + 1.0),
        pve_se=share / (share + 1.0) ** 2 / math.sqrt(curvature) if curvature > 0.0 else math.nan,
        vg=ve * math.exp(best_reml.log_lambda),
        ve=ve,
        beta=design.beta + shift,
        beta_se=np.sqrt(ve * np.einsum("ij,ij->i", inverse, inverse)),
        trace=spectrum.mean_diagonal,
        is_at_bound=best_reml.log_lambda in (LOWEST_LOG_LAMBDA, HIGHEST_LOG_LAMBDA),
    )


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class _Maximum:
    """A maximum and the slopes there along log lambda; the higher likelihood is the larger."""

    logl: float = -math.inf
    log_lambda: float = math.nan
    first: float = math.nan
    second: float = math.nan


def _maximum(window: Window, values: NDArray[np.float64]) -> _Maximum:
    series = window.to_series @ values
    position, _ = find_maxima(values[None], series[None])
    first, second = series_slopes(series, float(position[0]))
    half = window.half_width
    logl = float(series_value(series, position)[0])
    return _Maximum(logl, window.place(float(position[0])), first / half, second / half**2)
