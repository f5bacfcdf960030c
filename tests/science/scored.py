"""Runs the study of weighting by a model's scores: `python -m tests.science.scored --page docs/maths/weighting.md`."""

import argparse
import json
import math
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.science.scored_genome import N_BLOCKS, SNPS_PER_BLOCK, fit_genome, name_model, plant_genome
from tests.science.scored_study import CORRELATION, TRAITS, ScoredDraw, check_scored_bars, run_trait
from tests.science.tables import render_bars, render_table, replace_section
from tests.science.weighting_study import RATE, mean_and_error

SEED, N_DRAWS = 20261, 200
MARKS = ("<!-- begin: written by `tests.science.scored` -->", "<!-- end: written by `tests.science.scored` -->")


def main() -> int:
    """Fit once, run every kind of trait; exit 1 when a bar is missed."""
    asked = _parse()
    started = time.perf_counter()
    fitted = fit_genome(plant_genome(asked.seed), asked.seed)
    with ProcessPoolExecutor(asked.jobs) as pool:
        running = {name: pool.submit(_run, name, fitted, asked.draws, asked.seed) for name in TRAITS}
        found = {name: one.result() for name, one in running.items()}
    bars = check_scored_bars(found)
    missed = [asdict(bar) for bar in bars if not bar.is_met]
    page = "\n\n".join([_about(found, asked.seed, asked.draws), render_scored(found), render_bars(bars)])
    if asked.page is not None:
        replace_section(asked.page, page, marks=MARKS)
    sys.stdout.write(f"{page}\n")
    sys.stdout.write(json.dumps({"missed": missed, "seconds": round(time.perf_counter() - started)}) + "\n")
    return 1 if missed else 0


def render_scored(found: Mapping[str, tuple[ScoredDraw, ...]]) -> str:
    """One row a kind of trait: Benjamini-Hochberg without and with weights, at SNPs and at loci."""
    header = (
        f"false discovery rate {RATE:g} of SNPs", "false SNPs, unweighted", "weighted", "power at SNPs, unweighted",
        "weighted", "difference of power", "false loci, unweighted", "weighted", "power at loci, unweighted",
        "weighted", "mean sd of weights", "score and p > .5: mean rank correlation",
    )  # fmt: skip
    rows = []
    for name, draws in found.items():
        rows.append(
            (
                name,
                _interval([draw.unweighted.false_snps for draw in draws]),
                _interval([draw.weighted.false_snps for draw in draws]),
                _interval([draw.unweighted.power_snps for draw in draws]),
                _interval([draw.weighted.power_snps for draw in draws]),
                _interval([draw.weighted.power_snps - draw.unweighted.power_snps for draw in draws]),
                _interval([draw.unweighted.false_loci for draw in draws]),
                _interval([draw.weighted.false_loci for draw in draws]),
                _interval([draw.unweighted.power_loci for draw in draws]),
                _interval([draw.weighted.power_loci for draw in draws]),
                f"{mean_and_error([draw.spread for draw in draws])[0]:.2f}",
                _interval([draw.correlation for draw in draws]),
            )
        )
    return render_table(header, rows)


def _about(found: Mapping[str, tuple[ScoredDraw, ...]], seed: int, n_draws: int) -> str:
    candidates = [draw.n_candidates for draws in found.values() for draw in draws]
    return (
        f"Seed {seed}, {n_draws} draws of each; one PinSage fitted to a planted graph of {N_BLOCKS * SNPS_PER_BLOCK:,} "
        f"SNPs in {N_BLOCKS:,} LD blocks on 11 chromosomes. Each draw takes two of its 24 modules of 16 loci as a "
        "trait, six loci of each known, and proposes candidates as the product does "
        f"({min(candidates):,} to {max(candidates):,}, at most five a block and query); the score is the covariate. "
        f"GWAS z are correlated by {CORRELATION:g} between neighbours of a block; effects have mean z 3.5 (weak 2.5) "
        "at a causal SNP and less at its neighbours, and every SNP of such a block counts as true. ± is two Monte "
        "Carlo errors."
    )


def _run(name: str, fitted: bytes, n_draws: int, seed: int) -> tuple[ScoredDraw, ...]:
    return run_trait(name, plant_genome(seed), name_model(fitted), n_draws, seed=seed)


def _interval(values: list[float]) -> str:
    mean, error = mean_and_error(values)
    return "-" if math.isnan(mean) else f"{mean:.3f} ± {2 * error:.3f}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--draws", type=int, default=N_DRAWS)
    parser.add_argument("--jobs", type=int, default=2, help="kinds of trait at a time; tables do not depend on it")
    parser.add_argument("--page", type=Path, help="page to write the tables to, such as docs/maths/weighting.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
