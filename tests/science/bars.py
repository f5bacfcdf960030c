"""The bars that the simulation study must pass, each with what was seen; none is ever loosened."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.science.design import BINARY, CONTINUOUS, ENRICHED, NULLS, Trait, iterate_scenarios
from tests.science.estimates import Estimates

NEG_LOG10_05 = float(-np.log10(0.05))


@dataclass(frozen=True)
class Bar:
    """One requirement.

    Attributes
    ----------
    scenario, what
        Where it applies and what it asks.
    wanted
        The allowed range, as text.
    seen
        The value.
    is_met
        Whether it lies in the range.
    """

    scenario: str
    what: str
    wanted: str
    seen: float
    is_met: bool


def check_bars(found: Mapping[str, Estimates], enrichment: float, mean_ld: tuple[float, float]) -> list[Bar]:
    """Check every bar of the guide.

    Parameters
    ----------
    found
        Scenario -> its estimates.
    enrichment
        The true enrichment of the enriched annotation.
    mean_ld
        Mean LD score in the GWAS and in the panel.
    """
    bars: list[Bar] = []
    for name, trait, whose in iterate_scenarios():
        estimates = found[name]
        if whose == "gwas":
            bars.append(_bias(name, estimates, trait))
        bars += _errors(name, estimates, trait)
        if trait.name == "enriched":
            bars += _enriched(name, estimates, enrichment)
        else:
            bars += _false_positives(name, estimates)
    ratio = mean_ld[1] / mean_ld[0]
    bars.append(_within("panel over in-sample", "mean LD score", ratio, 0.96, 1.04))
    return bars


def rejections(neg_log10_p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of replicates with p < .05, one an annotation."""
    return np.asarray((neg_log10_p > NEG_LOG10_05).mean(axis=0))


def coverage(estimate: NDArray[np.float64], standard_error: NDArray[np.float64], truth: float) -> float:
    """Share of replicates whose 95 % interval holds the truth."""
    return float((np.abs(estimate - truth) <= 1.959964 * standard_error).mean())


def _bias(name: str, estimates: Estimates, trait: Trait) -> Bar:
    allowed = 3.0 * estimates.h2.std(ddof=1) / np.sqrt(estimates.h2.size)
    gap = float(abs(estimates.h2.mean() - trait.h2))
    return Bar(name, "distance of mean h² from the truth", f"≤ {allowed:.4f} (3 sd / √R)", gap, bool(gap <= allowed))


def _errors(name: str, estimates: Estimates, trait: Trait) -> list[Bar]:
    of_h2 = estimates.h2_se.mean() / estimates.h2.std(ddof=1)
    of_intercept = estimates.intercept_se.mean() / estimates.intercept.std(ddof=1)
    return [
        _within(name, "mean se of h² / its sd", of_h2, 0.85, 1.15),
        _within(name, "mean se of the intercept / its sd", of_intercept, 0.85, 1.15),
        _within(name, "coverage of h²", coverage(estimates.h2, estimates.h2_se, trait.h2), 0.90, 0.985),
    ]


def _enriched(name: str, estimates: Estimates, truth: float) -> list[Bar]:
    median = float(np.median(estimates.enrichment[:, ENRICHED])) / truth
    power = float(rejections(estimates.enrichment_neg_log10_p)[ENRICHED])
    return [
        _within(name, "median enrichment / truth", median, 0.85, 1.15),
        Bar(name, "power of the enrichment's p at .05", "≥ 0.6", power, power >= 0.6),
    ]


def _false_positives(name: str, estimates: Estimates) -> list[Bar]:
    """Without enrichment no annotation has an effect: the two that never have one pooled, all pooled, each alone."""
    bars = []
    for what, p, without_effect in (
        ("tau", estimates.tau_neg_log10_p, (*BINARY, CONTINUOUS)),
        ("enrichment", estimates.enrichment_neg_log10_p, BINARY),
    ):
        rejected = rejections(p)
        start = f"rejections by the p of {what}"
        for pool, annotations in (("the two nulls", NULLS), ("all annotations", without_effect)):
            pooled = float(rejected[list(annotations)].mean())
            bars.append(_within(name, f"{start}, {pool} pooled", pooled, 0.025, 0.085))
        worst = float(rejected[list(without_effect)].max())
        bars.append(Bar(name, f"{start}, worst annotation", "≤ 0.11", worst, worst <= 0.11))
    return bars


def _within(name: str, what: str, seen: float, low: float, high: float) -> Bar:
    return Bar(name, what, f"{low:g} to {high:g}", float(seen), bool(low <= seen <= high))
