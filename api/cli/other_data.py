"""The part of ``locusgraph evaluate`` that asks with other data: S3 other molecules, S4 later catalogs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from api.cli.opening import opened_graph
from api.cli.output import print_table

if TYPE_CHECKING:
    from services.evaluation.other_data import SplitReport


def run_other_data(
    context: typer.Context, splits: tuple[str, ...], seeds: tuple[int, ...]
) -> "Mapping[str, SplitReport]":
    """Evaluate the loaded release by S3, S4 or both."""
    from services.evaluation.other_data import evaluate_other_data

    with opened_graph(context) as (store, settings, on_progress):
        return evaluate_other_data(store, settings, splits, seeds=seeds, on_progress=on_progress)


def show_other_data(reports: "Mapping[str, SplitReport]") -> None:
    """Print every table of every report."""
    for report in reports.values():
        for table in report.tables():
            header = ("=" + table.header[0], *(f">{name}" for name in table.header[1:]))
            print_table(table.title, header, table.rows, note=table.note)
