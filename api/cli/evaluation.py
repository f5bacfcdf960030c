"""Shows a model's evaluation: each method with its figures on held-out pairs."""

from collections.abc import Mapping
from typing import Any

from api.cli.output import print_table

FIGURES = ("hit_10", "hit_50", "mrr")
"""Shown in the terminal; --json holds all of them."""

NOTE = "Ranks of held-out loci among all loci not known for the molecule; 95 % intervals by bootstrap over LD blocks."


def show_evaluation(metrics: Mapping[str, Any]) -> None:
    """Print a row for each method and subset of the held-out pairs; nothing where there was no evaluation."""
    evaluation = metrics.get("evaluation") or {}
    rows: list[Mapping[str, Any]] = evaluation.get("rows") or []
    if not rows:
        return
    figures = [name for name in FIGURES if name in rows[0]]
    headers = [f">{name.replace('_', '@') if name != 'mrr' else 'MRR'}" for name in figures]
    print_table(
        "the model beside its baselines on held-out (LD block, molecule cluster) pairs",
        ("pairs", "=method", ">number", *headers),
        [(row["subset"], row["method"], row["n_pairs"], *(_measure(row[name]) for name in figures)) for row in rows],
        note=NOTE,
    )


def _measure(value: object) -> object:
    """An estimate with its interval."""
    if isinstance(value, Mapping):
        return f"{value['estimate']:.3f} [{value['lower']:.3f}, {value['upper']:.3f}]"
    return value
