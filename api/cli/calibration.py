"""Shows how good the probabilities of a model's predictions are."""

from collections.abc import Mapping
from typing import Any

from api.cli.output import print_table, stdout


def show_calibration(metrics: Mapping[str, Any]) -> None:
    """Print predicted beside observed, and the losses beside those of degrees alone; the reason where there is none."""
    calibration = metrics.get("calibration") or {}
    report = calibration.get("report")
    if report is None:
        if calibration.get("reason"):
            stdout().print(f"no probabilities: {calibration['reason']}")
        return
    written = report["written"]
    rows = [
        (
            f"{row['predicted']:.5f}",
            f"{row['observed']:.5f}",
            f"{row['lower']:.5f} to {row['upper']:.5f}",
            row["n_pairs"],
            row["n_hits"],
        )
        for row in written["reliability"]
    ]
    note = (
        f"Expected calibration error {_measure(written['expected_calibration_error'], 5)}, Brier score "
        f"{_measure(written['brier'], 5)}, log loss {_measure(written['log_loss'], 4)} (degrees alone "
        f"{report['degree_written_log_loss']:.4f}). Over all candidates {report['log_loss_per_hit']:.3f} a held-out "
        f"pair (degrees alone {report['degree_log_loss_per_hit']:.3f}, gain {_measure(report['gain_per_hit'], 3)})."
    )
    columns = (">predicted", ">observed", ">95 % interval", ">pairs", ">held out")
    print_table("probabilities of the best-ranked candidates, on LD blocks left out", columns, rows, note=note)


def _measure(value: Mapping[str, float], digits: int) -> str:
    return f"{value['estimate']:.{digits}f} [{value['lower']:.{digits}f}, {value['upper']:.{digits}f}]"
