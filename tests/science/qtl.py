"""Runs the study of QTL mapping and writes its tables: `python -m tests.science.qtl --page docs/maths/qtl.md`."""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tests.science.qtl_design import QtlDesign
from tests.science.qtl_study import (
    SCENARIOS,
    QtlDraw,
    bias_of,
    check_qtl_bars,
    coverage_of,
    mean_and_half_width,
    null_p,
    run_scenario,
)
from tests.science.tables import render_bars, render_table, replace_section

SEED, N_DRAWS = 20160501, 20


def main() -> int:
    """Run every scenario; exit 1 when a bar is missed."""
    asked = _parse()
    started = time.process_time()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.process_time() - started:6.0f} CPU-s  {text}\n")
        sys.stderr.flush()

    found = {name: run_scenario(name, asked.draws, seed=asked.seed, say=say) for name in SCENARIOS}
    bars = check_qtl_bars(found)
    missed = [asdict(bar) for bar in bars if not bar.is_met]
    design = QtlDesign()
    about = (
        f"Seed {asked.seed}, {asked.draws} draws of each: {design.n_people} people (strangers, or "
        f"{design.n_people // 4} families of four sibs), {design.n_genes} genes with {design.n_snps_each} SNPs each, "
        "half of them with one causal SNP that explains 2, 4 or 8 % of the gene's own variance; three hidden factors "
        "and two known covariates; 1,000 permutations. ± is half the 95 % interval over draws."
    )
    page = "\n\n".join([about, render_scenarios(found), render_bars(bars)])
    if asked.page is not None:
        replace_section(asked.page, page)
    sys.stdout.write(f"{page}\n")
    sys.stdout.write(json.dumps({"missed": missed, "cpu_seconds": round(time.process_time() - started)}) + "\n")
    return 1 if missed else 0


def render_scenarios(found: Mapping[str, tuple[QtlDraw, ...]]) -> str:
    """One row a scenario."""
    header = (
        "scenario", "false discoveries at q ≤ .05", "power at q ≤ .05 (2 %; 4 %; 8 %)", "power, Bonferroni in gene",
        "lambda, no effect", "p < .05, no effect", "slope of estimates", "bias (se)", "coverage",
    )  # fmt: skip
    return render_table(header, [_row(name, draws) for name, draws in found.items()])


def _row(name: str, draws: tuple[QtlDraw, ...]) -> tuple[str, ...]:
    powers = [np.mean([draw.power(draw.found, share) for draw in draws]) for share in QtlDesign().shares]
    gap, error, slope = bias_of(draws)
    return (
        name,
        _interval([draw.false_share(draw.found) for draw in draws]),
        f"{_interval([draw.power(draw.found) for draw in draws])} ({'; '.join(f'{power:.2f}' for power in powers)})",
        _interval([draw.power(draw.found_bonferroni) for draw in draws]),
        _interval([draw.lambda_null for draw in draws]),
        f"{null_p(draws):.3f}",
        f"{slope:.3f}",
        f"{gap:.4f} ({error:.4f})",
        f"{coverage_of(draws):.3f}",
    )


def _interval(values: list[float]) -> str:
    mean, half = mean_and_half_width(values)
    return f"{mean:.3f} ± {half:.3f}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--draws", type=int, default=N_DRAWS)
    parser.add_argument("--page", type=Path, help="page to write the tables to, such as docs/maths/qtl.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
