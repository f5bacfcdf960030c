"""The gate: what a training must show, beside not being worse than the champion, before readers see its predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.settings import Settings
from services.snapshot import Snapshot
from services.write_back.prediction import PredictedEdge


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the loaded evidence a run's predictions rest on and reach.

    Attributes
    ----------
    snp_share
        SNPs with a vector, as a share of all SNPs with training edges, those that nothing could place among them.
    molecule_share
        CpGs and genes with a predicted edge, as a share of those in the snapshot.
    n_predictions
        Predicted edges.
    """

    snp_share: float
    molecule_share: float
    n_predictions: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate asks.

    Attributes
    ----------
    name
        What is looked at.
    seen, bound
        The figure and its bound; None where nothing could be measured.
    passes
        Whether the figure is within the bound.
    text
        The same in words, with the setting that moves the bound.
    """

    name: str
    seen: float | None
    bound: float
    passes: bool
    text: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What came of all checks.

    Attributes
    ----------
    passes
        Whether the run may become champion.
    reason
        Why, in one sentence; kept on the run.
    checks
        Comparison with the champion, coverage, calibration.
    """

    passes: bool
    reason: str
    checks: tuple[Check, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return asdict(self)


def measure_coverage(
    snapshot: Snapshot, is_embedded: NDArray[np.bool_], edges: Sequence[PredictedEdge]
) -> dict[str, Any]:
    """Coverage of one run as plain values.

    Parameters
    ----------
    snapshot
        What it was fitted to.
    is_embedded
        Whether each SNP has a vector (n_snps).
    edges
        Its predictions.
    """
    counts = snapshot.counts
    n_snps, n_molecules = counts.n_snps + counts.n_snps_outside, counts.n_cpgs + counts.n_genes
    reached = {(edge.target_label, edge.target) for edge in edges if edge.target_label != "Trait"}
    return asdict(
        Coverage(
            snp_share=float(is_embedded.sum()) / n_snps if n_snps else 0.0,
            molecule_share=len(reached) / n_molecules if n_molecules else 0.0,
            n_predictions=len(edges),
        )
    )


def judge(settings: Settings, metrics: Mapping[str, Any]) -> Gate:
    """Ask of the best run of a training everything that the settings want.

    Parameters
    ----------
    settings
        The bounds: ``gate_…``; the margin beside the champion is part of ``choice`` already.
    metrics
        The run's ``choice``, ``coverage`` and ``calibration``.
    """
    choice, coverage = metrics["choice"], metrics["coverage"]
    checks = (
        _beside_champion(choice, settings.champion_margin),
        _at_least("share of SNPs with a vector", coverage["snp_share"], "gate_minimum_snp_share", settings),
        _at_least(
            "share of molecules with a prediction", coverage["molecule_share"], "gate_minimum_molecule_share", settings
        ),
        _at_least("predicted edges", coverage["n_predictions"], "gate_minimum_predictions", settings),
        _calibrated(metrics["calibration"], settings.gate_calibration_error_limit),
    )
    failed = [check.text for check in checks[1:] if not check.passes]
    reason = "; ".join([choice["reason"], *([f"kept out: {', '.join(failed)}"] if failed else [])])
    return Gate(all(check.passes for check in checks), reason, checks)


def _beside_champion(choice: Mapping[str, Any], margin: float) -> Check:
    difference = choice["difference"]
    seen = None if difference is None else float(difference["lower"])
    return Check("lower bound beside the champion", seen, -margin, bool(choice["is_champion"]), choice["reason"])


def _at_least(name: str, seen: float, setting: str, settings: Settings) -> Check:
    bound = getattr(settings, setting)
    passes = seen >= bound
    text = f"{name} {seen:.4g} is {'at least' if passes else 'below'} {bound:g} (LOCUSGRAPH_{setting.upper()})"
    return Check(name, seen, bound, passes, text)


def _calibrated(calibration: Mapping[str, Any], limit: float) -> Check:
    """The error is measured in shares of hidden pairs among the best-ranked ones, which differ a thousandfold.

    Its whole interval must lie above the limit to keep a run out: an estimate from few pairs is never 0.
    """
    name, report = "calibration error", calibration["report"]
    if report is None:
        return Check(name, None, limit, True, f"no probability is written: {calibration['reason']}")
    error, share = report["written"]["expected_calibration_error"], report["n_written_hits"] / report["n_written"]
    if share == 0:
        return Check(name, None, limit, True, "no hidden pair is among the best-ranked ones, which says nothing")
    estimate, lower, upper = (error[bound] / share for bound in ("estimate", "lower", "upper"))
    text = (
        f"{name} {estimate:.3g} [{lower:.3g}, {upper:.3g}] times the share seen ({share:.3g}) is "
        f"{'within' if lower <= limit else 'surely above'} {limit:g} (LOCUSGRAPH_GATE_CALIBRATION_ERROR_LIMIT)"
    )
    return Check(name, estimate, limit, lower <= limit, text)
