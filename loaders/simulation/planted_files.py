"""Writes planted graphs in the layout of the shared ones, with a table of their SNPs and the truth beside them."""

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from loaders.simulation.planted_effects import Modules
from loaders.simulation.planted_settings import PlantedSettings
from loaders.simulation.planted_snps import snp_table_path, write_snp_table
from loaders.simulation.shared_graphs import SharedGraph

TRUTH_FOLDER = "truth"
"""Folder beside the graphs; the truth of DIR/sparse_7.parquet is DIR/truth/sparse_7.json."""


def truth_path(graph_path: Path) -> Path:
    """Give the place of the truth that belongs to a graph."""
    return graph_path.parent / TRUTH_FOLDER / f"{graph_path.stem}.json"


def write_graph(graph: SharedGraph, path: Path) -> None:
    """Write edges as Parquet (with signed z and is_gene), and the table of SNPs beside them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(
        {
            "snp": graph.snp,
            "cpg": graph.cpg,
            "snp_block": graph.snps.block[graph.snp],
            "cpg_home_block": graph.cpg_home_block[graph.cpg],
            "split": pl.Series(graph.is_test).replace_strict({True: "test", False: "train"}, return_dtype=pl.String),
            "z": graph.z,
            "is_gene": graph.cpg_is_gene[graph.cpg],
        }
    ).write_parquet(path)
    write_snp_table(graph.snps, snp_table_path(path))


def write_truth(settings: PlantedSettings, density: str, seed: int, modules: Modules | None, path: Path) -> None:
    """Write the settings and each module's loci (causal SNPs) and molecules as JSON; a null has no modules."""
    listed = (
        []
        if modules is None
        else [
            {"loci": loci.tolist(), "molecules": members.tolist()}
            for loci, members in zip(modules.loci, modules.molecules, strict=True)
        ]
    )
    target = truth_path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    truth = {"density": density, "seed": seed, "settings": asdict(settings), "modules": listed}
    target.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
