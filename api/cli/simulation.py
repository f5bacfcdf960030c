"""``locusgraph simulate-graphs``: graphs with planted structure, or nulls without any, for ``evaluate --graphs``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.estimates import print_next, quoted
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stdout

EXAMPLE = "Example: [bold]locusgraph simulate-graphs graphs --density sparse --seeds 0-5[/bold]"
COLUMNS = ("=graph", ">edges", ">(LD block, molecule) pairs", ">of them test")


class GraphDensity(StrEnum):
    """How much of the planted modules is seen."""

    DENSE = "dense"
    MEDIUM = "medium"
    SPARSE = "sparse"


def add_commands(app: typer.Typer) -> None:
    """Add ``simulate-graphs``."""
    app.command("simulate-graphs", epilog=EXAMPLE)(simulate)


def simulate(  # noqa: PLR0913, PLR0917 (one parameter an option)
    folder: Annotated[Path, typer.Argument(help="Folder for the graphs, their SNPs and the truth.", file_okay=False)],
    density: Annotated[GraphDensity, option("How much of the modules is seen.", "--density")] = GraphDensity.SPARSE,
    seeds: Annotated[str, option("Seeds, one graph each, such as 0-5 or 1,4.", "--seeds")] = "0",
    null: Annotated[bool, option("Rewire them: same degrees, no structure.", "--null")] = False,
    size: Annotated[float, option("Share of the full size (1,500 LD blocks, 15,000 CpGs).", "--size")] = 1.0,
    genes: Annotated[int, option("Genes beside the CpGs, in the same modules.", "--genes", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Simulate SNP-molecule graphs with planted trans modules and a test split, in the layout of the shared ones."""
    from services.evaluation.simulated import parse_seeds, simulate_graphs

    report = simulate_graphs(folder, density.value, parse_seeds(seeds), is_null=null, share=size, n_genes=genes)
    if as_json:
        print_json(report.to_dict())
        return
    rows = [(graph.path.name, graph.n_edges, graph.n_pairs, graph.n_test_pairs) for graph in report.graphs]
    print_table(f"{report.density} graphs{' without structure' if report.is_null else ''}", COLUMNS, rows)
    stdout().print(f"written  {report.folder}  ({report.seconds:.1f} s)", markup=False, soft_wrap=True)
    print_next([f"locusgraph evaluate --graphs {quoted(report.folder)}"])
