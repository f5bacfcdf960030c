"""Runs the simulation studies and writes their tables: `python -m tests.science --page docs/maths/ldsc.md`."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tests.science.bars import Bar, check_bars
from tests.science.correlation import run_correlation
from tests.science.design import ENRICHED, TRAITS, draw_annotations, draw_z, iterate_scenarios, true_enrichment
from tests.science.estimates import Estimates, estimate_all, estimate_reference
from tests.science.genotypes import N_CHROMOSOMES, simulate_chromosome
from tests.science.tables import render_bars, render_correlation, render_scenarios, replace_section

SEEDS = (20150401, 77)
"""Two whole studies: what one misses by chance, the other need not."""
N_REPLICATES, N_GWAS, N_PANEL, N_SNPS_EACH = 200, 3_000, 500, 4_545
N_CORRELATIONS = 200


def main() -> int:
    """Run S1 once a seed, then S3; exit 1 when a bar is missed."""
    asked = _parse()
    started = time.process_time()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.process_time() - started:6.0f} CPU-s  {text}\n")
        sys.stderr.flush()

    parts: list[str] = []
    missed: list[dict[str, object]] = []
    for seed in asked.seeds:
        text, bars = run_heritability(seed, asked.replicates, say)
        parts.append(text)
        missed += [{"seed": seed, **asdict(bar)} for bar in bars if not bar.is_met]
    correlation = run_correlation(asked.correlations, seed=asked.seeds[0])
    parts += [
        f"S3: pairs of z-scores drawn directly from the model on every fifth of the 1,290,028 real LD scores, with "
        f"shared people; seed {asked.seeds[0]}, R = {asked.correlations}. The bar: the mean lies within 3 sd / √R of "
        f"the truth.",
        render_correlation(correlation),
    ]
    page = "\n\n".join(parts)
    if asked.page is not None:
        replace_section(asked.page, page)
    sys.stdout.write(f"{page}\n")
    sys.stdout.write(json.dumps({"missed": missed, "cpu_seconds": round(time.process_time() - started)}) + "\n")
    return 1 if missed else 0


def run_heritability(seed: int, n_replicates: int, say: Callable[[str], None]) -> tuple[str, list[Bar]]:
    """Run S1 with one seed: its tables and bars."""
    people = []
    for chromosome in range(N_CHROMOSOMES):
        people.append(simulate_chromosome(N_GWAS, N_PANEL, seed=seed + 10 * chromosome, n_snps=N_SNPS_EACH))
        say(f"chromosome {chromosome + 1} of {N_CHROMOSOMES} simulated")
    generator = np.random.default_rng(seed)
    annotations = [draw_annotations(part.position_bp, generator) for part in people]
    references = {whose: estimate_reference(people, annotations, whose) for whose in ("gwas", "panel")}
    say("LD scores estimated")
    z = draw_z(people, annotations, n_replicates=n_replicates, seed=seed)
    say("z-scores drawn")
    found: dict[str, Estimates] = {}
    for name, trait, whose in iterate_scenarios():
        found[name] = estimate_all(z[trait.name], references[whose], N_GWAS)
        say(f"scenario {name} estimated")
    truth = float(true_enrichment(TRAITS[0], np.concatenate(annotations))[ENRICHED])
    in_sample, panel = (float(references[whose].ld_scores[:, 0].mean()) for whose in ("gwas", "panel"))
    bars = check_bars(found, truth, (in_sample, panel))
    n_met = sum(bar.is_met for bar in bars)
    sizes = (
        f"S1, seed {seed}, R = {n_replicates}: {N_CHROMOSOMES} chromosomes of 5 Mb, {N_GWAS:,} people of the GWAS, "
        f"{N_PANEL} of the panel; {references['gwas'].n_snps:,} SNPs with MAF of 1 % or more, all causal, "
        f"{int(references['gwas'].is_regression_snp.sum()):,} of them with MAF above 5 % in the regression. Mean LD "
        f"score {in_sample:.3f} in the sample, {panel:.3f} in the panel."
    )
    verdict = f"{n_met} of {len(bars)} bars are met" + (f", {len(bars) - n_met} missed:" if n_met < len(bars) else ":")
    return "\n\n".join([sizes, render_scenarios(found, truth), verdict, render_bars(bars)]), bars


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--replicates", type=int, default=N_REPLICATES)
    parser.add_argument("--correlations", type=int, default=N_CORRELATIONS)
    parser.add_argument("--page", type=Path, help="page to write the tables to, such as docs/maths/ldsc.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
