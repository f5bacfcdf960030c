"""Average information REML: maximises any restricted likelihood that is linear in its components."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

Array = NDArray[np.float64]

NOT_POSITIVE_DEFINITE: Final = "not_positive_definite"
NO_INCREASE: Final = "no_increase"
SINGULAR_INFORMATION: Final = "singular_information"
TOO_MANY_ITERATIONS: Final = "too_many_iterations"

REASON_MEANINGS: Final = {
    NOT_POSITIVE_DEFINITE: "The phenotypic covariance is not positive definite at the start or along every shorter "
    "step: check the relationship matrices, or use the constraint.",
    NO_INCREASE: "No step along the average information raises the likelihood, though its slope is not zero.",
    SINGULAR_INFORMATION: "The variance components cannot be told apart: a relationship matrix is a copy or a sum of "
    "others, or close to the identity; leave one out.",
    TOO_MANY_ITERATIONS: "The variance components still moved after the last iteration: allow more iterations, use the "
    "constraint, or leave out components with few SNPs.",
}
"""A sentence for each way of not converging."""

_MOST_HALVINGS: Final = 12
_LARGEST_CONDITION_NUMBER: Final = 1e11
_SMALLEST_SHARE: Final = 1e-12
"""Of the largest component: what is left of one after a step to 0, by rounding."""


class Likelihood(Protocol):
    """A restricted likelihood of q components and c fixed effects, from N observations."""

    n_observations: int
    n_fixed: int

    def evaluate(self, theta: Array) -> Point | None:
        """The likelihood at components `theta [q]`; None where the covariance is not positive definite."""

    def differentiate(self, point: Point) -> Slope:
        """Score and average information at the point evaluated last, which may be spent by it."""


@dataclasses.dataclass(frozen=True, slots=True)
class RemlOptions:
    """Choices for the maximisation.

    Attributes
    ----------
    is_constrained
        Whether variances are kept at or above 0. Unconstrained ones are unbiased, and their sum is too.
    max_iterations
        Average information steps after the first, which is one of EM.
    tolerance
        It has converged when the next step would raise the log-likelihood by less.
    """

    is_constrained: bool = False
    max_iterations: int = 60
    tolerance: float = 1e-8


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """The likelihood at one theta.

    Attributes
    ----------
    theta
        Components ``[q]``.
    log_likelihood
        ``-1/2 (log|V| + log|X'V⁻¹X| + y'Py)``, without the constant.
    beta, beta_covariance
        Fixed effects ``[c]`` and ``(X'V⁻¹X)⁻¹ [c, c]``.
    state
        What the likelihood that made it needs to differentiate there.
    """

    theta: Array
    log_likelihood: float
    beta: Array
    beta_covariance: Array
    state: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Slope:
    """First and second derivatives at a point: score and average information, ``[q]`` and ``[q, q]``.

    ``score_k = -1/2 (tr(P K_k) - y'P K_k P y)``, ``information_kl = 1/2 y'P K_k P K_l P y``.
    """

    score: Array
    information: Array


@dataclasses.dataclass(frozen=True, slots=True)
class Maximum:
    """Where the maximisation ended.

    Attributes
    ----------
    theta, log_likelihood, beta, beta_covariance
        As in `Point`.
    score, information
        Derivatives there.
    is_free
        Components not held at a bound ``[q]``.
    n_iterations
        Steps taken.
    path
        Log-likelihood after each.
    reason
        Empty when it converged, else one of `REASON_MEANINGS`.
    """

    theta: Array
    log_likelihood: float
    beta: Array
    beta_covariance: Array
    score: Array
    information: Array
    is_free: NDArray[np.bool_]
    n_iterations: int
    path: tuple[float, ...]
    reason: str

    @property
    def is_converged(self) -> bool:
        """Whether the maximum was found."""
        return not self.reason

    @property
    def covariance(self) -> Array:
        """Of the components, the inverse of the information over the free ones, ``[q, q]``; NaN for held ones."""
        return free_inverse(self.information, self.is_free)


def maximise(
    likelihood: Likelihood,
    *,
    start: Array,
    is_variance: NDArray[np.bool_],
    options: RemlOptions,
    is_held: NDArray[np.bool_] | None = None,
) -> Maximum:
    """Maximise the restricted likelihood: one EM step, then average information steps, halved where they overshoot.

    Parameters
    ----------
    likelihood
        What to maximise.
    start
        Components to start from ``[q]``, all variances positive.
    is_variance
        Which components are variances ``[q]``: the EM step and the constraint are theirs, covariances move freely.
    options
        Choices.
    is_held
        Components that stay where they start ``[q]``; None for none.

    Returns
    -------
    Maximum
        Converged or not; `Maximum.reason` says which.

    Notes
    -----
    Under the constraint each step is the best of the quadratic model among variances of at least 0, so that the result
    is the maximum over the allowed region, not a point near it, and every step leads upwards.

    References
    ----------
    Gilmour, Thompson and Cullis 1995, Biometrics 51:1440, doi:10.2307/2533274; Yang et al. 2011, Am J Hum Genet 88:76,
    doi:10.1016/j.ajhg.2010.11.011, equations 8 to 10.
    """
    movable = np.ones(start.size, np.bool_) if is_held is None else ~is_held
    bounded = is_variance & options.is_constrained
    point = likelihood.evaluate(start)
    if point is None:
        return _stopped_at_start(start, likelihood.n_fixed)
    path: list[float] = []
    is_em = True
    while True:
        slope = likelihood.differentiate(point)
        step = _best_step(slope, point.theta, movable, bounded)
        reason = _reason_to_stop(slope, step, n_steps=len(path), is_em=is_em, options=options)
        if step is None or reason is not None:
            break
        if is_em:
            step = np.where(is_variance & movable, point.theta**2 * 2.0 * slope.score / likelihood.n_observations, 0.0)
        better = _advance(likelihood, point, step, bounded=bounded)
        if isinstance(better, str):
            reason = better
            break
        point, is_em = better, False
        path.append(point.log_likelihood)
    return Maximum(
        theta=point.theta,
        log_likelihood=point.log_likelihood,
        beta=point.beta,
        beta_covariance=point.beta_covariance,
        score=slope.score,
        information=slope.information,
        is_free=movable & ~(bounded & (point.theta <= 0.0)),
        n_iterations=len(path),
        path=tuple(path),
        reason=reason or "",
    )


def free_inverse(information: Array, is_free: NDArray[np.bool_]) -> Array:
    """Inverse of the free rows and columns, ``[q, q]``; NaN for the others, and throughout where it is singular."""
    out = np.full(information.shape, np.nan)
    rows = np.ix_(is_free, is_free)
    if is_free.any() and _is_regular(information[rows]):
        out[rows] = np.linalg.inv(information[rows])
    return out


def _best_step(slope: Slope, theta: Array, movable: NDArray[np.bool_], bounded: NDArray[np.bool_]) -> Array | None:
    """The step to the top of the quadratic model, bounded components staying at or above 0; 0 for those held.

    None where the components cannot be told apart. Under bounds ``max s'd - d'A d / 2`` with ``x = theta + d`` and
    ``A = L L'`` is the least-squares problem ``min |L'x - L'theta - L⁻¹s|²``.
    """
    step = np.zeros(theta.size)
    information = slope.information[np.ix_(movable, movable)]
    if not _is_regular(information):
        return None
    newton = np.linalg.solve(information, slope.score[movable])
    if (theta[movable] + newton < 0.0)[bounded[movable]].any():
        root = np.linalg.cholesky(information).T
        lowest = np.where(bounded[movable], 0.0, -np.inf)
        found = lsq_linear(root, root @ (theta[movable] + newton), bounds=(lowest, np.inf), method="bvls")
        newton = found.x - theta[movable]
    step[movable] = newton
    return step


def _reason_to_stop(slope: Slope, step: Array | None, *, n_steps: int, is_em: bool, options: RemlOptions) -> str | None:
    """None to go on, an empty reason when it has converged."""
    if step is None:
        return SINGULAR_INFORMATION
    gain = float(slope.score @ step - 0.5 * step @ slope.information @ step)
    if not is_em and gain < options.tolerance:
        return ""
    return TOO_MANY_ITERATIONS if n_steps > options.max_iterations else None


def _is_regular(information: Array) -> bool:
    """Whether the information, its diagonal scaled to 1, can be inverted; an empty one can."""
    if not information.size:
        return True
    scale = np.sqrt(np.diagonal(information))
    if not (np.isfinite(information).all() and (scale > 0.0).all()):
        return False
    return bool(np.linalg.cond(information / np.outer(scale, scale)) < _LARGEST_CONDITION_NUMBER)


def _advance(likelihood: Likelihood, point: Point, step: Array, *, bounded: NDArray[np.bool_]) -> Point | str:
    """Take the step, halved until the likelihood does not fall; the reason where no length will do."""
    reason = NOT_POSITIVE_DEFINITE
    slack = 1e-9 * max(1.0, abs(point.log_likelihood))
    for halving in range(_MOST_HALVINGS):
        theta = point.theta + step * 0.5**halving
        theta[bounded & (theta < _SMALLEST_SHARE * np.abs(theta).max())] = 0.0
        after = likelihood.evaluate(theta)
        if after is not None and math.isfinite(after.log_likelihood):
            if after.log_likelihood >= point.log_likelihood - slack:
                return after
            reason = NO_INCREASE
    return reason


def _stopped_at_start(start: Array, n_fixed: int) -> Maximum:
    q = start.size
    return Maximum(
        theta=start,
        log_likelihood=math.nan,
        beta=np.full(n_fixed, np.nan),
        beta_covariance=np.full((n_fixed, n_fixed), np.nan),
        score=np.full(q, np.nan),
        information=np.full((q, q), np.nan),
        is_free=np.ones(q, np.bool_),
        n_iterations=0,
        path=(),
        reason=NOT_POSITIVE_DEFINITE,
    )
