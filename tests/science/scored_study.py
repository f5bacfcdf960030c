"""The study of weighted testing by a model's real scores: LD-correlated GWAS of candidates that PinSage proposes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.association.covariate_check import check_independence
from models.association.weighting import WeightingOptions, weigh_hypotheses
from models.significance import neg_log10_two_sided
from services.search.neighbours import EmbeddingModel
from tests.science.bars import Bar
from tests.science.scored_genome import SNPS_PER_BLOCK, Candidates, Genome, propose
from tests.science.weighting_study import RATE, mean_and_error

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

CORRELATION = 0.8
"""Of z at neighbouring SNPs of a block; falls with distance. Blocks are independent."""


@dataclass(frozen=True)
class Trait:
    """Where the trait's unknown loci lie.

    Attributes
    ----------
    share
        Chance that a hidden locus of the trait's modules has an effect.
    n_scattered
        Blocks with an effect drawn among those of the candidates that are in no module of the trait.
    effect
        Mean z at the causal SNP.
    """

    share: float = 0.0
    n_scattered: int = 0
    effect: float = 3.5


TRAITS: Mapping[str, Trait] = {
    "no effects": Trait(),
    "effects where the model looks": Trait(share=0.7),
    "weak effects where the model looks": Trait(share=0.7, effect=2.5),
    "half where the model looks, half anywhere": Trait(share=0.35, n_scattered=7),
    "effects anywhere": Trait(n_scattered=14),
}


@dataclass(frozen=True)
class Found:
    """What one procedure found in one draw: at SNPs, and at LD blocks that hold any SNP that passes.

    Attributes
    ----------
    false_snps, false_loci
        Share of wrong ones among those that pass, 0 if none does. A SNP is wrong when its block has no effect.
    power_snps, power_loci
        Share of candidates (blocks) with an effect that pass; NaN where there is none.
    """

    false_snps: float
    false_loci: float
    power_snps: float
    power_loci: float


@dataclass(frozen=True)
class ScoredDraw:
    """One draw: Benjamini-Hochberg without and with weights by score, and the check of the score."""

    unweighted: Found
    weighted: Found
    n_candidates: int
    spread: float
    correlation: float
    check_p: float


def run_trait(name: str, genome: Genome, model: EmbeddingModel, n_draws: int, *, seed: int) -> tuple[ScoredDraw, ...]:
    """Draws of one kind of trait."""
    number = list(TRAITS).index(name)
    options = WeightingOptions(rate=RATE)
    return tuple(
        run_draw(TRAITS[name], genome, model, np.random.default_rng([seed, 7, number, draw]), options)
        for draw in range(n_draws)
    )


def run_draw(
    trait: Trait, genome: Genome, model: EmbeddingModel, generator: np.random.Generator, options: WeightingOptions
) -> ScoredDraw:
    """Draw a trait, propose its candidates by the model, draw their GWAS, weigh by score, compare with the truth."""
    candidates = propose(genome, model, generator)
    acting = draw_loci(trait, candidates, generator)
    strength = neg_log10_two_sided(draw_z(trait, genome, candidates.snp, acting, generator))
    found = weigh_hypotheses(strength, candidates.score, candidates.chromosome, options)
    check = check_independence(10.0**-strength, candidates.score, candidates.block)
    has_effect = np.isin(candidates.block, acting)
    return ScoredDraw(
        unweighted=count(found.unweighted_false_discovery.is_discovery, has_effect, candidates.block),
        weighted=count(found.false_discovery.is_discovery, has_effect, candidates.block),
        n_candidates=candidates.snp.size,
        spread=float(found.weight.std()),
        correlation=float("nan") if check is None else check.rank_correlation,
        check_p=float("nan") if check is None else check.p_value,
    )


def draw_loci(trait: Trait, candidates: Candidates, generator: np.random.Generator) -> IntArray:
    """Blocks with an effect."""
    acting = candidates.hidden[generator.random(candidates.hidden.size) < trait.share]
    others = np.setdiff1d(candidates.block, candidates.hidden)
    return np.concatenate([acting, generator.choice(others, trait.n_scattered, replace=False)])


def draw_z(
    trait: Trait, genome: Genome, snps: IntArray, acting: IntArray, generator: np.random.Generator
) -> FloatArray:
    """z of some SNPs: a chain within each block, and in blocks with an effect its mean, falling with LD."""
    blocks = np.unique(snps // SNPS_PER_BLOCK)
    z = generator.standard_normal((blocks.size, SNPS_PER_BLOCK))
    for at in range(1, SNPS_PER_BLOCK):
        z[:, at] = CORRELATION * z[:, at - 1] + np.sqrt(1.0 - CORRELATION**2) * z[:, at]
    distance = np.abs(np.arange(SNPS_PER_BLOCK) - (genome.causal[blocks] % SNPS_PER_BLOCK)[:, None])
    z += trait.effect * CORRELATION**distance * np.isin(blocks, acting)[:, None]
    return np.asarray(z[np.searchsorted(blocks, snps // SNPS_PER_BLOCK), snps % SNPS_PER_BLOCK])


def count(passes: BoolArray, has_effect: BoolArray, block: IntArray) -> Found:
    """Compare what passes with the truth, at SNPs and at blocks."""
    loci, loci_true = np.unique(block[passes]), np.unique(block[has_effect])
    wrong = np.setdiff1d(loci, loci_true).size
    return Found(
        false_snps=float((passes & ~has_effect).sum()) / max(int(passes.sum()), 1),
        false_loci=wrong / max(loci.size, 1),
        power_snps=float(passes[has_effect].mean()) if has_effect.any() else float("nan"),
        power_loci=(loci.size - wrong) / loci_true.size if loci_true.size else float("nan"),
    )


def check_scored_bars(found: Mapping[str, tuple[ScoredDraw, ...]]) -> list[Bar]:
    """What the study must show: the rate at SNPs, and no loss of power beyond two Monte Carlo errors."""
    bars = []
    for name, draws in found.items():
        seen, error = mean_and_error([draw.weighted.false_snps for draw in draws])
        allowed = RATE + 2.0 * error
        what = "false discovery rate of SNPs, weighted by the model's score"
        bars.append(Bar(name, what, f"≤ {allowed:.4f} ({RATE:g} + 2 errors)", seen, seen <= allowed))
        gain, error = mean_and_error([draw.weighted.power_snps - draw.unweighted.power_snps for draw in draws])
        if not np.isnan(gain):
            what = "power, weighted less unweighted Benjamini-Hochberg"
            bars.append(Bar(name, what, f"≥ {-2.0 * error:.4f} (-2 errors)", gain, gain >= -2.0 * error))
    checks = [draw.check_p < RATE for draw in found.get("no effects", ()) if not np.isnan(draw.check_p)]
    if checks:
        seen, allowed = float(np.mean(checks)), RATE + 2.0 * float(np.sqrt(RATE * (1.0 - RATE) / len(checks)))
        what = "share of checks of the score against p with p < .05"
        bars.append(Bar("no effects", what, f"≤ {allowed:.4f} ({RATE:g} + 2 errors)", seen, seen <= allowed))
    return bars
