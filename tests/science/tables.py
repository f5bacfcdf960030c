"""Renders the study's tables and puts them between two marks of the page on LD score regression."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.science.bars import Bar, coverage, rejections
from tests.science.correlation import CorrelationStudy
from tests.science.design import BINARY, CONTINUOUS, ENRICHED, NULLS, iterate_scenarios
from tests.science.estimates import Estimates

BEGIN, END = "<!-- begin: written by `make science` -->", "<!-- end: written by `make science` -->"


def render_scenarios(found: Mapping[str, Estimates], enrichment: float) -> str:
    """One row a scenario."""
    header = (
        "scenario", "true h²", "mean h², stratified (sd; mean se)", "coverage", "mean h², one LD score",
        "mean intercept", f"enrichment, mean / median (true {enrichment:.3f})", "power", "null annotations, p < .05: "
        "tau; enrichment", "se ratio of tau",
    )  # fmt: skip
    rows = [_row(name, trait.h2, trait.name, found[name]) for name, trait, _ in iterate_scenarios()]
    return render_table(header, rows)


def render_bars(bars: Sequence[Bar]) -> str:
    """One row a bar, with a verdict."""
    header = ("scenario", "bar", "wanted", "seen", "")
    rows = [
        (bar.scenario, bar.what, bar.wanted, f"{bar.seen:.4f}", "met" if bar.is_met else "**missed**") for bar in bars
    ]
    return render_table(header, rows)


def render_correlation(study: CorrelationStudy | None) -> str:
    """The table of study S3."""
    if study is None:
        return "S3 was skipped: the shared LD scores are not here."
    header = ("quantity", "truth", "mean", "sd", "mean se", "3 sd / √R", "")
    rows = []
    for line in study.lines:
        allowed = 3.0 * line.deviation / np.sqrt(study.n_replicates)
        is_met = abs(line.mean - line.truth) <= allowed
        verdict = "met" if is_met else "**missed**"
        rows.append(
            (line.name, f"{line.truth:.4f}", f"{line.mean:.4f}", f"{line.deviation:.4f}", f"{line.error:.4f}",
             f"{allowed:.4f}", verdict)
        )  # fmt: skip
    return render_table(header, rows)


def replace_section(page: Path, text: str, *, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Put text between two marks of the page.

    Raises
    ------
    ValueError
        If the page has not both marks, in order.
    """
    first, last = marks
    before, begin, rest = page.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{page.name} must hold the lines {first!r} and {last!r}: put them where the tables belong")
    page.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}", encoding="utf-8")


def _row(name: str, h2: float, trait: str, estimates: Estimates) -> tuple[str, ...]:
    tau_rejected, enrichment_rejected = (
        rejections(p) for p in (estimates.tau_neg_log10_p, estimates.enrichment_neg_log10_p)
    )
    nulls = NULLS if trait == "enriched" else (*BINARY, CONTINUOUS)
    with_enrichment = [annotation for annotation in nulls if annotation != CONTINUOUS]
    ratio = (estimates.tau_se.mean(axis=0) / estimates.tau.std(axis=0, ddof=1))[1:]
    enriched = estimates.enrichment[:, ENRICHED]
    return (
        name,
        f"{h2:.1f}",
        _mean_and_errors(estimates.h2, estimates.h2_se),
        f"{coverage(estimates.h2, estimates.h2_se, h2):.3f}",
        _mean_and_errors(estimates.single_h2, estimates.single_h2_se),
        f"{estimates.intercept.mean():.4f}",
        f"{enriched.mean():.2f} / {np.median(enriched):.2f}" if h2 else "not defined",
        f"{enrichment_rejected[ENRICHED]:.3f}" if trait == "enriched" else "-",
        f"{_range(tau_rejected[list(nulls)])}; {_range(enrichment_rejected[with_enrichment])}",
        _range(ratio),
    )


def _mean_and_errors(values: NDArray[np.float64], errors: NDArray[np.float64]) -> str:
    return f"{values.mean():.4f} ({values.std(ddof=1):.3f}; {errors.mean():.3f})"


def _range(values: NDArray[np.float64]) -> str:
    return f"{values.min():.3f}-{values.max():.3f}"


def render_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
