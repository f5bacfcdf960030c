"""Runs the study of weighted testing: `python -m tests.science.weighting --page docs/maths/weighting.md`."""

import argparse
import json
import math
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.science.tables import render_bars, render_table, replace_section
from tests.science.weighting_study import (
    SCENARIOS,
    Hypotheses,
    WeightingDraw,
    check_weighting_bars,
    mean_and_error,
    run_scenario,
)

SEED, N_DRAWS = 20161, 200


def main() -> int:
    """Run every scenario; exit 1 when a bar is missed."""
    asked = _parse()
    started = time.perf_counter()
    with ProcessPoolExecutor(asked.jobs) as pool:
        running = {name: pool.submit(run_scenario, name, asked.draws, seed=asked.seed) for name in SCENARIOS}
        found = {name: one.result() for name, one in running.items()}
    bars = check_weighting_bars(found)
    missed = [asdict(bar) for bar in bars if not bar.is_met]
    design = Hypotheses()
    about = (
        f"Seed {asked.seed}, {asked.draws} draws of each: {design.n:,} hypotheses in {design.n_folds} folds, two-sided "
        f"normal tests; {100 * design.share:g} % have an effect of mean z {design.effect:g}, in the last row 3 % one "
        "of 2.5. LD: correlation .8 between neighbours in runs of 10. The chance of an effect rises with a uniform "
        "covariate u as a constant (nothing), 1/2 + u (little), 2 u (much), 7 u⁶ (most). ± is two Monte Carlo errors."
    )
    page = "\n\n".join([about, render_rates(found), render_family_wise(found), render_bars(bars)])
    if asked.page is not None:
        replace_section(asked.page, page)
    sys.stdout.write(f"{page}\n")
    sys.stdout.write(json.dumps({"missed": missed, "seconds": round(time.perf_counter() - started)}) + "\n")
    return 1 if missed else 0


def render_rates(found: Mapping[str, tuple[WeightingDraw, ...]]) -> str:
    """One row a scenario: Benjamini-Hochberg without and with weights."""
    header = (
        "false discovery rate .05", "false discoveries, unweighted", "weighted", "power, unweighted", "weighted",
        "difference of power", "mean sd of weights",
    )  # fmt: skip
    rows = []
    for name, draws in found.items():
        rows.append(
            (
                name,
                _interval([draw.unweighted.false_share for draw in draws]),
                _interval([draw.weighted.false_share for draw in draws]),
                _interval([draw.unweighted.power for draw in draws]),
                _interval([draw.weighted.power for draw in draws]),
                _interval([draw.weighted.power - draw.unweighted.power for draw in draws]),
                f"{mean_and_error([draw.spread for draw in draws])[0]:.2f}",
            )
        )
    return render_table(header, rows)


def render_family_wise(found: Mapping[str, tuple[WeightingDraw, ...]]) -> str:
    """One row a scenario: Bonferroni without and with the same weights."""
    header = ("family-wise rate .05", "any false, unweighted", "weighted", "power, unweighted", "weighted")
    rows = []
    for name, draws in found.items():
        rows.append(
            (
                name,
                _interval([draw.unweighted_bonferroni.any_false for draw in draws]),
                _interval([draw.weighted_bonferroni.any_false for draw in draws]),
                _interval([draw.unweighted_bonferroni.power for draw in draws]),
                _interval([draw.weighted_bonferroni.power for draw in draws]),
            )
        )
    return render_table(header, rows)


def _interval(values: list[float]) -> str:
    mean, error = mean_and_error(values)
    return "-" if math.isnan(mean) else f"{mean:.3f} ± {2 * error:.3f}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--draws", type=int, default=N_DRAWS)
    parser.add_argument("--jobs", type=int, default=2, help="scenarios at a time; the tables do not depend on it")
    parser.add_argument("--page", type=Path, help="page to write the tables to, such as docs/maths/weighting.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
