"""The study of weighted testing: draws of hypotheses with a covariate, what each procedure finds, and the bars."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.association.weighting import Weighting, WeightingOptions, weigh_hypotheses
from models.significance import neg_log10_two_sided
from tests.science.bars import Bar

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
RATE = 0.05
POWER_MARGIN = 0.02


@dataclass(frozen=True)
class Hypotheses:
    """What is drawn.

    Attributes
    ----------
    share, effect
        Mean share of hypotheses with an effect, and the mean |z| that it gives.
    strength, power_of
        An effect is as likely as share · (1 - strength + strength · (1 + power_of) u^power_of) for a covariate u
        that is uniform; 0 makes the covariate uninformative.
    correlation, n_in_ld
        Of neighbours' z within runs of `n_in_ld` hypotheses (of one fold), falling with distance.
    n, n_folds
        Hypotheses, and folds of equal size.
    """

    share: float = 0.1
    effect: float = 3.0
    strength: float = 0.0
    power_of: float = 1.0
    correlation: float = 0.0
    n_in_ld: int = 10
    n: int = 1000
    n_folds: int = 4


SCENARIOS: Mapping[str, Hypotheses] = {
    "no effects": Hypotheses(share=0.0),
    "no effects, LD": Hypotheses(share=0.0, correlation=0.8),
    "covariate says nothing": Hypotheses(),
    "covariate says nothing, LD": Hypotheses(correlation=0.8),
    "covariate says little": Hypotheses(strength=0.5),
    "covariate says much": Hypotheses(strength=1.0),
    "covariate says most": Hypotheses(strength=1.0, power_of=6.0),
    "covariate says most, LD": Hypotheses(strength=1.0, power_of=6.0, correlation=0.8),
    "covariate says most, few and weak effects": Hypotheses(strength=1.0, power_of=6.0, share=0.03, effect=2.5),
}


@dataclass(frozen=True)
class Count:
    """What one procedure did in one draw.

    Attributes
    ----------
    false_share
        Share of wrong ones among those that pass, 0 if none does.
    any_false
        1 if any that passes is wrong, else 0.
    power
        Share of the effects that pass; NaN where there is none.
    """

    false_share: float
    any_false: float
    power: float


@dataclass(frozen=True)
class WeightingDraw:
    """One draw: the two false discovery procedures, and apart from them the two family-wise ones."""

    unweighted: Count
    weighted: Count
    unweighted_bonferroni: Count
    weighted_bonferroni: Count
    spread: float


def draw_hypotheses(
    design: Hypotheses, generator: np.random.Generator
) -> tuple[FloatArray, FloatArray, NDArray[np.int64], BoolArray]:
    """Minus log10 p, covariate, fold, and whether there is an effect."""
    covariate = generator.random(design.n)
    tilt = covariate**design.power_of
    chance = design.share * (1.0 - design.strength + design.strength * tilt * (1.0 + design.power_of))
    has_effect = generator.random(design.n) < chance
    z = _noise(design, generator) + design.effect * has_effect
    fold = np.arange(design.n) * design.n_folds // design.n
    return neg_log10_two_sided(z), covariate, fold, has_effect


def run_draw(design: Hypotheses, generator: np.random.Generator, options: WeightingOptions) -> WeightingDraw:
    """Draw, weigh, compare with the truth."""
    strength, covariate, fold, has_effect = draw_hypotheses(design, generator)
    found: Weighting = weigh_hypotheses(strength, covariate, fold, options)
    return WeightingDraw(
        _count(found.unweighted_false_discovery.is_discovery, has_effect),
        _count(found.false_discovery.is_discovery, has_effect),
        _count(found.unweighted_family_wise.is_rejected, has_effect),
        _count(found.family_wise.is_rejected, has_effect),
        float(found.weight.std()),
    )


def run_scenario(name: str, n_draws: int, *, seed: int) -> tuple[WeightingDraw, ...]:
    """Draws of one scenario."""
    number = list(SCENARIOS).index(name)
    options = WeightingOptions(rate=RATE)
    return tuple(
        run_draw(SCENARIOS[name], np.random.default_rng([seed, number, draw]), options) for draw in range(n_draws)
    )


def mean_and_error(values: list[float]) -> tuple[float, float]:
    """Mean over draws and its Monte Carlo error; NaN left out."""
    known = np.array([value for value in values if not np.isnan(value)])
    if not known.size:
        return float("nan"), float("nan")
    return float(known.mean()), float(known.std(ddof=1) / np.sqrt(known.size))


def check_weighting_bars(found: Mapping[str, tuple[WeightingDraw, ...]]) -> list[Bar]:
    """What the study must show; set before it was run."""
    bars = []
    for name, draws in found.items():
        bars.append(_rate(name, "false discovery rate, weighted", [draw.weighted.false_share for draw in draws]))
        bars.append(_rate(name, "family-wise rate, weighted", [draw.weighted_bonferroni.any_false for draw in draws]))
        gain, _ = mean_and_error([draw.weighted.power - draw.unweighted.power for draw in draws])
        if not np.isnan(gain):
            what = "power, weighted less unweighted Benjamini-Hochberg"
            bars.append(Bar(name, what, f"≥ -{POWER_MARGIN:g}", gain, gain >= -POWER_MARGIN))
    return bars


def _rate(name: str, what: str, values: list[float]) -> Bar:
    seen, error = mean_and_error(values)
    allowed = RATE + 2.0 * error
    return Bar(name, what, f"≤ {allowed:.4f} ({RATE:g} + 2 errors)", seen, seen <= allowed)


def _count(passes: BoolArray, has_effect: BoolArray) -> Count:
    n_false = int((passes & ~has_effect).sum())
    power = float(passes[has_effect].mean()) if has_effect.any() else float("nan")
    return Count(n_false / max(int(passes.sum()), 1), float(n_false > 0), power)


def _noise(design: Hypotheses, generator: np.random.Generator) -> FloatArray:
    """Normal z, each run of neighbours an autoregressive chain."""
    fresh = generator.standard_normal((-(-design.n // design.n_in_ld), design.n_in_ld))
    z, kept = fresh.copy(), design.correlation
    for at in range(1, design.n_in_ld):
        z[:, at] = kept * z[:, at - 1] + np.sqrt(1.0 - kept * kept) * fresh[:, at]
    return np.asarray(z.reshape(-1)[: design.n])
