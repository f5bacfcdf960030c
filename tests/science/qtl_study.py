"""The study of QTL mapping: power, false discoveries, inflation and bias over draws of people."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from services.mixed_models import PeopleRequest, QtlRequest, map_qtl
from tests.science.bars import Bar
from tests.science.qtl_design import QtlDesign, QtlTruth, draw_qtl

FloatArray = NDArray[np.float64]
FDR = 0.05
MEDIAN_CHI_SQUARED = 0.4549364231195724
STRANGERS = "strangers"
WITHOUT_COMPONENTS = "strangers, no components"
SIBS_OLS, SIBS_P3D = "sibs, least squares", "sibs, kinship"
SIBS = {"family_size": 4, "heritability": 0.4}

SCENARIOS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    STRANGERS: ({}, {"n_factors": 3}),
    WITHOUT_COMPONENTS: ({}, {}),
    SIBS_OLS: (SIBS, {"n_factors": 3}),
    SIBS_P3D: (SIBS, {"n_factors": 3, "method": "p3d"}),
}
"""What differs from the design, and from the request, in each."""


@dataclass(frozen=True)
class QtlDraw:
    """What one map found; genes with an effect stand first in the truth's order.

    Attributes
    ----------
    found, found_bonferroni
        Genes with q of at most .05, by permutations and by Bonferroni within the gene, ``[genes]``.
    is_null, share
        Genes without effect, and the share of variance of the others, ``[genes]``.
    p_gene
        By permutations, ``[genes]``.
    lambda_null
        Genomic control of the cis pairs of genes without effect.
    beta, se, effect
        At the causal SNPs of genes with an effect, of values as they are, ``[genes with one]``.
    """

    found: NDArray[np.bool_]
    found_bonferroni: NDArray[np.bool_]
    is_null: NDArray[np.bool_]
    share: FloatArray
    p_gene: FloatArray
    lambda_null: float
    beta: FloatArray
    se: FloatArray
    effect: FloatArray

    def false_share(self, found: NDArray[np.bool_]) -> float:
        """Share of genes without effect among those found, 0 if none was."""
        return float((found & self.is_null).sum() / max(found.sum(), 1))

    def power(self, found: NDArray[np.bool_], share: float | None = None) -> float:
        """Share of the genes with an effect (of one size) that were found."""
        chosen = ~self.is_null if share is None else self.share == share
        return float(found[chosen].mean())


def run_draw(design: QtlDesign, choices: Mapping[str, Any], folder: Path, *, seed: int) -> QtlDraw:
    """Draw people, map them, and compare with the truth."""
    truth = draw_qtl(design, folder, seed=seed)
    pairs, genes = _map(truth, {**choices, "seed": seed})
    plain, _ = _map(truth, {**choices, "is_inverse_normal": False, "n_permutations": 0})
    ordered = pl.DataFrame({"trait": truth.genes}).join(genes, on="trait", how="left", maintain_order="left")
    is_null = truth.effect == 0.0
    nulls = pl.Series([gene for gene, none in zip(truth.genes, is_null, strict=True) if none])
    chi_squared = pairs.filter(pl.col("trait").is_in(nulls.implode()))["z"].to_numpy() ** 2
    causal = pl.DataFrame({"trait": truth.genes, "rsid": truth.causal, "effect": truth.effect})
    tested = causal.filter(pl.col("effect") != 0.0).join(plain, on=["trait", "rsid"], maintain_order="left")
    return QtlDraw(
        (ordered["q"] <= FDR).to_numpy(),
        (ordered["q_bonferroni"] <= FDR).to_numpy(),
        is_null,
        design.share_of,
        10.0 ** -ordered["neg_log10_p_gene"].to_numpy(),
        float(np.median(chi_squared) / MEDIAN_CHI_SQUARED),
        *(tested[name].to_numpy() for name in ("beta", "se", "effect")),
    )


def run_scenario(
    name: str,
    n_draws: int,
    *,
    seed: int,
    say: Callable[[str], None] = str,
    n_permutations: int = 1000,
    **sizes: Any,
) -> tuple[QtlDraw, ...]:
    """Draws of one scenario."""
    of_design, differing = SCENARIOS[name]
    choices = {"n_permutations": n_permutations, **differing}

    def draw() -> Iterator[QtlDraw]:
        for number in range(n_draws):
            with tempfile.TemporaryDirectory(prefix="locusgraph-qtl-") as folder:
                yield run_draw(QtlDesign(**{**of_design, **sizes}), choices, Path(folder), seed=seed + number)
            say(f"{name}: draw {number + 1} of {n_draws}")

    return tuple(draw())


def mean_and_half_width(values: list[float]) -> tuple[float, float]:
    """Mean over draws and half the width of its 95 % interval (Student's t)."""
    n = len(values)
    return float(np.mean(values)), float(stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))


