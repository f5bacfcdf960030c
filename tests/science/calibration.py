"""Calibrates PinSage's predictions on graph files and writes the tables of docs/maths/calibration.md.

`python -m tests.science.calibration --page docs/maths/calibration.md` (one thread, half a CPU-minute a graph). Graphs
named null_* are degree-preserving nulls: there nothing but degrees can be learned.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from models.pinsage import PinSageSettings
from models.pinsage.evaluation import METHOD, Measure, run_trial
from models.pinsage.pair_calibration import PairCalibration, PairCalibrationReport, calibrate_pairs
from models.pinsage.pair_scores import sample_pairs
from services.evaluation.graph_files import read_graph_file
from tests.paths import DATA
from tests.science.tables import render_table, replace_section

GRAPHS = ("sparse_0", "medium_0", "dense_0", "null_sparse_0", "null_medium_0", "null_dense_0")
TOP = 10
MARKS = ("<!-- begin: written by `python -m tests.science.calibration` -->", "<!-- end -->")

Judged = tuple[PairCalibration, PairCalibrationReport]


def judge(name: str) -> Judged:
    """Fit to a graph's training part, and calibrate on its held-out pairs."""
    read = read_graph_file(DATA / "pinsage" / f"{name}.parquet")
    trial = run_trial(read.graph, PinSageSettings(), seed=0, is_held_out=read.is_held_out, n_bootstrap=1)
    scorer = trial.predictors[METHOD].score_molecule_blocks
    sample = sample_pairs(scorer, trial.training_graph, trial.held_out, minimum_known=1, top=TOP, seed=0)
    return calibrate_pairs(sample, top=TOP, seed=0)


def render_losses(judged: dict[str, Judged]) -> str:
    """One row a graph: log loss a hit of score and degrees, their difference, ECE and Brier score of the written."""
    rows = [
        (
            name,
            f"{report.n_hits:,}",
            f"{report.log_loss_per_hit:.3f}",
            f"{report.degree_log_loss_per_hit:.3f}",
            _interval(report.gain_per_hit),
            calibration.basis,
            _interval(report.written.expected_calibration_error),
            _interval(report.written.brier),
            f"{report.n_written:,} / {report.n_written_hits:,}",
        )
        for name, (calibration, report) in judged.items()
    ]
    header = ("graph", "hits", "log loss a hit", "degrees'", "gain", "p from", "ECE", "Brier", "best ten / hits")
    return render_table(header, rows)


def render_reliability(judged: dict[str, Judged]) -> str:
    """Bins of the best ten candidates of each molecule: probability said, share seen with its interval, pairs."""
    rows = [
        (
            name,
            f"{one['predicted']:.5f}",
            f"{one['observed']:.5f} [{one['lower']:.5f}, {one['upper']:.5f}]",
            f"{int(one['n_pairs']):,}",
        )
        for name, (_, report) in judged.items()
        for one in report.to_dict()["written"]["reliability"]
    ]
    return render_table(("graph", "probability said", "share seen", "pairs"), rows)


def _interval(measure: Measure) -> str:
    return f"{measure.estimate:.4f} [{measure.lower:.4f}, {measure.upper:.4f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Calibrate on every graph asked for; print the tables, and write them to a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", nargs="+", default=GRAPHS)
    parser.add_argument("--page", type=Path, help="page to write the tables to")
    asked = parser.parse_args(arguments)
    judged = {}
    for name in asked.graphs:
        judged[name] = judge(name)
        sys.stderr.write(f"{name}\n")
    text = f"{render_losses(judged)}\n\n{render_reliability(judged)}"
    if asked.page is not None:
        replace_section(asked.page, text, marks=MARKS)
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