def bias_of(draws: tuple[QtlDraw, ...]) -> tuple[float, float, float]:
    """Mean of (estimate - effect) times the effect's sign, its standard error, and the slope on the truth."""
    beta, effect = (np.concatenate([getattr(draw, name) for draw in draws]) for name in ("beta", "effect"))
    gap = (beta - effect) * np.sign(effect)
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(gap.size)), float(beta @ effect / (effect @ effect))


def coverage_of(draws: tuple[QtlDraw, ...]) -> float:
    """Share of causal effects within 1.96 errors of their estimates."""
    inside = [np.abs(draw.beta - draw.effect) <= 1.959964 * draw.se for draw in draws]
    return float(np.concatenate(inside).mean())


def null_p(draws: tuple[QtlDraw, ...]) -> float:
    """Share of genes without effect with a p below .05."""
    return float(np.concatenate([draw.p_gene[draw.is_null] <= 0.05 for draw in draws]).mean())


def check_qtl_bars(found: Mapping[str, tuple[QtlDraw, ...]]) -> list[Bar]:
    """What the study must show; set before it was run.

    Components of the traits take a little of every gene with them, so that effects beside them are compared by slope.
    """
    bars = []
    for name in (STRANGERS, WITHOUT_COMPONENTS, SIBS_P3D):
        draws = found[name]
        rate, half = mean_and_half_width([draw.false_share(draw.found) for draw in draws])
        bars.append(Bar(name, "false discoveries, mean less half interval", "≤ 0.05", rate - half, rate - half <= FDR))
        inflation, _ = mean_and_half_width([draw.lambda_null for draw in draws])
        bars.append(_near(name, "lambda of genes without effect", inflation, 1.0, 0.03))
        bars.append(_near(name, "genes without effect with p < .05", null_p(draws), 0.05, 0.012))
        bars.append(_near(name, "slope of estimates on effects", bias_of(draws)[2], 1.0, 0.05))
        bars.append(_near(name, "coverage of effects", coverage_of(draws), 0.95, 0.015))
    gap, error, _ = bias_of(found[WITHOUT_COMPONENTS])
    bars.append(
        Bar(WITHOUT_COMPONENTS, "bias of effects over its error", "-3 to 3", gap / error, abs(gap) <= 3 * error)
    )
    inflated, _ = mean_and_half_width([draw.lambda_null for draw in found[SIBS_OLS]])
    bars.append(Bar(SIBS_OLS, "lambda of genes without effect: inflated", "≥ 1.1", inflated, inflated >= 1.1))
    gain = _power(found[STRANGERS]) - _power(found[WITHOUT_COMPONENTS])
    bars.append(Bar(STRANGERS, "power that components add", "> 0", gain, gain > 0))
    return bars


def _power(draws: tuple[QtlDraw, ...]) -> float:
    return float(np.mean([draw.power(draw.found) for draw in draws]))


def _near(name: str, what: str, seen: float, wanted: float, within: float) -> Bar:
    return Bar(name, what, f"{wanted:g} ± {within:g}", seen, abs(seen - wanted) <= within)


def _map(truth: QtlTruth, choices: Mapping[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    people = PeopleRequest(genotypes=truth.bed, phenotypes=truth.traits, traits=(), covariates=truth.covariates)
    report = map_qtl(QtlRequest(people=people, out=truth.bed.with_name("map"), **choices))
    return pl.read_parquet(report.files[0]), pl.read_parquet(report.files[1])
